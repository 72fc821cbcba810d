"""One person's record with every field that takes someone's words filled in, through the actions a page calls."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.db import models

from solstice.letter import Parties, Wording
from solstice_web.accounts.models import User
from solstice_web.alerts.actions import Done, record_action
from solstice_web.alerts.models import Alert
from solstice_web.courses.actions import change_course, close_task, record_session, save_entry, set_task
from solstice_web.courses.models import Course
from solstice_web.courses.told import EntryTold, SessionContent, TaskTold
from solstice_web.formulations.actions import change_picture, save_gate, save_interview, save_own_picture
from solstice_web.formulations.own_words import PARTS as OWN_PARTS
from solstice_web.formulations.picture import Change
from solstice_web.ledger.actions import add_trial, check_trial, delete_trial, tell
from solstice_web.ledger.queries import assessment
from solstice_web.ledger.told import Told
from solstice_web.letters.actions import issue_letter
from solstice_web.letters.queries import drafted
from solstice_web.measures.actions import Filled, Sheet, record_answers, record_total
from solstice_web.measures.clock.actions import EventTold, record_event
from solstice_web.measures.content import library
from solstice_web.measures.moment import Moment
from solstice_web.measures.ratings.actions import Rating, rate
from solstice_web.people.actions import join_care_team, open_in_emergency, save_facts, save_safety_plan
from solstice_web.people.models import CareTeamMember, Person
from solstice_web.people.safety_plan import LONGEST_PART, PARTS
from solstice_web.plans.actions import Decided, decide
from solstice_web.plans.queries import current_plan
from solstice_web.privacy import Privacy
from solstice_web.resistance.actions import Said, answer_item, set_aside, sign_label, withdraw_label
from solstice_web.resistance.checklist import basis_of, fingerprint
from solstice_web.resistance.queries import checklist_of
from solstice_web.tasks import actions as tasks

SPACE = uuid.UUID("5015713e-0000-4000-8000-0000000000aa")
THERAPY = "behavioural-activation"
WRITTEN_BY_THE_ENGINE = {
    "formulations.GateVersion.told", "plans.Decision.plan_json", "audit.RetiredKey.secret", "resistance.ItemAnswer.facts_why",
    "resistance.SignedLabel.changes", "plans.Decision.chosen", "plans.SigningKey.private", "plans.OtherClinic.content",
}  # fmt: skip
"""Free text by its kind, but nobody types it."""


@dataclass(frozen=True, slots=True)
class Written:
    """Ids of what was written, for addresses and forms."""

    person: Person
    trial: uuid.UUID
    alert: uuid.UUID
    response: uuid.UUID
    course: uuid.UUID
    entry: uuid.UUID
    task: uuid.UUID
    letter: uuid.UUID

    def ids(self) -> dict[str, uuid.UUID]:
        """By the names the parts of addresses have."""
        return {
            "person_id": self.person.pk, "trial_id": self.trial, "row_id": self.trial, "alert_id": self.alert,
            "response_id": self.response, "course_id": self.course, "entry_id": self.entry, "task_id": self.task,
            "letter_id": self.letter,
            "clinical_task_id": _id(self.person, "clinical task"), "question_id": _id(self.person, "set aside"),
        }  # fmt: skip


def write_whole_record(
    words: str, *, person: Person, clinician: User, at: datetime, names: str | None = None
) -> Written:
    """Put `words`, cut to what the field takes, into everything a person or clinician can type; ids follow the person.

    `names` goes where someone is named, which is not free text; the words themselves when absent.
    """
    no_nul = (words if names is None else names).replace("\0", "")
    person.given_name, person.family_name = no_nul[:80], no_nul[:80]
    person.save()
    clinician.name = no_nul[:120]
    clinician.save()
    course = _decided(words, person=person, clinician=clinician, at=at)
    alert, response = _measured(words, no_nul, person=person, clinician=clinician, at=at)
    entry, task = _between_sessions(words, course, person=person, clinician=clinician, at=at)
    trial = _tried(words, person=person, clinician=clinician, at=at)
    _known(words, person=person, clinician=clinician, at=at)
    _asked(words[:4000], person=person, clinician=clinician, at=at)
    _pictured(words, person=person, clinician=clinician, at=at)
    letter = _told_by_letter(words, no_nul, person=person, clinician=clinician, at=at)
    return Written(person, trial, alert, response, course.pk, entry, task, letter)


def _id(person: Person, what: str) -> uuid.UUID:
    return uuid.uuid5(SPACE, f"{person.pk}/{what}")


def _decided(words: str, *, person: Person, clinician: User, at: datetime) -> Course:
    if not CareTeamMember.objects.filter(person=person, user=clinician, ended_at=None).exists():
        join_care_team(person=person, user=clinician, role="lead", by=clinician, at=at)
    shown = current_plan(person, at=at)
    told = Decided(_id(person, "decision"), THERAPY, "accept", words, shown.inputs_hash)
    decide(person=person, decided=told, by=clinician, at=at)
    course = Course.objects.get(person=person)
    # the id of a course is made by the server; one that follows the person keeps pages comparable
    Course.objects.filter(pk=course.pk).update(id=_id(person, "course"))
    course = Course.objects.get(person=person)
    content = SessionContent(at.date(), notes=words)
    record_session(person=person, course_id=course.pk, number=1, revision=0, content=content, by=clinician, at=at)
    return course


def _measured(words: str, no_nul: str, *, person: Person, clinician: User, at: datetime) -> tuple[uuid.UUID, uuid.UUID]:
    moment = Moment.at(at, person.time_zone)
    filled = Filled(Sheet(_id(person, "response"), "phq-9"), [2] * 9, moment)
    response = record_answers(person=person, filled=filled, by=person.user, at=at).response
    sheet = Sheet(_id(person, "total"), "madrs", source="clinic", rater=no_nul[:120])
    record_total(person=person, sheet=sheet, total=30, moment=moment, by=clinician, at=at)
    rating = Rating(28, moment.local_date, no_nul[:120])
    rate(person=person, response_id=_id(person, "rating"), instrument="hdrs-17", rating=rating, by=clinician, at=at)
    event = EventTold(_id(person, "event"), "infusion", moment.local_date, note=words[:500])
    record_event(person=person, told=event, by=clinician, at=at)
    Alert.objects.filter(response=response).update(id=_id(person, "alert"), episode=_id(person, "alert"))
    alert = Alert.objects.get(response=response)
    done = Done(_id(person, "done"), "tried", note=words)
    record_action(person=person, alert_id=alert.pk, revision=1, done=done, by=clinician, at=at)
    return alert.pk, response.pk


def _between_sessions(
    words: str, course: Course, *, person: Person, clinician: User, at: datetime
) -> tuple[uuid.UUID, uuid.UUID]:
    plan = dict.fromkeys(("task", "why", "when", "where", "how_long", "obstacle", "if_obstacle"), words)
    for name in ("task", "closed task"):
        told = TaskTold(_id(person, name), plan, confidence=5, due_on=at.date() + timedelta(days=1))
        set_task(person=person, course_id=course.pk, told=told, by=clinician, at=at)
    close_task(person=person, task_id=_id(person, "closed task"), state="partly", outcome=words, by=None, at=at)
    moment = Moment.at(at, person.time_zone)
    sheet = next(iter(library().therapies[THERAPY].worksheets.values()))
    entries: dict[str, tuple[str, str, dict[str, Any]]] = {
        "entry": ("practice", "step-outside", {"note": words}),
        "sheet": ("worksheet", sheet.id, {field.id: words for field in sheet.fields}),
        "mood": ("mood", "", {"note": words, "mood": 4}),
    }
    for name, (kind, content, answers) in entries.items():
        entry = EntryTold(_id(person, name), kind, content, answers=answers)
        save_entry(person=person, told=entry, moment=moment, by=person.user, at=at)
    change_course(person=person, course_id=course.pk, state="paused", reason=words, by=clinician, at=at)
    return _id(person, "entry"), _id(person, "task")


def _tried(words: str, *, person: Person, clinician: User, at: datetime) -> uuid.UUID:
    facts: dict[str, Any] = {"kind": "medicine", "agent": words[:120]}
    for name in ("trial", "deleted trial"):
        add_trial(person=person, row_id=_id(person, name), told=Told(facts, note=words[:5000]), by=clinician, at=at)
    stimulation = Told({"kind": "tms", "protocol": words[:60]}, note=words[:5000])
    add_trial(person=person, row_id=_id(person, "stimulation"), told=stimulation, by=clinician, at=at)
    delete_trial(person=person, row_id=_id(person, "deleted trial"), revision=1, by=clinician, at=at)
    _said(words, person=person, clinician=clinician, at=at)
    return _id(person, "trial")


def _told_by_letter(words: str, no_nul: str, *, person: Person, clinician: User, at: datetime) -> uuid.UUID:
    parties = Parties(sender=(no_nul,), recipient=(no_nul,), person_name=no_nul, signed_name=no_nul, signed_role=no_nul)
    letter = drafted(person, purpose="referral", parties=parties, wording=Wording(words, words), at=at)
    told = _id(person, "letter")
    issue_letter(person=person, letter_id=told, purpose="referral", letter=letter, by=clinician, at=at)
    return told


def _said(words: str, *, person: Person, clinician: User, at: datetime) -> None:
    """A treatment in the person's own words, checked with a note."""
    row_id, by = _id(person, "told trial"), person.user or clinician
    told = Told({"kind": "medicine"}, note=words[:5000], told_by="patient")
    add_trial(person=person, row_id=row_id, told=told, by=by, at=at)
    revision = tell(person=person, row_id=row_id, revision=1, question="name", words=words[:120], by=by, at=at).revision
    check_trial(
        person=person,
        row_id=row_id,
        revision=revision,
        against="record",
        note=words[:5000],
        by=clinician,
        at=at,
    )


