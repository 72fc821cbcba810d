"""The schedule: what waits for the person and for the clinician on a day, since when, and why."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from solstice.batteries.ages import why_not_for_age
from solstice.batteries.battery import Battery, Part, Piece, packed
from solstice.batteries.known import AS_PLANNED, Answered, Event, Known, Wish

Kind = Literal["core", "before_appointment", "baseline", "follow_up", "rating"]
FIRST_DAY, LAST_DAY = date.min + timedelta(days=400), date.max - timedelta(days=400)
"""Days beyond these cannot be counted from; nothing is due there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """One instrument to be answered, from `from_day` on; after `until_day` it counts as overdue.

    `piece`: what is asked together, at most `piece_seconds` long; 0 for ratings. `items`: first and last item of the
    part that is meant. `by`: who answers.
    """

    instrument: str
    from_day: date
    until_day: date
    why: str
    piece: int
    items: tuple[int, int]
    seconds: int
    kind: Kind
    by: Literal["person", "clinician"] = "person"

    def is_overdue(self, at: date) -> bool:
        return at > self.until_day


def due(
    battery: Battery,
    answers: Iterable[Answered],
    events: Iterable[Event],
    at: date,
    *,
    since: date,
    wish: Wish = AS_PLANNED,
    age: int | None = None,
) -> tuple[Due, ...]:
    """What is due on the day `at`, the person's own day; see `coming`."""
    found = coming(battery, answers, events, at, since=since, wish=wish, age=age)
    return tuple(one for one in found if one.from_day <= at)


def coming(
    battery: Battery,
    answers: Iterable[Answered],
    events: Iterable[Event],
    at: date,
    *,
    since: date,
    wish: Wish = AS_PLANNED,
    age: int | None = None,
) -> tuple[Due, ...]:
    """What is due on the day `at` or comes due later as things stand, each instrument once, the first first.

    `since` is the first day of care. Answers and events after `at` change nothing, except appointments. Under 18
    nothing of an adults' battery is asked of the person: `why_not_for_age` says so.
    """
    if not FIRST_DAY <= since <= at <= LAST_DAY:
        return ()
    plan = _Plan(battery, Known(battery, answers, events, at), since, wish)
    asked = [] if why_not_for_age(age) else list(_of_person(plan))
    return (*_in_pieces(battery, asked), *_ratings(plan))


@dataclass(frozen=True, slots=True)
class _Plan:
    battery: Battery
    known: Known
    since: date
    wish: Wish

    @property
    def every(self) -> int:
        return self.wish.every_days or self.battery.file.core.every_days

    @property
    def start(self) -> date:
        return self.known.start(self.since)

    @property
    def is_starting(self) -> bool:
        return self.known.at <= self.start + timedelta(days=self.battery.file.baseline.within_days)

    def answered(self, instrument: str) -> date | None:
        answer = self.known.last.get(instrument)
        return answer.on if answer else None


def _of_person(plan: _Plan) -> Iterator[Due]:
    """Each instrument once: where two rules ask for it, the one that asks first."""
    found: dict[str, Due] = {}
    for one in (*_core(plan), *_baseline(plan), *_follow_ups(plan)):
        earlier = found.get(one.instrument)
        if earlier is None or one.from_day < earlier.from_day:
            found[one.instrument] = one
    found = {name: one for name, one in found.items() if not _is_moot(plan, name, found)}
    paused = min(plan.wish.paused_until, LAST_DAY) if plan.wish.paused_until else None
    for one in found.values():
        if paused is None or one.from_day > paused:
            yield one
        else:
            first = paused + timedelta(days=1)
            until = max(one.until_day, first + timedelta(days=plan.battery.file.grace_days))
            yield replace(one, from_day=first, until_day=until, why=f"{one.why}; paused by the person until {paused}")


def _is_moot(plan: _Plan, name: str, found: Mapping[str, Due]) -> bool:
    """A question that only opens others is not asked once those are due by themselves."""
    if name in plan.battery.file.core.instruments:
        return False
    order = plan.battery.file.baseline.order
    opened = [one.instrument for one in order if one.gate is not None and one.gate.after == name]
    return bool(opened) and all(one in found and found[one].from_day <= plan.known.at for one in opened)


