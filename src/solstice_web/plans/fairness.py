"""Whether care is fair: what is shown, decided and reached, group by group, with small groups hidden."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from solstice_web.people.models import EthnicGroup, Person, Sex
from solstice_web.people.zones import zone_of
from solstice_web.plans.models import Decision
from solstice_web.plans.outcomes import Outcome, outcomes
from solstice_web.plans.small_numbers import SMALLEST_SHOWN, hidden_small

SMALLEST = SMALLEST_SHOWN
"""Nothing is said about fewer people than this."""
Z80 = 1.2815515655446004
BANDS = ((18, "Under 18"), (30, "18 to 29"), (45, "30 to 44"), (65, "45 to 64"), (200, "65 and over"))


@dataclass(frozen=True, slots=True)
class Group:
    """One group. Shares are of its decisions; None is hidden (fewer than 10, or it would give such a group away).

    `gap` is the mean of change reached minus benefit shown, less the same over the whole clinic: 0 is the same as for
    everyone; with its 80 % interval, in SD units.
    """

    name: str
    decisions: int | None
    as_shown: float | None
    first_body: float | None
    outcomes: int | None
    gap: float | None
    gap_low: float | None
    gap_high: float | None


@dataclass(frozen=True, slots=True)
class Dimension:
    title: str
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class _Shown:
    """A decision as the groups count it."""

    decision: str
    first_is_somatic: bool
    age: int | None
    sex: str
    language: str
    ethnic_group: str


def fairness(*, since: datetime) -> tuple[Dimension, ...]:
    """By age, sex, ethnic group and language, over decisions since a moment and all their outcomes."""
    shown = [_as_shown(one) for one in Decision.objects.filter(at__gte=since).select_related("person")]
    reached = [one for one in outcomes() if one.expected is not None]
    whole = _mean([_gap(one) for one in reached])
    ways: tuple[tuple[str, Callable[[_Shown | Outcome], str]], ...] = (
        ("Age", lambda one: band_of(one.age)),
        ("Sex", lambda one: str(Sex(one.sex).label)),
        ("Ethnic group, as people described themselves", lambda one: _ethnic(one.ethnic_group)),
        ("Language", lambda one: one.language or "Not known"),
    )
    return tuple(Dimension(title, _groups(shown, reached, way, whole)) for title, way in ways)


def _as_shown(decision: Decision) -> _Shown:
    person: Person = decision.person
    options = decision.plan_json.get("options", ())
    on = decision.at.astimezone(zone_of(person.time_zone)).date()
    born = person.birth_date
    age = None if born is None else on.year - born.year - ((on.month, on.day) < (born.month, born.day))
    first_is_somatic = bool(options) and _is_somatic(options[0])
    return _Shown(decision.decision, first_is_somatic, age, person.sex, person.language, person.ethnic_group)


def _is_somatic(option: dict[str, object]) -> bool:
    steps = option.get("steps")
    return option.get("kind") in ("stimulation", "medicine") or (option.get("kind") == "combination" and bool(steps))


def band_of(age: int | None) -> str:
    if age is None:
        return "Not known"
    return next(name for limit, name in BANDS if age < limit)


def _ethnic(value: str) -> str:
    return str(EthnicGroup(value).label) if value else "Not asked"


def _groups(
    shown: Sequence[_Shown], reached: Sequence[Outcome], way: Callable[[_Shown | Outcome], str], whole: float | None
) -> tuple[Group, ...]:
    """Other tables show the whole, so that what is hidden here must not be found by taking the rest away."""
    names = sorted({way(one) for one in shown} | {way(one) for one in reached})
    decided = {name: [one for one in shown if way(one) == name] for name in names}
    known = {name: [one for one in reached if way(one) == name] for name in names}
    decisions = hidden_small({name: len(found) for name, found in decided.items() if found})
    results = hidden_small({name: len(found) for name, found in known.items() if found})
    return tuple(
        _group(
            name,
            decided[name] if decisions.get(name) is not None else [],
            known[name] if results.get(name) is not None else [],
            whole,
        )
        for name in names
    )


def _group(name: str, shown: Sequence[_Shown], reached: Sequence[Outcome], whole: float | None) -> Group:
    """Empty is hidden."""
    many, enough = bool(shown), bool(reached)
    gap = low = high = None
    if enough and whole is not None:
        gaps = [_gap(one) - whole for one in reached]
        gap = sum(gaps) / len(gaps)
        half = Z80 * math.sqrt(sum((one - gap) ** 2 for one in gaps) / (len(gaps) - 1) / len(gaps))
        low, high = gap - half, gap + half
    return Group(
        name=name,
        decisions=len(shown) if many else None,
        as_shown=sum(one.decision == Decision.Kind.ACCEPT for one in shown) / len(shown) if many else None,
        first_body=sum(one.first_is_somatic for one in shown) / len(shown) if many else None,
        outcomes=len(reached) if enough else None,
        gap=gap,
        gap_low=low,
        gap_high=high,
    )


def _gap(one: Outcome) -> float:
    if one.expected is None:
        raise ValueError("nothing was expected of this decision: there is no gap to tell")
    return one.change - one.expected


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None
