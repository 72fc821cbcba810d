"""A history completed by its next questions, the checklist signed, a task made and done, a version brought back."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.journeys.conftest import ROOT

pytestmark = pytest.mark.journey
Open = Callable[..., Page]
SignIn = Callable[[Page, str], None]
Step = Callable[..., None]

WRITE = """
import json, sys, uuid
from solstice_web.operations.start import start
start()
from django.utils import timezone
from datetime import timedelta
from solstice_web.accounts.models import User
from solstice_web.ledger.actions import add_trial
from solstice_web.ledger.told import Told
from solstice_web.people.actions import add_person, save_facts
name, trials = sys.argv[1], json.loads(sys.argv[2])
by, at = User.objects.get(email="clinician@demo.example"), timezone.now()
about = {"given_name": "Journey", "family_name": name, "invented": True}
person = add_person(person_id=uuid.uuid4(), about=about, by=by, at=at)
facts = {"episode": {"months": 20, "severity": "severe"}, "facts": {"bipolarity": False}}
save_facts(person=person, told=facts, revision=0, by=by, at=at)
for number, trial in enumerate(trials):
    moment = at + timedelta(milliseconds=number)
    add_trial(person=person, row_id=uuid.uuid4(), told=Told({"kind": "medicine", **trial}), by=by, at=moment)
