"""Change, take back and bring back totals that a clinician wrote down; every save leaves a version."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from solstice.instruments import AnswersError, score_total
from solstice_web.accounts.models import User
from solstice_web.audit.trail import record
from solstice_web.measures.actions import MeasureRefusedError, Saved, Sheet, instrument_called, record_total
from solstice_web.measures.content import library
from solstice_web.measures.context import context_of
from solstice_web.measures.models import Response, ResponseVersion
from solstice_web.measures.moment import Moment
from solstice_web.people.models import Person
from solstice_web.people.stale_edit import StaleEditError
from solstice_web.people.zones import zone_of
from solstice_web.progress.actions import refresh_standing

UNDO_WITHIN = timedelta(days=30)


class NoRatingError(LookupError):
    """There is no such rating of this person."""


@dataclass(frozen=True, slots=True)
class Rating:
    """A total with its day and who rated; `rated_by` where the rater is on the care team."""

    total: float
    on: date
    rater: str
    rated_by: User | None = None


@transaction.atomic
def rate(*, person: Person, response_id: uuid.UUID, instrument: str, rating: Rating, by: User, at: datetime) -> Saved:
    """Write a rating down. Sent twice it is saved once. Raises MeasureRefusedError."""
    _refuse_future(rating, person, at)
    sheet = Sheet(response_id, instrument, source=Response.Source.CLINIC, rater=rating.rater, rated_by=rating.rated_by)
    moment = Moment(at, rating.on, person.time_zone)
    saved = record_total(person=person, sheet=sheet, total=rating.total, moment=moment, by=by, at=at)
    if saved.changed:
        _keep_version(saved.response, action="rating.added", by=by, at=at)
    return saved


@transaction.atomic
def amend_rating(
    *, person: Person, response_id: uuid.UUID, revision: int, rating: Rating, by: User, at: datetime
) -> Response:
    """Correct a rating. Raises StaleEditError with both texts, NoRatingError or MeasureRefusedError."""
    _refuse_future(rating, person, at)
    response = _rating(person, response_id)
    if response.revision != revision or not response.is_complete:
        if response.revision == revision + 1 and _told(response) == _of(rating):
            return response  # the same form sent twice
        raise StaleEditError(current=_told(response), yours=_of(rating), revision=response.revision)
    instrument = instrument_called(response.instrument)
    try:
        outcome = score_total(instrument, rating.total, context=context_of(person, at=at)).to_json()
    except AnswersError as error:
        raise MeasureRefusedError("; ".join(error.faults)) from None
    response.total, response.band, response.score = rating.total, outcome.get("band") or "", outcome
    response.local_date, response.rater, response.rated_by = rating.on, rating.rater, rating.rated_by
    response.instrument_version, response.content_version = instrument.version, library().version
    return _save(response, action="rating.changed", by=by, at=at)


@transaction.atomic
def take_back(*, person: Person, response_id: uuid.UUID, revision: int, by: User, at: datetime) -> Response:
    """Take a rating off the record of results; it can be brought back for 30 days, and its versions stay."""
    response = _rating(person, response_id)
    if response.status == Response.Status.WITHDRAWN:
        return response
    if response.revision != revision:
        raise StaleEditError(current=_told(response), yours={}, revision=response.revision)
    response.status, response.withdrawn_at = Response.Status.WITHDRAWN, at
    return _save(response, action="rating.taken_back", by=by, at=at)


@transaction.atomic
def bring_back(*, person: Person, response_id: uuid.UUID, by: User, at: datetime) -> Response:
    """Bring a rating back. Raises MeasureRefusedError after 30 days."""
    response = _rating(person, response_id)
    if response.status != Response.Status.WITHDRAWN or response.withdrawn_at is None:
        return response
    if at - response.withdrawn_at > UNDO_WITHIN:
        raise MeasureRefusedError("This was taken back more than 30 days ago. Write it down again.")
    response.status, response.withdrawn_at = Response.Status.COMPLETE, None
    return _save(response, action="rating.restored", by=by, at=at)


def _refuse_future(rating: Rating, person: Person, at: datetime) -> None:
    if rating.on > at.astimezone(zone_of(person.time_zone)).date():
        raise MeasureRefusedError("The day of the rating has not come yet. Check the day.")


def _rating(person: Person, response_id: uuid.UUID) -> Response:
    """A total written down by the clinic, locked."""
    found = Response.objects.select_for_update().filter(
        pk=response_id,
        person=person,
        source=Response.Source.CLINIC,
        items=[],
        status__in=[Response.Status.COMPLETE, Response.Status.WITHDRAWN],
    )
    response = found.first()
    if response is None:
        raise NoRatingError(str(response_id))
    return response


def _save(response: Response, *, action: str, by: User, at: datetime) -> Response:
    response.revision += 1
    response.save()
    _keep_version(response, action=action, by=by, at=at)
    refresh_standing(response.person, at=at)
    return response


def _keep_version(response: Response, *, action: str, by: User, at: datetime) -> None:
    content = {**_told(response), "taken_back": response.withdrawn_at is not None}
    ResponseVersion.objects.create(
        response=response, revision=response.revision, content=content, saved_at=at, saved_by=by
    )
    record(action=action, by=by, at=at, person=response.person, subject=str(response.pk))


def _told(response: Response) -> dict[str, Any]:
    return {"total": response.total, "on": response.local_date.isoformat(), "rater": response.rater}


def _of(rating: Rating) -> dict[str, Any]:
    return {"total": rating.total, "on": rating.on.isoformat(), "rater": rating.rater}