def _pictured(words: str, *, person: Person, clinician: User, at: datetime) -> None:
    """The interview with a note, the gate, items of the clinician's picture in a loop, and the person's own words."""
    told = {"stress": {"debt": {"answer": "yes", "on": at.date().isoformat(), "note": words[:120]}}}
    save_interview(person=person, told=told, revision=0, by=clinician, at=at)
    save_gate(person=person, answer="yes", revision=0, by=clinician, at=at)
    items = [str(_id(person, f"item {number}")) for number in range(3)]
    changes = [
        *(Change("add", item, words[:120], part="perpetuating") for item in items),
        Change("loop", loop={item: number for number, item in enumerate(items, start=1)}),
        Change("reject", "debt", reason=words[:120]),
    ]
    for revision, change in enumerate(changes):
        change_picture(person=person, change=change, revision=revision, by=clinician, at=at)
    own = {**dict.fromkeys(OWN_PARTS, words[:4000]), "loop": [words[:60]] * 3}
    if person.user is not None:
        save_own_picture(person=person, told=own, revision=0, by=person.user, at=at)


def _known(words: str, *, person: Person, clinician: User, at: datetime) -> None:
    told = {"conditions": [words], "family_history": [words], "facts": {"childhood_trauma": True}}
    save_facts(person=person, told=told, revision=0, by=clinician, at=at)
    parts = dict.fromkeys(PARTS, words[:LONGEST_PART])
    save_safety_plan(person=person, told=parts, revision=0, by=person.user or clinician, at=at)
    open_in_emergency(person=person, reason=f"said on the phone: {words}", by=clinician, at=at)


