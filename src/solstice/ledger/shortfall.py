"""What the trials that fell short would have needed: how many more weeks or milligrams; never in which order."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from typing import Any

from solstice.content.treatment_model import Treatments
from solstice.kernel import Span
from solstice.ledger.amounts import amount
from solstice.ledger.assess import cases_of, why_not_staged
from solstice.ledger.tally import Case
from solstice.person import PersonFile

PRESCRIBER = "Whether, what and in which order is for the prescriber and the person to decide."


@dataclass(frozen=True, slots=True)
class Shortfall:
    """One trial that was not long or high enough; `more_weeks` and `dose` are what a whole trial needs, None if enough.

    `is_continuing`: it is still going on, so that it can be completed.
    """

    index: int
    name: str
    is_continuing: bool
    more_weeks: Span | None
    dose: Span | None
    unit: str
    text: str

    def to_json(self) -> dict[str, Any]:
        return {
            "index": self.index,
            "name": self.name,
            "continuing": self.is_continuing,
            "more_weeks": None if self.more_weeks is None else [self.more_weeks.low, _finite(self.more_weeks.high)],
            "dose": None if self.dose is None else [self.dose.low, self.dose.high],
            "unit": self.unit,
            "text": self.text,
        }


@dataclass(frozen=True, slots=True)
class Shortfalls:
    """`sentence` sums up why the definition is not met; empty `trials` where no trial of this episode fell short."""

    sentence: str
    trials: tuple[Shortfall, ...]
    note: str = PRESCRIBER

    def to_json(self) -> dict[str, Any]:
        return {"sentence": self.sentence, "trials": [one.to_json() for one in self.trials], "note": self.note}


def shortfalls(person: PersonFile, treatments: Treatments) -> Shortfalls | None:
    """Which trials of this episode fell short, and by how much; None where staging does not apply at all."""
    if why_not_staged(person) is not None:
        return None
    cases = [case for case in cases_of(person, treatments) if _fell_short(case)]
    found = tuple(_shortfall(case) for case in cases)
    return Shortfalls(_sentence(cases), found)


def _fell_short(case: Case) -> bool:
    weighed = case.weighed
    if case.need.role != "medicine" or weighed.in_episode is False or weighed.failing is False:
        return False
    return weighed.verdict.adequate is False and "under_18" not in weighed.codes


def _shortfall(case: Case) -> Shortfall:
    weighed, need, trial = case.weighed, case.need, case.trial
    more = _more_weeks(case)
    dose = need.dose if weighed.dose_ok is not True else None
    continuing = trial.stopped_for == "continuing"
    return Shortfall(case.index, need.name, continuing, more, dose, need.unit, _text(case, more, dose))


def _more_weeks(case: Case) -> Span | None:
    """How many more weeks at or above the minimum dose; weeks below it, or with too few doses taken, do not count."""
    weighed, needed = case.weighed, case.need.weeks
    if weighed.dose_ok is False or weighed.adherence_ok is False:
        return Span.exactly(needed)
    if weighed.weeks_ok is True:
        return None
    return Span(max(0.0, needed - weighed.weeks.high), needed - min(weighed.weeks.low, needed))


def _text(case: Case, more: Span | None, dose: Span | None) -> str:
    """One sentence: what was told, and what a whole trial is."""
    weighed, need, trial = case.weighed, case.need, case.trial
    minimum = "the minimum dose" if need.dose is None else f"{amount(need.dose)} {need.unit}"
    told = []
    if dose is not None:
        known = trial.dose is not None
        told.append(
            f"the highest dose held was {amount(weighed.dose)} {need.unit}" if known else "its dose is not known"
        )
    if weighed.weeks_ok is not True:
        known = trial.weeks_at_dose is not None or trial.started is not None
        told.append(f"it lasted {_weeks(weighed.weeks)}" if known else "its weeks are not known")
    if weighed.adherence_ok is False:
        told.append("fewer than 80 % of doses were taken")
    if "intolerance_before_adequacy" in weighed.codes:
        told.append("it was stopped for side effects")
    if "stated_inadequate" in weighed.codes:
        told.append("the record calls it inadequate")
    whole = f"a whole trial is {need.weeks:g} weeks at {minimum} or more"
    if weighed.adherence_ok is False:
        whole += " with at least 80 % of doses taken"
    return f"{need.name[:1].upper()}{need.name[1:]}: {_listed(told)}; {whole}{_missing(case, more)}."


def _missing(case: Case, more: Span | None) -> str:
    if more is None or _intolerant(case):
        return ""
    if case.weighed.dose_ok is False or case.weighed.adherence_ok is False:
        return ", and none of its weeks counts so far"
    one = more == Span.exactly(1)
    if case.trial.stopped_for == "continuing":
        return f"; {_weeks(more)} more would complete it"
    return f"; {_weeks(more)} more {'was' if one else 'were'} missing"


def _weeks(span: Span) -> str:
    return f"{amount(span)} {'week' if span == Span.exactly(1) else 'weeks'}"


def _listed(parts: Sequence[str]) -> str:
    if not parts:
        return "it was not a whole trial"
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def _sentence(cases: Sequence[Case]) -> str:
    """`Two trials were too short` and the like, in the words of the ward."""
    kinds = {
        "too short": [case for case in cases if case.weighed.weeks_ok is False and not _intolerant(case)],
        "below the minimum dose": [case for case in cases if case.weighed.dose_ok is False and not _intolerant(case)],
        "stopped for side effects before they were adequate": [case for case in cases if _intolerant(case)],
        "taken too irregularly": [case for case in cases if case.weighed.adherence_ok is False],
    }
    parts = [f"{_counted(len(found))} {_was(len(found), words)}" for words, found in kinds.items() if found]
    return "" if not parts else f"{parts[0][:1].upper()}{parts[0][1:]}{''.join(f', {part}' for part in parts[1:])}."


def _intolerant(case: Case) -> bool:
    return "intolerance_before_adequacy" in case.weighed.codes


def _counted(number: int) -> str:
    words = {1: "one", 2: "two", 3: "three", 4: "four", 5: "five", 6: "six"}
    return f"{words.get(number, str(number))} trial{'' if number == 1 else 's'}"


def _was(number: int, words: str) -> str:
    return f"{'was' if number == 1 else 'were'} {words if number > 1 else words.replace('they were', 'it was')}"


def _finite(value: float) -> float | None:
    return None if value == inf else value
