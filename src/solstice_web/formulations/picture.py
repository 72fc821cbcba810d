"""The picture as a list of items and what one may do with it: pure, and nothing people wrote is overwritten."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from solstice.content.mechanism_model import PARTS, Part
from solstice.formulation import Formulation, Suggestion

LONGEST_TEXT = 500
FEWEST_IN_LOOP, MOST_IN_LOOP = 3, 6
Doing = Literal["accept", "change", "reject", "reopen", "add", "remove", "up", "down", "loop"]


class PictureError(ValueError):
    """What was asked cannot be done; `field` names the input, the text says what would be right."""

    def __init__(self, field: str, text: str) -> None:
        self.field = field
        super().__init__(text)


@dataclass(frozen=True, slots=True)
class Item:
    """One line; a `machine` item has its suggestion's id, and `seen` is its fingerprint when a human looked at it."""

    id: str
    part: Part
    text: str
    machine: bool = False
    state: Literal["accepted", "changed", "rejected", "own"] = "own"
    reason: str = ""
    seen: str = ""
    sensitive: bool = False
    loop: int | None = None

    @property
    def is_kept(self) -> bool:
        return self.state != "rejected"


Items = tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One thing a clinician does; `loop` maps item ids to their place."""

    do: Doing
    item: str = ""
    text: str = ""
    reason: str = ""
    part: str = ""
    sensitive: bool = False
    loop: Mapping[str, int] | None = None


def read_items(told: Sequence[Mapping[str, Any]]) -> Items:
    return tuple(Item(**one) for one in told)


def stored(items: Items) -> list[dict[str, Any]]:
    return [asdict(item) for item in items]


def changed(items: Items, change: Change, found: Formulation) -> Items:
    """The items after the change. Raises PictureError where it does not fit."""
    steps: Mapping[Doing, Callable[[Items, Change, Formulation], Items]] = {
        "accept": _accept,
        "change": _change,
        "reject": _reject,
        "reopen": _leave_out,
        "remove": _leave_out,
        "add": _add,
        "up": _move,
        "down": _move,
        "loop": _loop,
    }
    return steps[change.do](items, change, found)


def _suggested(items: Items, change: Change, found: Formulation) -> Item:
    """The item named, or a new one from the suggestion of that id."""
    before = next((item for item in items if item.id == change.item), None)
    now = suggestion_of(change.item, found)
    if now is None and before is None:
        raise PictureError("item", "This suggestion is not there any more. Open the page again.")
    if now is None:
        assert before is not None
        return before
    if before is None:
        return Item(now.id, now.part, now.name, machine=True, seen=now.fingerprint, sensitive=now.sensitive)
    return replace(before, seen=now.fingerprint) if before.machine else before


def suggestion_of(name: str, found: Formulation) -> Suggestion | None:
    return next((one for one in (*found.mechanisms, *found.factors) if one.id == name), None)


def _accept(items: Items, change: Change, found: Formulation) -> Items:
    item = _suggested(items, change, found)
    if not item.machine:
        return items
    state: Literal["accepted", "changed"] = "changed" if item.state == "changed" else "accepted"
    return _put(items, replace(item, state=state, reason=""))


def _change(items: Items, change: Change, found: Formulation) -> Items:
    item = _suggested(items, change, found)
    text = _text(change.text)
    return _put(items, replace(item, state="changed" if item.machine else "own", text=text, reason=""))


def _reject(items: Items, change: Change, found: Formulation) -> Items:
    if not change.reason.strip():
        raise PictureError("reason", "Write why it does not belong here.")
    if len(change.reason) > LONGEST_TEXT:
        raise PictureError("reason", f"Write at most {LONGEST_TEXT} characters.")
    item = _suggested(items, change, found)
    if not item.machine:
        raise PictureError("item", "Only a suggestion is rejected; remove what you wrote yourself.")
    return _put(items, replace(item, state="rejected", reason=change.reason.strip(), loop=None))


def _leave_out(items: Items, change: Change, _found: Formulation) -> Items:
    return tuple(item for item in items if item.id != change.item)


def _add(items: Items, change: Change, _found: Formulation) -> Items:
    if change.part not in PARTS:
        raise PictureError("part", "Choose one of the four parts.")
    part: Part = change.part
    return _put(items, Item(change.item, part, _text(change.text), sensitive=change.sensitive))


def _move(items: Items, change: Change, _found: Formulation) -> Items:
    """Past the next kept item of the same part; at the end it stays where it is."""
    listed = list(items)
    index = next((number for number, item in enumerate(listed) if item.id == change.item), None)
    if index is None:
        raise PictureError("item", "This is not in the picture any more. Open the page again.")
    step = -1 if change.do == "up" else 1
    other = index + step
    while 0 <= other < len(listed):
        if listed[other].part == listed[index].part and listed[other].is_kept:
            listed[index], listed[other] = listed[other], listed[index]
            break
        other += step
    return tuple(listed)


def _loop(items: Items, change: Change, _found: Formulation) -> Items:
    places = dict(change.loop or {})
    known = {item.id for item in items if item.is_kept}
    if not set(places) <= known:
        raise PictureError("loop", "Something of the loop is not in the picture any more. Open the page again.")
    if places and not FEWEST_IN_LOOP <= len(places) <= MOST_IN_LOOP:
        raise PictureError("loop", f"A loop has {FEWEST_IN_LOOP} to {MOST_IN_LOOP} parts. You chose {len(places)}.")
    if len(set(places.values())) != len(places):
        raise PictureError("loop", "Two parts have the same place. Give each its own.")
    return tuple(replace(item, loop=places.get(item.id)) for item in items)


def _text(told: str) -> str:
    text = told.strip()
    if not text:
        raise PictureError("text", "Write it in a few words.")
    if len(text) > LONGEST_TEXT:
        raise PictureError("text", f"Write at most {LONGEST_TEXT} characters.")
    return text


def _put(items: Items, item: Item) -> Items:
    if any(one.id == item.id for one in items):
        return tuple(item if one.id == item.id else one for one in items)
    return (*items, item)


def in_loop(items: Items) -> list[Item]:
    """The items of the loop, in their order."""
    chosen = [item for item in items if item.loop is not None and item.is_kept]
    return sorted(chosen, key=lambda item: item.loop or 0)


def without_sensitive(items: Items) -> Items:
    return tuple(item for item in items if not item.sensitive)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a part: what is in the picture (`item`), what the facts say now (`now`), or both."""

    item: Item | None
    now: Suggestion | None

    @property
    def has_moved(self) -> bool:
        """The facts have changed since a human looked at it."""
        return bool(self.item and self.item.machine and self.now and self.item.seen != self.now.fingerprint)


