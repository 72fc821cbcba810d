"""What became of decisions: change on the PHQ-9 after each, read person by person so that memory stays small.

The plan of a decision is ciphertext and large; what is needed of it stands beside it, small, in `Decision.chosen`.
Sums are made here and not in the database: see docs/decisions/0011.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID

from solstice_web.measures.models import Response
from solstice_web.people.zones import zone_of
from solstice_web.plans.models import Decision

MEASURE = "phq-9"
SD = 6.0
"""SD of the PHQ-9 by which points become SD units; a judgement, the same as in content/evidence/trials.yaml."""
BASELINE_WITHIN = timedelta(days=28)
"""How long before a decision an answer still counts as where the person started."""
AFTER_LEAST, AFTER_MOST = timedelta(weeks=6), timedelta(weeks=26)
"""When the outcome of a decision is read: the first answer in this time that is also past the option's own time."""
DECISIONS_AT_ONCE, ANSWERS_AT_ONCE = 200, 2000
Series = list[tuple[date, float]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """One decision with its outcome; `change` and `expected` in SD units, higher is better.

    `expected` is against continuing as now; `change` holds what would have come anyway too. `forecast` is what was
    said beforehand of `change`, where something was.
    """

    person_id: UUID
    option: str
    decided_on: date
    known_on: date
    change: float
    expected: float | None
    forecast: Mapping[str, Any] | None
    baseline: float
    age: int | None
    sex: str
    language: str
    ethnic_group: str


def outcomes() -> list[Outcome]:
    """Every accepted or changed decision of the clinic that has an answer before and after it, the earliest first."""
    return sorted(each_outcome(), key=lambda one: (one.decided_on, str(one.person_id)))


def each_outcome() -> Iterator[Outcome]:
    """The same, person by person: two streams in the order of people walk side by side, and nothing is kept."""
    answers = groupby(_answers(), key=lambda row: row[0])
    waiting = next(answers, None)
    for person_id, decisions in groupby(_decisions(), key=lambda one: one.person_id):
        while waiting is not None and waiting[0] < person_id:
            waiting = next(answers, None)
        if waiting is None:
            return
        if waiting[0] != person_id:
            continue
        series = [(on, total) for _, on, total in waiting[1]]
        for decision in decisions:
            found = _outcome(decision, series)
            if found is not None:
                yield found


def _decisions() -> Iterator[Decision]:
    found = (
        Decision.objects.exclude(decision=Decision.Kind.REJECT).select_related("person").defer("plan_json", "reason")
    )
    return found.order_by("person_id", "at", "id").iterator(chunk_size=DECISIONS_AT_ONCE)


def _answers() -> Iterator[tuple[UUID, date, float]]:
    rows = Response.objects.filter(instrument=MEASURE, status=Response.Status.COMPLETE, total__isnull=False)
    ordered = rows.order_by("person_id", "local_date", "recorded_at").values_list("person_id", "local_date", "total")
    for person_id, on, total in ordered.iterator(chunk_size=ANSWERS_AT_ONCE):
        if total is not None:
            yield person_id, on, total


def _outcome(decision: Decision, series: Series) -> Outcome | None:
    on = decision.at.astimezone(zone_of(decision.person.time_zone)).date()
    chosen = decision.chosen if decision.chosen is not None else _from_the_plan(decision)
    pair = _before_and_after(series, on, chosen.get("weeks_to_judge"))
    if pair is None:
        return None
    before, (known_on, after) = pair
    person = decision.person
    return Outcome(
        person_id=person.pk,
        option=decision.option,
        decided_on=on,
        known_on=known_on,
        change=(before - after) / SD,
        expected=chosen.get("benefit"),
        forecast=chosen.get("forecast"),
        baseline=before,
        age=_age(person.birth_date, on),
        sex=person.sex,
        language=person.language,
        ethnic_group=person.ethnic_group,
    )


def _from_the_plan(decision: Decision) -> dict[str, Any]:
    """Decisions from before `chosen` was kept: look into the whole plan."""
    plan = decision.plan_json
    options = (*plan.get("options", ()), *plan.get("adjuncts", ()))
    return chosen_as_shown(next((option for option in options if option.get("id") == decision.option), {}))


def chosen_as_shown(option: Mapping[str, Any]) -> dict[str, Any]:
    """Of an option as the plan shows it, what its outcome is later set against."""
    return {
        "benefit": option.get("benefit", {}).get("mean"),
        "weeks_to_judge": option.get("asks", {}).get("weeks_to_judge"),
        "forecast": option.get("forecast"),
    }


def _before_and_after(
    series: Series, on: date, weeks_to_judge: float | None
) -> tuple[float, tuple[date, float]] | None:
    before = [total for day, total in series if on - BASELINE_WITHIN <= day <= on]
    start = on + max(AFTER_LEAST, timedelta(weeks=weeks_to_judge or 0))
    end = on + max(AFTER_MOST, start - on + timedelta(weeks=4))
    after = next(((day, total) for day, total in series if start <= day <= end), None)
    return None if not before or after is None else (before[-1], after)


def _age(born: date | None, on: date) -> int | None:
    return None if born is None else on.year - born.year - ((on.month, on.day) < (born.month, born.day))
