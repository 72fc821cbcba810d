"""One invented person's way through the demonstration clinic: history, measures, therapy, alerts."""

import uuid
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial

import numpy as np

from solstice.simulate import TRAJECTORIES, VirtualWeek, weekly_course
from solstice_web.accounts.models import User
from solstice_web.alerts.actions import Done, acknowledge, record_action
from solstice_web.alerts.models import Alert, AlertAction
from solstice_web.courses.actions import close_task, record_session, save_entry, set_task
from solstice_web.courses.models import AgreedTask, Course, Entry
from solstice_web.courses.told import EntryTold, SessionContent, TaskTold
from solstice_web.demo.agenda import Agenda
from solstice_web.demo.people import TRIALS, Inhabitant
from solstice_web.ledger.actions import add_trial
from solstice_web.ledger.told import Told
from solstice_web.measures.actions import Filled, Sheet, record_answers
from solstice_web.measures.content import library
from solstice_web.measures.moment import Moment
from solstice_web.people.actions import add_person, save_facts
from solstice_web.people.models import Person
from solstice_web.plans.actions import Decided, decide
from solstice_web.plans.models import Decision
from solstice_web.plans.queries import current_plan
from solstice_web.progress.queries import today_of

ZONE = "Europe/Tallinn"
SEVERITIES = ("moderate", "severe", "moderate")
LAST_SESSION = 16
DOSES = (20, 120, 480, 1200)
"""Seconds of the four doses of a practice."""


