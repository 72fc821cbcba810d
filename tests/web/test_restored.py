"""After a restore the administrator reads what is missing, and acknowledges it once, in the trail."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test import Client
from tests.web.conftest import sign_in
from tests.web.test_alerts import answer

from solstice_web.accounts.actions import deactivate
from solstice_web.accounts.models import Role, User
from solstice_web.alerts.models import Alert
from solstice_web.audit.models import Event
from solstice_web.audit.protection import without_protection
from solstice_web.audit.verify import verify
from solstice_web.operations.archive import archived_models, write_archive
from solstice_web.operations.models import Restore
from solstice_web.operations.queries import open_restore
from solstice_web.operations.restoring import restore_archive
from solstice_web.people.actions import add_person, save_safety_plan
from solstice_web.people.models import Person
from solstice_web.workspace.restores import KINDS, OTHER, counted_by_kind

pytestmark = pytest.mark.django_db(transaction=True)
PAGE = "/admin/restores/"
BANNER = "Restored to"


@pytest.fixture
def backup(*, settings: Any, tmp_path: Path, person: Person, clinician: User) -> Path:
    """A backup of a small clinic, taken before the rest of the day."""
    settings.SOLSTICE_DATA = tmp_path / "data"
    save_safety_plan(person=person, told={"reasons_that_matter": "my dog"}, revision=0, by=clinician, at=now())
    write_archive(tmp_path / "a.solstice")
    return tmp_path / "a.solstice"


def now() -> datetime:
    return datetime.now(UTC)


def page_of(role: str) -> str:
    """Signed in anew, as everyone is after a restore."""
    return sign_in(Client(), User.objects.get(email=f"{role}@example.org")).get(PAGE).content.decode()


def test_what_came_after_the_backup_is_named_risk_answers_first(
    backup: Path, person: Person, clinician: User, users: dict[str, User]
) -> None:
    answer(person, 2, now())
    about = {"given_name": "New", "family_name": "Later"}
    add_person(person_id=uuid4(), about=about, by=clinician, at=now())
    deactivate(user=users[Role.SERVICE_LEAD], by=users[Role.ADMINISTRATOR], at=now())
    restore_archive(backup, replace=True)
    assert not Alert.objects.exists()
    restored = Restore.objects.get()
    assert restored.lost is not None
    assert restored.lost["person.add"] == restored.lost["account.deactivate"] == restored.lost["alert.raised"] == 1
    assert restored.alerts is not None
    assert [told for told, _ in restored.alerts] == [str(person.pk)]
    page = page_of(Role.ADMINISTRATOR)
    assert "This clinic runs on a restored backup" in page
    assert "waiting for you" not in page, "the bar of alerts is the clinician's"
    assert str(person.pk)[:8] in page
    assert person.family_name not in page
    assert "clinician" in page  # the care team, to be called
    assert "Measures and answers" in page
    assert "People added, and care teams" in page
    assert verify().is_whole


def test_into_an_empty_database_nobody_knows_what_is_missing(backup: Path) -> None:
    with transaction.atomic(), without_protection():
        for model in archived_models():
            with connection.cursor() as cursor:
                cursor.execute(f"DELETE FROM {model._meta.db_table}")
    restore_archive(backup, replace=False)
    assert (Restore.objects.get().lost, Restore.objects.get().alerts) == (None, None)
    assert page_of(Role.ADMINISTRATOR).count("Not known.") == 2


def test_over_another_trail_nobody_knows_either(backup: Path, clinician: User, person: Person) -> None:
    with transaction.atomic(), without_protection():
        Event.objects.all().delete()
    for revision in range(1, 4):
        save_safety_plan(person=person, told={}, revision=revision, by=clinician, at=now())
    restore_archive(backup, replace=True)
    assert Restore.objects.get().lost is None


def test_an_unchanged_clinic_lost_nothing(backup: Path) -> None:
    restore_archive(backup, replace=True)
    page = page_of(Role.ADMINISTRATOR)
    assert "No risk answer came in after the backup" in page
    assert "Nobody entered anything after the backup" in page


def test_it_is_acknowledged_once_by_name_with_the_box_ticked(backup: Path, users: dict[str, User]) -> None:
    restore_archive(backup, replace=True)
    restored = Restore.objects.get()
    administrator = User.objects.get(email="administrator@example.org")
    desk = sign_in(Client(), administrator)
    assert BANNER in desk.get("/you/").content.decode()
    desk.post(f"{PAGE}acknowledge/", {"restore": restored.pk})
    assert open_restore() is not None
    for _ in range(2):
        desk.post(f"{PAGE}acknowledge/", {"restore": restored.pk, "told": "yes"})
    restored.refresh_from_db()
    assert restored.acknowledged_by == administrator
    assert Event.objects.filter(action="restore.acknowledge", actor=administrator.pk).count() == 1
    page = desk.get(PAGE).content.decode()
    assert BANNER not in page
    assert "The latest restore was acknowledged" in page
    assert "by administrator" in page


@pytest.mark.parametrize("told", ["", "0", "999", "x", "9" * 30, "²"])
def test_only_a_restore_that_was_can_be_acknowledged(
    told: str, users: dict[str, User], client_for: Callable[[str], Client]
) -> None:
    answer = client_for(Role.ADMINISTRATOR).post(f"{PAGE}acknowledge/", {"restore": told, "told": "yes"})
    assert answer.status_code == 404


def test_a_backup_of_a_restored_clinic_restores_what_is_open_too(backup: Path, tmp_path: Path) -> None:
    restore_archive(backup, replace=True)
    write_archive(tmp_path / "b.solstice")
    restore_archive(tmp_path / "b.solstice", replace=True)
    assert Restore.objects.count() == 2
    latest = open_restore()
    assert latest is not None
    administrator = User.objects.get(email="administrator@example.org")
    sign_in(Client(), administrator).post(f"{PAGE}acknowledge/", {"restore": latest.pk, "told": "yes"})
    assert open_restore() is None


def test_only_the_administrator_is_sent_to_the_page(backup: Path) -> None:
    restore_archive(backup, replace=True)
    links = {
        role: PAGE in sign_in(Client(), User.objects.get(email=f"{role}@example.org")).get(own).content.decode()
        for role, own in ((Role.PATIENT, "/me/"), (Role.CLINICIAN, "/you/"), (Role.ADMINISTRATOR, "/you/"))
    }
    assert links == {Role.PATIENT: False, Role.CLINICIAN: False, Role.ADMINISTRATOR: True}


def test_reading_is_no_loss_and_an_unknown_kind_is_counted() -> None:
    assert counted_by_kind({"read": 9, "sign_in.refused": 2, "denied": 1}) == []
    assert counted_by_kind({"rating.added": 2, "measure.finished": 3, "brand.new": 1}) == [
        (KINDS["measure"], 5),
        (OTHER, 1),
    ]
