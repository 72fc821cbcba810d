"""What a trial would have needed to count: the library's rule for its agent, its class or its kind of course."""

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from solstice.content.treatment_model import Augmentation, Medicine, Treatments, slug
from solstice.kernel import Source, Span
from solstice.person import Trial

Role = Literal["medicine", "augmentation", "course", "unlisted", "never"]
COURSES = {
    "tms": "TMS",
    "ect": "ECT",
    "ketamine": "Ketamine",
    "esketamine": "Esketamine",
    "psychotherapy": "Psychotherapy",
}
"""What a course is called where its agent is not told."""


@dataclass(frozen=True, slots=True, eq=False)
class Need:
    """`dose` and `label_max` are spans where only the class is known; `molecule` is None for an unnamed agent.

    Each rule is made once, so that a need is only equal to itself, and quick to look up by.
    `members`: how many medicines of the library an unnamed agent could be.
    """

    role: Role
    name: str
    unit: str = "mg/day"
    molecule: str | None = None
    near: str | None = None
    classes: tuple[str, ...] = ()
    dose: Span | None = None
    alternatives: tuple[float, ...] = ()
    weeks: float = 4
    weeks_strict: float = 6
    label_max: Span | None = None
    level_min: float | None = None
    level_unit: str = ""
    level_decides: bool = False
    is_combination: bool = False
    members: int = 1
    text: str = ""
    source: Source | None = None

    @property
    def dose_max(self) -> float | None:
        """The label maximum of a named agent."""
        return None if self.label_max is None or self.molecule is None else self.label_max.high


def need_of(trial: Trial, treatments: Treatments) -> Need:
    """The rule that applies to a trial, found by the agent first and by its kind second."""
    return _need(treatments, trial.kind, trial.agent, trial.agent_class)


@lru_cache(maxsize=4096)
def _need(treatments: Treatments, kind: str, agent: str | None, agent_class: str | None) -> Need:
    if kind in COURSES:
        return Need("course", _course_name(kind, agent, treatments))
    never = treatments.never_counted(agent)
    if never is not None:
        return Need("never", never.name, text=never.text, source=treatments.stimulation.source(never.source))
    medicine, augmentation = treatments.medicine(agent), treatments.augmentation(agent)
    if medicine is not None:
        need = _of_medicine(medicine, treatments)
        return _as_combination(need, treatments) if kind == "augmentation" else need
    if augmentation is not None:
        return _of_augmentation(augmentation, treatments)
    if kind == "medicine" and (agent_class is not None or agent is None):
        of_class = treatments.of_class(agent_class)
        if of_class:
            return _of_class(of_class, agent or f"{agent_class or 'antidepressant'} (unnamed)", treatments)
    told = agent or agent_class or kind
    return Need("unlisted", _in_words(told), molecule=slug(told))


def _in_words(told: str) -> str:
    """What was told, without the hyphens where it is an id."""
    return told.replace("-", " ") if told == slug(told) else told


def _course_name(kind: str, agent: str | None, treatments: Treatments) -> str:
    """The name in the library; otherwise what was told, with the kind of course where only an id was told."""
    if agent is None or slug(agent) == kind:
        return COURSES[kind]
    if kind == "psychotherapy":
        return treatments.names.psychotherapies.get(slug(agent)) or _in_words(agent)
    return f"{COURSES[kind]} ({_in_words(agent)})" if agent == slug(agent) else agent


def _of_medicine(medicine: Medicine, treatments: Treatments) -> Need:
    rule, source = medicine.adequate, treatments.medicines_file.source(medicine.adequate.source)
    if not medicine.counts:
        return Need("never", medicine.name, molecule=medicine.molecule, text=rule.basis, source=source)
    level = medicine.plasma_level
    return Need(
        role="medicine",
        name=medicine.name,
        unit=medicine.unit,
        molecule=medicine.molecule,
        near=medicine.near,
        classes=(medicine.thase_rush_class,),
        dose=Span.exactly(treatments.minimum_dose(medicine)),
        alternatives=rule.alternatives,
        weeks=rule.weeks,
        weeks_strict=rule.weeks_strict,
        label_max=Span.exactly(medicine.label_max.dose),
        level_min=level.min if level else None,
        level_unit=level.unit if level else "",
        text=rule.basis,
        source=source,
    )


def _as_combination(need: Need, treatments: Treatments) -> Need:
    rule = treatments.augmentation_file.combination
    source = treatments.augmentation_file.source(rule.source)
    return replace(need, role="augmentation", is_combination=True, weeks=rule.weeks, text=rule.text, source=source)


def _of_augmentation(agent: Augmentation, treatments: Treatments) -> Need:
    source = treatments.augmentation_file.source(agent.source)
    if not agent.counts:
        return Need("never", agent.name, molecule=agent.id, text=agent.basis, source=source)
    return Need(
        role="augmentation",
        name=agent.name,
        unit=agent.unit,
        molecule=agent.id,
        dose=None if agent.dose is None else Span.exactly(agent.dose),
        weeks=agent.weeks,
        weeks_strict=max(agent.weeks, treatments.adequacy.duration.weeks_strict),
        label_max=None if agent.dose_max is None else Span.exactly(agent.dose_max),
        level_min=agent.serum.min if agent.serum else None,
        level_unit=agent.serum.unit if agent.serum else "",
        level_decides=agent.serum is not None,
        text=agent.basis,
        source=source,
    )


def _of_class(members: tuple[Medicine, ...], name: str, treatments: Treatments) -> Need:
    doses = [treatments.minimum_dose(member) for member in members]
    most = [member.label_max.dose for member in members]
    return Need(
        role="medicine",
        name=name,
        classes=tuple(dict.fromkeys(member.thase_rush_class for member in members)),
        dose=Span(min(doses), max(doses)),
        label_max=Span(min(most), max(most)),
        weeks=max(member.adequate.weeks for member in members),
        weeks_strict=max(member.adequate.weeks_strict for member in members),
        members=len(members),
        text="lowest to highest minimum dose of the class",
        source=treatments.medicines_file.source(members[0].adequate.source),
    )
