"""The JSON that `letter` prints, as models: a contract; keys may be added, never renamed."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Discriminator, Field

from solstice.content.read import Frozen


class HeadingShape(Frozen):
    kind: Literal["heading"]
    text: str


class ParagraphShape(Frozen):
    kind: Literal["paragraph"]
    text: str


class PointsShape(Frozen):
    kind: Literal["points"]
    items: list[str]
    is_small: bool


class TableShape(Frozen):
    """Each row has as many cells as `head`; its first cell is its heading."""

    kind: Literal["table"]
    caption: str
    head: list[str]
    widths: list[float] = Field(description="shares of the line")
    rows: list[list[str]]


BlockShape = Annotated[HeadingShape | ParagraphShape | PointsShape | TableShape, Discriminator("kind")]


class LetterPersonShape(Frozen):
    name: str
    born: date | None
    reference: str


class SignedShape(Frozen):
    name: str
    role: str


class LetterShape(Frozen):
    title: str
    subject: str
    on: date
    draft: bool
    sender: list[str]
    recipient: list[str]
    person: LetterPersonShape
    signed: SignedShape
    blocks: list[BlockShape]
    annex: list[BlockShape]
    reference: str
