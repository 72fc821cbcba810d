"""The clinician's half of the loop: a history by hand, a stage that narrows, a plan, an accepted option, a first session."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.journey
Open = Callable[..., Page]
SignIn = Callable[[Page, str], None]
Step = Callable[..., None]


def go(page: Page, place: str) -> None:
    page.get_by_label("Places of this person").get_by_role("link", name=place, exact=True).click()


def stage(page: Page, name: str) -> Locator:
    return page.locator(".so-models tr", has=page.locator("th", has_text=name))


def add_the_person(page: Page, given_name: str = "Alma", family_name: str = "Handwritten-Demo") -> None:
    page.get_by_role("link", name="Add a person").first.click()
    page.get_by_label("Given name").fill(given_name)
    page.get_by_label("Family name").fill(family_name)
    for part, value in (("Day", "14"), ("Month", "3"), ("Year", "1978")):
        page.get_by_label(part, exact=True).fill(value)
    page.get_by_role("group", name="Sex").get_by_label("Female").check()
    page.get_by_role("button", name="Add the person").click()
    page.get_by_label("Open record").get_by_role("link").click()


def set_the_episode(page: Page) -> None:
    go(page, "Facts")
    page.get_by_label("months", exact=False).first.fill("6")
    page.get_by_role("group", name=re.compile("Severity|How severe")).get_by_label("Severe", exact=True).check()
    page.get_by_role("group", name=re.compile("sychotic|sychosis")).get_by_label("No", exact=True).check()
    page.get_by_role("button", name="Save the facts").click()
    expect(page.get_by_text("The facts are saved.")).to_be_visible()


def fill_trial(page: Page, kind: str, agent: str, *, weeks: str = "", added_to: str = "") -> None:
    page.get_by_label("Kind of treatment").select_option(label=kind)
    page.get_by_label("Name", exact=True).fill(agent)
    if added_to:
        page.get_by_label("Added to").fill(added_to)
    if weeks:
        page.get_by_label("Weeks at that dose").fill(weeks)
    page.get_by_label("Outcome").select_option(label="No response")


def test_clinician_enters_a_history_sees_the_stage_narrow_and_accepts_an_option(
    open_browser: Open, sign_in: SignIn, step: Step
) -> None:
    page = open_browser("desktop")
    sign_in(page, "clinician")
    add_the_person(page)
    set_the_episode(page)
    enter_the_history(page, step)
    answer_what_decides(page, step)
    decide(page, step)
    hold_the_first_session(page, step)


def enter_the_history(page: Page, step: Step) -> None:
    """The case ect-casebook-ms-a, by hand."""
    go(page, "History")
    expect(page.get_by_role("heading", name="Nothing is written down yet")).to_be_visible()
    step(page, "empty-history")
    page.get_by_role("link", name="Add a treatment").first.click()
    step(page, "empty-editor")
    fill_trial(page, "Antidepressant", "Imipramine", weeks="at least 5")
    preview = page.locator("#preview")
    expect(preview.get_by_text("Dose not known (minimum 100 mg/day)")).to_be_visible()
    expect(preview.get_by_text("Not saved yet.")).to_be_visible()
    step(page, "preview-while-typing")
    page.get_by_label("Highest dose held").fill("a lot")
    expect(preview.get_by_text("Once these are right")).to_be_visible()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", name="Please check these answers")).to_be_visible()
    expect(page.get_by_label("Weeks at that dose")).to_have_value("at least 5")
    step(page, "editor-error")
    page.get_by_label("Highest dose held").fill("")
    page.get_by_role("button", name="Save and add another").click()
    fill_trial(page, "Antidepressant", "Fluoxetine", weeks="at least 5")
    page.get_by_role("button", name="Save and add another").click()
    fill_trial(page, "Medicine added to an antidepressant", "Lithium", weeks="at least 5", added_to="Fluoxetine")
    expect(preview.get_by_text("Serum level not known")).to_be_visible()
    page.get_by_role("button", name="Save and add another").click()
    fill_trial(page, "Psychotherapy", "insight-oriented")
    page.get_by_role("button", name="Save", exact=True).click()


def answer_what_decides(page: Page, step: Step) -> None:
    """The range stands, two questions are answered, and it narrows."""
    maudsley = stage(page, "Maudsley Staging Method")
    expect(maudsley.locator(".so-stage__value")).to_have_text("6 to 7 mild to moderate")
    expect(maudsley.get_by_text("Serum level of Lithium")).to_be_visible()
    step(page, "history")
    before = stage(page, "Thase–Rush staging (strict)").locator(".so-stage__value")
    expect(before).to_contain_text("0 to 2")
    page.get_by_label(re.compile("^Dose of Imipramine")).fill("150")
    page.get_by_role("button", name=re.compile("Save the answer Dose of Imipramine")).click()
    expect(stage(page, "Thase–Rush staging (strict)").locator(".so-stage__value")).not_to_contain_text("0 to 2")
    step(page, "first-answer")

    if not page.get_by_label(re.compile("^Serum level of Lithium")).is_visible():
        page.get_by_text(re.compile(r"more questions? would narrow something")).click()
    page.get_by_label(re.compile("^Serum level of Lithium")).fill("0.8")
    page.get_by_role("button", name=re.compile("Save the answer Serum level of Lithium")).click()
    expect(maudsley.locator(".so-stage__value")).to_have_text("7 moderate")
    expect(maudsley.get_by_text("Serum level of Lithium")).to_have_count(0)
    step(page, "narrowed")


def decide(page: Page, step: Step) -> None:
    go(page, "What keeps it going")
    expect(page.get_by_text(re.compile(r"^Not assessed \(\d+\)")).first).to_be_visible()
    step(page, "formulation")
    go(page, "Plan")
    expect(page.locator("p.so-lead")).to_contain_text(re.compile("about equally good|greatest expected benefit"))
    step(page, "plan")
    page.get_by_label("About which option?").select_option(label="Behavioural activation")
    page.get_by_label("Accept: do this").check()
    page.get_by_role("button", name="Save the decision").click()
    expect(page.get_by_role("link", name="Write why, in your own words; one sentence is enough.")).to_be_visible()
    step(page, "reason-missing")
    page.get_by_label("Why? In your own words").fill(
        "She wants to begin with small steps at home, and it was never tried."
    )
    page.get_by_label("Yes, we decided together").check()
    page.get_by_role("button", name="Save the decision").click()
    expect(page.get_by_text("The decision is saved, and the course has begun.")).to_be_visible()
    expect(page.get_by_text("Behavioural activation: accepted")).to_be_visible()
    step(page, "decided")


def hold_the_first_session(page: Page, step: Step) -> None:
    go(page, "Sessions")
    step(page, "sessions")
    page.get_by_role("link", name="Prepare session 1").click()
    step(page, "session")
    page.get_by_role("group", name="Check-in 1").get_by_label("Done").check(force=True)
    page.get_by_label("Notes", exact=True).fill("We looked at a usual day together.")
    page.get_by_label("What, in the person's words").fill("Open the curtains")
    page.get_by_label("When", exact=True).fill("after waking up")
    page.get_by_role("group", name="How sure is the person to manage it?").get_by_label("5", exact=True).check(
        force=True
    )
    page.get_by_role("button", name="Save the session").click()
    expect(page.get_by_text("Session 1 is saved.")).to_be_visible()
    expect(page.get_by_text("Make it smaller", exact=True)).to_be_visible()
    expect(page.get_by_role("group", name="Check-in 1").get_by_label("Done")).to_be_checked()
    step(page, "session-saved")


@pytest.mark.parametrize("kind", ["desktop", "phone"])
def test_every_page_of_the_loop_for_someone_in_care(open_browser: Open, sign_in: SignIn, step: Step, kind: str) -> None:
    page = open_browser(kind)
    sign_in(page, "clinician")
    page.get_by_label("Find a person by name").fill("Wren")
    page.get_by_role("button", name="Find", exact=True).click()
    page.get_by_role("link", name="Wren Samplebrook").click()
    for place in ("History", "Questions", "What keeps it going", "Plan", "Sessions"):
        go(page, place)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        step(page, place.lower().replace(" ", "-"))
    page.get_by_role("link", name=re.compile(r"^1\. ")).click()
    step(page, "session")
    go(page, "History")
    page.get_by_role("link", name=re.compile(r"^1 version")).first.click()
    step(page, "versions")
    go(page, "History")
    page.get_by_role("button", name=re.compile("^Delete ")).last.click()
    expect(page.get_by_role("heading", name="Deleted in the last 30 days")).to_be_visible()
    step(page, "deleted")
    page.get_by_role("button", name=re.compile("^Bring it back")).click()
    expect(page.get_by_role("heading", name="Deleted in the last 30 days")).to_have_count(0)


def test_the_editor_works_without_javascript_and_by_keyboard(open_browser: Open, sign_in: SignIn, step: Step) -> None:
    page = open_browser("desktop", java_script_enabled=False)
    sign_in(page, "clinician")
    page.get_by_label("Find a person by name").fill("Ms A")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Published case: Ms A (ECT casebook)").click()
    go(page, "History")
    page.get_by_role("link", name="Add a treatment").click()
    page.get_by_label("Name", exact=True).focus()
    page.keyboard.type("Sertraline")
    page.keyboard.press("Tab")
    page.keyboard.type("Antidep")
    page.get_by_label("Highest dose held").fill("250")
    page.get_by_label("Weeks at that dose").fill("8")
    page.get_by_label("Outcome").select_option(label="No response")
    page.get_by_role("button", name="Check").press("Enter")
    expect(page.get_by_text("Above the label maximum", exact=True)).to_be_visible()
    expect(page.get_by_label("Highest dose held")).to_have_value("250")
    expect(page.get_by_role("table", name="What it adds up to")).to_be_visible()


def test_two_tabs_the_second_save_is_told_and_nothing_is_overwritten(
    open_browser: Open, sign_in: SignIn, step: Step
) -> None:
    first = open_browser("desktop")
    sign_in(first, "clinician")
    first.get_by_label("Find a person by name").fill("Corin")
    first.get_by_role("button", name="Find", exact=True).click()
    first.get_by_role("link", name="Corin Pretendal", exact=True).click()
    go(first, "History")
    first.locator(".so-trial__name a").first.click()
    second = first.context.new_page()
    second.goto(first.url)
    first.get_by_label("Note").fill("from the first tab")
    first.get_by_role("button", name="Save", exact=True).click()
    first.wait_for_url(re.compile("/history/$"))
    second.get_by_label("Note").fill("from the second tab")
    second.get_by_role("button", name="Save", exact=True).click()
    expect(second.get_by_role("heading", name="Someone else saved this treatment meanwhile")).to_be_visible()
    expect(second.get_by_text("from the first tab")).to_be_visible()
    expect(second.get_by_text("from the second tab")).to_be_visible()
    step(second, "both-texts")
    second.get_by_role("button", name="Edit mine again before saving").click()
    expect(second.get_by_label("Note")).to_have_value("from the second tab")
    step(second, "mine-again")
    second.get_by_role("button", name="Save", exact=True).click()
    second.wait_for_url(re.compile("/history/$"))
    expect(second.get_by_text("from the second tab")).to_be_visible()
