"""Dates as people write them in one line: "spring 2021", "3/2021", "about 2019", "after my son was born"."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from solstice.person import PartialDate

Written = str | dict[str, Any]
HOW_TO_WRITE = (
    "this cannot be read as a date; write 2023, 2023-04 or 2023-04-17; also spring 2021, 3/2021, May 2020, "
    "about 2019, after the move"
)
LONGEST = 120
MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
MONTH = r"(?P<month>jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]*\.?"
YEAR = r"(?P<year>(?:19|2[01])\d\d)"
SEASON = r"(?P<season>spring|summer|autumn|fall|winter)"
ABOUT = re.compile(r"^(?:about|around|roughly|approximately|approx\.?|circa|ca\.?|c\.|~|maybe|probably)\s*")
EVENTS = re.compile(r"^(?:after|before|when|while|during|since|until|at the time|just (?:after|before))\b")
NUMBER = r"\d{1,3}|an?|one|two|three|four|five|six|seven|eight|nine|ten|a few"
NOT_YET = re.compile(rf"tomorrow|(?:next|in (?:{NUMBER})) (?:day|week|month|year)s?(?:'? time)?")
PARTS_OF_A_YEAR: Mapping[str, tuple[str, str]] = {
    "early": ("01", "06"), "beginning of": ("01", "06"), "start of": ("01", "06"), "mid": ("04", "09"),
    "middle of": ("04", "09"), "late": ("07", "12"), "end of": ("07", "12"),
}  # fmt: skip
Reader = Callable[[re.Match[str], "_Line"], Written]


class NotADateError(ValueError):
    """What was written is no date; the text says what would be right and never repeats what was written."""


class NotYetError(NotADateError):
    """What was written is a time that has not come."""


class _Line:
    """What a reader needs beside the match: the words, the day they are read on, and the half of the world."""

    def __init__(self, words: str, today: date, half: str) -> None:
        self.words, self.today, self.half = words, today, half

    def between(self, first: str | None, last: str | None) -> Written:
        return PartialDate.event(self.words, (first, last)).written


def read_date(text: str, *, today: date, zone: ZoneInfo, any_words: bool = False) -> Written:
    """A date as a person file holds it. Raises NotADateError.

    `any_words` takes words that name no time at all as an event of the person's life; without it only words that say
    so ("after …", "when …"). A season is read in the half of the world of `zone`, where its clocks tell it.
    """
    words = " ".join(text.split())
    if not words or len(words) > LONGEST:
        raise NotADateError(HOW_TO_WRITE if not words else f"write at most {LONGEST} letters")
    if NOT_YET.fullmatch(words.casefold()):
        raise NotYetError("this lies in the future; check the year")
    plain = re.sub(r"^in (?:the )?(?=[\w])", "", words.casefold())
    line = _Line(words, today, half_of(zone, today))
    for prefix, rest in (("", plain), ("about ", ABOUT.sub("", plain))):
        if prefix and rest == plain:
            continue
        for pattern, reader in FORMS:
            found = pattern.fullmatch(rest)
            if found is None:
                continue
            try:
                return _about(reader(found, line), prefix)
            except ValueError as fault:
                raise fault if isinstance(fault, NotADateError) else NotADateError(HOW_TO_WRITE) from None
    if EVENTS.match(plain) or (any_words and re.search(r"[^\W\d_]{2}", plain)):
        return _event(plain, line)
    raise NotADateError(HOW_TO_WRITE)


def half_of(zone: ZoneInfo, today: date) -> str:
    """Where summer time falls tells the half of the world; a zone without it tells nothing."""
    winter, summer = (datetime(today.year, month, 1, tzinfo=zone).utcoffset() or timedelta() for month in (1, 7))
    return "" if winter == summer else "north" if summer > winter else "south"


def date_text(written: Written | None) -> str:
    """The line that `read_date` reads back as the same date."""
    if written is None:
        return ""
    if isinstance(written, dict):
        return str(written.get("about", ""))
    season = re.fullmatch(r"(about )?(\d{4})-([a-z]+)-(north|south)", written)
    return f"{season[1] or ''}{season[3]} {season[2]} ({season[4]})" if season else written


def keeps(text: str, earlier: Written | None) -> bool:
    """Whether a line is what a stored date was shown as, so that its bounds stay."""
    return bool(text) and " ".join(text.split()) == " ".join(date_text(earlier).split())


def _about(found: Written, prefix: str) -> Written:
    if not prefix or isinstance(found, dict):
        return found
    return found if found.startswith("about ") else f"{prefix}{found}"


def _checked(text: str) -> str:
    PartialDate.parse(text)
    return text


def _iso(found: re.Match[str], line: _Line) -> Written:  # noqa: ARG001 - every reader has this shape
    return _checked(found[0])


def _month_of(found: re.Match[str]) -> int:
    return next(n for n, name in enumerate(MONTHS, start=1) if name.startswith(found["month"][:3]))


def _named_month(found: re.Match[str], line: _Line) -> Written:  # noqa: ARG001 - as above
    day = found.groupdict().get("day")
    return _checked(f"{found['year']}-{_month_of(found):02d}" + (f"-{int(day):02d}" if day else ""))


def _numbered_month(found: re.Match[str], line: _Line) -> Written:  # noqa: ARG001 - as above
    return _checked(f"{found['year']}-{int(found['number']):02d}")


def _day(found: re.Match[str], line: _Line) -> Written:  # noqa: ARG001 - as above
    """Day before month; with strokes the order is a guess where both could be a month, and a guess is refused."""
    first, second = int(found["first"]), int(found["second"])
    if found["mark"] == "/" and first <= 12 and second <= 12 and first != second:
        raise NotADateError("day or month first? write the month as a word, like 5 April 2021")
    day, month = (first, second) if second <= 12 else (second, first)
    return _checked(f"{found['year']}-{month:02d}-{day:02d}")


def _season(found: re.Match[str], line: _Line) -> Written:
    season = found["season"].replace("fall", "autumn")
    half = found.groupdict().get("half") or line.half
    return _checked(f"{found['year']}-{season}" + (f"-{half}" if half else ""))


def _part(found: re.Match[str], line: _Line) -> Written:
    first, last = PARTS_OF_A_YEAR[found["part"]]
    return line.between(f"{found['year']}-{first}", f"{found['year']}-{last}")


def _decade(found: re.Match[str], line: _Line) -> Written:
    year = int(found["decade"]) if len(found["decade"]) == 4 else 1900 + int(found["decade"])
    return line.between(str(year), str(year + 9))


def _range(found: re.Match[str], line: _Line) -> Written:
    return line.between(found["year"], found["last"])


def _ago(found: re.Match[str], line: _Line) -> Written:
    number = {"a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5}.get(found["count"]) or int(found["count"])
    if found["unit"] == "year":
        return _checked(f"about {line.today.year - number}")
    months = line.today.year * 12 + line.today.month - 1 - number
    return _checked(f"about {months // 12}-{months % 12 + 1:02d}")


def _year_word(found: re.Match[str], line: _Line) -> Written:
    return _checked(str(line.today.year - {"this": 0, "last": 1}[found["which"]]))


def _event(plain: str, line: _Line) -> Written:
    """Words of a life event; "before 2015" and "after 2015" bound it, "… in 2015" places it."""
    if found := re.fullmatch(rf"(?P<side>before|until|after|since)\s+{YEAR}", plain):
        year, side = int(found["year"]), found["side"]
        last = {"before": str(year - 1), "until": str(year)}.get(side)
        return line.between(None if last else str(year), last)
    if found := re.fullmatch(rf".*\bin\s+{YEAR}", plain):
        return line.between(found["year"], found["year"])
    return PartialDate.event(line.words).written


FORMS: tuple[tuple[re.Pattern[str], Reader], ...] = tuple(
    (re.compile(pattern), reader)
    for pattern, reader in (
        (r"\d{4}(?:-\d\d(?:-\d\d)?)?|\d{4}-(?:spring|summer|autumn|fall|winter)(?:-(?:north|south))?", _iso),
        (rf"(?P<number>\d{{1,2}})\s*[/.-]\s*{YEAR}", _numbered_month),
        (rf"(?P<first>\d{{1,2}})\s*(?P<mark>[/.])\s*(?P<second>\d{{1,2}})\s*[/.]\s*{YEAR}", _day),
        (rf"{MONTH}\s*(?:of\s*)?{YEAR}", _named_month),
        (rf"{YEAR}\s+{MONTH}", _named_month),
        (rf"(?P<day>\d{{1,2}})\.?\s+{MONTH}\s+{YEAR}", _named_month),
        (rf"{MONTH}\s+(?P<day>\d{{1,2}}),?\s+{YEAR}", _named_month),
        (rf"{SEASON}\s*(?:of\s*)?{YEAR}(?:\s*\((?P<half>north|south)\))?", _season),
        (rf"{YEAR}\s+{SEASON}", _season),
        (rf"(?:the\s+)?(?P<part>{'|'.join(PARTS_OF_A_YEAR)})[\s-]+{YEAR}", _part),
        (r"(?:in\s+)?(?:the\s+)?(?P<decade>(?:19|20)\d0|[5-9]0)'?s", _decade),
        (rf"(?:between\s+)?{YEAR}\s*(?:-|–|to|or|and)\s*(?P<last>(?:19|2[01])\d\d)", _range),
        (r"(?P<count>a|one|two|three|four|five|\d{1,2})\s+(?P<unit>year|month)s?\s+ago", _ago),
        (r"(?P<which>this|last)\s+year", _year_word),
    )
)
"""What can be written in one line, and how each is read."""
