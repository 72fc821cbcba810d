"""The JSON that `content` and `therapy` print, as models: a contract; keys may be added, never renamed."""

from pydantic import Field

from solstice.content.packs import PackHead
from solstice.content.provenance import Cited
from solstice.content.read import Frozen
from solstice.content.therapy_model import AfterQuestion, AgendaItem, Caution, Dose, TherapyHead, Worksheet


class FaultShape(Frozen):
    file: str
    line: int
    what: str
    right: str


class CheckShape(Frozen):
    whole: bool
    files: int
    drafts: int = Field(description="files that no clinician has signed")
    version: str
    faults: list[FaultShape]


PacksShape = list[PackHead]


class ListedTherapyShape(Frozen):
    id: str
    name: str
    sessions: int


class TherapiesShape(Frozen):
    """`therapy` without an id."""

    therapies: list[ListedTherapyShape]


class SessionShape(Frozen):
    """`therapy ID --session N`."""

    number: int
    title: str
    patient_title: str
    minutes: int
    agenda: list[AgendaItem]
    worksheets: list[str]
    practices: list[str]
    measures: list[str]
    fidelity: list[str]
    source: Cited
    notes: dict[str, str]
    for_you: str


class PracticeShape(Frozen):
    id: str
    title: str
    why: str
    kind: str
    agreed_only: bool
    worksheet: str | None
    after: AfterQuestion | None
    doses: list[Dose]


class CautionShape(Caution):
    when_in_words: str


class TherapyShape(TherapyHead):
    """`therapy ID`."""

    cautions: tuple[CautionShape, ...]
    sessions: list[SessionShape]
    worksheets: dict[str, Worksheet]
    practices: dict[str, PracticeShape]


AnyTherapyShape = TherapyShape | SessionShape | TherapiesShape
