"""What is wrong in a file, on which line, and what would be right."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing wrong in a file, and what would be right."""

    path: str
    line: int
    what: str
    right: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.what}; {self.right}"


class ContentError(Exception):
    """A file cannot be used; carries every fault found. Mend the named lines and read again."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(faults))
        super().__init__("\n".join(str(fault) for fault in self.faults))
