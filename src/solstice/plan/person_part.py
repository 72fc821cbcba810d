"""The person's part: weak moderators, what was tried, mechanisms; shrunk, and capped as a share of the evidence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from solstice.content.evidence_model import Moderator
from solstice.content.library import Library
from solstice.content.option_model import Option
from solstice.formulation import Formulation
from solstice.formulation.basis import Finding
from solstice.formulation.conditions import decide
from solstice.formulation.known import Known
from solstice.kernel import Reason, Source
from solstice.ledger import Ledger
from solstice.person import PersonFile
from solstice.plan.constraints import Said
from solstice.plan.tried import tried_before


@dataclass(frozen=True, slots=True)
class Row:
    """One characteristic and by how many hundredths of an SD it moves the option, before the cap."""

    fact: str
    hundredths: int
    source: Source

    def reason(self) -> Reason:
        return Reason("person", self.fact, (self.source,))


@dataclass(frozen=True, slots=True)
class Case:
    """One person, seen once, for all options.

    `said` is what each constraint says and `moderating` what each moderator finds, both in the order of the content;
    `tried` holds the row of every option that was tried.
    """

    person: PersonFile
    library: Library
    known: Known
    formulation: Formulation
    ledger: Ledger | None
    said: tuple[Said, ...]
    moderating: tuple[Finding, ...]
    tried: Mapping[str, Row]


def tried_rows(person: PersonFile, ledger: Ledger | None, library: Library) -> dict[str, Row]:
    """By option, what the person's own trials of it say; an option that was not tried has none."""
    values = library.moderators.tried
    source, rows = library.moderators.source(values.source), {}
    for option in library.options.values() if person.trials else ():
        tried = tried_before(option, person, ledger)
        if tried is not None:
            rows[option.id] = Row(tried.text, round(getattr(values, tried.experience) * 100), source)
    return rows


def moderating(known: Known, moderators: Sequence[Moderator]) -> tuple[Finding, ...]:
    """Whether each moderator holds for this person."""
    return tuple(decide(moderator.when, known) for moderator in moderators)


def person_rows(option: Option, case: Case) -> tuple[tuple[Row, ...], tuple[str, ...]]:
    """Every row that concerns the option, and the questions whose answer could add one."""
    moderators = case.library.moderators
    rows: list[Row] = []
    unknown: list[str] = []
    for moderator, finding in zip(moderators.moderators, case.moderating, strict=True):
        value = moderator.values.get(option.id)
        if value is None:
            continue
        if finding.truth is None:
            unknown.extend(finding.ask)
        elif finding.truth:
            text = f"{finding.text[:1].upper()}{finding.text[1:]}: {moderator.reading} ({_words(moderator.certainty)})."
            rows.append(Row(text, round(value * 100), moderators.source(moderator.source)))
    if option.id in case.tried:
        rows.append(case.tried[option.id])
    rows.extend(_mechanism_rows(option, case.formulation, case.library))
    return tuple(sorted(rows, key=lambda row: (-row.hundredths, row.fact))), tuple(dict.fromkeys(unknown))


def _mechanism_rows(option: Option, formulation: Formulation, library: Library) -> list[Row]:
    match_values = library.moderators.mechanism_match
    rows = []
    for link in option.works_on:
        found = formulation.get(link.mechanism)
        if found is None or found.status != "present" or found.strength is None:
            continue
        value = getattr(match_values, found.strength)
        text = (
            f"Works on {found.name.lower()}, which is present ({found.strength}); by theory, {_words(link.certainty)}."
        )
        rows.append(Row(text, round(value * 100), option.source(link.source)))
    return rows


def capped(rows: tuple[Row, ...], evidence_hundredths: int, cap: float) -> tuple[int, ...]:
    """The rows' values with their sum held within `cap` × evidence; the largest are cut first, by whole hundredths."""
    limit = int(abs(evidence_hundredths) * cap + 1e-9)
    values = [row.hundredths for row in rows]
    while abs(sum(values)) > limit:
        sign = 1 if sum(values) > 0 else -1
        largest = max(range(len(values)), key=lambda index: (values[index] * sign, -index))
        values[largest] -= sign
    return tuple(values)


def _words(certainty: str) -> str:
    return f"{certainty.replace('_', ' ')} certainty"
