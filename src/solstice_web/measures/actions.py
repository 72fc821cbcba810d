"""Save answers tap by tap, finish measures, and raise alerts in the same transaction."""

import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from django.db import transaction

from solstice.content.instrument_model import Instrument
from solstice.content.safety_model import is_unheard
from solstice.instruments import AnswersError, score, score_total
from solstice_web.accounts.models import User
from solstice_web.audit.trail import record
from solstice_web.measures.content import battery, library
from solstice_web.measures.context import context_of
from solstice_web.measures.models import Response
from solstice_web.measures.moment import Moment
from solstice_web.measures.risk import raise_at_the_end, raise_for_answers
from solstice_web.people.models import Person
from solstice_web.progress.actions import refresh_standing


class MeasureRefusedError(Exception):
    """An answer or measure cannot be saved; the text says what to do and holds no answers."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """Which filling-in of which instrument is meant; `id` is made where it is filled in."""

    id: uuid.UUID
    instrument: str
    language: str = "en"
    source: str = Response.Source.PORTAL
    rater: str = ""
    rated_by: User | None = None


@dataclass(frozen=True, slots=True)
class Tap:
    """One answer; `item` counts from 1, 0 is the question before the items (0 No, 1 Yes).

    `value` None is "prefer not to say", which is an answer too.
    """

    item: int
    value: int | None


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of a save: `changed` is False for one sent twice; `help_now` asks to show the help card.

    `open_item`: the measure is kept and not finished, because this item must be answered first.
    """

    response: Response
    changed: bool
    help_now: bool
    open_item: int | None = None


@dataclass(frozen=True, slots=True)
class Filled:
    """A whole measure at once: every item, which blanks are "prefer not to say", and the question before the items."""

    sheet: Sheet
    items: Sequence[int | None]
    moment: Moment
    declined: Collection[int] = field(default=())
    gate: bool | None = None

    def taps(self) -> list[Tap]:
        told = [None if self.gate is None else int(self.gate), *self.items]
        return [Tap(number, value) for number, value in enumerate(told) if value is not None or number in self.declined]


def instrument_called(name: str) -> Instrument:
    """The instrument, or MeasureRefusedError."""
    try:
        return library().instruments[name]
    except KeyError:
        raise MeasureRefusedError("This measure is not known here.") from None


@transaction.atomic
def save_answer(*, person: Person, sheet: Sheet, tap: Tap, moment: Moment, by: User | None, at: datetime) -> Saved:
    """Save one tap; the first tap of a sheet begins the response.

    Taps may come twice and in any order: for each item the answer given last on the phone stands. A tap made before
    the measure was finished is merged and the measure scored again; one made after is refused, but a risk answer in
    it still raises the alert.
    """
    instrument = instrument_called(sheet.instrument)
    _check(instrument, [tap])
    must = _must_answer(instrument, sheet.source)
    if tap.value is None and tap.item in must:
        raise MeasureRefusedError(must[tap.item])
    response = _response(person, sheet, instrument, moment=moment, by=by, at=at)
    settled = moment.settled(at)
    if response.status != Response.Status.IN_PROGRESS and settled.recorded_at > response.recorded_at:
        return _after_the_end(response, tap, instrument, by=by, at=at)
    changed = _merge(response, [tap], settled)
    if changed:
        if response.is_complete:
            _score(response, instrument)
            record(action="measure.amended", by=by, at=at, person=person, subject=str(response.id))
        response.save()
    lifted = raise_for_answers(response, instrument, by=by, at=at)
    if lifted or (changed and response.is_complete):
        refresh_standing(person, at=at)
    return Saved(response, changed, _needs_help(response, instrument))


def _after_the_end(response: Response, tap: Tap, instrument: Instrument, *, by: User | None, at: datetime) -> Saved:
    if _answer_of(response, tap.item) == tap.value:
        return Saved(response, changed=False, help_now=_needs_help(response, instrument))
    risk = instrument.risk_item
    if risk is None or tap.item != risk.item or tap.value is None or tap.value < risk.flag_at:
        raise MeasureRefusedError("This check-in is finished. Start a new one to change an answer.")
    kept = response.items
    response.items = [*kept[: tap.item - 1], tap.value, *kept[tap.item :]]
    if raise_for_answers(response, instrument, by=by, at=at):
        record(action="measure.late_risk_answer", by=by, at=at, person=response.person, subject=str(response.id))
        refresh_standing(response.person, at=at)
    response.items = kept
    return Saved(response, changed=False, help_now=True)


