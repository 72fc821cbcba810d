"""What a finding rests on: each fact with its value and, where it has one, its date."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["answer", "fact", "list", "interview", "check", "trial", "number"]


@dataclass(frozen=True, slots=True)
class Basis:
    """One fact; `on` is its date as far as it is known (a day, a month or a year), None where the file keeps none."""

    kind: Kind
    id: str
    value: str
    on: str | None = None

    def to_json(self) -> dict[str, str | None]:
        return {"kind": self.kind, "id": self.id, "value": self.value, "on": self.on}


@dataclass(frozen=True, slots=True)
class Finding:
    """`truth` None means not known; `ask` then holds the questions that decide. `facts` names what it rests on."""

    truth: bool | None
    text: str
    ask: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    basis: tuple[Basis, ...] = ()
