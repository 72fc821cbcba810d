"""From suggestions to a shared picture: a clinician draws, a person writes their own words, and what is private stays so."""

import re
import uuid
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.journey
Open = Callable[..., Page]
SignIn = Callable[[Page, str], None]
Step = Callable[..., None]


def new_person(page: Page) -> str:
    """A person of this journey's own; returns the address of the record."""
    page.goto("/clinic/people/new/")
    own = uuid.uuid4()
    page.get_by_label("Given name").fill(f"Picture{own.hex[:6]}")
    page.get_by_label("Family name").fill(f"Journey{own.hex[6:12]}")
    # a birth day of their own too: someone alike is asked about before they are added
    for part, value in (
        ("Day", str(1 + own.int % 28)),
        ("Month", str(1 + own.int % 12)),
        ("Year", str(1950 + own.int % 50)),
    ):
        page.get_by_label(part, exact=True).fill(value)
    page.get_by_role("button", name="Add the person").click()
    page.wait_for_url("**/invite/")
    return page.url.removesuffix("invite/")


def answer(page: Page, question: str, word: str) -> None:
    page.get_by_role("group", name=re.compile(question)).get_by_label(word, exact=True).check()


def open_by_name(page: Page, email: str, family: str) -> None:
    page.goto("/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password", exact=True).fill("moss-lantern-42-harbour")
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(lambda url: "/account/login" not in url)
    page.goto(f"/clinic/?name={family}")
    page.get_by_role("row").get_by_role("link", name=re.compile(family)).first.click()
    expect(page.get_by_role("heading", name="What needs doing now")).to_be_visible()


def test_a_clinician_goes_from_suggestions_to_a_picture(open_browser: Open, sign_in: SignIn, step: Step) -> None:
    page = open_browser("desktop")
    sign_in(page, "clinician")
    home = new_person(page)
    page.goto(f"{home}formulation/")
    expect(
        page.get_by_text("No loop is drawn yet").or_(page.get_by_text("It needs at least three parts"))
    ).to_be_visible()
    step(page, "empty-picture")
    page.get_by_role("link", name="Open the interview").click()
    expect(page.get_by_role("heading", name="Interview", level=1)).to_be_visible()
    step(page, "interview")
    page.get_by_role("link", name="Medical checks").click()
    page.get_by_label("When: Thyroid").fill("March 2026")
    page.get_by_label("Result: Thyroid").select_option("normal")
    answer(page, "blood count with iron", "Never done")
    step(page, "checks")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("The answers are saved.")).to_be_visible()
    page.get_by_role("link", name="Medical checks").click()
    page.get_by_text("Make it a task: Anaemia and iron").click()
    page.get_by_role("button", name=re.compile("Make the task for Anaemia")).click()
    expect(page.get_by_text(re.compile("Task: Dr Ilex Demonstrator, by"))).to_be_visible()
    step(page, "task")
    page.goto(f"{home}interview/5/")
    answer(page, "debts", "Yes")
    answer(page, "caring for someone", "Yes")
    answer(page, "housing insecure", "Asked, not known")
    page.get_by_role("button", name="Save and go on").click()
    expect(page.get_by_role("heading", name="What holds")).to_be_visible()
    answer(page, "someone the person can turn to", "Yes")
    page.get_by_role("button", name="Save and go on").click()
    expect(page.get_by_role("heading", name="Something that still weighs")).to_be_visible()
    page.get_by_label("Prefers not to say").check()
    step(page, "gate")
    page.get_by_role("button", name="Save", exact=True).click()
    page.goto(f"{home}formulation/")
    step(page, "suggestions")
    draw(page, step)


def draw(page: Page, step: Step) -> None:
    page.get_by_role("button", name="Accept Debt or money worries").press("Enter")
    expect(page.locator("#i_debt")).to_contain_text("Suggested by Solstice, accepted")
    page.get_by_text("Change the words of Caring for someone").click()
    page.locator("#text_caring").fill("Looks after her mother every evening")
    page.locator("#i_caring").get_by_role("button", name="Save the words").click()
    expect(page.locator("#i_caring")).to_contain_text("in your words")
    page.get_by_text("Reject Someone to turn to").click()
    page.locator("#i_close-person").get_by_role("button", name="Reject with this reason").click()
    expect(page.get_by_role("heading", name="Please check these answers")).to_be_visible()
    page.locator("#reason_close-person").fill("She moved away last month")
    page.locator("#i_close-person").get_by_role("button", name="Reject with this reason").click()
    expect(page.get_by_text("Rejected (1)")).to_be_visible()
    page.get_by_text("Add your own to What keeps it going").click()
    page.locator("#text_perpetuating").fill("No hour of her own in the day")
    page.get_by_role("button", name="Add it to What keeps it going").click()
    page.get_by_role("button", name="Move up No hour of her own in the day").press("Enter")
    kept = page.locator("section[aria-labelledby=part_perpetuating] .so-picture__text")
    expect(kept.nth(1)).to_have_text("No hour of her own in the day")
    page.get_by_text("Choose what goes in the loop").click()
    for place, name in enumerate(
        ("Debt or money worries", "Looks after her mother every evening", "No hour of her own in the day"), start=1
    ):
        page.get_by_label(name, exact=True).select_option(str(place))
    page.get_by_role("button", name="Save the loop").click()
    expect(page.get_by_role("img", name="What keeps it going, as a loop")).to_be_visible()
    step(page, "picture")
    page.get_by_role("button", name="Undo the last change").click()
    expect(page.get_by_text("No loop is drawn yet")).to_be_visible()
    page.set_viewport_size({"width": 390, "height": 844})
    step(page, "picture-narrow")