@transaction.atomic
def complete_response(
    *, person: Person, response_id: uuid.UUID, moment: Moment, by: User | None, at: datetime
) -> Saved:
    """Finish a response: score it through the engine and raise what it calls for. Finishing twice changes nothing."""
    response = Response.objects.select_for_update().filter(pk=response_id, person=person).first()
    if response is None:
        raise MeasureRefusedError("This check-in could not be found. Start a new one.")
    instrument = instrument_called(response.instrument)
    saved = _complete(response, instrument, moment.settled(at), by=by, at=at)
    refresh_standing(person, at=at)
    return saved


@transaction.atomic
def record_answers(*, person: Person, filled: Filled, by: User | None, at: datetime) -> Saved:
    """Save a whole measure and finish it, as the clinic, an import or a phone that was offline enters it."""
    saved = _record_answers(person, filled, by=by, at=at)
    refresh_standing(person, at=at)
    return saved


@transaction.atomic
def import_answers(*, person: Person, measures: Iterable[Filled], by: User | None, at: datetime) -> tuple[Saved, ...]:
    """Save many whole measures of one person in one transaction, all or none; each is scored and audited."""
    saved = tuple(_record_answers(person, filled, by=by, at=at) for filled in measures)
    refresh_standing(person, at=at)
    return saved


def _record_answers(person: Person, filled: Filled, *, by: User | None, at: datetime) -> Saved:
    instrument = instrument_called(filled.sheet.instrument)
    if len(filled.items) != instrument.items:
        raise MeasureRefusedError(f"This measure has {instrument.items} items; send one answer or null for each.")
    taps = filled.taps()
    _check(instrument, taps)
    response = _response(person, filled.sheet, instrument, moment=filled.moment, by=by, at=at)
    settled = filled.moment.settled(at)
    if response.status != Response.Status.IN_PROGRESS:
        return _again(response, taps, instrument, by=by, at=at)
    _merge(response, taps, settled)
    return _complete(response, instrument, settled, by=by, at=at)


def _again(response: Response, taps: Iterable[Tap], instrument: Instrument, *, by: User | None, at: datetime) -> Saved:
    """A finished measure sent again: nothing changes, but a risk answer in it still counts."""
    risk = instrument.risk_item
    for tap in taps:
        if risk and tap.item == risk.item and tap.value is not None and tap.value >= risk.flag_at:
            return _after_the_end(response, tap, instrument, by=by, at=at)
    return Saved(response, changed=False, help_now=_needs_help(response, instrument))


@transaction.atomic
def record_total(*, person: Person, sheet: Sheet, total: float, moment: Moment, by: User | None, at: datetime) -> Saved:
    """Save the total of a scale whose items are licensed or rated by a clinician. Sent twice it is saved once."""
    instrument = instrument_called(sheet.instrument)
    response = _response(person, sheet, instrument, moment=moment, by=by, at=at)
    if response.is_complete:
        return Saved(response, changed=False, help_now=False)
    try:
        outcome = score_total(instrument, total, context=context_of(person, at=at))
    except AnswersError as error:
        raise MeasureRefusedError("; ".join(error.faults)) from None
    response.items = []
    _store(response, outcome.to_json())
    saved = _finish(response, moment.settled(at), by=by, at=at, help_now=False)
    refresh_standing(person, at=at)
    return saved


@transaction.atomic
def abandon_response(*, person: Person, response_id: uuid.UUID, by: User | None, at: datetime) -> None:
    """Put a response aside unfinished; its answers and alerts stay. A blank risk item is followed up."""
    response = (
        Response.objects.select_for_update()
        .filter(pk=response_id, person=person, status=Response.Status.IN_PROGRESS)
        .first()
    )
    if response is None:
        return
    response.status = Response.Status.ABANDONED
    response.save(update_fields=["status"])
    record(action="measure.put_aside", by=by, at=at, person=person, subject=str(response.id))
    if raise_at_the_end(response, instrument_called(response.instrument), by=by, at=at):
        refresh_standing(person, at=at)


def _response(
    person: Person, sheet: Sheet, instrument: Instrument, *, moment: Moment, by: User | None, at: datetime
) -> Response:
    """The response of this sheet, locked; refused when the id is taken by someone or something else."""
    settled = moment.settled(at)
    response, created = Response.objects.select_for_update().get_or_create(
        pk=sheet.id,
        defaults={
            "person": person,
            "instrument": instrument.id,
            "instrument_version": instrument.version,
            "language": sheet.language,
            "items": [None] * instrument.items,
            "recorded_at": settled.recorded_at,
            "received_at": at,
            "local_date": settled.local_date,
            "time_zone": settled.time_zone,
            "entered_by": by,
            "source": sheet.source,
            "rater": sheet.rater,
            "rated_by": sheet.rated_by,
        },
    )
    if response.person_id != person.pk or response.instrument != instrument.id:
        raise MeasureRefusedError("This check-in could not be saved. Start a new one.")
    if created:
        record(
            action="measure.begun",
            by=by,
            at=at,
            person=person,
            subject=str(response.id),
            detail={"instrument": instrument.id, "source": sheet.source},
        )
    return response


