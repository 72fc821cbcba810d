"""What became of decisions: change on the PHQ-9 after each, for learning and for looking whether care is fair."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Max

from solstice.person import PersonFile
from solstice.plan.clinic import ClinicPart, clinic_part, prior_of
from solstice_web.measures.content import library
from solstice_web.measures.models import Response
from solstice_web.people.zones import zone_of
from solstice_web.plans.models import Decision

if TYPE_CHECKING:
    from solstice.learn import Posterior

MEASURE = "phq-9"
SD = 6.0
"""SD of the PHQ-9 by which points become SD units; a judgement, the same as in content/evidence/trials.yaml."""
BASELINE_WITHIN = timedelta(days=28)
"""How long before a decision an answer still counts as where the person started."""
AFTER_LEAST, AFTER_MOST = timedelta(weeks=6), timedelta(weeks=26)
"""When the outcome of a decision is read: the first answer in this time that is also past the option's own time."""
LEAST_OUTCOMES = 20
"""With fewer outcomes in the clinic nothing is learnt and nothing is shown, also not in shadow."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One decision with its outcome; `change` and `expected` in SD units, higher is better.

    `expected` is against continuing as now; `change` holds what would have come anyway too.
    """

    person_id: UUID
    option: str
    decided_on: date
    change: float
    expected: float | None
    baseline: float
    age: int | None
    sex: str
    language: str
    ethnic_group: str


def outcomes() -> list[Outcome]:
    """Every accepted or changed decision of the clinic that has an answer before and after it, the earliest first."""
    decisions = (
        Decision.objects.exclude(decision=Decision.Kind.REJECT).select_related("person").order_by("at", "id").iterator()
    )
    totals = _totals()
    found = []
    for decision in decisions:
        shown = _shown(decision)
        on = decision.at.astimezone(zone_of(decision.person.time_zone)).date()
        pair = _before_and_after(totals.get(decision.person_id, []), on, shown.get("asks", {}).get("weeks_to_judge"))
        if pair is None:
            continue
        person = decision.person
        found.append(
            Outcome(
                person_id=person.pk,
                option=decision.option,
                decided_on=on,
                change=(pair[0] - pair[1]) / SD,
                expected=shown.get("benefit", {}).get("mean"),
                baseline=pair[0],
                age=_age(person.birth_date, on),
                sex=person.sex,
                language=person.language,
                ethnic_group=person.ethnic_group,
            )
        )
    return found


def _shown(decision: Decision) -> dict[str, Any]:
    plan = decision.plan_json
    options = (*plan.get("options", ()), *plan.get("adjuncts", ()))
    return next((option for option in options if option.get("id") == decision.option), {})


def _totals() -> dict[UUID, list[tuple[date, float]]]:
    rows = Response.objects.filter(instrument=MEASURE, status=Response.Status.COMPLETE, total__isnull=False)
    found: dict[UUID, list[tuple[date, float]]] = defaultdict(list)
    for person_id, on, total in rows.order_by("local_date", "recorded_at").values_list(
        "person_id", "local_date", "total"
    ):
        if total is not None:
            found[person_id].append((on, total))
    return found


def _before_and_after(
    series: list[tuple[date, float]], on: date, weeks_to_judge: float | None
) -> tuple[float, float] | None:
    before = [total for day, total in series if on - BASELINE_WITHIN <= day <= on]
    start = on + max(AFTER_LEAST, timedelta(weeks=weeks_to_judge or 0))
    after = [total for day, total in series if start <= day <= on + max(AFTER_MOST, start - on + timedelta(weeks=4))]
    return (before[-1], after[0]) if before and after else None


def _age(born: date | None, on: date) -> int | None:
    return None if born is None else on.year - born.year - ((on.month, on.day) < (born.month, born.day))


# ---------------------------------------------------------------------------------------------------------- learning

_kept: dict[str, tuple[tuple[Any, ...], "Posterior | None"]] = {}


def clinic_model(*, at: datetime) -> "Posterior | None":
    """What the clinic's outcomes teach, worked out once a day and whenever a decision was added.

    None while there are fewer than 20 outcomes. The learning starts from the published evidence.
    """
    told = Decision.objects.aggregate(count=Count("id"), latest=Max("at"))
    if told["count"] < LEAST_OUTCOMES:
        return None
    day = at.astimezone(zone_of(settings.SOLSTICE_TIME_ZONE)).date()
    key = (day, told["count"], told["latest"], library().version)
    if "model" not in _kept or _kept["model"][0] != key:
        _kept["model"] = (key, _learn(outcomes()))
    return _kept["model"][1]


def _learn(found: list[Outcome]) -> "Posterior | None":
    if len(found) < LEAST_OUTCOMES or len({one.option for one in found}) < 2:
        return None
    from solstice.learn import gather, learn  # noqa: PLC0415 - numpy and scipy, only where there is something to learn

    sums = gather(table_of(found))
    return learn(sums, prior_of(library(), sums.treatments))


def table_of(found: list[Outcome]) -> Any:
    """Outcomes as the learning model reads them; names of characteristics as plan.clinic.covariates_of has them."""
    import numpy as np  # noqa: PLC0415 - only where there is something to learn

    from solstice.learn.table import Outcomes  # noqa: PLC0415

    sexes = {"female": 1.0, "male": 0.0}
    rows = [(one.baseline, np.nan if one.age is None else float(one.age), sexes.get(one.sex, np.nan)) for one in found]
    return Outcomes(
        treatment=tuple(one.option for one in found),
        outcome=np.array([one.change for one in found]),
        covariates=(MEASURE, "age", "female"),
        x=np.array(rows, dtype=float).reshape(len(found), 3),
    )


def clinic_part_for(facts: PersonFile, *, at: datetime) -> ClinicPart | None:
    """The clinic's own part for one person; None while there is nothing to learn from."""
    posterior = clinic_model(at=at)
    return None if posterior is None else clinic_part(posterior, facts, library())