@dataclass
class Life:
    """Puts everything that happens to one person on the agenda."""

    who: Inhabitant
    index: int
    space: uuid.UUID
    rng: np.random.Generator
    agenda: Agenda
    clinician: User
    account: User | None
    person: Person = field(init=False)
    course: Course | None = field(init=False, default=None)

    def begin(self, at: datetime) -> None:
        """Put the first day on the agenda; the last weekly measure falls on the day of `at`, an hour before it."""
        start = at - timedelta(weeks=self.who.weeks, hours=1, minutes=self.index)
        self.agenda.put(start - timedelta(minutes=30), self._admit)
        if self.who.trajectory == "new":
            return
        weeks = weekly_course(self.rng, TRAJECTORIES[self.who.trajectory], weeks=self.who.weeks + 1)
        for week in weeks:
            moment = start + timedelta(weeks=week.week)
            self.agenda.put(moment, partial(self._measure, self._told(week)))
            if 1 <= week.week <= LAST_SESSION:
                self.agenda.put(moment - timedelta(hours=20), partial(self._session, week.week))
                self.agenda.put(moment - timedelta(days=4), partial(self._practise, week.week))
        self.agenda.put(start + timedelta(minutes=30), self._decide)

    def _told(self, week: VirtualWeek) -> VirtualWeek:
        """The week as told; the person in crisis leaves a risk answer today, so that one alert stands open."""
        if week.week != self.who.weeks or self.who.trajectory != "in-crisis":
            return week
        risk = 2 if self.index == 1 else 1
        return VirtualWeek(week.week, (2, 3, 2, 3, 2, 3, 2, 1, risk), week.gad7)

    def _id(self, *parts: object) -> uuid.UUID:
        return uuid.uuid5(self.space, "/".join(map(str, parts)))

    def _admit(self, at: datetime) -> None:
        self.person = add_person(
            person_id=self._id("person"),
            about={
                "given_name": self.who.given_name,
                "family_name": self.who.family_name,
                "birth_date": date(self.who.birth_year, 1 + self.index % 12, 3 + self.index),
                "sex": self.who.sex,
                "time_zone": ZONE,
                "user": self.account,
                "invented": True,
            },
            by=self.clinician,
            at=at,
        )
        months = 8 + 5 * (self.index % 7)
        risk = "moderate" if self.who.trajectory == "in-crisis" else "low"
        save_facts(
            person=self.person,
            told={
                "episode": {
                    "started": _months_before(at, months),
                    "severity": SEVERITIES[self.index % len(SEVERITIES)],
                    "previous_episodes": self.index % 4,
                    "psychosis": False,
                },
                "facts": {
                    "bipolarity": False,
                    "suicide_risk": risk,
                },
                "preferences": {"likes": ["activity"] if self.index % 2 else [], "hours_per_week": 3},
            },
            revision=0,
            by=self.clinician,
            at=at,
        )
        tried = TRIALS[self.index % len(TRIALS)]
        for number, facts in enumerate(tried):
            # one after the other, all of them within the episode
            since = (months - 1) * (len(tried) - number) // len(tried)
            dated = {**facts, "in_episode": True, "started": _months_before(at, since)}
            told = Told(dated, note="Invented for the demonstration.", told_by="record", checked=number == 0)
            at += timedelta(milliseconds=1)  # the ledger keeps the order in which trials were written down
            add_trial(person=self.person, row_id=self._id("trial", number), told=told, by=self.clinician, at=at)

    def _measure(self, week: VirtualWeek, at: datetime) -> None:
        moment = Moment.at(at, ZONE)
        for name, items in (("phq-9", week.phq9), ("gad-7", week.gad7)):
            if items is None:
                continue
            declined = frozenset({9}) if name == "phq-9" and items[8] is None else frozenset()
            filled = Filled(Sheet(self._id(name, week.week), name), items, moment, declined)
            saved = record_answers(person=self.person, filled=filled, by=self.account or self.clinician, at=at)
            alert = saved.response.alerts.first() if name == "phq-9" else None
            if alert is not None and (week.week < self.who.weeks or self.index != 1):
                self.agenda.put(at + timedelta(minutes=10), partial(self._acknowledge, alert))
                self.agenda.put(at + timedelta(days=2), partial(self._close, alert))

    def _acknowledge(self, alert: Alert, at: datetime) -> None:
        now = Alert.objects.get(pk=alert.pk)
        if now.state == Alert.State.OPEN:
            acknowledge(person=self.person, alert_id=now.pk, revision=now.revision, by=self.clinician, at=at)

    def _close(self, alert: Alert, at: datetime) -> None:
        now = Alert.objects.get(pk=alert.pk)
        if now.state == Alert.State.DONE:
            return
        done = Done(
            id=self._id("alert-action", alert.pk),
            what=AlertAction.What.SPOKE,
            note="Invented: spoke on the phone, went through the safety plan, next contact agreed.",
            closes=True,
        )
        record_action(person=self.person, alert_id=now.pk, revision=now.revision, done=done, by=self.clinician, at=at)

    def _decide(self, at: datetime) -> None:
        plan = current_plan(self.person, at=at)
        with_therapy = [option.id for option in plan.plan.options if option.therapy in library().therapies]
        if not with_therapy:
            return
        option = self.who.therapy if self.who.therapy in with_therapy else with_therapy[0]
        reason = "Invented: fits what the person prefers, and has not been tried in full."
        decided = Decided(self._id("decision"), option, Decision.Kind.ACCEPT, reason, plan.inputs_hash)
        decide(person=self.person, decided=decided, by=self.clinician, at=at)
        self.course = Course.objects.filter(person=self.person).first()

    def _session(self, number: int, at: datetime) -> None:
        if self.course is None or number > len(library().therapies[self.course.therapy].sessions):
            return
        held = today_of(self.person, at)
        content = SessionContent(
            held_on=held,
            agenda={"check_in": "done", "homework": "done", "main": "done", "next_task": "done"},
            notes=f"Invented note of session {number}: the homework was looked at, one step was agreed.",
            alliance=int(self.rng.integers(6, 11)),
        )
        session = record_session(
            person=self.person,
            course_id=self.course.pk,
            number=number,
            revision=0,
            content=content,
            by=self.clinician,
            at=at,
        )
        for task in AgreedTask.objects.filter(course=self.course, state=AgreedTask.State.OPEN):
            state = str(self.rng.choice(["done", "done", "partly", "not_done"]))
            close_task(person=self.person, task_id=task.pk, state=state, by=self.clinician, at=at)
        plan = {
            "task": "Ten minutes outside",
            "when": "after breakfast",
            "obstacle": "tired",
            "if_obstacle": "only the door",
        }
        told = TaskTold(self._id("task", number), plan, confidence=7, due_on=held + timedelta(days=7), session=session)
        set_task(person=self.person, course_id=self.course.pk, told=told, by=self.clinician, at=at)

    def _practise(self, number: int, at: datetime) -> None:
        if self.course is None:
            return
        therapy = library().therapies[self.course.therapy]
        names = sorted(therapy.practices)
        energy = int(self.rng.integers(1, 8))
        for kind in (Entry.Kind.ENERGY, Entry.Kind.PRACTICE):
            is_practice = kind == Entry.Kind.PRACTICE
            told = EntryTold(
                id=self._id(kind, number),
                kind=kind,
                content=names[number % len(names)] if is_practice else "",
                course=self.course.pk if is_practice else None,
                dose_seconds=DOSES[min(3, energy // 2)] if is_practice else None,
                energy=energy,
                answers={"note": "Invented: it was a bit easier than I thought."} if is_practice else {},
            )
            save_entry(
                person=self.person, told=told, moment=Moment.at(at, ZONE), by=self.account or self.clinician, at=at
            )


def _months_before(at: datetime, months: int) -> str:
    """The month so many months earlier, as YYYY-MM."""
    month = at.year * 12 + at.month - 1 - months
    return f"{month // 12}-{month % 12 + 1:02d}"