def _check(instrument: Instrument, taps: Iterable[Tap]) -> None:
    if is_unheard(instrument, library()):
        raise MeasureRefusedError("This screen is asked in person and acted on at once; its answers are not kept here.")
    allowed = instrument.text("en")
    first = 0 if allowed is not None and allowed.gate is not None else 1
    for tap in taps:
        if not first <= tap.item <= instrument.items:
            raise MeasureRefusedError(f"Item {tap.item} does not exist; items are {first} to {instrument.items}.")
        if allowed is None:
            values = list(instrument.levels_of(tap.item))
        else:
            options = allowed.gate.options if tap.item == 0 and allowed.gate else allowed.options_of(tap.item)
            values = [option.value for option in options]
        if tap.value is not None and tap.value not in values:
            raise MeasureRefusedError(f"Item {tap.item} takes one of {', '.join(map(str, values)) or 'no answers'}.")


def _must_answer(instrument: Instrument, source: str) -> dict[int, str]:
    """Items the person cannot leave out; what came on paper or from elsewhere is kept as it is."""
    return battery().must_answer(instrument.id) if source == Response.Source.PORTAL else {}


def _answer_of(response: Response, item: int) -> int | None:
    if item == 0:
        return None if response.gate is None else int(response.gate)
    return response.items[item - 1]  # type: ignore[no-any-return] # a JSON list of whole numbers and null


def _merge(response: Response, taps: Iterable[Tap], moment: Moment) -> bool:
    """Put taps into the response unless a later tap of the same item is there; return whether anything changed."""
    stamp = moment.recorded_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    before = (response.gate, list(response.items), sorted(response.declined))
    for tap in taps:
        if response.taps.get(str(tap.item), "") > stamp:
            continue
        response.taps[str(tap.item)] = stamp
        if tap.item == 0:
            response.gate = None if tap.value is None else bool(tap.value)
        else:
            response.items[tap.item - 1] = tap.value
        others = {number for number in response.declined if number != tap.item}
        response.declined = sorted(others | {tap.item} if tap.value is None else others)
    if not response.is_complete and moment.recorded_at >= response.recorded_at:
        response.recorded_at, response.local_date, response.time_zone = (
            moment.recorded_at,
            moment.local_date,
            moment.time_zone,
        )
    return (response.gate, list(response.items), sorted(response.declined)) != before


def _complete(response: Response, instrument: Instrument, moment: Moment, *, by: User | None, at: datetime) -> Saved:
    if response.is_complete:
        return Saved(response, changed=False, help_now=_needs_help(response, instrument))
    opened = [item for item in _must_answer(instrument, response.source) if _answer_of(response, item) is None]
    if opened:
        response.save()
        raise_for_answers(response, instrument, by=by, at=at)
        return Saved(response, True, _needs_help(response, instrument), open_item=min(opened))
    _score(response, instrument)
    raise_at_the_end(response, instrument, by=by, at=at)
    return _finish(response, moment, by=by, at=at, help_now=_needs_help(response, instrument))


def _finish(response: Response, moment: Moment, *, by: User | None, at: datetime, help_now: bool) -> Saved:
    response.status = Response.Status.COMPLETE
    response.recorded_at, response.local_date, response.time_zone = (
        moment.recorded_at,
        moment.local_date,
        moment.time_zone,
    )
    response.save()
    record(
        action="measure.finished",
        by=by,
        at=at,
        person=response.person,
        subject=str(response.id),
        detail={"instrument": response.instrument, "scored": response.total is not None},
    )
    return Saved(response, changed=True, help_now=help_now)


def _score(response: Response, instrument: Instrument) -> None:
    context = replace(context_of(response.person, at=response.received_at), gate=response.gate)
    items = (None,) * instrument.items if response.gate is False else tuple(response.items)
    _store(response, score(instrument, items, context=context).to_json())


def _store(response: Response, outcome: dict[str, object]) -> None:
    total, band = outcome.get("total"), outcome.get("band")
    response.score = outcome
    response.total = float(total) if isinstance(total, int | float) else None
    response.band = band if isinstance(band, str) else ""
    response.content_version = library().version


def _needs_help(response: Response, instrument: Instrument) -> bool:
    risk = instrument.risk_item
    if risk is None or not response.items:
        return False
    value = response.items[risk.item - 1]
    return value is not None and value >= risk.flag_at
