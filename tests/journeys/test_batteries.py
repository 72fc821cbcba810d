"""What is asked when: a first day in pieces, an event and an appointment, the overdue list, a rating, the results."""

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect
from tests.journeys.test_clinician import add_the_person, go
from tests.journeys.test_portal_phone import ready, shown, tap

pytestmark = pytest.mark.journey
Open = Callable[..., Page]
SignIn = Callable[[Page, str], None]
Step = Callable[[Page, str], None]
PASSWORD = "lantern-otter-velvet-31"


def invite(desk: Page, email: str) -> str:
    go(desk, "Overview")
    desk.get_by_role("link", name=re.compile("nvite|one-time link")).first.click()
    desk.get_by_label("E-mail address of the person").fill(email)
    desk.get_by_role("button", name="Make the one-time link").click()
    return str(desk.get_by_label("One-time link").input_value())


def open_account(phone: Page, link: str, email: str) -> None:
    phone.goto(link)
    for field in phone.locator("input[type=password]").all():
        field.fill(PASSWORD)
    phone.get_by_role("button", name="Save password").click()
    phone.wait_for_load_state()
    phone.goto("/")
    if "/account/login" in phone.url:
        phone.get_by_label("Email").fill(email)
        phone.get_by_label("Password", exact=True).fill(PASSWORD)
        phone.get_by_role("button", name="Sign in", exact=True).click()
    phone.wait_for_url("**/today/")
    ready(phone)


def finish(phone: Page, items: int, option: int) -> None:
    """Answer every question of the open check alike, and wait until the server has it."""
    phone.get_by_role("button", name="Start", exact=True).tap()
    for item in range(1, items + 1):
        tap(phone, item, option)
    expect(shown(phone)).to_contain_text("Thank you")
    expect(phone.locator("[data-saved-state]")).to_have_text("Saved.")


def day_of(page: Page, when: date) -> None:
    for part, value in (("Day", when.day), ("Month", when.month), ("Year", when.year)):
        page.get_by_label(part, exact=True).fill(str(value))


def person(desk: Page, name: str) -> None:
    desk.goto(f"/clinic/?name={name}")
    desk.locator("tbody th a").first.click()


def test_a_first_day_comes_in_pieces_and_a_gate_opens(open_browser: Open, sign_in: SignIn, step: Step) -> None:
    desk = open_browser("desktop")
    sign_in(desk, "clinician")
    add_the_person(desk, "Piece", "By-Piece-Demo")
    phone = open_browser("phone", locale="en-GB", timezone_id="Europe/Tallinn")
    open_account(phone, invite(desk, "pieces@example.org"), "pieces@example.org")
    expect(phone.get_by_text("About 1 minute")).to_be_visible()
    step(phone, "first-piece")
    phone.get_by_role("link", name="A few first questions").tap()
    ready(phone)
    phone.get_by_role("button", name="Start", exact=True).tap()
    expect(shown(phone)).to_contain_text("So we need both")
    expect(shown(phone).get_by_role("link", name="Stop for now")).to_be_visible()
    expect(shown(phone).get_by_role("button", name="I’d rather not say")).to_have_count(0)
    step(phone, "must-answer")
    tap(phone, 1, 2)
    tap(phone, 2, 2)
    expect(shown(phone)).to_contain_text("Your answers may open one more short set")
    expect(phone.locator("[data-saved-state]")).to_have_text("Saved.")
    step(phone, "gate-answered")
    phone.get_by_role("link", name="Back to today").tap()
    ready(phone)
    expect(phone.get_by_text("About 3 minutes")).to_be_visible()
    step(phone, "gate-opened")
    phone.get_by_role("link", name="A few first questions").tap()
    ready(phone)
    finish(phone, 9, 0)
    phone.goto("/today/")
    ready(phone)
    expect(phone.get_by_role("link", name="A few first questions")).to_have_count(0)
    step(phone, "enough-for-today")

    go(desk, "Measures")
    desk.get_by_role("link", name="What is asked when").click()
    row = desk.get_by_role("row", name=re.compile("GAD-7"))
    expect(row).to_contain_text("Starting questions, piece 3")
    desk.get_by_text("Questions that open others").click()
    expect(desk.get_by_text("after PHQ-2: open")).to_be_visible()
    step(desk, "what-comes-next")