print(json.dumps(str(person.pk)))
"""
NO_BENEFIT = {"adherence": "good", "outcome": "no_response", "stopped_for": "inefficacy"}


@pytest.fixture
def admit(clinic: Any) -> Callable[..., str]:
    """A person of one journey's own, with trials, on the demo clinician's caseload; gives the address of the record."""

    def write(name: str, *trials: dict[str, Any]) -> str:
        environment = {key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"}
        environment |= {"SOLSTICE_MODE": "demo", "SOLSTICE_DATA": str(clinic.data)}
        done = subprocess.run(  # noqa: PLW1510 - the message of the fault is shown below
            [sys.executable, "-c", WRITE, name, json.dumps(trials)],
            env=environment, cwd=ROOT, capture_output=True, text=True, timeout=120,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return f"/clinic/people/{json.loads(done.stdout.splitlines()[-1])}/"

    return write


def say(page: Page, *, state: str, ground: str) -> None:
    """Answer the open question and go to the next open one."""
    here = page.url
    page.get_by_role("group", name="What do you say?").get_by_label(state, exact=True).check()
    page.get_by_label("Ground", exact=True).fill(ground)
    page.get_by_role("button", name="Save and go to the next open one").click()
    page.wait_for_url(lambda url: url != here)


@pytest.mark.parametrize("kind", ["desktop", "phone"])
def test_a_history_is_completed_question_by_question_and_the_label_signed(
    open_browser: Open, sign_in: SignIn, step: Step, admit: Callable[..., str], kind: str
) -> None:
    home = admit(
        f"Completed-{kind}",
        {"agent": "sertraline", "weeks_at_dose": 9, **NO_BENEFIT},
        {"agent": "venlafaxine", "dose": 225, "weeks_at_dose": 10, **NO_BENEFIT},
    )
    page = open_browser(kind)
    sign_in(page, "clinician")
    page.goto(f"{home}history/")
    answer = page.locator(".so-answer__sentence")
    expect(answer).to_contain_text("cannot be told yet")
    step(page, "before")
    page.get_by_label(re.compile("^Dose of Sertraline")).fill("150")
    page.get_by_role("button", name=re.compile("Save the answer Dose of Sertraline")).click()
    expect(answer).to_contain_text("The regulatory definition of treatment resistance is met")
    page.get_by_role("button", name=re.compile("cannot be found out Psychotic features")).click()
    expect(page.get_by_text("1 cannot be found out")).to_be_visible()
    step(page, "completed")
    page.get_by_role("link", name=re.compile("The 12 questions")).click()
    step(page, "checklist")
    page.get_by_role("link", name="Work through the open ones").click()
    work_through(page, step)
    expect(page.get_by_text("All are settled.")).to_be_visible()
    page.get_by_role("link", name="Read and sign").click()
    step(page, "to-sign")
    page.get_by_role("button", name="Sign and store the label").click()
    expect(page.get_by_text("The label is signed and stored.")).to_be_visible()
    step(page, "signed")
    page.goto(f"{home}history/")
    expect(page.get_by_text("Label: signed")).to_be_visible()
    take_the_letter(page, step)


def take_the_letter(page: Page, step: Step) -> None:
    """One click makes it; it says that the checklist is signed, and comes as PDF and as text."""
    page.get_by_role("main").get_by_role("link", name="Make a letter").click()
    page.get_by_role("button", name="Make the letter").click()
    expect(page.get_by_text("was worked through and signed by")).to_be_visible()
    step(page, "letter")
    for name, begins in (("Download the PDF", b"%PDF-"), ("Plain text", b"")):
        with page.expect_download() as kept:
            page.get_by_role("main").get_by_role("link", name=name).click()
        assert re.fullmatch(r"letter-\d{4}-\d\d-\d\d\.(pdf|txt)", kept.value.suggested_filename)
        assert kept.value.path().read_bytes().startswith(begins)


def work_through(page: Page, step: Step) -> None:
    """Each open question once; the medical one by a task that is made, done and used."""
    expect(page.get_by_role("heading", level=1, name="Psychosis")).to_be_visible()
    say(page, state="Ruled out", ground="asked twice, no sign of it")
    expect(page.get_by_role("heading", level=1, name="Medical causes")).to_be_visible()
    page.get_by_role("button", name="Save and go to the next open one").click()
    expect(page.get_by_role("heading", level=1, name="Medicines, alcohol and drugs")).to_be_visible()
    page.go_back()
    page.get_by_text("Make a task of it").click()
    page.get_by_label("What is to be done").fill("Thyroid and blood count")
    step(page, "task-form")
    page.get_by_role("button", name="Save the task").click()
    expect(page.get_by_text("The task is saved.")).to_be_visible()
    page.get_by_role("link", name="Thyroid and blood count").click()
    page.get_by_label("It is done").check()
    page.get_by_label("What came of it, or why it is not needed").fill("TSH 2.1 and blood count normal")
    step(page, "task")
    page.get_by_role("button", name="Close the task").click()
    expect(page.get_by_text("What does its outcome say about this question?")).to_be_visible()
    expect(page.get_by_label("Ground", exact=True)).to_have_value(re.compile("TSH 2.1 and blood count normal"))
    step(page, "task-answers")
    page.get_by_role("group", name="What do you say?").get_by_label("Ruled out", exact=True).check()
    page.get_by_role("button", name="Save and go to the next open one").click()
    for title in ("Medicines, alcohol and drugs", "Other disorders", "Life circumstances", "Pharmacogenetics"):
        expect(page.get_by_role("heading", level=1, name=title)).to_be_visible()
        say(page, state="Ruled out", ground=f"gone through: {title.lower()}")
    expect(page.get_by_role("heading", level=1, name="Dose of psychotherapy")).to_be_visible()
    page.get_by_label("Only if present").fill("was offered and declined; two medicines failed all the same")
    say(page, state="Present", ground="never had a course")


@pytest.mark.parametrize("kind", ["desktop", "phone"])
def test_not_resistant_says_which_trials_were_too_short_and_what_a_whole_one_is(
    open_browser: Open, sign_in: SignIn, step: Step, kind: str
) -> None:
    page = open_browser(kind)
    sign_in(page, "clinician")
    page.goto("/clinic/?name=Tooshort")
    page.get_by_role("link", name=re.compile("Tooshort-Demo")).click()
    page.get_by_label("Places of this person").get_by_role("link", name="History", exact=True).click()
    expect(page.get_by_role("heading", name="Not resistant: two trials were too short.")).to_be_visible()
    expect(page.get_by_text("1 week more was missing")).to_be_visible()
    expect(page.get_by_text("2 weeks more would complete it")).to_be_visible()
    expect(page.get_by_text("is for the prescriber and the person to decide")).to_be_visible()
    step(page, "what-next")


def test_a_version_comes_back_and_the_label_that_rested_on_it_says_out_of_date(
    open_browser: Open, sign_in: SignIn, step: Step, admit: Callable[..., str]
) -> None:
    home = admit("Versions", {"agent": "sertraline", "dose": 150, "weeks_at_dose": 9, **NO_BENEFIT})
    page = open_browser("desktop")
    sign_in(page, "clinician")
    page.goto(f"{home}history/")
    page.get_by_role("link", name="Sertraline", exact=True).click()
    page.get_by_label("Weeks at that dose").fill("2")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Not adequate").first).to_be_visible()
    page.get_by_role("link", name=re.compile("Every save of this history")).click()
    expect(page.get_by_role("button", name="Bring this version back Sertraline, version 1")).to_be_visible()
    step(page, "every-save")
    page.get_by_role("button", name="Bring this version back Sertraline, version 1").click()
    expect(page.get_by_text("Sertraline is as it was in version 1. This is version 3.")).to_be_visible()
    step(page, "restored")
    page.goto("/clinic/?name=Outofdate")
    page.get_by_role("link", name=re.compile("Outofdate-Demo")).click()
    expect(page.get_by_text("Label: out of date")).to_be_visible()
    page.get_by_role("link", name="Look at it again").click()
    expect(page.get_by_text("The definition was yes, now no.")).to_be_visible()
    step(page, "out-of-date")


@pytest.mark.parametrize("kind", ["desktop", "phone"])
def test_my_tasks_stand_on_my_caseload_without_their_titles(
    open_browser: Open, sign_in: SignIn, step: Step, kind: str
) -> None:
    page = open_browser(kind)
    sign_in(page, "clinician")
    page.get_by_role("link", name="My tasks").click()
    expect(page.get_by_role("heading", name=re.compile(r"Overdue \(\d+\)"))).to_be_visible()
    expect(page.get_by_text("Invented: thyroid")).to_have_count(0)
    page.get_by_role("link", name=re.compile("Blood test: Hazel")).click()
    expect(page.get_by_role("heading", level=1, name=re.compile("thyroid"))).to_be_visible()
    step(page, "task")
    page.get_by_role("link", name="All tasks").click()
    step(page, "tasks")
