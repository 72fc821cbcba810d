"""A letter as plain structure: the same blocks become paper, plain text, a page and JSON, so they cannot differ."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Literal

Purpose = Literal["referral", "prior_authorisation", "summary"]


@dataclass(frozen=True, slots=True)
class Heading:
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    text: str


@dataclass(frozen=True, slots=True)
class Points:
    """A list; `is_small` for what stands in the small print."""

    items: tuple[str, ...]
    is_small: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """`rows` have as many cells as `head`; the first cell of a row is its heading. `widths` are shares of the line."""

    caption: str
    head: tuple[str, ...]
    widths: tuple[float, ...]
    rows: tuple[tuple[str, ...], ...]

    def __post_init__(self) -> None:
        if any(len(row) != len(self.head) for row in self.rows) or len(self.widths) != len(self.head):
            raise ValueError(f"the table '{self.caption}' has rows of another length than its head")


Block = Heading | Paragraph | Points | Table


@dataclass(frozen=True, slots=True)
class Parties:
    """Who writes to whom about whom. Every part may be empty; what is empty is left out, never guessed."""

    sender: tuple[str, ...] = ()
    recipient: tuple[str, ...] = ()
    person_name: str = ""
    person_born: date | None = None
    person_reference: str = ""
    signed_name: str = ""
    signed_role: str = ""


@dataclass(frozen=True, slots=True)
class Checklist:
    """How the checklist against pseudo-resistance stands: signed by whom and when, or not."""

    state: Literal["not_signed", "signed", "out_of_date"] = "not_signed"
    by: str = ""
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Wording:
    """What the writer adds in their own words: an opening, and what is asked for."""

    opening: str = ""
    request: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """`blocks` stand before the signature, `annex` after it: how it was worked out, and the sources.

    `reference` is what the small print ends with: the version of the rules and the fingerprint of the facts.
    """

    title: str
    subject: str
    on: date
    parties: Parties
    blocks: tuple[Block, ...]
    annex: tuple[Block, ...]
    is_draft: bool
    reference: str

    def to_json(self) -> dict[str, Any]:
        """Plain JSON; each block carries its `kind`."""
        return {
            "title": self.title,
            "subject": self.subject,
            "on": self.on.isoformat(),
            "draft": self.is_draft,
            "sender": list(self.parties.sender),
            "recipient": list(self.parties.recipient),
            "person": {
                "name": self.parties.person_name,
                "born": self.parties.person_born.isoformat() if self.parties.person_born else None,
                "reference": self.parties.person_reference,
            },
            "signed": {"name": self.parties.signed_name, "role": self.parties.signed_role},
            "blocks": _stored(self.blocks),
            "annex": _stored(self.annex),
            "reference": self.reference,
        }


_BLOCKS: dict[str, type[Heading] | type[Paragraph] | type[Points] | type[Table]] = {
    kind.__name__.lower(): kind for kind in (Heading, Paragraph, Points, Table)
}


def _stored(blocks: tuple[Block, ...]) -> list[dict[str, Any]]:
    return [{"kind": type(block).__name__.lower(), **asdict(block)} for block in blocks]


def letter_from(stored: dict[str, Any]) -> Letter:
    """The letter that `to_json` wrote. Raises KeyError, TypeError or ValueError for anything else."""
    person, signed = stored["person"], stored["signed"]
    return Letter(
        title=stored["title"],
        subject=stored["subject"],
        on=date.fromisoformat(stored["on"]),
        parties=Parties(
            sender=tuple(stored["sender"]),
            recipient=tuple(stored["recipient"]),
            person_name=person["name"],
            person_born=date.fromisoformat(person["born"]) if person["born"] else None,
            person_reference=person["reference"],
            signed_name=signed["name"],
            signed_role=signed["role"],
        ),
        blocks=tuple(_block(block) for block in stored["blocks"]),
        annex=tuple(_block(block) for block in stored["annex"]),
        is_draft=stored["draft"],
        reference=stored["reference"],
    )


def _block(stored: dict[str, Any]) -> Block:
    kind = _BLOCKS[stored["kind"]]
    return kind(**{name: _frozen(value) for name, value in stored.items() if name != "kind"})


def _frozen(value: Any) -> Any:
    """Lists as tuples, all the way down."""
    if isinstance(value, Sequence) and not isinstance(value, str):
        return tuple(_frozen(item) for item in value)
    return value
