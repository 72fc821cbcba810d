"""What a person told of an earlier treatment while there was no network: taken as on the page, or kept on the phone."""

from datetime import datetime

from solstice.person import Trial
from solstice_web.accounts.models import User
from solstice_web.ledger.actions import NoTrialError, tell
from solstice_web.ledger.doubts import doubts_of
from solstice_web.ledger.models import TrialRow
from solstice_web.ledger.queries import rows_for, trial_of
from solstice_web.ledger.said import Heard, NotAnAnswerError, facts_of, questions_for
from solstice_web.ledger.told import FactsRefusedError, read_trial
from solstice_web.outbox.messages import ToldPayload
from solstice_web.people.models import Person
from solstice_web.people.stale_edit import StaleEditError
from solstice_web.people.zones import zone_of

LOOK_AGAIN = "This one needs another look. Open “Before now” and tell it there. What you wrote is kept here."
DOUBTED = frozenset({"dose", "twice"})


class NotTakenError(ValueError):
    """It cannot be taken without asking: the phone keeps it and shows the words."""


def take_told(*, person: Person, told: ToldPayload, by: User, at: datetime) -> None:
    """Keep one answer. Raises NotTakenError where the page would ask again, or another answer stands there now."""
    row = rows_for(person).filter(pk=told.row_id).first()
    if row is None or told.question not in questions_for(row.kind, row.said):
        raise NotTakenError(LOOK_AGAIN)
    if row.said.get(told.question, "") not in (told.base, told.words):
        raise NotTakenError(LOOK_AGAIN)
    zone = zone_of(person.time_zone)
    try:
        facts = facts_of(told.question, told.words, Heard(row.kind, at.astimezone(zone).date(), zone))
        if _is_doubtful(row, read_trial({**row.facts, **facts}), facts.keys() & {"dose", "agent"}):
            raise NotTakenError(LOOK_AGAIN)
        tell(
            person=person,
            row_id=row.pk,
            revision=told.revision,
            question=told.question,
            words=told.words,
            by=by,
            at=at,
        )
    except (NotAnAnswerError, FactsRefusedError, StaleEditError, NoTrialError):
        raise NotTakenError(LOOK_AGAIN) from None


def _is_doubtful(row: TrialRow, trial: Trial, touched: set[str]) -> bool:
    others = [trial_of(other) for other in rows_for(row.person) if other.pk != row.pk] if "agent" in touched else []
    return any(one.code in DOUBTED and one.field in touched for one in doubts_of(trial, others))
