"""Promise 12 in a real browser: hostile text in every field of a record; no script runs, no dialog opens, nothing is blocked."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

ROOT = Path(__file__).parents[2]
WRITE = """
import json
from solstice_web.operations.start import start
start()
from django.utils import timezone
from solstice_web.accounts.models import User
from solstice_web.people.models import Person
from tests.web.payloads import PAYLOADS
from tests.web.whole_record import write_whole_record
words = " ".join(payload for name, payload in PAYLOADS.items() if "emoji" not in name)
by = User.objects.get(email="clinician@demo.example")
name = by.name
person = Person.objects.create(given_name="x", family_name="y", invented=True)
written = write_whole_record(words, person=person, clinician=by, at=timezone.now())
User.objects.filter(pk=by.pk).update(name=name)
print(json.dumps({key: str(value) for key, value in written.ids().items()}))
"""
PAGES = (
    "/clinic/", "/clinic/alerts/", "/clinic/people/{person_id}/", "/clinic/people/{person_id}/facts/",
    "/clinic/people/{person_id}/history/", "/clinic/people/{person_id}/history/{trial_id}/",
    "/clinic/people/{person_id}/questions/", "/clinic/people/{person_id}/formulation/",
    "/clinic/people/{person_id}/plan/", "/clinic/people/{person_id}/sessions/",
    "/clinic/people/{person_id}/sessions/1/", "/clinic/people/{person_id}/measures/",
    "/clinic/people/{person_id}/alerts/{alert_id}/", "/clinic/people/{person_id}/safety-plan/",
)  # fmt: skip
MARKED = (
    "window.hit === undefined && !document.querySelector('iframe, base, [onerror], [onload], [onfocus], [onclick]')"
)


@pytest.fixture
def watched() -> tuple[list[str], Callable[[Page], None]]:
    """What should not happen on a page: dialogs, errors, and what the content security policy had to block."""
    seen: list[str] = []

    def watch(page: Page) -> None:
        page.on("dialog", lambda dialog: (seen.append(f"dialog {dialog.message}"), dialog.dismiss()))
        page.on("pageerror", lambda error: seen.append(f"error {error}"))
        page.on(
            "console",
            lambda line: (
                seen.append(line.text) if "Content Security Policy" in line.text or "Refused to" in line.text else None
            ),
        )

    return seen, watch


def test_a_hostile_record_is_text_on_every_page_of_staff(
    clinic: Any, open_browser: Callable[..., Page], sign_in: Callable[[Page, str], None], watched: Any
) -> None:
    environment = {key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"}
    environment |= {"SOLSTICE_MODE": "demo", "SOLSTICE_DATA": str(clinic.data), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(  # noqa: PLW1510 - the message of the fault is shown below
        [sys.executable, "-c", WRITE],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    ids = json.loads(done.stdout.splitlines()[-1])
    seen, watch = watched
    page = open_browser("desktop")
    watch(page)
    sign_in(page, "clinician")
    for path in PAGES:
        answer = page.goto(path.format(**ids))
        assert answer is not None
        assert answer.status == 200, path
        page.keyboard.press("Tab")  # whatever waits for a focus gets it
        assert page.evaluate(MARKED), path
    assert seen == []


def test_hostile_words_of_a_patient_are_text_on_the_phone(
    open_browser: Callable[..., Page], sign_in: Callable[[Page, str], None], watched: Any
) -> None:
    from tests.web.payloads import PAYLOADS

    words = " ".join(payload for name, payload in PAYLOADS.items() if "emoji" not in name and "NUL" not in name)
    seen, watch = watched
    page = open_browser("phone")
    watch(page)
    sign_in(page, "patient")
    page.goto("/plan/mine/")
    for box in page.locator("textarea").all():
        box.fill(words)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url("**/plan/**")
    told = page.locator("main").inner_text()
    assert "<script>window.hit=1</script>" in told
    for path in ("/today/", "/week/", "/plan/", "/plan/mine/", "/change/", "/me/"):
        page.goto(path)
        assert page.evaluate(MARKED), path
    assert seen == []
