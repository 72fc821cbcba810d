"""Laws of partial dates: a date told more exactly stays within what was possible, and so does every range."""

from datetime import date, timedelta
from typing import Any

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from solstice.content.library import Library
from solstice.ledger.assess import cases_of
from solstice.ledger.counted import count
from solstice.ledger.definitions import definitions
from solstice.ledger.staging import stage_all
from solstice.person import Episode, PartialDate, PersonFile, Trial

TREATMENTS = Library().treatments
PHASES = (Phase.explicit, Phase.generate)
AT = date(2026, 11, 22)
FORMS = ["{:%Y}", "{:%Y-%m}", "{:%Y-%m-%d}", "about {:%Y}", "about {:%Y-%m}", "about {:%Y-%m-%d}"]
SEASONS = ["spring", "summer", "autumn", "winter"]


@st.composite
def vague(draw: st.DrawFn, first: date, last: date) -> tuple[PartialDate, date]:
    """A day, and a way to remember it that does hold it."""
    day = draw(st.dates(first, last))
    kind = draw(st.integers(0, len(FORMS) + 2))
    if kind < len(FORMS):
        told = PartialDate.parse(FORMS[kind].format(day))
    elif kind == len(FORMS):
        season = draw(st.sampled_from(SEASONS))
        half = draw(st.sampled_from(["", "-north", "-south"]))
        told = PartialDate.parse(f"{day:%Y}-{season}{half}")
        day = min(max(day, told.earliest), told.latest, AT)
    elif kind == len(FORMS) + 1:
        told = PartialDate.event("after the move")
    else:
        told = PartialDate.event("after the move", (f"{day.year - 1}", None if draw(st.booleans()) else f"{day.year}"))
    return told, day


def exactly(day: date) -> PartialDate:
    return PartialDate.parse(day.isoformat())


@st.composite
def dated(draw: st.DrawFn) -> tuple[dict[str, Any], dict[str, Any]]:
    """The facts of a trial with dates as remembered, and the same with the days that are meant."""
    started, first = draw(vague(date(2022, 1, 1), date(2026, 3, 1)))
    ended, last = draw(vague(first, min(first + timedelta(weeks=30), AT)))
    last = max(first, last)
    kind = draw(st.sampled_from(["medicine", "medicine", "ect", "tms"]))
    facts: dict[str, Any] = {"kind": kind, "outcome": "no_response", "in_episode": True, "adherence": "good"}
    if kind == "medicine":
        facts |= {"agent": draw(st.sampled_from(["sertraline", "venlafaxine", "imipramine"])), "dose": 200.0}
    else:
        facts |= {"sessions": 20.0, "laterality": "bilateral", "percent_motor_threshold": 120.0}
    return facts | {"started": started, "ended": ended}, facts | {"started": exactly(first), "ended": exactly(last)}


@st.composite
def remembered(draw: st.DrawFn) -> tuple[PersonFile, PersonFile]:
    trials = draw(st.lists(dated(), max_size=4))
    began, day = draw(vague(date(2020, 1, 1), date(2026, 6, 1)))
    is_told = [draw(st.booleans()) for _ in trials]
    people = []
    for start, chosen in (
        (began, [vague_one for vague_one, _ in trials]),
        (exactly(day), [pair[told] for pair, told in zip(trials, is_told, strict=True)]),
    ):
        episode = Episode(started=start, severity="moderate", psychosis=False)
        told = tuple(Trial.model_construct(**Trial(kind="ect").__dict__ | facts) for facts in chosen)
        people.append(PersonFile(solstice="person/1", id="law", at=AT, episode=episode, trials=told))
    return people[0], people[1]


@settings(max_examples=200, deadline=None, phases=PHASES)
@given(remembered())
def test_a_date_told_more_exactly_keeps_every_range_within_what_it_was(people: tuple[PersonFile, PersonFile]) -> None:
    vaguely, exact = people
    before = stage_all(cases_of(vaguely, TREATMENTS), vaguely, TREATMENTS.staging)
    after = stage_all(cases_of(exact, TREATMENTS), exact, TREATMENTS.staging)
    for name, stage in before.items():
        told = after[name]
        if stage.span is None:
            assert told.span is None, name
        elif told.span is not None and told.bare is not None and stage.bare is not None:
            assert told.span.low in stage.span, name
            assert told.span.high in stage.span, name
            assert told.bare.low in stage.bare, name
            assert told.bare.high in stage.bare, name
    counts = [count(cases_of(one, TREATMENTS), bare=False) for one in people]
    wide, narrow = (
        definitions(cases_of(one, TREATMENTS), counted, TREATMENTS.staging)
        for one, counted in zip(people, counts, strict=True)
    )
    for name, one in wide.items():
        assert one.span is not None
        assert narrow[name].span is not None
        assert narrow[name].span.low in one.span, name
        assert narrow[name].span.high in one.span, name
        assert one.answer in {None, "cannot_tell", narrow[name].answer}, name


@settings(max_examples=200, deadline=None)
@given(st.dates(date(1960, 1, 1), AT), st.data())
def test_a_remembered_date_holds_the_day_that_is_meant(day: date, data: st.DataObject) -> None:
    told, meant = data.draw(vague(day, day))
    assert told.earliest <= meant <= told.latest
    assert told.in_words()
    assert (
        PartialDate.parse(told.text) == told
        if not told.words
        else told.written == {"about": told.words} or told.between
    )
