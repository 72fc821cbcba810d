"""A record is opened in an emergency by keyboard on a phone; the person's own team is told, and the service lead sees it."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.journey
Open = Callable[..., Page]
SignIn = Callable[[Page, str], None]
Step = Callable[..., None]
REASON = "Called from the ward, their own team is not reached"


def add_person(page: Page, given: str, family: str) -> None:
    """Someone whom only the clinician treats."""
    page.get_by_role("link", name="Add a person").first.click()
    page.get_by_label("Given name").fill(given)
    page.get_by_label("Family name").fill(family)
    for part, value in (("Day", "2"), ("Month", "4"), ("Year", "1979")):
        page.get_by_label(part, exact=True).fill(value)
    page.get_by_role("button", name="Add the person").click()
    expect(page.get_by_text("The person is added")).to_be_visible()


def find(page: Page, given: str, family: str, year: str) -> None:
    """Fill the form with the keyboard alone, from its first field on."""
    page.get_by_label("Given name").focus()
    page.get_by_label("Given name").fill("")
    page.get_by_label("Family name").fill("")
    page.get_by_label("Given name").focus()
    for number, words in enumerate((given, family.lower(), "2", "4", year)):
        if number:
            page.keyboard.press("Tab")
        page.keyboard.press("Control+A")
        page.keyboard.type(words)
    page.keyboard.press("Enter")


@pytest.mark.parametrize(
    ("kind", "given", "family"), [("phone", "Emer", "Inventedward"), ("desktop", "Odran", "Madeupby")]
)
def test_opened_by_keyboard_told_to_the_team_ended_by_hand(
    *, clinic: Any, open_browser: Open, sign_in: SignIn, step: Step, kind: str, given: str, family: str
) -> None:
    team = open_browser("desktop")
    sign_in(team, "clinician")
    add_person(team, given, family)
    clinic.sign_ins["colleague"] = {**clinic.sign_ins["clinician"], "email": "prescriber@demo.example"}
    page = open_browser(kind)
    sign_in(page, "colleague")
    page.get_by_role("link", name="Open a record in an emergency").click()
    expect(page.get_by_role("heading", name="Open a record in an emergency")).to_be_visible()
    step(page, "find")
    find(page, given, family, "1978")
    expect(page.get_by_text("Nobody was found")).to_be_visible()
    step(page, "nobody")
    find(page, given, family, "1979")
    expect(page.get_by_role("heading", name="Is this the person?")).to_be_visible()
    step(page, "found")
    page.get_by_role("button", name="Open the record for 4 hours").press("Enter")
    expect(page.get_by_text("Write why you need this record now.").first).to_be_visible()
    step(page, "no-reason")
    page.get_by_label("Why do you need this record now?").focus()
    page.keyboard.type(REASON)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("You are not on this care team.")).to_be_visible()
    step(page, "opened")
    record = page.url

    told_and_seen(team, record, step)
    page.get_by_role("button", name="End it now").press("Enter")
    expect(page.get_by_text("Ended. The record is closed for you again.")).to_be_visible()
    step(page, "ended")
    page.goto(record)
    expect(page.get_by_role("heading", name="What needs doing now")).to_have_count(0)

    lead = open_browser(kind)
    sign_in(lead, "service_lead")
    lead.goto("/admin/audit/")
    lead.get_by_role("link", name="Records opened in an emergency").click()
    expect(lead.get_by_text(REASON).first).to_be_visible()
    step(lead, "lead")


def told_and_seen(team: Page, record: str, step: Step) -> None:
    """The person's own clinician reads of it among their people and on the person's page, and says so."""
    team.goto("/clinic/")
    expect(team.get_by_text("opened by Dr Tarn Rehearsal").first).to_be_visible()
    step(team, "team")
    team.goto(record)
    need = team.get_by_role("link", name="This record was opened in an emergency")
    expect(need).to_be_visible()
    step(team, "need")
    need.click()
    expect(team.get_by_text(REASON).first).to_be_visible()
    step(team, "reason")
    team.get_by_role("button", name=re.compile("We have seen it")).click()
    expect(team.get_by_text("Kept: your team has seen it.")).to_be_visible()
    expect(need).to_have_count(0)