@dataclass(frozen=True, slots=True)
class PartRows:
    """One part: what is kept, what is suggested and waits for a human, what was rejected, what was not asked."""

    part: Part
    kept: tuple[Row, ...]
    suggested: tuple[Row, ...]
    rejected: tuple[Row, ...]
    absent: tuple[Suggestion, ...]
    not_assessed: tuple[Suggestion, ...]


def rows(items: Items, found: Formulation) -> tuple[PartRows, ...]:
    """The four parts; a suggestion that was never answered waits, whatever else stands there."""
    return tuple(_part(part, items, found) for part in PARTS)


def _part(part: Part, items: Items, found: Formulation) -> PartRows:
    answered = {item.id for item in items}
    mine = [Row(item, suggestion_of(item.id, found)) for item in items if item.part == part]
    machine = found.part(part)
    return PartRows(
        part,
        tuple(row for row in mine if row.item and row.item.is_kept),
        tuple(Row(None, one) for one in machine if one.status == "present" and one.id not in answered),
        tuple(row for row in mine if row.item and not row.item.is_kept),
        tuple(one for one in machine if one.status == "absent"),
        tuple(one for one in machine if one.status == "not_assessed"),
    )


def differences(one: Items, other: Items) -> Iterator[tuple[str, str, str]]:
    """Each part of the picture with both texts, for the page that shows what someone else saved."""
    names = {
        "predisposing": "What made it likelier",
        "precipitating": "What started it",
        "perpetuating": "What keeps it going",
        "protective": "What helps",
    }
    for part, name in names.items():
        yield name, _lines(one, part), _lines(other, part)
    yield "Rejected", _rejected(one), _rejected(other)
    yield "Loop", " → ".join(item.text for item in in_loop(one)), " → ".join(item.text for item in in_loop(other))


def _lines(items: Items, part: str) -> str:
    return "\n".join(item.text for item in items if item.part == part and item.is_kept) or "empty"


def _rejected(items: Items) -> str:
    return "\n".join(f"{item.text} ({item.reason})" for item in items if not item.is_kept) or "empty"