def _asked(words: str, *, person: Person, clinician: User, at: datetime) -> None:
    """The questions worked through, a label signed, taken back and signed again, one question set aside, two tasks."""
    by: dict[str, Any] = {"person": person, "by": clinician}
    for name in ("sertraline", "venlafaxine"):
        facts = {"kind": "medicine", "agent": name, "dose": 375, "weeks_at_dose": 9, "adherence": "good"}
        told = Told({**facts, "outcome": "no_response", "stopped_for": "inefficacy"})
        add_trial(**by, row_id=_id(person, name), told=told, at=at)
    for name in ("clinical task", "closed clinical task"):
        task: dict[str, Any] = {"kind": "blood_test", "title": words[:120], "subject": "checklist.medical"}
        due = at.date() + timedelta(days=3)
        tasks.add(**by, **task, owner=clinician, due=due, at=at, client_id=_id(person, name))
    closed = _id(person, "closed clinical task")
    tasks.close(**by, task_id=closed, revision=1, state="done", outcome=words, at=at)
    for item in assessment(person, at=at).pseudo_resistance:
        said = Said(_id(person, item.id), item.id, "present", ground=words, despite=words)
        answer_item(**by, said=said, revision=0, at=at)
    row = set_aside(**by, target=str(_id(person, "trial")), key="agent", at=at)
    type(row).objects.filter(pk=row.pk).update(id=_id(person, "set aside"))
    for number, name in enumerate(("label", "second label")):
        at += timedelta(seconds=number)
        ledger = assessment(person, at=at)
        shown = fingerprint(basis_of(ledger, checklist_of(person, ledger)))
        sign_label(**by, label_id=_id(person, name), shown=shown, at=at)
        if not number:
            withdraw_label(**by, label_id=_id(person, name), reason=words, at=at)


def free_text_fields() -> list[tuple[type[models.Model], str]]:
    """Every field of every model that holds someone's own words."""
    return [
        (model, name)
        for model in apps.get_models()
        if model.__module__.startswith("solstice_web.")
        for name, kind in model.privacy.items()  # type: ignore[attr-defined] # every model has it, see the architecture tests
        if kind is Privacy.FREE_TEXT and f"{model._meta.label}.{name}" not in WRITTEN_BY_THE_ENGINE
    ]
