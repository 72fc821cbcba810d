"""The list of instruments: what each measures, how long it takes, whether its words are here, where facts come from."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.urls import path

from solstice_web.accounts.access import Right, UserRequest, requires
from solstice_web.workspace import instrument_words as words
from solstice_web.workspace.catalogue import Entry, drafts, released
from solstice_web.workspace.clock import counted
from solstice_web.workspace.frame import page

LONGEST_SEARCH = 80


@dataclass(frozen=True, slots=True)
class Line:
    code: str
    name: str
    short_name: str
    about: str
    length: str
    direction: str
    recall: str
    words: str
    licence: str
    sources: str
    is_draft: bool
    own: str


@requires(Right.CONTENT)
def instruments(request: UserRequest) -> HttpResponse:
    asked = " ".join(request.GET.get("q", "").split())[:LONGEST_SEARCH]
    own, broken = drafts()
    lines = [line for entry in (*own.values(), *released().values()) if _has(line := _line(entry), asked)]
    return page(
        request,
        "instruments",
        place="instruments",
        lines=lines,
        asked=asked,
        counted=counted(len(lines), "instrument"),
        broken=broken,
    )


def _line(entry: Entry) -> Line:
    one = entry.instrument
    return Line(
        code=entry.code,
        name=one.name,
        short_name=one.short_name,
        about=words.about(one),
        length=f"{words.items(one)}, {one.minutes} min" if one.minutes else words.items(one),
        direction=words.direction(one),
        recall=one.recall or words.NOT_GIVEN,
        words=words.words_here(one),
        licence=words.licence(one),
        sources="; ".join(source.citation for source in one.sources.values()),
        is_draft=one.is_draft,
        own=entry.folder,
    )


def _has(line: Line, asked: str) -> bool:
    told = f"{line.name} {line.short_name} {line.about} {line.words} {line.licence} {line.own}".casefold()
    return all(word in told for word in asked.casefold().split())


urls = [path("clinic/instruments/", instruments, name="instruments")]
