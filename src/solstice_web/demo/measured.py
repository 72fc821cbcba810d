"""Invented people in the states of the measure clock: first days, events, ratings, a break, overdue, under 18."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from solstice_web.accounts.models import User
from solstice_web.demo.agenda import Agenda
from solstice_web.measures.actions import Filled, Sheet, record_answers
from solstice_web.measures.clock.actions import EventTold, choose_pace, pause_check, record_event
from solstice_web.measures.models import Response
from solstice_web.measures.moment import Moment
from solstice_web.measures.ratings.actions import Rating, amend_rating, rate
from solstice_web.people.actions import add_person, join_care_team
from solstice_web.people.models import CareTeamMember, Person
from solstice_web.progress.actions import refresh_standing

ZONE = "Europe/Tallinn"
FIRST_DAYS, EVENTS, RATED, BREAK, LATE, YOUNG = range(6)
NAMES = (
    ("Hazel", "Firstweek-Demo", "female", 1990),
    ("Yarrow", "Sessions-Demo", "male", 1976),
    ("Teasel", "Rated-Demo", "female", 1961),
    ("Vesper", "Breakwell-Demo", "other", 1987),
    ("Solan", "Laterby-Demo", "male", 1980),
    ("Pip", "Seventeen-Demo", "female", 0),
)
"""Given name, family name, sex, birth year; 0: not yet 18."""

Items = tuple[int | None, ...]


@dataclass
class Measured:
    """Puts these people on the agenda of the demonstration clinic."""

    agenda: Agenda
    clinician: User
    prescriber: User
    space: uuid.UUID
    at: datetime

    def begin(self) -> None:
        for index, weeks in ((FIRST_DAYS, 0.5), (EVENTS, 6), (RATED, 9), (BREAK, 8), (LATE, 7), (YOUNG, 1)):
            self._put(weeks * 7, self._admit, index)
        self._first_days()
        for index, weeks, totals in ((EVENTS, 5, (18, 17, 15, 15, 14)), (RATED, 8, (22, 22, 20, 19, 16, 15, 13, 12))):
            self._weekly(index, weeks, totals)
        self._weekly(BREAK, 7, (11, 10, 10, 9, 9, 8))
        self._weekly(LATE, 6, (16, 17, 15))
        for day, count in ((12, 3), (5, 2)):
            self._put(
                day, partial(self._event, EventTold(self._id("tms", day), "tms-sessions", date.min, count)), EVENTS
            )
        self._put(13, partial(self._event, EventTold(self._id("tms"), "tms-start", date.min)), EVENTS)
        self._put(0.1, partial(self._appointment, 2), EVENTS)
        self._put(20, partial(self._event, EventTold(self._id("ect"), "ect", date.min)), RATED)
        for day, total in ((20, 34), (13, 29), (6, 21)):
            self._put(day - 0.1, partial(self._rate, total), RATED)
        self._put(5, self._correct, RATED)
        self._put(9, partial(self._pace, 14), BREAK)
        self._put(2, self._pause, BREAK)

    def _first_days(self) -> None:
        day: Mapping[float, tuple[tuple[str, Items], ...]] = {
            3.4: (("phq-2", (2, 3)), ("phq-9", (2, 3, 2, 2, 1, 2, 2, 0, 0))),
            2.4: (("gad-7", (2, 2, 1, 1, 1, 2, 1)), ("audit-c", (1, 0, 0))),
        }
        for days, told in day.items():
            for name, items in told:
                self._put(days, partial(self._answer, name, items), FIRST_DAYS)

    def _weekly(self, index: int, weeks: int, totals: tuple[int, ...]) -> None:
        for number, total in enumerate(totals):
            items = tuple(min(3, max(0, total - 3 * item)) for item in range(8))
            days = (weeks - number) * 7 + 0.3
            self._put(days, partial(self._answer, "phq-9", (*items, 0)), index)
            self._put(days, partial(self._answer, "gad-7", (1, 2, 1, 1, 1, 1, total % 3)), index)

    def _put(self, days_before: float, act: Callable[[int, datetime], None], index: int) -> None:
        self.agenda.put(self.at - timedelta(days=days_before), partial(act, index))

    def _id(self, *parts: object) -> uuid.UUID:
        return uuid.uuid5(self.space, "/".join(map(str, parts)))

    def _person(self, index: int) -> Person:
        return Person.objects.get(pk=self._id("person", index))

    def _admit(self, index: int, at: datetime) -> None:
        given, family, sex, year = NAMES[index]
        about = {
            "given_name": given,
            "family_name": family,
            "sex": sex,
            "birth_date": date(year or at.year - 17, 1, 9),
            "time_zone": ZONE,
            "invented": True,
        }
        person = add_person(person_id=self._id("person", index), about=about, by=self.clinician, at=at)
        part = CareTeamMember.Part.PRESCRIBER
        join_care_team(person=person, user=self.prescriber, role=part, by=self.clinician, at=at)
        refresh_standing(person, at=at)

    def _answer(self, name: str, items: Items, index: int, at: datetime) -> None:
        filled = Filled(Sheet(self._id(name, index, at.isoformat()), name), items, Moment.at(at, ZONE))
        record_answers(person=self._person(index), filled=filled, by=self.clinician, at=at)

    def _event(self, told: EventTold, index: int, at: datetime) -> None:
        on = Moment.at(at, ZONE).local_date
        event = EventTold(told.id, told.kind, on, told.sessions, "Invented for the demonstration.")
        record_event(person=self._person(index), told=event, by=self.prescriber, at=at)

    def _appointment(self, days: int, index: int, at: datetime) -> None:
        on = Moment.at(at, ZONE).local_date + timedelta(days=days)
        told = EventTold(self._id("visit", index), "appointment", on)
        record_event(person=self._person(index), told=told, by=self.clinician, at=at)

    def _rating(self, total: int, at: datetime) -> Rating:
        return Rating(total, Moment.at(at, ZONE).local_date, self.prescriber.name, self.prescriber)

    def _rate(self, total: int, index: int, at: datetime) -> None:
        rate(
            person=self._person(index),
            response_id=self._id("madrs", total),
            instrument="madrs",
            rating=self._rating(total, at),
            by=self.prescriber,
            at=at,
        )

    def _correct(self, index: int, at: datetime) -> None:
        """The latest rating was written down one point too low."""
        person = self._person(index)
        latest = Response.objects.get(pk=self._id("madrs", 21))
        rating = Rating(22, latest.local_date, self.prescriber.name, self.prescriber)
        amend_rating(person=person, response_id=latest.pk, revision=1, rating=rating, by=self.prescriber, at=at)

    def _pace(self, every_days: int, index: int, at: datetime) -> None:
        choose_pace(person=self._person(index), every_days=every_days, by=self.clinician, at=at)

    def _pause(self, index: int, at: datetime) -> None:
        pause_check(person=self._person(index), days=7, by=self.clinician, at=at)
