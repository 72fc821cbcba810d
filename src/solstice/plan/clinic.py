"""The clinic's own part: what its recorded outcomes say about an option, in shadow until there are enough of them."""

from collections.abc import Mapping
from dataclasses import dataclass

ENOUGH_OUTCOMES = 300
"""Below about this many outcomes nothing protects against wrong evidence (docs/decisions/0008-learning-model.md)."""


@dataclass(frozen=True, slots=True)
class ClinicShift:
    """By how much, in SD units, the clinic's own outcomes move an option away from its evidence and person parts."""

    shift: float
    sd: float
    treated: int


@dataclass(frozen=True, slots=True)
class ClinicPart:
    """`outcomes` is the number of outcomes learnt from. In shadow nothing is moved; the shift is only shown."""

    outcomes: int
    shifts: Mapping[str, ClinicShift]
    model_version: str

    @property
    def is_shadow(self) -> bool:
        return self.outcomes < ENOUGH_OUTCOMES

    def hundredths(self, option: str) -> int:
        """What counts in the ranking: 0 in shadow, and 0 for an option nobody had here."""
        found = self.shifts.get(option)
        return 0 if self.is_shadow or found is None else round(found.shift * 100)
