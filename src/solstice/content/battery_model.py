"""A battery as reviewed content: which instruments are asked when, in which pieces, and what restarts the clock."""

from collections.abc import Iterator
from typing import Literal, Self

from pydantic import Field, model_validator

from solstice.content.provenance import Cited, ContentFile
from solstice.content.read import Frozen, Reader

LONGEST_PIECE_SECONDS = 180
"""No piece asks for more at once; a battery may set less."""


class Pace(Frozen):
    """How long answering takes: once for each instrument, and for each item."""

    seconds_to_start: int = Field(ge=0, le=60)
    seconds_per_item: int = Field(ge=1, le=60)
    source: Cited


class Gate(Frozen):
    """Opens an instrument when any of these cut-offs of the instrument `after` is reached.

    `same_day`: it waits as a piece of its own at once; otherwise it takes its turn on a later day.
    """

    after: str
    cutoffs: tuple[str, ...] = Field(min_length=1)
    opens: Literal["same_day", "later"] = "later"


class Asked(Frozen):
    """One instrument of the baseline; without a gate it is asked of everyone."""

    instrument: str
    gate: Gate | None = None


class Baseline(Frozen):
    """The starting questions: one piece waits at a time, the next one comes `days_between` days after it was done.

    What is still open `within_days` after the start is not asked any more.
    """

    days_between: int = Field(ge=1, le=14)
    within_days: int = Field(ge=7, le=180)
    order: tuple[Asked, ...] = Field(min_length=1)
    source: Cited


class Core(Frozen):
    """What is asked in the rhythm of `every_days`, whatever the baseline said."""

    instruments: tuple[str, ...] = Field(min_length=1)
    every_days: int = Field(ge=4, le=31)
    source: Cited


class FollowUp(Frozen):
    """Asked again `every_days` after its last answer, once it was answered at all."""

    instrument: str
    every_days: int = Field(ge=7, le=366)


class FollowUps(Frozen):
    order: tuple[FollowUp, ...] = ()
    source: Cited


class PreSession(Frozen):
    """The core is asked this long before an appointment, unless an answer of the last `fresh_days` days is there."""

    hours_before: int = Field(ge=24, le=168)
    fresh_days: int = Field(ge=1, le=7)
    source: Cited


class Rating(Frozen):
    """A scale that a clinician rates after an event, again and again for so many days."""

    instrument: str
    every_days: int = Field(ge=1, le=31)
    for_days: int = Field(ge=1, le=366)


class EventKind(Frozen):
    """Something that happens in treatment. `restarts`: the core counts from this day on.

    `every_sessions`: the core is asked once so many sessions were given since the last answer. `ahead`: a day to come
    may be written down (an appointment). `again`: the starting questions are asked once more.
    """

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=20)
    name: str = Field(min_length=3)
    effect: str = Field(min_length=10, description="what it changes, for the clinician who writes it down")
    restarts: bool = False
    every_sessions: int | None = Field(default=None, ge=1, le=50)
    ahead: bool = False
    again: bool = False
    ratings: tuple[Rating, ...] = ()
    source: Cited


class Choices(Frozen):
    """What the person may choose where the clinician has set nothing else: how often, and how long a pause."""

    every_days: tuple[int, ...] = Field(min_length=1)
    longest_pause_days: int = Field(ge=0, le=31)
    source: Cited


class MustAnswer(Frozen):
    """Items without "I'd rather not say"; `why` is said to the person. The check can always be left."""

    instrument: str
    items: tuple[int, ...] = Field(min_length=1)
    why: str = Field(min_length=10)


class BatteryFile(ContentFile):
    """`content/batteries/<id>.yaml`."""

    solstice: Literal["battery/1"]
    name: str = Field(min_length=3)
    piece_seconds: int = Field(ge=30, le=LONGEST_PIECE_SECONDS)
    grace_days: int = Field(ge=0, le=14)
    keep_begun_days: int = Field(ge=1, le=7)
    pace: Pace
    baseline: Baseline
    core: Core
    follow_ups: FollowUps
    pre_session: PreSession
    events: tuple[EventKind, ...] = ()
    choices: Choices
    must_answer: tuple[MustAnswer, ...] = ()

    @model_validator(mode="after")
    def _is_coherent(self) -> Self:
        for what in _incoherences(self):
            raise ValueError(what)
        return self

    @property
    def instruments(self) -> tuple[str, ...]:
        """Every instrument named anywhere, once."""
        asked = [one.instrument for one in self.baseline.order]
        gates = [one.gate.after for one in self.baseline.order if one.gate]
        ratings = [rating.instrument for kind in self.events for rating in kind.ratings]
        again = [one.instrument for one in self.follow_ups.order]
        ruled = [one.instrument for one in self.must_answer]
        return tuple(dict.fromkeys([*asked, *gates, *self.core.instruments, *again, *ruled, *ratings]))


def _incoherences(file: BatteryFile) -> Iterator[str]:
    order = [one.instrument for one in file.baseline.order]
    for twice in sorted({name for name in order if order.count(name) > 1}):
        yield f"the baseline asks '{twice}' twice; keep one of them"
    for at, one in enumerate(file.baseline.order):
        if one.gate and one.gate.after not in order[:at]:
            yield f"the gate of '{one.instrument}' is '{one.gate.after}', which is not asked before it; move it up"
    kinds = [kind.id for kind in file.events]
    for twice in sorted({name for name in kinds if kinds.count(name) > 1}):
        yield f"the event '{twice}' stands twice; keep one of them"
    if file.core.every_days not in file.choices.every_days:
        yield f"the person cannot choose every {file.core.every_days} days, the rhythm of the core; add it to choices"
    if file.pace.seconds_to_start + 2 * file.pace.seconds_per_item > file.piece_seconds:
        yield "not even two items fit into one piece; raise piece_seconds or lower the pace"


def read_batteries(reader: Reader) -> dict[str, BatteryFile]:
    """Every battery by id; the file's name is its id, and each instrument it names has a folder."""
    out: dict[str, BatteryFile] = {}
    for path in reader.files("batteries/*.yaml"):
        file = reader.model(path, BatteryFile)
        if file is None:
            continue
        if file.id != path.stem:
            reader.fault(path, f"the id is '{file.id}'", f"name it like the file: '{path.stem}'")
        for name in file.instruments:
            if not (reader.root / "instruments" / name).is_dir():
                line = reader.line_with(path, name)
                reader.fault(path, f"there is no instrument '{name}'", "name one of content/instruments", line=line)
        out[file.id] = file
    return out
