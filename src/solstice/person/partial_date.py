"""Dates as people remember them: a day, a month or a year."""

import calendar
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema


@dataclass(frozen=True, slots=True)
class PartialDate:
    """`2023`, `2023-04` or `2023-04-17`: every day from `earliest` to `latest` is possible."""

    text: str
    earliest: date
    latest: date

    @classmethod
    def parse(cls, text: str) -> "PartialDate":
        """Read ISO text. Raises ValueError saying what would be right."""
        parts = text.split("-")
        try:
            numbers = [int(part) for part in parts]
            match [len(part) for part in parts]:
                case [4]:
                    return cls(text, date(numbers[0], 1, 1), date(numbers[0], 12, 31))
                case [4, 2]:
                    last = calendar.monthrange(numbers[0], numbers[1])[1]
                    return cls(text, date(numbers[0], numbers[1], 1), date(numbers[0], numbers[1], last))
                case [4, 2, 2]:
                    day = date(numbers[0], numbers[1], numbers[2])
                    return cls(text, day, day)
        except ValueError:
            pass  # calendar.IllegalMonthError is one too
        raise ValueError(f"'{text}' is not a date; write 2023, 2023-04 or 2023-04-17")

    @property
    def is_exact(self) -> bool:
        return self.earliest == self.latest

    def __str__(self) -> str:
        return self.text


def _read(value: Any) -> PartialDate:
    if isinstance(value, PartialDate):
        return value
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise ValueError(f"{value!r} is not a date; write 2023, 2023-04 or 2023-04-17")  # noqa: TRY004 - pydantic wants it
    return PartialDate.parse(str(value))


PartialDateField = Annotated[
    PartialDate,
    BeforeValidator(_read),
    PlainSerializer(str, return_type=str),
    WithJsonSchema({"type": ["string", "integer"], "description": "YYYY, YYYY-MM or YYYY-MM-DD"}),
]