def test_two_tabs_the_second_save_shows_both(open_browser: Open, sign_in: SignIn, step: Step) -> None:
    page = open_browser("desktop")
    sign_in(page, "clinician")
    home = new_person(page)
    for words in ("Written in the first tab", "Written in the second tab"):
        page.goto(f"{home}formulation/")
        other = page.context.new_page() if words.endswith("first tab") else page
        if other is not page:
            second = other
            second.goto(f"{home}formulation/")
            write(page, words)
            expect(page.get_by_text("It is in the picture.")).to_be_visible()
        else:
            write(second, words)
            expect(second.get_by_role("heading", name="Someone else saved this picture meanwhile")).to_be_visible()
            step(second, "both")
            second.get_by_role("button", name="Save mine on top").click()
            expect(second.get_by_text("Written in the first tab").first).to_be_visible()
            expect(second.get_by_text("Written in the second tab").first).to_be_visible()


def write(page: Page, words: str) -> None:
    page.get_by_text("Add your own to What helps").click()
    page.locator("#text_protective").fill(words)
    page.get_by_role("button", name="Add it to What helps").click()


def test_a_person_writes_their_own_words_and_the_clinician_reads_them(
    open_browser: Open, sign_in: SignIn, step: Step
) -> None:
    page = open_browser("phone")
    sign_in(page, "patient")
    page.goto("/picture/")
    expect(page.get_by_role("heading", name="My picture")).to_be_visible()
    step(page, "my-picture")
    word = f"My garden {uuid.uuid4().hex[:6]}"
    page.get_by_label("What helps me hold on").fill(word)
    page.get_by_role("button", name=re.compile("move thing 2 before")).tap()
    expect(page.get_by_text("It is not saved yet")).to_be_visible()
    expect(page.get_by_label("What helps me hold on")).to_have_value(word)
    page.get_by_role("button", name="Save my picture").tap()
    expect(page.get_by_text("Your picture is saved.")).to_be_visible()
    expect(page.get_by_role("img", name="My loop")).to_be_visible()
    step(page, "my-picture-saved")
    page.emulate_media(color_scheme="dark")
    step(page, "my-picture-dark")
    page.emulate_media(color_scheme="light", media="print")
    expect(page.get_by_role("img", name="My loop")).to_be_visible()
    desk = open_browser("desktop")
    sign_in(desk, "clinician")
    desk.goto("/clinic/?name=Samplebrook")
    desk.get_by_role("row").get_by_role("link", name=re.compile("Samplebrook")).first.click()
    desk.get_by_label("Places of this person").get_by_role("link", name="What keeps it going").click()
    expect(desk.get_by_text(word)).to_be_visible()
    expect(desk.get_by_text("Only they can change it.")).to_be_visible()
    step(desk, "own-words-at-the-desk")


def test_who_covers_does_not_see_what_is_private(open_browser: Open, step: Step) -> None:
    page = open_browser("desktop")
    open_by_name(page, "clinician@demo.example", "Notarealname")
    page.goto(f"{page.url}formulation/")
    expect(page.get_by_text("Invented: a private line").first).to_be_visible()
    other = open_browser("phone")
    open_by_name(other, "prescriber@demo.example", "Notarealname")
    home = other.url
    other.goto(f"{home}formulation/")
    expect(other.get_by_text("Left out does not mean absent.")).to_be_visible()
    expect(other.get_by_text("Invented: a private line")).to_have_count(0)
    expect(other.get_by_role("button", name=re.compile("Accept|Reject|Add it"))).to_have_count(0)
    step(other, "as-cover")
    other.goto(f"{home}interview/7/")
    expect(other.get_by_text("Something that still weighs")).to_have_count(0)
