"""A battery bound to the instruments it names: what can be asked of a person, how long it takes, in which pieces."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from solstice.content.battery_model import BatteryFile, EventKind, Gate
from solstice.content.instrument_model import Instrument


@dataclass(frozen=True, slots=True)
class Part:
    """Items `first` to `last` of one instrument, asked in one go; a short instrument is one part."""

    instrument: str
    first: int
    last: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Piece:
    """What waits for a person at one time in the baseline; `number` counts from 1 over all that could be asked."""

    number: int
    parts: tuple[Part, ...]
    gate: Gate | None

    @property
    def seconds(self) -> int:
        return sum(part.seconds for part in self.parts)


@dataclass(frozen=True, slots=True)
class Battery:
    """`parts` holds only instruments that can be asked of the person: answered by themselves, with words."""

    file: BatteryFile
    parts: Mapping[str, tuple[Part, ...]]
    pieces: tuple[Piece, ...]
    names: Mapping[str, str]

    def is_asked(self, instrument: str) -> bool:
        return instrument in self.parts

    def rests(self, instrument: str) -> tuple[int, ...]:
        """After which items a person can stop because a piece ends there."""
        return tuple(part.last for part in self.parts.get(instrument, ())[:-1])

    def must_answer(self, instrument: str) -> dict[int, str]:
        """Items that cannot be left out, each with the reason said to the person."""
        rules = [rule for rule in self.file.must_answer if rule.instrument == instrument]
        return {item: rule.why for rule in rules for item in rule.items}

    def kind(self, event: str) -> EventKind | None:
        return next((kind for kind in self.file.events if kind.id == event), None)


def bind(file: BatteryFile, instruments: Mapping[str, Instrument], *, language: str = "en") -> Battery:
    """The battery with its parts and pieces. An instrument without words in `language`, or rated by staff, has none."""
    known = {name: instruments[name] for name in file.instruments if name in instruments}
    asked = {name: one for name, one in known.items() if can_be_asked(one, language)}
    parts = {name: _parts(file, one, has_gate=_has_gate(one, language)) for name, one in asked.items()}
    names = {name: known[name].short_name if name in known else name for name in file.instruments}
    return Battery(file, MappingProxyType(parts), tuple(_pieces(file, parts)), MappingProxyType(names))


def can_be_asked(instrument: Instrument, language: str = "en") -> bool:
    """Answered by the person, with words, and with answers to choose from at each item."""
    text = instrument.text(language)
    if text is None or instrument.rater != "self":
        return False
    return all(text.options_of(item) for item in range(1, instrument.items + 1))


def _has_gate(instrument: Instrument, language: str) -> bool:
    text = instrument.text(language)
    return text is not None and text.gate is not None


def _parts(file: BatteryFile, instrument: Instrument, *, has_gate: bool) -> tuple[Part, ...]:
    """As few parts as the longest piece allows, of nearly the same size; a question before the items counts as one."""
    pace, questions = file.pace, instrument.items + has_gate
    most = (file.piece_seconds - pace.seconds_to_start) // pace.seconds_per_item
    count = -(-questions // most)
    sizes = [questions // count + (number < questions % count) for number in range(count)]
    parts: list[Part] = []
    first = 1
    for size in sizes:
        items = size - (has_gate and not parts)
        seconds = pace.seconds_to_start + size * pace.seconds_per_item
        parts.append(Part(instrument.id, first, first + items - 1, seconds))
        first += items
    return tuple(parts)


def packed(parts: Iterable[Part], most: int) -> list[tuple[Part, ...]]:
    """Parts in their order, as many together as fit into `most` seconds."""
    found: list[list[Part]] = []
    for part in parts:
        if found and sum(one.seconds for one in found[-1]) + part.seconds <= most:
            found[-1].append(part)
        else:
            found.append([part])
    return [tuple(piece) for piece in found]


def _pieces(file: BatteryFile, parts: Mapping[str, tuple[Part, ...]]) -> list[Piece]:
    """Short instruments without a gate share pieces; a gated or a long one has pieces of its own, in its place."""
    groups: list[tuple[Gate | None, list[Part]]] = []
    for one in file.baseline.order:
        own = parts.get(one.instrument, ())
        if one.gate is not None and not _is_reachable(one.gate, parts):
            continue
        if one.gate is None and len(own) == 1:
            if not (groups and groups[-1][0] is None and len(parts[groups[-1][1][0].instrument]) == 1):
                groups.append((None, []))
            groups[-1][1].extend(own)
        else:
            groups.extend((one.gate, [part]) for part in own)
    pieces = [(gate, piece) for gate, group in groups if group for piece in packed(group, file.piece_seconds)]
    return [Piece(number, piece, gate) for number, (gate, piece) in enumerate(pieces, start=1)]


def _is_reachable(gate: Gate, parts: Mapping[str, tuple[Part, ...]]) -> bool:
    """A gate that nobody can answer here never opens."""
    return gate.after in parts
