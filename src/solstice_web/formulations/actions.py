"""Save the interview, the gate, the picture and the person's own words; each save is a version with its event."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

from django.db import IntegrityError, transaction

from solstice.person import Interview, TraumaGate
from solstice_web.accounts.access import Right, may
from solstice_web.accounts.models import User
from solstice_web.audit.trail import record
from solstice_web.formulations.models import GateVersion, InterviewVersion, OwnPictureVersion, PictureVersion
from solstice_web.formulations.own_words import read_own_words
from solstice_web.formulations.picture import Change, changed, read_items, stored
from solstice_web.formulations.queries import (
    current_gate,
    current_interview,
    current_own_picture,
    current_picture,
    formulated,
    items_of,
    read_interview,
)
from solstice_web.people.models import Person
from solstice_web.people.stale_edit import StaleEditError
from solstice_web.people.zones import zone_of

AnyVersion = InterviewVersion | GateVersion | PictureVersion | OwnPictureVersion
Version = TypeVar("Version", InterviewVersion, GateVersion, PictureVersion, OwnPictureVersion)


class NotTreatingError(PermissionError):
    """Only those who treat the person write here."""


class NotTheirOwnError(PermissionError):
    """A person's own words are written by that person alone."""


class FutureInterviewError(ValueError):
    """Something of the interview is dated after the day it was told: the person file could not be read with it."""


def save_interview(
    *, person: Person, told: Mapping[str, Any], revision: int, by: User, at: datetime
) -> InterviewVersion:
    """Save the whole interview, based on `revision`. Raises StaleEditError, ValidationError, FutureInterviewError."""
    _treats(person, by)
    interview = read_interview({name: value for name, value in told.items() if name != "trauma"})
    _refuse_future(interview, person, at)
    kept = interview.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
    latest = current_interview(person)
    if _same_form_twice(latest, kept, revision, by):
        assert latest is not None
        return latest
    new = InterviewVersion(person=person, revision=revision + 1, told=kept, saved_at=at, saved_by=by)
    return _insert_next(new, latest, yours=kept, action="interview.save")


def save_gate(*, person: Person, answer: str, revision: int, by: User, at: datetime) -> GateVersion:
    """Keep the answer to the gate and its day, nothing more. Raises StaleEditError and ValidationError."""
    _treats(person, by)
    today = at.astimezone(zone_of(person.time_zone)).date()
    on = None if answer == "not_asked" else today.isoformat()
    kept = TraumaGate.model_validate({"answer": answer, "on": on}).model_dump(mode="json", exclude_none=True)
    latest = current_gate(person)
    if _same_form_twice(latest, kept, revision, by):
        assert latest is not None
        return latest
    new = GateVersion(person=person, revision=revision + 1, told=kept, saved_at=at, saved_by=by)
    return _insert_next(new, latest, yours=kept, action="interview.gate")


def change_picture(*, person: Person, change: Change, revision: int, by: User, at: datetime) -> PictureVersion:
    """Do one thing to the picture as it stood at `revision`.

    Raises PictureError where it does not fit, and StaleEditError with both pictures when someone saved since.
    """
    _treats(person, by)
    found = formulated(person, at=at, treating=True).found
    latest = current_picture(person)
    base = _picture_at(person, revision)
    told = stored(changed(read_items(base), change, found))
    if _same_form_twice(latest, told, revision, by):
        assert latest is not None
        return latest
    new = PictureVersion(person=person, revision=revision + 1, told=told, change=change.do, saved_at=at, saved_by=by)
    return _insert_next(new, latest, yours={"items": told}, action="picture.change")


def bring_back(*, person: Person, version: int, revision: int, by: User, at: datetime) -> PictureVersion:
    """Make an earlier version hold again (0 is the empty picture); those between stay. Raises StaleEditError."""
    _treats(person, by)
    told = _picture_at(person, version)
    new = PictureVersion(person=person, revision=revision + 1, told=told, change="bring_back", saved_at=at, saved_by=by)
    return _insert_next(new, current_picture(person), yours={"items": told}, action="picture.bring_back")


def save_own_picture(
    *, person: Person, told: Mapping[str, Any], revision: int, by: User, at: datetime
) -> OwnPictureVersion:
    """Save a person's own words, written by that person. Raises StaleEditError, OwnWordsError, NotTheirOwnError."""
    if person.user_id != by.pk:
        raise NotTheirOwnError(str(person.pk))
    kept = read_own_words(told)
    latest = current_own_picture(person)
    if _same_form_twice(latest, kept, revision, by):
        assert latest is not None
        return latest
    new = OwnPictureVersion(person=person, revision=revision + 1, told=kept, saved_at=at, saved_by=by)
    return _insert_next(new, latest, yours=kept, action="own_picture.save")


def _treats(person: Person, by: User) -> None:
    if not may(by, Right.TREAT, person):
        raise NotTreatingError(str(person.pk))


def _refuse_future(interview: Interview, person: Person, at: datetime) -> None:
    today = at.astimezone(zone_of(person.time_zone)).date()
    late = interview.late_by(today)
    if late is not None:
        raise FutureInterviewError(f"{'.'.join(late[0])} is after today; check the year")


def _picture_at(person: Person, revision: int) -> list[dict[str, Any]]:
    """The items as they stood; none before the first save."""
    found = PictureVersion.objects.filter(person=person, revision=revision).first()
    return stored(items_of(found))


def _same_form_twice(latest: AnyVersion | None, told: Any, revision: int, by: User) -> bool:
    return latest is not None and (latest.revision, latest.saved_by_id, latest.told) == (revision + 1, by.pk, told)


def _insert_next(new: Version, latest: AnyVersion | None, *, yours: Any, action: str) -> Version:
    """Insert when the revision below is still the latest. Raises StaleEditError when another save came first."""
    if new.revision == (latest.revision if latest else 0) + 1:
        try:
            with transaction.atomic():
                new.save(force_insert=True)
                detail = {"revision": new.revision}
                record(action=action, by=new.saved_by, at=new.saved_at, person=new.person, detail=detail)
        except IntegrityError:
            pass  # another save came first, however close: told below
        else:
            return new
    now = type(new)._default_manager.filter(person=new.person).order_by("-revision").first()  # noqa: SLF001 - Django's documented API
    current = {} if now is None else now.told
    told = {"items": current or []} if isinstance(new, PictureVersion) else current
    raise StaleEditError(current=told, yours=yours, revision=now.revision if now else 0)
