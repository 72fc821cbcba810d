"""Who reads in this request, and what is kept from them: the one gate before everything the content marks private.

A page is made for one reader. Queries that hand out facts or measures ask `keeps_back(person)`, so that a view cannot
forget it. Nobody reads in commands and in work behind the pages: everything is whole there (decision 0014).
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any
from uuid import UUID

from django.utils import timezone

from solstice.content.private import Private
from solstice.person import PersonFile
from solstice.person.private import without_private
from solstice_web.accounts.models import User
from solstice_web.people.models import Person
from solstice_web.people.teams import ids_treated_by

KEPT = "Kept for those who treat"
"""Said in place of what is kept back, whether or not there is anything."""


class _Reader:
    """Someone signed in, or nobody known; whom they treat is asked once, and only when it matters."""

    def __init__(self, user: Any) -> None:
        self._user = user
        self._treated: frozenset[UUID] | None = None

    def may_see_all_of(self, person: Person) -> bool:
        user = self._user
        if not isinstance(user, User) or not user.is_active:
            return False
        if person.user_id == user.pk:
            return True
        if self._treated is None:
            self._treated = ids_treated_by(user.pk, at=timezone.now())
        return person.pk in self._treated


_reader: ContextVar[_Reader | None] = ContextVar("who reads", default=None)


@contextmanager
def read_by(user: Any) -> Iterator[None]:
    """Everything inside is read by this user; `user` may be lazy."""
    token = _reader.set(_Reader(user))
    try:
        yield
    finally:
        _reader.reset(token)


@contextmanager
def whole() -> Iterator[None]:
    """Inside nothing is kept back: for what is computed and stored, or compared, and not shown to the reader."""
    token = _reader.set(None)
    try:
        yield
    finally:
        _reader.reset(token)


def keeps_back(person: Person) -> bool:
    """Whether what is private is kept from whoever reads now."""
    reader = _reader.get()
    return reader is not None and not reader.may_see_all_of(person)


def as_readable(person: Person, told: PersonFile, private: Private) -> PersonFile:
    """The person file as the reader may know it."""
    return without_private(told, private) if keeps_back(person) else told


def readable_facts(person: Person, told: Mapping[str, Any], private: Private) -> dict[str, Any]:
    """Stored facts as the reader may see them."""
    return _without(told, private) if keeps_back(person) else dict(told)


def merged_facts(
    person: Person, told: Mapping[str, Any], before: Mapping[str, Any], private: Private
) -> dict[str, Any]:
    """What to store when the reader saves facts: what was kept from them stays as it was, and nothing else of it."""
    if not keeps_back(person):
        return dict(told)
    kept = _without(told, private)
    hidden = {name: value for name, value in before.get("facts", {}).items() if name in private.facts}
    if hidden:
        kept["facts"] = {**kept.get("facts", {}), **hidden}
    listed = [name for name in before.get("conditions") or () if private.has(name)]
    if listed:
        kept["conditions"] = [*(kept.get("conditions") or ()), *listed]
    return kept


def _without(told: Mapping[str, Any], private: Private) -> dict[str, Any]:
    kept = dict(told)
    if "facts" in kept:
        kept["facts"] = {name: value for name, value in kept["facts"].items() if name not in private.facts}
    if kept.get("conditions") is not None:
        kept["conditions"] = [name for name in kept["conditions"] if not private.has(name)]
    return kept
