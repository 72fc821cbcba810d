"""What a plan says first: about equal options, what is open, what a human must look at."""

from collections.abc import Iterator, Sequence
from re import fullmatch

from solstice.content.private import private_of
from solstice.plan.constraints import ask_before_all, said_of_all
from solstice.plan.person_part import Case
from solstice.plan.result import NotOffered, PlannedOption

MOST_NAMED = 4
"""Options that the first sentence names; more of them are counted."""
SPECIALIST = "specialist-consent"
"""The constraint that somatic treatments carry."""


def sentence(
    options: Sequence[PlannedOption], equal: Sequence[tuple[str, ...]], elsewhere: Sequence[NotOffered]
) -> str:
    """One sentence before the list; never a single answer without its alternatives."""
    if not options:
        more = " Some options could be had by referral." if elsewhere else ""
        return f"No option can be ranked with what is known: see the refusals for what stands in the way.{more}"
    if len(options) == 1:
        only = options[0]
        return (
            f"Only {only.name} is left here, because the others are refused or not offered at this clinic; "
            "see both lists before deciding."
        )
    first = next((group for group in equal if options[0].id in group), ())
    if len(first) > 1:
        # single options are named before combinations: the shortest way to say what the group is about
        alike = sorted(
            (option for option in options if option.id in first), key=lambda one: (bool(one.steps), one.rank)
        )
        named = alike if len(alike) <= MOST_NAMED else alike[: MOST_NAMED - 1]
        left = len(alike) - len(named)
        names = [option.name for option in named] + ([f"{left} more" if left > 1 else "one more"] if left else [])
        return (
            f"{_listed(names)} are about equally good as far as anyone knows; "
            f"what the person prefers and can manage should decide.{_specialist(named)}"
        )
    return (
        f"{options[0].name} has the greatest expected benefit, {options[1].name} comes next; "
        f"the differences are uncertain, and the person's preference counts.{_specialist(options[:2])}"
    )


def notices(case: Case) -> tuple[str, ...]:
    """What a human must look at before the ranking, and what in the file was not understood."""
    person, known, library = case.person, case.known, case.library
    out = list(_not_resistant(case))
    item_9 = known.latest["phq-9"].item(9) if "phq-9" in known.latest else None
    if item_9 and known.facts["suicide_risk"] is None:
        out.append(
            f"PHQ-9 item 9 was answered {item_9} and nobody has recorded a judgement of suicide risk: "
            "speak with the person before using this plan."
        )
    if known.facts["suicide_risk"] in {"moderate", "high"}:
        out.append(f"Suicide risk is {known.facts['suicide_risk']}: the safety plan comes before this plan.")
    stale = sorted(latest.name for latest in known.latest.values() if latest.is_stale)
    if stale:
        out.append(f"The latest answers to {', '.join(stale)} are old; ask again before relying on the ranking.")
    unknown_offer = sorted(set(person.offer.therapies or ()) - set(library.options))
    if unknown_offer:
        out.append(f"Offered here but not in the library, so not ranked: {', '.join(unknown_offer)}.")
    words = {str(word) for option in library.options.values() for word in (*option.tags, option.id, option.kind)}
    odd = sorted((set(person.preferences.likes) | set(person.preferences.avoids)) - words)
    if odd:
        out.append(f"Preferences the library does not know, so not counted: {', '.join(odd)}.")
    out += _unheard(case)
    return (*said_of_all(known, library.constraints), *out, *ask_before_all(known, library.constraints))


def _unheard(case: Case) -> Iterator[str]:
    """Name what is on the list of conditions and moves no rule, so that silence is not read as safety."""
    hidden, heard = private_of(case.library), case.library.constraints.conditions
    odd = sorted(one for one in case.person.conditions or () if one not in heard and not hidden.has(one))
    if odd:
        yield (
            f"No rule of this plan looks at {_listed([_as_written(one) for one in odd])}: weigh what is on the list of "
            "conditions yourself."
        )


def _not_resistant(case: Case) -> Iterator[str]:
    """Say first that the history does not show resistance, and which checks come before any escalation."""
    if case.ledger is None:
        return
    if any(reason.code == "nothing_told" for reason in case.ledger.regulatory.reasons):
        yield (
            "What was tried is not written down, so whether this is treatment-resistant depression cannot be told. "
            "Write down the history before escalating."
        )
    if case.ledger.regulatory.answer != "no":
        return
    items = case.ledger.pseudo_resistance
    found = [f"{_words(item.id)} ({item.why.rstrip('.')})" for item in items if item.state == "present"]
    open_ = [_words(item.id) for item in items if item.state == "open"]
    checks = f" Found: {'; '.join(found)}." if found else ""
    checks += f" Still to be checked: {', '.join(open_)}." if open_ else ""
    yield (
        "By the history so far this is not treatment-resistant depression: fewer than two adequate trials of an "
        f"antidepressant have not helped in this episode. Complete a trial before escalating.{checks}"
    )


def _words(item: str) -> str:
    return item.replace("_", " ").replace("-", " ")


def _as_written(condition: str) -> str:
    """An id in words; what a clinician wrote in their own words as it stands."""
    return _words(condition) if fullmatch("[a-z0-9_-]+", condition) else condition


def _specialist(named: Sequence[PlannedOption]) -> str:
    """Say that software never chooses a somatic treatment, where one is named."""
    names = [one.name for one in named if any(caution.code == SPECIALIST for caution in one.cautions)]
    if len(names) == len(named) > 1:
        return " On each of those named a specialist decides, with consent."
    return f" On {_listed(names)} a specialist decides, with consent." if names else ""


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
