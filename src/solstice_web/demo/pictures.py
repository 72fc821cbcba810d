"""Two people of the demonstration clinic with an interview, a drawn picture and, for one, words of their own."""

import uuid
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from solstice_web.accounts.models import User
from solstice_web.demo.agenda import Agenda
from solstice_web.formulations.actions import change_picture, save_gate, save_interview, save_own_picture
from solstice_web.formulations.picture import Change
from solstice_web.people.actions import join_care_team
from solstice_web.people.models import CareTeamMember, Person

DRAWN = ("Samplebrook", "Notarealname")
"""Family names of those with a picture; the first has an account and writes on the phone."""


def plan_pictures(agenda: Agenda, *, clinician: User, cover: User, at: datetime) -> None:
    """Put both on the agenda: interviewed, some suggestions answered; `cover` stands in for the second."""
    for name in DRAWN:
        agenda.put(at - timedelta(days=20, hours=5), partial(_interviewed, name, clinician))
        agenda.put(at - timedelta(days=19, hours=5), partial(_drawn, name, clinician))
    agenda.put(at - timedelta(days=12, hours=5), partial(_in_own_words, DRAWN[0]))
    agenda.put(at - timedelta(days=3, hours=5), partial(_covered, DRAWN[1], clinician, cover))


def _person(name: str) -> Person:
    return Person.objects.select_related("user").get(family_name=name)


def _interviewed(name: str, clinician: User, at: datetime) -> None:
    person = _person(name)
    save_interview(person=person, told=_interview(at), revision=0, by=clinician, at=at)
    save_gate(person=person, answer="prefers_not_to_say", revision=0, by=clinician, at=at)


def _drawn(name: str, clinician: User, at: datetime) -> None:
    person = _person(name)
    for revision, change in enumerate(_changes(person.pk)):
        change_picture(person=person, change=change, revision=revision, by=clinician, at=at)


def _in_own_words(name: str, at: datetime) -> None:
    person = _person(name)
    if person.user is not None:
        save_own_picture(person=person, told=OWN, revision=0, by=person.user, at=at)


def _covered(name: str, clinician: User, cover: User, at: datetime) -> None:
    part = CareTeamMember.Part.COVER
    join_care_team(person=_person(name), user=cover, role=part, by=clinician, at=at)


def _interview(at: datetime) -> dict[str, Any]:
    day = (at - timedelta(days=1)).date()

    def said(answer: str) -> dict[str, str]:
        return {"answer": answer, "on": day.isoformat()}

    return {
        "family": {"depression": said("yes"), "bipolar": said("no"), "suicide": said("unknown")},
        "checks": {
            "thyroid": {"checked": f"{day - timedelta(days=240):%Y-%m}", "result": "normal"},
            "anaemia": {"done": "no"},
            "b12-folate": {"checked": str(day.year - 4), "result": "normal"},
        },
        "disorders": {"anxiety": said("yes"), "adhd": said("unknown")},
        "stress": {"work": {**said("yes"), "note": "Invented: hours were cut in spring."}, "debt": said("no")},
        "onset": {"work-change": said("yes"), "loss": said("no")},
        "protective": {"close-person": said("yes"), "routine": said("yes"), "interest": said("yes")},
    }


def own_id(person: uuid.UUID, name: str) -> str:
    return str(uuid.uuid5(person, name))


def _changes(person: uuid.UUID) -> tuple[Change, ...]:
    evenings, messages = own_id(person, "evenings"), own_id(person, "messages")
    return (
        Change("accept", "family-depression"),
        Change("change", "work-change-before", "Hours at work were cut in spring, and the team fell apart"),
        Change("accept", "work-strain"),
        Change("add", evenings, "Evenings in bed with the phone", part="perpetuating"),
        Change("add", messages, "Leaves messages unanswered, then feels guilty", part="perpetuating"),
        Change("change", "close-person", "Her sister calls on Sundays"),
        Change("accept", "routine"),
        Change("reject", "anxiety", reason="Worry is part of the low mood here; GAD-7 will show whether it stays."),
        Change("add", own_id(person, "private"), "Invented: a private line", part="predisposing", sensitive=True),
        Change("loop", loop={"work-strain": 1, evenings: 2, messages: 3}),
    )


OWN = {
    "started": "They cut my hours. Then the days had no shape.",
    "keeps_going": "I stay in bed, I do not answer, and then I feel bad for that.",
    "helps": "My sister on Sundays. The cat.",
    "loop": ["I stay in bed", "I do not answer", "I feel bad about it", "I see no one"],
}
