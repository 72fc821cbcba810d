"""Promise 9: free text is never in clear on disk, in the write-ahead log, logs or backups."""

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from solstice_web.accounts.models import User
from solstice_web.people.actions import save_safety_plan
from solstice_web.people.models import Person, SafetyPlanVersion
from solstice_web.people.queries import current_safety_plan
from solstice_web.storage.encrypted import UnreadableFieldError

AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
WORDS = "marmalade-lighthouse-quartz"
REAL_KEY = "bm90LXRoZS1kZW1vLWtleS1hbmQtbm90LXRlc3QtMTI="

WRITE = """
import sys
from solstice_web.operations.start import migrate_if_needed, start
start()
migrate_if_needed(quietly=True)
from datetime import UTC, datetime
from pathlib import Path
from django.db import connection
from solstice_web.accounts.models import User
from solstice_web.operations.archive import write_archive
from solstice_web.people.actions import save_safety_plan
from solstice_web.people.models import Person
from solstice_web.courses.actions import save_entry
from solstice_web.courses.told import EntryTold
from solstice_web.measures.moment import Moment
from tests.web.whole_record import write_whole_record
by = User.objects.create_user("a@example.org", None, role="clinician")
person = Person.objects.create(given_name="Ada", family_name="Invented")
at = datetime.now(UTC)
words = "marmalade-lighthouse-quartz"
write_whole_record(words, person=person, clinician=by, at=at, names="Ada")
import uuid
save_entry(person=person, told=EntryTold(uuid.uuid4(), "mood", answers={"note": words * 400}), moment=Moment.at(at, "UTC"), by=by, at=at)
write_archive(Path(sys.argv[1]) / "backup.solstice")
import logging
try:
    save_safety_plan(person=person, told={words: words}, revision=1, by=by, at=at)
except ValueError:
    logging.getLogger("django.request").exception("refused: %s", words)
import os
os._exit(0)
"""


def test_no_file_of_a_clinic_holds_what_a_person_wrote(tmp_path: Path) -> None:
    environment = {"PATH": "/usr/bin:/bin", "SOLSTICE_MODE": "demo", "SOLSTICE_DATA": str(tmp_path / "data")}
    done = subprocess.run(
        [sys.executable, "-c", WRITE, str(tmp_path)],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {"solstice.sqlite3", "solstice.sqlite3-wal", "backup.solstice", "audit-head"} <= {
        path.name for path in files
    }
    assert [path.name for path in files if WORDS.encode() in path.read_bytes()] == []
    assert WORDS not in done.stderr + done.stdout
    assert "ERROR django.request" in done.stderr


@pytest.mark.django_db
def test_a_ciphertext_moved_to_another_column_is_refused_not_shown(person: Person, clinician: User) -> None:
    save_safety_plan(person=person, told={"reasons_that_matter": WORDS}, revision=0, by=clinician, at=AT)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO people_factsversion (id, person_id, revision, facts, saved_at, saved_by_id)"
            " SELECT id, person_id, 1, parts, saved_at, saved_by_id FROM people_safetyplanversion"
        )
    with pytest.raises(UnreadableFieldError) as refused:
        list(person.facts_versions.all())
    assert WORDS not in str(refused.value)


@pytest.mark.django_db
def test_a_wrong_key_is_an_error_never_an_empty_plan(person: Person, clinician: User, settings: Any) -> None:
    save_safety_plan(person=person, told={"reasons_that_matter": WORDS}, revision=0, by=clinician, at=AT)
    settings.SOLSTICE_KEYS = (REAL_KEY,)
    with pytest.raises(UnreadableFieldError):
        current_safety_plan(person)


@pytest.mark.django_db
def test_an_encrypted_field_cannot_be_searched(person: Person) -> None:
    with pytest.raises(Exception, match="Unsupported lookup"):
        SafetyPlanVersion.objects.filter(parts=json.dumps({"x": str(uuid4())})).first()
