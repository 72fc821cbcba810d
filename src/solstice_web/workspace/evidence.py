"""The curated table: every study behind the ranking and beside it, its certainty, and where no good trial exists."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.urls import path

from solstice.content.evidence_model import Background, Effect, EvidenceTable, Gap
from solstice.content.library import Library
from solstice.content.provenance import Cited
from solstice.evidence.standardise import standardise
from solstice.plan.evidence import COMPARATOR_WORDS, POPULATION_WORDS
from solstice_web.accounts.access import Right, UserRequest, requires
from solstice_web.charts.effects import signed
from solstice_web.measures.content import library
from solstice_web.workspace.frame import page

CERTAINTY_KINDS = {"high": "good", "moderate": "calm", "low": "wait", "very_low": "attention"}


@dataclass(frozen=True, slots=True)
class SourceLine:
    citation: str
    url: str | None
    from_memory: bool
    note: str


@dataclass(frozen=True, slots=True)
class StudyLine:
    """One row: `effect` is empty for a study that is not ranked; `speaks` is for or against, where ranked."""

    id: str
    study: str
    what: str
    people: str
    finding: str
    effect: str
    certainty: str
    kind: str
    is_against: bool
    source: SourceLine


@dataclass(frozen=True, slots=True)
class Group:
    """The ranked studies of one option; `id` is where the plan's link leads."""

    id: str
    name: str
    lines: tuple[StudyLine, ...]


@dataclass(frozen=True, slots=True)
class GapLine:
    id: str
    what: str
    reading: str
    source: SourceLine


@requires(Right.CONTENT)
def evidence(request: UserRequest) -> HttpResponse:
    known = library()
    table = known.evidence
    return page(
        request,
        "evidence/table",
        place="evidence",
        groups=ranked(known),
        background=[_background(one, table) for one in table.background],
        gaps=[_gap(one, table) for one in table.gaps],
        counted=len({one.study for one in table.effects}) + len(table.background),
        table=table,
    )


def ranked(known: Library) -> list[Group]:
    """Options that have effects, by name."""
    table = known.evidence
    by_option: dict[str, list[Effect]] = {}
    for effect in table.effects:
        by_option.setdefault(effect.option, []).append(effect)
    groups = [
        Group(anchor(option), known.options[option].name, tuple(_effect(one, known) for one in effects))
        for option, effects in by_option.items()
    ]
    return sorted(groups, key=lambda group: group.name.casefold())


def anchor(option: str) -> str:
    return f"for-{option}"


def _effect(effect: Effect, known: Library) -> StudyLine:
    d, se = standardise(effect.figure)
    against = known.options[effect.against].name if effect.against else ""
    return StudyLine(
        id=effect.id,
        study=effect.study,
        what=f"{effect.outcome}, {COMPARATOR_WORDS[effect.comparator].format(against=against)}",
        people=POPULATION_WORDS[effect.population],
        finding=effect.reading,
        effect=f"{'+' if d > 0 else ''}{signed(d)} SD (SE {se:.2f})",
        certainty=effect.certainty.replace("_", " "),
        kind=CERTAINTY_KINDS[effect.certainty],
        is_against=effect.speaks == "against",
        source=_source(effect.source, known.evidence),
    )


def _background(one: Background, table: EvidenceTable) -> StudyLine:
    return StudyLine(
        id=one.id,
        study=one.study,
        what=one.topic,
        people=one.people,
        finding=one.finding,
        effect="",
        certainty=one.certainty.replace("_", " "),
        kind=CERTAINTY_KINDS[one.certainty],
        is_against=False,
        source=_source(one.source, table),
    )


def _gap(one: Gap, table: EvidenceTable) -> GapLine:
    return GapLine(one.id, one.what, one.reading, _source(one.source, table))


def _source(cited: Cited, table: EvidenceTable) -> SourceLine:
    entry = table.sources[cited.ref]
    return SourceLine(entry.citation, entry.url, cited.verified == "memory", cited.note or "")


urls = [path("clinic/evidence/", evidence, name="evidence")]