def test_an_event_restarts_the_clock_and_an_appointment_asks_before(
    open_browser: Open, sign_in: SignIn, step: Step
) -> None:
    desk = open_browser("desktop")
    sign_in(desk, "clinician")
    person(desk, "Fenwick")
    go(desk, "Measures")
    desk.get_by_role("link", name="What is asked when").click()
    today = date.fromisoformat(desk.evaluate("new Date().toISOString().slice(0, 10)"))
    desk.get_by_label("What happened", exact=True).select_option(label="Ketamine or esketamine given")
    day_of(desk, today + timedelta(days=3))
    desk.get_by_role("button", name="Write it down").click()
    expect(desk.locator("#id_day_error")).to_contain_text("This day has not come yet")
    step(desk, "not-in-the-future")
    day_of(desk, today - timedelta(days=1))
    desk.get_by_role("button", name="Write it down").click()
    expect(desk.get_by_text("It is written down.")).to_be_visible()
    desk.get_by_label("What happened", exact=True).select_option(label="Next appointment")
    day_of(desk, today + timedelta(days=6))
    desk.get_by_role("button", name="Write it down").click()
    expect(desk.get_by_role("cell", name=re.compile("48 hours before the appointment")).first).to_be_visible()
    step(desk, "clock-moved")
    desk.get_by_role("button", name=re.compile("Remove Next appointment")).click()
    expect(desk.get_by_text("The entry is removed.")).to_be_visible()
    expect(desk.get_by_role("cell", name=re.compile("from Ketamine or esketamine given")).first).to_be_visible()
    desk.get_by_role("button", name=re.compile("Bring it back")).click()
    expect(desk.get_by_text("The entry is back.")).to_be_visible()
    go(desk, "Measures")
    expect(desk.get_by_text(re.compile("Dashed lines: .*Ketamine or esketamine given")).first).to_be_visible()
    step(desk, "event-on-the-chart")


def test_overdue_is_a_list_and_a_break_is_seen(open_browser: Open, sign_in: SignIn, step: Step) -> None:
    desk = open_browser("desktop")
    sign_in(desk, "clinician")
    desk.get_by_role("link", name="Overdue", exact=True).first.click()
    line = desk.get_by_role("row", name=re.compile("Solan"))
    expect(line).to_contain_text("PHQ-9, GAD-7")
    expect(line).to_contain_text("last answered on")
    expect(desk.get_by_role("row", name=re.compile("Vesper"))).to_contain_text("chose a break until")
    expect(desk.get_by_role("row", name=re.compile("Pip"))).to_contain_text("not used under 18")
    step(desk, "overdue")
    desk.get_by_role("link", name="Name", exact=True).click()
    expect(desk.get_by_role("link", name="Name", exact=True)).to_have_attribute("aria-current", "true")
    small = open_browser("phone")
    sign_in(small, "clinician")
    small.goto("/clinic/measures/")
    step(small, "overdue-on-a-phone")


def test_a_clinician_rates_corrects_and_reads_the_results(open_browser: Open, sign_in: SignIn, step: Step) -> None:
    desk = open_browser("desktop")
    sign_in(desk, "clinician")
    person(desk, "Teasel")
    expect(desk.get_by_role("link", name=re.compile("^Rate MADRS|Think|Compare")).first).to_be_visible()
    go(desk, "Measures")
    desk.get_by_label("Scale", exact=True).select_option(label="MADRS (0 to 60)")
    desk.get_by_label("Total", exact=True).fill("61")
    desk.get_by_role("button", name="Save the total").click()
    expect(desk.locator("#id_total-error, #id_total_error").first).to_contain_text("from 0 to 60")
    step(desk, "out-of-range")
    desk.get_by_label("Total", exact=True).fill("19")
    desk.get_by_label("Rated by", exact=True).select_option(label="Dr Tarn Rehearsal")
    desk.get_by_role("button", name="Save the total").click()
    expect(desk.get_by_text("The total is saved.")).to_be_visible()
    madrs = desk.locator("#measure-madrs")
    expect(madrs.locator(".so-lead")).to_contain_text("15 points better than three weeks ago")
    step(desk, "results")
    madrs.get_by_role("link", name=re.compile("^Correct")).first.click()
    desk.get_by_label("Total", exact=True).fill("18")
    desk.get_by_role("button", name="Save the correction").click()
    expect(desk.get_by_text("The rating is corrected.")).to_be_visible()
    expect(madrs.get_by_role("cell", name=re.compile("changed 1 time")).first).to_be_visible()
    madrs.get_by_role("link", name=re.compile("^Correct")).first.click()
    step(desk, "versions")
    desk.get_by_role("button", name="Take this rating back").click()
    expect(desk.get_by_text("The rating is taken back.")).to_be_visible()


def test_a_person_sets_the_pace(open_browser: Open, sign_in: SignIn, step: Step) -> None:
    desk = open_browser("desktop")
    sign_in(desk, "clinician")
    add_the_person(desk, "Pace", "Setter-Demo")
    phone = open_browser("phone", locale="en-GB")
    open_account(phone, invite(desk, "pace@example.org"), "pace@example.org")
    phone.goto("/me/")
    phone.get_by_role("button", name="Break for 1 week").tap()
    expect(phone.get_by_text("Kept. Your care team can see it.")).to_be_visible()
    step(phone, "break")
    phone.goto("/today/")
    expect(phone.get_by_text("The check has a break")).to_be_visible()
    step(phone, "nothing-asked")
    desk.goto("/clinic/measures/")
    expect(desk.get_by_role("row", name=re.compile("Pace Setter"))).to_contain_text("chose a break")
