"""A clinician's, a lead's and an administrator's way through their pages, by mouse and by keyboard."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.journey
Open = Callable[..., Page]
SignIn = Callable[[Page, str], None]
Step = Callable[..., None]


@pytest.mark.parametrize("kind", ["desktop", "phone"])
def test_clinician_finds_who_needs_them_and_reads_the_record(
    open_browser: Open, sign_in: SignIn, step: Step, kind: str
) -> None:
    page = open_browser(kind)
    sign_in(page, "clinician")
    expect(page).to_have_url(re.compile("/clinic/$"))
    step(page, "caseload")
    page.get_by_label("Find a person by name").fill("nobody-has-this-name")
    page.get_by_role("button", name="Find", exact=True).click()
    expect(page.get_by_text("Nobody with this name is in your care")).to_be_visible()
    step(page, "nobody")
    page.get_by_role("link", name="Show all my people").click()
    page.get_by_role("row").nth(1).get_by_role("link").click()
    expect(page.get_by_role("heading", name="What needs doing now")).to_be_visible()
    step(page, "person")
    page.get_by_text("The same as tables").click()
    expect(page.get_by_role("table", name="Measures and events")).to_be_visible()
    step(page, "tables")
    for place in ("Measures", "Facts", "Safety plan"):
        page.get_by_label("Places of this person").get_by_role("link", name=place, exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        step(page, place.lower().replace(" ", "-"))


def test_clinician_writes_facts_totals_and_a_safety_plan(open_browser: Open, sign_in: SignIn, step: Step) -> None:
    page = open_browser("desktop")
    sign_in(page, "clinician")
    page.get_by_role("link", name="Add a person").first.click()
    step(page, "new")
    page.get_by_role("button", name="Add the person").click()
    expect(page.get_by_role("heading", name="Please check these answers")).to_be_visible()
    step(page, "new-errors")
    page.get_by_label("Given name").fill("Journey")
    page.get_by_label("Family name").fill("Inventedperson")
    for part, value in (("Day", "2"), ("Month", "4"), ("Year", "1979")):
        page.get_by_label(part, exact=True).fill(value)
    page.get_by_role("button", name="Add the person").click()
    step(page, "invite")
    page.get_by_label("E-mail address of the person").fill("journey@example.org")
    page.get_by_role("button", name="Make the one-time link").click()
    expect(page.get_by_label("One-time link")).to_have_value(re.compile("http://localhost"))
    step(page, "link")
    page.get_by_role("link", name="Go to the person").click()
    step(page, "empty-person")

    places = page.get_by_label("Places of this person")
    places.get_by_role("link", name="Facts").click()
    page.get_by_role("group", name="The person lives alone").get_by_label("Yes").check()
    page.get_by_label("This episode began").fill("last spring")
    page.get_by_role("button", name="Save the facts").click()
    step(page, "facts-error")
    expect(page.get_by_role("group", name="The person lives alone").get_by_label("Yes")).to_be_checked()
    page.get_by_label("This episode began").fill("2025-03")
    page.get_by_role("button", name="Save the facts").click()
    expect(page.get_by_text("The facts are saved.")).to_be_visible()
    step(page, "facts-saved")

    places.get_by_role("link", name="Measures").click()
    step(page, "no-measures")
    page.get_by_label("Scale").select_option("madrs")
    page.get_by_label("Total", exact=True).fill("31")
    page.get_by_role("button", name="Save the total").click()
    expect(page.get_by_text("The total is saved.")).to_be_visible()
    step(page, "total")


def test_two_people_edit_one_safety_plan(open_browser: Open, sign_in: SignIn, step: Step) -> None:
    first, second = open_browser("desktop"), open_browser("phone")
    for page in (first, second):
        sign_in(page, "clinician")
        page.get_by_role("row").nth(3).get_by_role("link").click()
        page.get_by_label("Places of this person").get_by_role("link", name="Safety plan").click()
    step(first, "new-plan")
    first.get_by_label("People I can ask for help").fill("Ott, 5550199")
    first.get_by_role("button", name="Save the safety plan").click()
    expect(first.get_by_text("The safety plan is saved.")).to_be_visible()
    step(first, "plan")
    second.get_by_label("People I can ask for help").fill("Mari, 5550101")
    second.get_by_role("button", name="Save the safety plan").click()
    expect(second.get_by_role("heading", name="Someone else saved the safety plan meanwhile")).to_be_visible()
    expect(second.get_by_text("Ott, 5550199")).to_be_visible()
    expect(second.get_by_text("Mari, 5550101")).to_be_visible()
    step(second, "both-texts")
    second.get_by_role("button", name="Edit mine again before saving").click()
    second.get_by_label("People I can ask for help").fill("Ott, 5550199; Mari, 5550101")
    step(second, "again")
    second.get_by_role("button", name="Save the safety plan").click()
    expect(second.get_by_text("Version 2, saved")).to_be_visible()


def test_clinician_answers_an_alert_with_the_keyboard_only(open_browser: Open, sign_in: SignIn, step: Step) -> None:
    page = open_browser("desktop")
    sign_in(page, "clinician")
    page.goto("/clinic/alerts/")
    step(page, "alerts")
    page.locator(".so-waiting__title a").first.focus()
    page.keyboard.press("Enter")
    step(page, "alert")
    page.get_by_role("button", name="I have seen this and take care of it").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="I have seen this and take care of it")).to_have_count(0)
    page.get_by_label("Tried to reach the person").focus()
    page.keyboard.press("Space")
    page.get_by_label("Close it: nothing more is to do").focus()
    page.keyboard.press("Space")
    page.get_by_role("textbox", name="Note").focus()
    page.keyboard.type("Called twice.")
    page.get_by_role("button", name="Save what was done").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("The person has not been reached yet").first).to_be_visible()
    expect(page.get_by_role("textbox", name="Note")).to_have_value("Called twice.")
    step(page, "not-closed")
    page.get_by_label("Spoke with the person").check()
    page.get_by_role("button", name="Save what was done").click()
    expect(page.get_by_text("What was done is saved.")).to_be_visible()
    expect(page.get_by_text("Called twice.")).to_be_visible()
    step(page, "closed")


@pytest.mark.parametrize("kind", ["desktop", "phone"])
def test_lead_and_administrator_see_the_service_and_not_the_people(
    open_browser: Open, sign_in: SignIn, step: Step, kind: str
) -> None:
    page = open_browser(kind)
    sign_in(page, "service_lead")
    expect(page.get_by_role("heading", name="Service", level=1)).to_be_visible()
    step(page, "service")
    assert page.goto("/clinic/").status == 404
    page = open_browser(kind)
    sign_in(page, "administrator")
    expect(page.get_by_role("heading", name="Staff", level=1)).to_be_visible()
    step(page, "staff")
    page.get_by_role("link", name="Audit trail").click()
    step(page, "audit")
    page.get_by_role("button", name="Check the whole trail now").click()
    expect(page.get_by_text("The trail is whole")).to_be_visible()
    step(page, "audit-checked")
