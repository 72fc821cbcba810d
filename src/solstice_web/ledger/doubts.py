"""What looks like a slip in one treatment as told: asked about before it is saved, and saved when it is right."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from solstice.person import PartialDate, Trial, span_of
from solstice_web.ledger.names import name_of
from solstice_web.measures.content import library

FAR_ABOVE = 2
"""A dose this many times the label maximum is more often a slip of the finger than a dose."""

LARGEST_UNLISTED = 4000
LARGEST_OF_KIND = {"ketamine": 2.0, "esketamine": 168.0}
"""mg per kg, and mg a session: far above the usual, where a dose in mg a day is often written by mistake."""

NAMED = ("medicine", "augmentation", "other")


@dataclass(frozen=True, slots=True)
class Doubt:
    """`code` is what to accept to save it anyway; `name` is the treatment, `limit` the dose it was compared with.

    `unit` is empty where the treatment is not known, so that there is no dose of its own to compare with.
    """

    code: Literal["dose", "unlisted", "twice"]
    field: str
    name: str
    limit: float | None = None
    unit: str = "mg/day"


def doubts_of(trial: Trial, others: Iterable[Trial]) -> tuple[Doubt, ...]:
    """Everything about a trial that should be looked at once more before it is saved beside `others`."""
    found = (_dose(trial), _unlisted(trial), _twice(trial, others))
    return tuple(doubt for doubt in found if doubt is not None)


def _dose(trial: Trial) -> Doubt | None:
    if trial.dose is None:
        return None
    limit, unit = _largest(trial)
    if span_of(trial.dose).low <= limit * (1 if trial.kind in LARGEST_OF_KIND else FAR_ABOVE):
        return None
    return Doubt("dose", "dose", name_of(trial.agent or trial.kind), limit, unit)


def _largest(trial: Trial) -> tuple[float, str]:
    if trial.kind in LARGEST_OF_KIND:
        return LARGEST_OF_KIND[trial.kind], "mg per kg" if trial.kind == "ketamine" else "mg a session"
    treatments = library().treatments
    medicine, added = treatments.medicine(trial.agent), treatments.augmentation(trial.agent)
    if medicine is not None and (added is None or trial.kind == "medicine"):
        return medicine.label_max.dose, medicine.unit
    if added is not None and (added.dose_max or added.dose):
        return added.dose_max or added.dose or LARGEST_UNLISTED, added.unit
    return LARGEST_UNLISTED / FAR_ABOVE, ""


def _unlisted(trial: Trial) -> Doubt | None:
    treatments = library().treatments
    if trial.agent is None or trial.agent_class is not None or trial.kind not in NAMED:
        return None
    known = treatments.medicine(trial.agent) or treatments.augmentation(trial.agent)
    if known or treatments.never_counted(trial.agent) or name_of(trial.agent) != trial.agent:
        return None
    return Doubt("unlisted", "agent", trial.agent)


def _twice(trial: Trial, others: Iterable[Trial]) -> Doubt | None:
    """The same agent for the same purpose, unless the dates keep the two apart."""
    if trial.agent is None:
        return None
    for other in others:
        same = (other.kind, other.agent, other.added_to) == (trial.kind, trial.agent, trial.added_to)
        if same and not _are_apart(trial, other) and not _are_apart(other, trial):
            return Doubt("twice", "agent", name_of(trial.agent))
    return None


def _are_apart(first: Trial, second: Trial) -> bool:
    """Whether the first was surely over, or surely begun, before the second began."""
    end: PartialDate | None = first.ended or first.started
    return end is not None and second.started is not None and end.latest < second.started.earliest
