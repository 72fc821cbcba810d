"""Backup and restore: whole or not at all; the trail, the keys and the banner survive."""

import subprocess
import sys
import tarfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from click.testing import CliRunner
from django.contrib.sessions.models import Session
from django.test import Client
from tests.web.conftest import sign_in

from solstice_web.accounts.models import User
from solstice_web.audit.models import Event
from solstice_web.audit.verify import verify
from solstice_web.command import main
from solstice_web.operations.archive import ArchiveError, write_archive
from solstice_web.operations.models import Restore
from solstice_web.operations.queries import open_restore
from solstice_web.operations.restoring import restore_archive
from solstice_web.people.actions import save_facts, save_safety_plan
from solstice_web.people.models import FactsVersion, Person, SafetyPlanVersion
from solstice_web.people.queries import current_safety_plan
from solstice_web.storage.rotation import rotate_all

pytestmark = pytest.mark.django_db(transaction=True)
AT = datetime(2026, 11, 22, 9, 0, 0, 123456, tzinfo=UTC)
WORDS = "the blue door by the canal"
REAL_KEY = "bm90LXRoZS1kZW1vLWtleS1hbmQtbm90LXRlc3QtMTI="


@pytest.fixture
def clinic(
    *, settings: Any, tmp_path: Path, person: Person, clinician: User, client_for: Callable[[str], Client]
) -> Person:
    """A small clinic with facts, a safety plan, a trail and an open session."""
    settings.SOLSTICE_DATA = tmp_path / "data"
    client_for("patient").get("/")
    save_facts(person=person, told={"facts": {"bipolarity": False}}, revision=0, by=clinician, at=AT)
    save_safety_plan(person=person, told={"reasons_that_matter": WORDS}, revision=0, by=clinician, at=AT)
    return person


def rows() -> list[object]:
    return [
        *Person.objects.order_by("pk").values(),
        *User.objects.order_by("pk").values(),
        *FactsVersion.objects.order_by("pk").values(),
        *SafetyPlanVersion.objects.order_by("pk").values(),
        *Event.objects.filter(seq__lte=2).order_by("seq").values(),
    ]


def test_a_backup_restores_every_row_ends_sessions_and_is_said_on_every_page(clinic: Person, tmp_path: Path) -> None:
    before = rows()
    write_archive(tmp_path / "a.solstice")
    Person.objects.create(pk=uuid4(), given_name="Later", family_name="Added")
    restore_archive(tmp_path / "a.solstice", replace=True)
    assert rows() == before
    assert current_safety_plan(clinic).parts == {"reasons_that_matter": WORDS}
    assert not Session.objects.exists()
    assert open_restore() is not None
    page = sign_in(Client(), clinic.user).get("/account/password/change/").content
    assert b"Restored to" in page
    assert verify().is_whole, verify().findings


def test_a_backup_holds_nothing_readable(clinic: Person, tmp_path: Path) -> None:
    write_archive(tmp_path / "a.solstice")
    content = (tmp_path / "a.solstice").read_bytes()
    assert all(text.encode() not in content for text in (WORDS, "Ada", "example.org"))


def test_a_full_database_is_not_overwritten_without_being_told(clinic: Person, tmp_path: Path) -> None:
    write_archive(tmp_path / "a.solstice")
    with pytest.raises(ArchiveError, match="--replace"):
        restore_archive(tmp_path / "a.solstice", replace=False)


def damaged_copies(path: Path) -> list[bytes]:
    whole = path.read_bytes()
    middle = len(whole) // 2
    flipped = [whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :] for at in range(600, len(whole) - 10240, 997)]
    return [b"", b"not a backup", whole[:middle], *flipped]


def test_a_damaged_backup_is_refused_whole(clinic: Person, tmp_path: Path) -> None:
    path = tmp_path / "a.solstice"
    write_archive(path)
    before = rows()
    whole = restored_contents(path)
    for number, content in enumerate(damaged_copies(path)):
        spoilt = tmp_path / f"{number}.solstice"
        spoilt.write_bytes(content)
        try:
            restore_archive(spoilt, replace=True)
        except ArchiveError:
            assert rows() == before
        else:  # a flipped bit in tar padding changes no member
            assert restored_contents(spoilt) == whole
    assert Restore.objects.count() <= 1


def restored_contents(path: Path) -> dict[str, bytes]:
    with tarfile.open(path) as tar:
        return {member.name: tar.extractfile(member).read() for member in tar.getmembers()}


def test_a_backup_of_another_clinic_is_refused(clinic: Person, tmp_path: Path, settings: Any) -> None:
    write_archive(tmp_path / "a.solstice")
    settings.SOLSTICE_KEYS = (REAL_KEY,)
    with pytest.raises(ArchiveError, match="not made by this clinic"):
        restore_archive(tmp_path / "a.solstice", replace=True)


def test_after_a_rotation_the_new_key_alone_reads_everything(clinic: Person, settings: Any) -> None:
    settings.SOLSTICE_KEYS = (REAL_KEY, *settings.SOLSTICE_KEYS)
    rotate_all()
    settings.SOLSTICE_KEYS = (REAL_KEY,)
    assert current_safety_plan(clinic).parts == {"reasons_that_matter": WORDS}
    assert verify().is_whole


def test_new_keys_are_accepted_in_production() -> None:
    lines = CliRunner().invoke(main, ["keys", "new"]).output.splitlines()
    variables = dict(line.split("=", 1) for line in lines)
    result = solstice(
        "migrate",
        **variables,
        SOLSTICE_MODE="production",
        SOLSTICE_HOSTS="clinic.example.org",
        DATABASE_URL="sqlite:///:memory:",
    )
    assert (result.returncode, result.stderr) == (0, "")


def test_production_refuses_what_is_public_or_missing_and_names_all_of_it(tmp_path: Path) -> None:
    from solstice_web.config.environment import DEMO_KEY, DEMO_SECRET

    result = solstice("serve", SOLSTICE_MODE="production", SOLSTICE_KEYS=DEMO_KEY, SOLSTICE_SECRET_KEY=DEMO_SECRET)
    assert result.returncode == 2
    assert [line.split()[1].rstrip(":") for line in result.stderr.splitlines()] == [
        "SOLSTICE_KEYS",
        "SOLSTICE_SECRET_KEY",
        "SOLSTICE_HOSTS",
    ]
    assert DEMO_KEY not in result.stderr


def solstice(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    folder = Path("/tmp") / f"solstice-{uuid4()}"
    return subprocess.run(
        [sys.executable, "-m", "solstice_web", *arguments],
        env={"PATH": "/usr/bin:/bin", "SOLSTICE_DATA": str(folder), **variables},
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
