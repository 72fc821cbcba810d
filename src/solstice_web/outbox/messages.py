"""What a phone may send: the closed set of messages of its outbox, parsed once and strictly.

`POST /outbox/` takes {"owner": uuid, "entries": [message, …]}, at most 20 messages and 256 KB, and answers
{"entries": [{"id", "state", "message", "help_now"}, …]}. `owner` is whose entries the phone holds (absent or empty =
whoever is signed in); another person's are answered 409 and stay on the phone. Every message has

    {"id": uuid, "kind": …, "recorded_at": "2026-11-22T09:30:00+01:00", "local_date": "2026-11-22",
     "time_zone": "Europe/Tallinn", "payload": {…}}

`id` names the message (sent again it is saved once); the ids inside the payload name what it is about.
"""

import re
from datetime import date
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter, model_validator

from solstice_web.measures.moment import Moment, why_not_a_moment

MOST_MESSAGES = 20
MOST_BYTES = 256 * 1024
LONGEST_TEXT = 20_000
MOST_ANSWERS = 60
SLUG = r"^[a-z0-9]+([-_/.][a-z0-9]+)*$"
KEY = re.compile(r"[A-Za-z0-9_.:-]{1,80}")

Slug = Annotated[str, Field(pattern=SLUG, max_length=120)]
Short = Annotated[str, Field(max_length=LONGEST_TEXT)]
Number = Annotated[float, Field(allow_inf_nan=False, ge=-1e9, le=1e9)]
Answer = None | bool | int | Number | Short | Annotated[list[bool | int | Number | Short], Field(max_length=100)]


class Told(BaseModel):
    """Strict, frozen, unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


def _keys_are_plain(answers: dict[str, Any]) -> dict[str, Any]:
    if len(answers) > MOST_ANSWERS:
        raise ValueError(f"at most {MOST_ANSWERS} answers")
    if any(not KEY.fullmatch(key) for key in answers):
        raise ValueError("a field is named by letters, digits and -_.:")
    if any(isinstance(value, int) and abs(value) > 2**53 for value in answers.values()):
        raise ValueError("a number is too large")
    return answers


class AnswerPayload(Told):
    """One tap. `item` counts from 1; 0 is the question before the items.

    `declined` is "prefer not to say" and then `value` is null.
    """

    response_id: UUID
    instrument: Slug
    item: int = Field(ge=0, le=200)
    value: int | None = Field(default=None, ge=-1000, le=1000)
    declined: bool = False
    language: str = Field(default="en", pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})?$")

    @model_validator(mode="after")
    def _value_or_declined(self) -> Self:
        if (self.value is None) != self.declined:
            raise ValueError("give a value, or declined: true; not both and not neither")
        return self


class CompletePayload(Told):
    """Finish a measure. `items` (null = unanswered) repeats every answer, in case a tap was lost on the way."""

    response_id: UUID
    instrument: Slug
    items: list[Annotated[int, Field(ge=-1000, le=1000)] | None] | None = Field(default=None, max_length=200)
    declined: list[Annotated[int, Field(ge=0, le=200)]] = Field(default_factory=list, max_length=201)
    gate: bool | None = None
    language: str = Field(default="en", pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})?$")


class EntryPayload(Told):
    """A practice, worksheet, mood or rest entry, whole at every save; `entry_id` absent = the message's own id."""

    entry_id: UUID | None = None
    kind: Literal["practice", "worksheet", "mood", "rest"]
    content: Slug | Literal[""] = ""
    course_id: UUID | None = None
    dose_seconds: int | None = Field(default=None, ge=0, le=86_400)
    energy: int | None = Field(default=None, ge=0, le=10)
    answers: Annotated[dict[str, Answer], AfterValidator(_keys_are_plain)] = Field(default_factory=dict)
    state: Literal["begun", "done"] = "done"
    revision: int = Field(default=1, ge=1, le=1_000_000)


class WhichEntry(Told):
    entry_id: UUID


class EnergyPayload(Told):
    energy: int = Field(ge=0, le=10)


class ToldPayload(Told):
    """One answer about an earlier treatment; `base` is what stood there when it was given."""

    row_id: UUID
    question: Slug
    words: str = Field(max_length=5000)
    base: str = Field(default="", max_length=5000)
    revision: int = Field(ge=0, le=1_000_000)


class Message(Told):
    """What every message has."""

    id: UUID
    recorded_at: AwareDatetime
    local_date: date
    time_zone: str = Field(max_length=64)

    @model_validator(mode="after")
    def _is_a_moment(self) -> Self:
        if what := why_not_a_moment(self.moment):
            raise ValueError(what)
        return self

    @property
    def moment(self) -> Moment:
        return Moment(self.recorded_at, self.local_date, self.time_zone)


class AnswerMessage(Message):
    kind: Literal["answer"]
    payload: AnswerPayload


class CompleteMessage(Message):
    kind: Literal["complete"]
    payload: CompletePayload


class EntryMessage(Message):
    kind: Literal["entry"]
    payload: EntryPayload


class DeleteEntryMessage(Message):
    kind: Literal["delete_entry"]
    payload: WhichEntry


class UndoEntryMessage(Message):
    kind: Literal["undo_entry"]
    payload: WhichEntry


class EnergyMessage(Message):
    kind: Literal["energy"]
    payload: EnergyPayload


class ToldMessage(Message):
    kind: Literal["told"]
    payload: ToldPayload


AnyMessage = (
    AnswerMessage | CompleteMessage | EntryMessage | DeleteEntryMessage | UndoEntryMessage | EnergyMessage | ToldMessage
)
MESSAGE: TypeAdapter[AnyMessage] = TypeAdapter(Annotated[AnyMessage, Field(discriminator="kind")])
