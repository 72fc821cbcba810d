"""Promise 14: accepted saves are versions; a stale save is told, with both texts."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from django.db import connection
from pydantic import ValidationError

from solstice_web.accounts.models import User
from solstice_web.people.actions import save_facts, save_safety_plan
from solstice_web.people.models import Person, SafetyPlanVersion
from solstice_web.people.person_file import person_file
from solstice_web.people.queries import current_facts
from solstice_web.people.safety_plan import PlanPartsError
from solstice_web.people.stale_edit import StaleEditError

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def test_a_stale_save_is_told_with_both_texts(person: Person, clinician: User, patient: User) -> None:
    save_safety_plan(person=person, told={"reasons_that_matter": "my sister"}, revision=0, by=patient, at=AT)
    with pytest.raises(StaleEditError) as told:
        save_safety_plan(person=person, told={"reasons_that_matter": "my dog"}, revision=0, by=clinician, at=AT)
    assert told.value.current == {"reasons_that_matter": "my sister"}
    assert told.value.yours == {"reasons_that_matter": "my dog"}
    save_safety_plan(
        person=person, told={"reasons_that_matter": "both"}, revision=told.value.revision, by=clinician, at=AT
    )
    assert list(SafetyPlanVersion.objects.order_by("revision").values_list("revision", flat=True)) == [1, 2]


@pytest.mark.django_db(transaction=True)
def test_of_many_saves_at_once_exactly_one_is_accepted(person: Person, clinician: User) -> None:
    def save(number: int) -> bool:
        try:
            save_facts(person=person, told={"episode": {"previous_episodes": number}}, revision=0, by=clinician, at=AT)
        except StaleEditError:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(save, range(16))) == 1


def test_facts_are_read_strictly(person: Person, clinician: User) -> None:
    for wrong in (
        {"facts": {"unheard_of": True}},
        {"facts": {"bipolarity": "maybe"}},
        {"episode": {"started": "2023", "months": 3}},
    ):
        with pytest.raises(ValidationError):
            save_facts(person=person, told=wrong, revision=0, by=clinician, at=AT)
    assert current_facts(person) is None


def test_a_safety_plan_has_its_own_parts(person: Person, clinician: User) -> None:
    with pytest.raises(PlanPartsError):
        save_safety_plan(person=person, told={"step 1": "x"}, revision=0, by=clinician, at=AT)


def test_the_person_file_holds_what_is_known_and_nothing_else(person: Person, clinician: User) -> None:
    told = {
        "episode": {"started": "2023-02", "psychosis": False},
        "facts": {"bipolarity": False},
        "conditions": ["hypothyroidism"],
    }
    save_facts(person=person, told=told, revision=0, by=clinician, at=AT)
    file = person_file(person, AT)
    assert (file.person.birth_year, file.episode.psychosis, file.facts.bipolarity) == (1979, False, False)
    assert file.facts.pregnancy is None
    assert file.family_history is None


@pytest.mark.parametrize(
    ("zone", "day"), [("Pacific/Kiritimati", 23), ("Pacific/Pago_Pago", 22), ("Europe/London", 22)]
)
def test_the_day_asked_is_the_persons_own(person: Person, zone: str, day: int) -> None:
    person.time_zone = zone
    assert person_file(person, datetime(2026, 11, 22, 11, 30, tzinfo=UTC)).at.day == day
