"""The whole loop with two people: what was tried, a plan, the first step on a phone, a risk answer, a human who acts."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from tests.journeys.test_clinician import (
    add_the_person,
    answer_what_decides,
    decide,
    enter_the_history,
    go,
    set_the_episode,
)
from tests.journeys.test_portal_phone import kept_on_this_phone, my_data, ready, shown, tap

pytestmark = pytest.mark.journey
Open = Callable[..., Page]
SignIn = Callable[[Page, str], None]
Step = Callable[[Page, str], None]
EMAIL, PASSWORD, NOTE = "loop@example.org", "lantern-otter-velvet-31", "The curtains are open now."


def test_from_a_history_to_a_risk_answer_that_a_human_acts_on(open_browser: Open, sign_in: SignIn, step: Step) -> None:
    desk = open_browser("desktop")
    sign_in(desk, "clinician")
    add_the_person(desk, "Loop", "Invented-Throughout")
    set_the_episode(desk)
    enter_the_history(desk, step)
    answer_what_decides(desk, step)
    decide(desk, step)
    link = _one_time_link(desk)

    phone = open_browser("phone", locale="en-GB", timezone_id="Europe/Tallinn")
    _open_the_account(phone, link, step)
    _first_step(phone, step)
    _second_entry_through_a_dead_network(phone, step)
    _risk_answer(phone, step)

    _on_top_of_the_caseload(desk, step)
    _what_was_done(desk, step)


def _one_time_link(desk: Page) -> str:
    go(desk, "Overview")
    desk.get_by_role("link", name=re.compile("nvite|one-time link")).first.click()
    desk.get_by_label("E-mail address of the person").fill(EMAIL)
    desk.get_by_role("button", name="Make the one-time link").click()
    return str(desk.get_by_label("One-time link").input_value())


def _open_the_account(phone: Page, link: str, step: Step) -> None:
    phone.goto(link)
    step(phone, "set-password")
    for field in phone.locator("input[type=password]").all():
        field.fill(PASSWORD)
    phone.get_by_role("button", name="Save password").click()
    phone.wait_for_load_state()
    phone.goto("/")
    if "/account/login" in phone.url:
        phone.get_by_label("Email").fill(EMAIL)
        phone.get_by_label("Password", exact=True).fill(PASSWORD)
        phone.get_by_role("button", name="Sign in", exact=True).click()
    phone.wait_for_url("**/today/")
    ready(phone)
    step(phone, "first-today")


def _first_step(phone: Page, step: Step) -> None:
    phone.get_by_role("button", name="Almost none").tap()
    card = phone.locator("[data-energy-card='0']")
    expect(card).to_contain_text("20 seconds")
    step(phone, "smallest-step")
    card.get_by_role("link", name="Start").tap()
    ready(phone)
    while shown(phone).get_by_role("button", name="Next").count():
        shown(phone).get_by_role("button", name="Next").tap()
    shown(phone).get_by_role("button", name="I am there").tap()
    phone.get_by_role("button", name="I did it").tap()
    expect(phone.locator("[data-saved-state]")).to_have_text("Saved.")
    step(phone, "step-saved")


def _second_entry_through_a_dead_network(phone: Page, step: Step) -> None:
    phone.goto("/today/")
    ready(phone)
    link = phone.locator("p:has-text('Want to write?') a")
    kept_on_this_phone(phone, link.get_attribute("href") or "")
    phone.context.set_offline(True)
    link.tap()
    phone.get_by_role("button", name="Start", exact=True).tap()
    first, written = shown(phone), False
    while phone.locator("[data-screen=review]").is_hidden():
        area = first.locator("textarea, input[type=text]")
        if area.count() and not written:
            area.first.fill(NOTE)
            written = True
        first.get_by_role("button", name="Next").tap()
        phone.wait_for_timeout(100)
    phone.get_by_role("button", name="Save", exact=True).tap()
    expect(phone.locator("[data-saved-state]")).to_contain_text("Saved on this phone")
    step(phone, "kept-on-the-phone")
    phone.context.set_offline(False)
    phone.evaluate("dispatchEvent(new Event('online'))")
    expect(phone.locator("[data-saved-state]")).to_have_text("Saved.")
    phone.evaluate("dispatchEvent(new Event('online'))")
    assert len([entry for entry in my_data(phone)["entries"] if NOTE in entry["answers"].values()]) == 1


def _risk_answer(phone: Page, step: Step) -> None:
    phone.goto("/today/")
    phone.get_by_role("link", name="A few first questions").tap()
    ready(phone)
    phone.get_by_role("button", name="Start").tap()
    tap(phone, 1, 2)
    tap(phone, 2, 2)
    expect(phone.locator("[data-saved-state]")).to_have_text("Saved.")
    phone.get_by_role("link", name="Back to today").tap()
    phone.get_by_role("link", name="A few first questions").tap()
    ready(phone)
    phone.get_by_role("button", name="Start").tap()
    for item in range(1, 9):
        tap(phone, item, 1)
    tap(phone, 9, 2)
    expect(phone.get_by_role("heading", name="We are glad you told us")).to_be_visible()
    assert phone.locator("[data-screen=help] a[href^='tel:']").count() >= 1
    step(phone, "help-at-once")
    expect(phone.locator("[data-saved-state]")).to_have_text("Saved.")


def _on_top_of_the_caseload(desk: Page, step: Step) -> None:
    desk.goto("/clinic/")
    names = desk.get_by_role("row").get_by_role("link").all_text_contents()
    levels = desk.get_by_role("row").filter(has_text="Loop Invented-Throughout")
    expect(levels).to_contain_text("PHQ-9 item 9 was answered 2 of 3")
    assert "Loop Invented-Throughout" in names[:2], "an unseen answer of today stands among the first"
    step(desk, "caseload")


def _what_was_done(desk: Page, step: Step) -> None:
    desk.get_by_role("link", name=re.compile("^Loop Invented-Throughout: risk answer")).click()
    step(desk, "alert")
    desk.get_by_role("button", name="I have seen this and take care of it").click()
    desk.get_by_label("Spoke with the person").check()
    desk.get_by_role("textbox", name="Note").fill("Called at once; the safety plan was gone through.")
    desk.get_by_label("Close it: nothing more is to do").check()
    desk.get_by_role("button", name="Save what was done").click()
    expect(desk.get_by_text("What was done is saved.")).to_be_visible()
    step(desk, "acted")
    desk.goto("/clinic/")
    expect(desk.get_by_role("row").filter(has_text="Loop Invented-Throughout")).not_to_contain_text(
        "item 9 was answered"
    )
