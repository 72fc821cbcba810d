"""Dates as people remember them: a day, a month, a season, a year, "about" one of these, or an event of their life."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Annotated, Any

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

from solstice.kernel.day import MONTHS

RIGHT = "write 2023, 2023-04 or 2023-04-17 (or 2023-spring, about 2023, {about: after the move, between: [2019, 2022]})"
SEASON_STARTS: Mapping[str, Mapping[str, int]] = {
    "north": {"spring": 3, "summer": 6, "autumn": 9, "winter": 12},
    "south": {"spring": 9, "summer": 12, "autumn": 3, "winter": 6},
}
SEASON_MONTHS = 4
"""By the calendar of meteorologists or of astronomers: spring in the north lies within March to June."""
ABOUT_DAYS = 14
WORDS_MOST = 120
_SEASONS = r"(?P<season>spring|summer|autumn|fall|winter)(?:-(?P<half>north|south))?"
_WRITTEN = re.compile(rf"(?P<year>\d{{4}})(?:-{_SEASONS}|-(?P<month>\d\d)(?:-(?P<day>\d\d))?)?", re.ASCII)
Written = str | dict[str, Any]


@dataclass(frozen=True, slots=True)
class PartialDate:
    """Every day from `earliest` to `latest` is possible; `text` is what was written, or the words of a life event.

    `2023`, `2023-04`, `2023-04-17`. `2023-spring` is in either half of the world, `2023-spring-north` in one; winter
    (south: summer) may have begun the year before. `about` adds a year, a month, a season or 14 days on each side.
    A life event keeps its words; without `between` its date is not known at all.
    """

    text: str
    earliest: date
    latest: date
    words: str = ""
    between: tuple[str | None, str | None] | None = None

    @classmethod
    def parse(cls, text: str) -> "PartialDate":
        """Read what was written. Raises ValueError saying what would be right."""
        return _parsed(text)

    @classmethod
    def event(cls, words: str, between: tuple[str | None, str | None] | None = None) -> "PartialDate":
        """A time known by what happened then, within bounds where they are known. Raises ValueError."""
        if not words.strip() or len(words) > WORDS_MOST:
            raise ValueError(f"the words of an event have 1 to {WORDS_MOST} letters; shorten them")
        first, last = (None if one is None else _parsed(one) for one in between or (None, None))
        earliest = date.min if first is None else first.earliest
        latest = date.max if last is None else last.latest
        if earliest > latest:
            raise ValueError("`between` ends before it begins; swap the two")
        return cls(words.strip(), earliest, latest, words.strip(), between)

    @property
    def is_exact(self) -> bool:
        return self.earliest == self.latest

    @property
    def is_bounded(self) -> bool:
        """Whether both ends are known; an event may leave one or both open."""
        return self.earliest != date.min and self.latest != date.max

    @property
    def written(self) -> Written:
        """As it stands in a person file."""
        if not self.words:
            return self.text
        return {"about": self.words} if self.between is None else {"about": self.words, "between": list(self.between)}

    def in_words(self) -> str:
        """For a sentence: `15 November 2026`, `spring 2021 (March to June, …)`, `about 2021`, `after the move`."""
        if not self.words:
            return _words_of(self.text)
        first, last = self.between or (None, None)
        if first is not None and last is not None:
            return f"{self.words} (between {_words_of(first)} and {_words_of(last)})"
        if first is not None:
            return f"{self.words} (not before {_words_of(first)})"
        return self.words if last is None else f"{self.words} (not after {_words_of(last)})"

    def __str__(self) -> str:
        return self.text


@lru_cache(maxsize=4096)
def _parsed(text: str) -> PartialDate:
    plain = " ".join(text.casefold().split())
    is_about = plain.startswith("about ")
    found = _WRITTEN.fullmatch(plain.removeprefix("about "))
    try:
        bounds = None if found is None else _bounds(found, is_about=is_about)
    except (ValueError, OverflowError):  # calendar.IllegalMonthError is a ValueError too
        bounds = None
    if found is None or bounds is None:
        raise ValueError(f"'{text[:60]}' is not a date; {RIGHT}")
    return PartialDate(plain if is_about or found["season"] else text.strip(), *bounds)


def _bounds(found: re.Match[str], *, is_about: bool) -> tuple[date, date]:
    year = int(found["year"])
    if found["season"]:
        return _season(year, found["season"].replace("fall", "autumn"), found["half"], is_about=is_about)
    if found["day"]:
        day = date(year, int(found["month"]), int(found["day"]))
        spare = timedelta(days=ABOUT_DAYS if is_about else 0)
        return day - spare, day + spare
    if found["month"]:
        month = date(year, int(found["month"]), 1).month
        return _month(year, month - int(is_about)), _month(year, month + 1 + int(is_about)) - timedelta(days=1)
    return date(year - int(is_about), 1, 1), date(year + int(is_about), 12, 31)


def _season(year: int, season: str, half: str | None, *, is_about: bool) -> tuple[date, date]:
    starts = [months[season] for where, months in SEASON_STARTS.items() if half in {None, where}]
    first = min(start - 12 if start == 12 else start for start in starts)
    last = max(starts) + SEASON_MONTHS
    spare = 3 if is_about else 0
    return _month(year, first - spare), _month(year, last + spare) - timedelta(days=1)


def _month(year: int, month: int) -> date:
    """The first day of a month that may lie in the year before or after."""
    return date(year + (month - 1) // 12, (month - 1) % 12 + 1, 1)


def _words_of(text: str) -> str:
    plain = " ".join(text.casefold().split())
    about = "about " if plain.startswith("about ") else ""
    found = _WRITTEN.fullmatch(plain.removeprefix("about "))
    if found is None:
        return text
    if found["season"]:
        return f"{about}{_season_words(found)}"
    if found["day"]:
        return f"{about}{int(found['day'])} {MONTHS[int(found['month'])]} {found['year']}"
    return f"{about}{MONTHS[int(found['month'])]} {found['year']}" if found["month"] else f"{about}{found['year']}"


def _season_words(found: re.Match[str]) -> str:
    season = found["season"].replace("fall", "autumn")
    months = [
        f"{MONTHS[starts[season]]} to {MONTHS[(starts[season] + SEASON_MONTHS - 2) % 12 + 1]}"
        + ("" if found["half"] else f" in the {where}")
        for where, starts in SEASON_STARTS.items()
        if found["half"] in {None, where}
    ]
    return f"{season} {found['year']} ({', '.join(months)})"


def _read(value: Any) -> PartialDate:
    match value:
        case PartialDate():
            return value
        case dict() if "about" in value and set(value) <= {"about", "between"}:
            return _event(value["about"], value.get("between"))
        case str() | int() if not isinstance(value, bool):
            return PartialDate.parse(str(value))
        case _:
            raise ValueError(f"{str(value)[:60]!r} is not a date; {RIGHT}")


def _event(words: Any, between: Any) -> PartialDate:
    if not isinstance(words, str):
        raise ValueError(f"'about' is {str(words)[:60]!r}; write the words: after the move")  # noqa: TRY004 - pydantic wants it
    if between is None:
        return PartialDate.event(words)
    if not isinstance(between, list | tuple) or len(between) != 2:
        raise ValueError("`between` is not two dates; write between: [2019, 2022], with null for an open end")
    first, last = (None if one is None else str(one) for one in between)
    return PartialDate.event(words, (first, last))


STRING_HELP = (
    "YYYY, YYYY-MM, YYYY-MM-DD, or YYYY-spring, -summer, -autumn, -winter (-north or -south narrows it); `about ` "
    "before any of these widens it by one of its kind on each side, a day by 14 days"
)
EVENT_SCHEMA = {
    "type": "object",
    "description": "a time known by an event of the person's life; without `between` its date is not known",
    "properties": {
        "about": {"type": "string", "minLength": 1, "maxLength": WORDS_MOST},
        "between": {
            "type": "array",
            "minItems": 2,
            "maxItems": 2,
            "items": {"type": ["string", "integer", "null"]},
            "description": "first and last possible time, each as above; null for an open end",
        },
    },
    "required": ["about"],
    "additionalProperties": False,
}
PartialDateField = Annotated[
    PartialDate,
    BeforeValidator(_read),
    PlainSerializer(lambda told: told.written),
    WithJsonSchema({"anyOf": [{"type": "integer"}, {"type": "string", "description": STRING_HELP}, EVENT_SCHEMA]}),
]
