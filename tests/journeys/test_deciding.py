"""From the history to a recorded decision for each published case: together, with a reason, and once in disagreement."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.journey
Open = Callable[..., Page]
SignIn = Callable[[Page, str], None]
Step = Callable[..., None]
CASES = ("Ms A", "Mr D", "Eesti Arst", "Kosel")
"""A word of the name under which each published case stands in the demonstration clinic."""


def open_case(page: Page, word: str) -> None:
    page.goto("/clinic/?name=Published")
    page.get_by_role("link", name=re.compile(rf"Published case.*{word}", re.IGNORECASE)).first.click()
    expect(page.get_by_role("heading", name="What needs doing now")).to_be_visible()


def go(page: Page, place: str) -> None:
    page.get_by_label("Places of this person").get_by_role("link", name=place, exact=True).click()


@pytest.mark.parametrize("word", CASES)
def test_a_published_case_from_its_history_to_a_recorded_decision(
    open_browser: Open, sign_in: SignIn, step: Step, word: str
) -> None:
    page = open_browser("phone" if word == "Mr D" else "desktop")
    sign_in(page, "clinician")
    open_case(page, word)
    go(page, "History")
    expect(page.get_by_role("heading", level=1, name="What was tried")).to_be_visible()
    go(page, "Plan")
    expect(page.locator("p.so-lead")).not_to_be_empty()
    page.get_by_role("main").get_by_role("link", name="Decide together").click()
    expect(page.get_by_role("heading", level=1, name="Deciding together")).to_be_visible()
    page.get_by_text("What matters most to you?").click()
    if not page.get_by_label("Few side effects").is_visible():
        page.get_by_text("What matters most to you?").click()
    page.get_by_label("Few side effects").select_option(label="Most")
    page.get_by_role("button", name="Save what matters").click()
    expect(page.get_by_text("What matters is saved")).to_be_visible()
    step(page, "side-by-side")
    page.get_by_label("About which way?").select_option(index=1)
    page.get_by_text("We do this, with a change", exact=True).click()
    page.get_by_label("Why? In our own words").fill("We begin next month, after the move.")
    page.get_by_text("Yes, we decided together", exact=True).click()
    page.get_by_role("button", name="Save the decision").click()
    expect(page.get_by_role("link", name=re.compile("Choose what weighed most"))).to_be_visible()
    page.get_by_label("What weighed most?").select_option(label="What the person wants")
    page.get_by_text("The person", exact=True).click()
    page.get_by_role("button", name="Save the decision").click()
    expect(page.get_by_text("The decision is saved.")).to_be_visible()
    expect(page.get_by_text("We begin next month, after the move.")).to_be_visible()
    step(page, "recorded")


def test_a_disagreement_with_its_reason_is_kept_and_counted(open_browser: Open, sign_in: SignIn, step: Step) -> None:
    page = open_browser("desktop")
    sign_in(page, "clinician")
    open_case(page, "Ms A")
    go(page, "Plan")
    page.get_by_label("About which option?").select_option(index=1)
    page.get_by_role("group", name="What do you decide?").get_by_text("Not now", exact=True).click()
    page.get_by_label("Why? In your own words").fill("Her heart condition has to be looked at first.")
    page.get_by_label("What weighed most?").select_option(label="Side effects or risk")
    page.get_by_role("group", name="Is this agreed with the person?").get_by_text("Not yet", exact=True).click()
    page.get_by_role("button", name="Save the decision").click()
    expect(page.get_by_text("What weighed most: side effects or risk.")).to_be_visible()
    step(page, "disagreed")
    lead = open_browser("desktop")
    sign_in(lead, "service_lead")
    lead.goto("/service/")
    expect(lead.get_by_role("heading", name="Why the plan was changed or set aside")).to_be_visible()
    step(lead, "counted")


@pytest.mark.parametrize("kind", ["desktop", "phone"])
def test_about_equally_good_is_said_first(open_browser: Open, sign_in: SignIn, step: Step, kind: str) -> None:
    page = open_browser(kind)
    sign_in(page, "clinician")
    open_case(page, "Mr D")
    go(page, "Plan")
    expect(page.locator("p.so-lead")).to_contain_text("about equally good")
    step(page, "plan")
    page.get_by_role("main").get_by_role("link", name="Decide together").click()
    expect(page.get_by_text("Several ways are about equally good")).to_be_visible()
    step(page, "together")


@pytest.mark.parametrize("kind", ["desktop", "phone"])
def test_the_service_says_what_it_can_give_and_looks_whether_care_is_fair(
    open_browser: Open, sign_in: SignIn, step: Step, kind: str
) -> None:
    page = open_browser(kind)
    sign_in(page, "service_lead")
    page.goto("/service/offer/")
    step(page, "offer")
    page.goto("/service/fairness/")
    expect(page.get_by_role("heading", level=1, name="Fairness")).to_be_visible()
    step(page, "fairness")
    person = open_browser(kind)
    sign_in(person, "patient")
    person.goto("/plan/matters/")
    step(person, "what-matters")