def _made(plan: _Plan, instrument: str, from_day: date, why: str, *, kind: Kind, until: date | None = None) -> Due:
    """A due of the part that comes next; what was left in the middle waits at once, a new part until the day after."""
    parts = plan.battery.parts[instrument]
    begun = plan.known.begun.get(instrument)
    part = next((one for one in parts if begun is None or one.last > begun.upto), parts[-1])
    if begun is not None and part.first <= begun.upto:
        from_day = min(from_day, begun.on)
    elif begun is not None and part.first > 1 and begun.upto == part.first - 1:
        from_day = max(from_day, begun.on + timedelta(days=plan.battery.file.baseline.days_between))
        why = f"{why}; items {part.first} to {part.last}, the others are answered"
    return Due(
        instrument=instrument,
        from_day=from_day,
        until_day=max(from_day, until or from_day + timedelta(days=plan.battery.file.grace_days)),
        why=why,
        piece=0,
        items=(part.first, part.last),
        seconds=part.seconds,
        kind=kind,
    )


def _core(plan: _Plan) -> Iterator[Due]:
    """The weekly measure: counted from the last answer, or from the event that restarted the clock."""
    file = plan.battery.file
    for name in file.core.instruments:
        if not plan.battery.is_asked(name):
            continue
        last = plan.answered(name)
        from_day, why = _never(plan, name) if last is None else _after(plan, last)
        yield _made(plan, name, from_day, why, kind="core")
        visit = _appointment(plan, last)
        if visit is not None:
            window = visit.on - timedelta(days=-(-file.pre_session.hours_before // 24))
            why = f"{file.pre_session.hours_before} hours before the appointment on {visit.on}"
            if plan.since <= window:
                yield _made(plan, name, window, why, kind="before_appointment", until=visit.on)


def _never(plan: _Plan, name: str) -> tuple[date, str]:
    """The starting questions come first; where they do not ask for it, the rhythm does."""
    in_baseline = name in {one.instrument for one in plan.battery.file.baseline.order}
    if in_baseline and plan.is_starting:
        return plan.start + timedelta(days=plan.every), "not answered yet; the starting questions did not ask for it"
    return plan.start, f"not answered since {plan.start}"


def _after(plan: _Plan, last: date) -> tuple[date, str]:
    """The next day after an answer on `last`, with the reason.

    Answers are never further apart than one rhythm and a half because of an event, however many events there are, and
    what waited already when something happened goes on waiting (hazard H59).
    """
    every = timedelta(days=plan.every)
    nearest, furthest = timedelta(days=plan.every // 2 + 1), timedelta(days=plan.every + plan.every // 2)
    restarts = plan.known.of(restarts=True)
    day, why = last + every, f"every {plan.every} days, last answered on {last}"
    anchor = next((event for event in reversed(restarts) if event.on <= last), None)
    if anchor is not None:
        steps = max(1, -(-(last + nearest - anchor.on).days // plan.every))
        day, why = anchor.on + steps * every, f"every {plan.every} days from {_told(plan, anchor)}"
    for event in restarts:
        if event.on > last and day > event.on:
            day, why = min(event.on + every, last + furthest), f"counted again from {_told(plan, event)}"
    counted = _after_sessions(plan, last)
    if counted is not None and max(counted[0], last + nearest) < day:
        day, why = max(counted[0], last + nearest), counted[1]
    return day, why


def _told(plan: _Plan, event: Event) -> str:
    kind = plan.battery.kind(event.kind)
    return f"{kind.name if kind else event.kind}, {event.on}"


def _after_sessions(plan: _Plan, last: date) -> tuple[date, str] | None:
    """The day on which enough sessions had been given since the last answer."""
    for kind in plan.battery.file.events:
        given = 0
        for event in plan.known.events if kind.every_sessions else ():
            if event.kind == kind.id and last < event.on <= plan.known.at:
                given += max(0, event.sessions)
                if given >= (kind.every_sessions or 0):
                    return event.on, f"{given} sessions since the last answer ({kind.name})"
    return None


def _appointment(plan: _Plan, last: date | None) -> Event | None:
    """The next appointment for which no fresh answer is there."""
    kinds = {kind.id for kind in plan.battery.file.events if kind.ahead}
    fresh = timedelta(days=plan.battery.file.pre_session.fresh_days)
    ahead = (event for event in plan.known.events if event.kind in kinds and plan.known.at <= event.on <= LAST_DAY)
    return next((event for event in ahead if last is None or last < event.on - fresh), None)


def _baseline(plan: _Plan) -> Iterator[Due]:
    """The one piece that waits now, if any; only an open gate lets its instrument through."""
    if not plan.is_starting:
        return
    between = timedelta(days=plan.battery.file.baseline.days_between)
    total = len(plan.battery.pieces)
    before = plan.start - between
    for piece in plan.battery.pieces:
        if piece.gate is not None and plan.known.opening(piece.gate, plan.start) != "open":
            continue
        open_parts = [part for part in piece.parts if not _is_done(plan, part)]
        done = [day for part in piece.parts if (day := _done_on(plan, part)) is not None]
        if open_parts:
            why = f"starting questions, piece {piece.number} of at most {total}"
            for part in open_parts:
                made = _made(plan, part.instrument, _first_day(plan, piece, before + between), why, kind="baseline")
                yield replace(made, piece=piece.number, why=made.why + _opened(plan, piece))
            return
        before = max([before, *done])


def _first_day(plan: _Plan, piece: Piece, in_turn: date) -> date:
    if piece.gate is None or piece.gate.opens != "same_day":
        return max(plan.start, in_turn)
    return max(plan.start, plan.answered(piece.gate.after) or in_turn)


def _opened(plan: _Plan, piece: Piece) -> str:
    return f"; opened by {plan.battery.names[piece.gate.after]}" if piece.gate else ""


def _done_on(plan: _Plan, part: Part) -> date | None:
    """The day on which a part was answered in this start."""
    last = plan.answered(part.instrument)
    if last is not None and last >= plan.start:
        return last
    begun = plan.known.begun.get(part.instrument)
    return begun.on if begun is not None and begun.on >= plan.start and begun.upto >= part.last else None


def _is_done(plan: _Plan, part: Part) -> bool:
    """Answered; or a gate whose instruments are all answered already, so that nothing hangs on it."""
    if _done_on(plan, part) is not None:
        return True
    gated = [one for one in plan.battery.file.baseline.order if one.gate and one.gate.after == part.instrument]
    days = [plan.answered(one.instrument) for one in gated]
    return bool(days) and all(day is not None and day >= plan.start for day in days)


def _follow_ups(plan: _Plan) -> Iterator[Due]:
    for one in plan.battery.file.follow_ups.order:
        last = plan.answered(one.instrument)
        if last is None or not plan.battery.is_asked(one.instrument):
            continue
        why = f"every {one.every_days} days, last answered on {last}"
        yield _made(plan, one.instrument, last + timedelta(days=one.every_days), why, kind="follow_up")


def _ratings(plan: _Plan) -> Iterator[Due]:
    """Scales a clinician rates after an event, for as long as the battery says."""
    found: dict[str, Due] = {}
    for event in plan.known.events:
        kind = plan.battery.kind(event.kind)
        for rating in kind.ratings if kind and event.on <= plan.known.at else ():
            every = timedelta(days=rating.every_days)
            last = plan.answered(rating.instrument)
            from_day = event.on if last is None or last < event.on - every else last + every
            if max(from_day, plan.known.at) > event.on + timedelta(days=rating.for_days):
                continue
            found[rating.instrument] = Due(
                instrument=rating.instrument,
                from_day=from_day,
                until_day=from_day + timedelta(days=plan.battery.file.grace_days),
                why=f"every {rating.every_days} days after {_told(plan, event)}",
                piece=0,
                items=(0, 0),
                seconds=0,
                kind="rating",
                by="clinician",
            )
    yield from found.values()


def _in_pieces(battery: Battery, asked: Sequence[Due]) -> Iterator[Due]:
    """Number the pieces of what is not part of the baseline; those of the baseline keep their own."""
    baseline = [one for one in asked if one.kind == "baseline"]
    others = sorted((one for one in asked if one.kind != "baseline"), key=lambda one: one.from_day)
    by_name = {one.instrument: one for one in others}
    parts = [Part(one.instrument, *one.items, one.seconds) for one in others]
    for number, piece in enumerate(packed(parts, battery.file.piece_seconds), start=1):
        for part in piece:
            yield replace(by_name[part.instrument], piece=number)
    yield from baseline
