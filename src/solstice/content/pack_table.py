"""A licensed table of minimum doses and weeks, as a clinic types it in, and how it replaces the default rules."""

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from pydantic import Field

from solstice.content.provenance import Cited, ContentFile, SourceEntry
from solstice.content.read import Frozen

if TYPE_CHECKING:
    from solstice.content.packs import Pack
    from solstice.content.treatment_model import Augmentation, Medicine, Treatments

Misfit = tuple[tuple[str | int, ...], str, str]
PACK_SOURCE = "pack"


class Row(Frozen):
    """`dose` in the unit of the library's medicine; `serum` where a level decides (lithium)."""

    agent: str
    dose: float | None = Field(default=None, gt=0)
    serum: float | None = Field(default=None, gt=0)
    weeks: float | None = Field(default=None, gt=0, le=52)


class TmsRow(Frozen):
    sessions: float = Field(gt=0)
    percent_motor_threshold: float | None = Field(default=None, gt=0)


class EctRow(Frozen):
    sessions_bilateral: float = Field(gt=0)
    sessions_unilateral: float = Field(gt=0)


class KetamineRow(Frozen):
    sessions: float = Field(gt=0)
    dose: float | None = Field(default=None, gt=0)


class SessionsRow(Frozen):
    sessions: float = Field(gt=0)


class CourseRows(Frozen):
    tms: TmsRow | None = None
    ect: EctRow | None = None
    ketamine: KetamineRow | None = None
    psychotherapy: SessionsRow | None = None


class AdequacyTable(Frozen):
    """`adequacy-table.yaml` of a pack: minimum dose and weeks by medicine; what it leaves out keeps the default."""

    solstice: Literal["adequacy-table/1"]
    weeks: float = Field(gt=0, le=52)
    weeks_strict: float | None = Field(default=None, gt=0, le=52)
    medicines: tuple[Row, ...] = Field(min_length=1)
    augmentation: tuple[Row, ...] = ()
    courses: CourseRows = CourseRows()

    def misfits(self, treatments: "Treatments") -> Iterator[Misfit]:
        """Rows that do not fit the library, each with its key."""
        seen: set[str] = set()
        for block, rows in (("medicines", self.medicines), ("augmentation", self.augmentation)):
            for index, row in enumerate(rows):
                key = (block, index, "agent")
                if row.agent in seen:
                    yield key, f"'{row.agent}' stands twice", "keep one row"
                seen.add(row.agent)
                yield from self._misfits_of(row, (block, index), treatments)

    def _misfits_of(self, row: Row, key: tuple[str, int], treatments: "Treatments") -> Iterator[Misfit]:
        medicine, added = treatments.medicines.get(row.agent), treatments.augmentations.get(row.agent)
        known = medicine if key[0] == "medicines" else added
        if known is None:
            yield (
                (*key, "agent"),
                f"'{row.agent}' is not among the {key[0]} of the library",
                "write an id of the library",
            )
            return
        if row.dose is None and row.serum is None:
            yield key, f"the row of {row.agent} has no dose", "add `dose`, or `serum` where a level decides"
        if row.serum is not None and (added is None or added.serum is None):
            yield (*key, "serum"), f"{row.agent} is not judged by a level", "write `dose`"
        highest = medicine.label_max.dose if medicine else added.dose_max if added else None
        if row.dose is not None and highest is not None and row.dose > highest:
            what = f"{row.dose:g} is above the label maximum of {row.agent} ({highest:g})"
            yield (*key, "dose"), what, "a minimum dose is below it; check the unit"

    def over(self, treatments: "Treatments", pack: "Pack") -> "Treatments":
        """The same treatments judged by this table, under its name."""
        source = SourceEntry(citation=pack.attestation)
        return replace(
            treatments,
            medicines_file=_sourced(
                treatments.medicines_file,
                source,
                medicines=tuple(self._medicine(one) for one in treatments.medicines_file.medicines),
            ),
            augmentation_file=_sourced(
                treatments.augmentation_file,
                source,
                agents=tuple(self._augmentation(one) for one in treatments.augmentation_file.agents),
            ),
            stimulation=_sourced(treatments.stimulation, source, **self._courses(treatments)),
            adequacy=treatments.adequacy.model_copy(update={"label": pack.head.name}),
            table_note=self._note(treatments, pack),
        )

    def _note(self, treatments: "Treatments", pack: "Pack") -> str:
        rows = {row.agent for row in self.medicines}
        missing = [one.name for one in treatments.medicines.values() if one.counts and one.id not in rows]
        note = f"Judged by {pack.attestation}."
        if missing:
            listed = ", ".join(missing)
            note += f" Not in that table, and judged by {treatments.adequacy.label}: {listed}."
        return note

    def _medicine(self, medicine: "Medicine") -> "Medicine":
        row = next((row for row in self.medicines if row.agent == medicine.id), None)
        if row is None or row.dose is None:
            return medicine
        weeks = row.weeks or self.weeks
        rule = medicine.adequate.model_copy(
            update={
                "dose": row.dose,
                "alternatives": (),
                "weeks": weeks,
                "weeks_strict": max(weeks, self.weeks_strict or medicine.adequate.weeks_strict),
                "basis": "row of the clinic's licensed table",
                "source": _FROM_PACK,
            }
        )
        return medicine.model_copy(update={"adequate": rule})

    def _augmentation(self, agent: "Augmentation") -> "Augmentation":
        row = next((row for row in self.augmentation if row.agent == agent.id), None)
        if row is None:
            return agent
        update: dict[str, Any] = {"weeks": row.weeks or self.weeks, "source": _FROM_PACK}
        update["basis"] = "row of the clinic's licensed table"
        if row.dose is not None:
            update["dose"] = row.dose
        if row.serum is not None and agent.serum is not None:
            update["serum"] = agent.serum.model_copy(update={"min": row.serum})
        return agent.model_copy(update=update)

    def _courses(self, treatments: "Treatments") -> dict[str, Any]:
        out: dict[str, Any] = {}
        for name in CourseRows.model_fields:
            row: Frozen | None = getattr(self.courses, name)
            if row is None:
                continue
            told = {key: value for key in type(row).model_fields if (value := getattr(row, key)) is not None}
            words = ", ".join(f"{key.replace('_', ' ')} {value:g}" for key, value in told.items())
            rule = f"{words} or more, by the clinic's licensed table"
            course = getattr(treatments.stimulation, name)
            out[name] = course.model_copy(update={**told, "rule": rule, "source": _FROM_PACK})
        return out


_FROM_PACK = Cited(ref=PACK_SOURCE, verified="source")


File = TypeVar("File", bound=ContentFile)


def _sourced(file: File, source: SourceEntry, **update: Any) -> File:
    return file.model_copy(update={"sources": {**file.sources, PACK_SOURCE: source}, **update})
