"""Staff look through the instruments, see one as a person sees it, and see a folder of their own before its release."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.journeys.conftest import Clinic

from solstice.content.instrument_scaffold import write_instrument

pytestmark = pytest.mark.journey
Open = Callable[..., Page]
SignIn = Callable[[Page, str], None]
Step = Callable[..., None]


@pytest.mark.parametrize("kind", ["desktop", "phone"])
def test_a_clinician_reads_the_list_and_sees_one_as_a_person_sees_it(
    open_browser: Open, sign_in: SignIn, step: Step, kind: str
) -> None:
    page = open_browser(kind)
    sign_in(page, "clinician")
    page.get_by_role("link", name="Instruments", exact=True).first.click()
    expect(page.get_by_role("heading", name="Instruments", level=1)).to_be_visible()
    expect(page.get_by_role("link", name="WSAS", exact=True)).to_be_visible()
    step(page, "list")
    page.get_by_label("Find by name or by what it measures").fill("depression phq")
    page.get_by_role("button", name="Find", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("3 instruments with")
    page.get_by_role("link", name="PHQ-9", exact=True).click()
    expect(page.get_by_text("Preview, nothing is stored")).to_be_visible()
    step(page, "first-question")
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_text("Tap one answer")).to_be_visible()
    for number in range(1, 10):
        expect(page.get_by_text(f"Question {number} of 9")).to_be_visible()
        page.get_by_label("Several days").check()
        page.get_by_role("button", name="Next").click()
    expect(page.get_by_text("That was the last question.")).to_be_visible()
    score = page.get_by_role("region", name="What the score would be")
    expect(score).to_contain_text("9 of 27, mild")
    expect(score).to_contain_text("The risk item was answered")
    step(page, "score")
    page.get_by_label("Age, to see what changes with it").fill("16")
    page.get_by_role("button", name="Back").click()
    expect(score).to_contain_text("not applied under 18")
    step(page, "under-18")


def test_a_clinician_tries_a_total_of_a_licensed_scale(open_browser: Open, sign_in: SignIn, step: Step) -> None:
    page = open_browser("phone")
    sign_in(page, "clinician")
    page.goto("/clinic/instruments/?q=BDI")
    page.get_by_role("link", name="BDI-II", exact=True).click()
    expect(page.get_by_role("heading", name="Its words are not here")).to_be_visible()
    page.get_by_label("Try a total").fill("31")
    page.get_by_role("button", name="Show what it means").click()
    expect(page.get_by_role("region", name="What the score would be")).to_contain_text("31 of 63, severe")
    step(page, "total")


def test_a_folder_of_the_clinic_is_seen_before_it_is_released(
    clinic: Clinic, open_browser: Open, sign_in: SignIn, step: Step
) -> None:
    folder = write_instrument(Path(clinic.data) / "drafts", "good-evenings", at=date(2026, 11, 22))
    head = folder / "instrument.yaml"
    whole = head.read_text(encoding="utf-8")
    head.write_text(whole.replace("rater: self ", "rater: cat "), encoding="utf-8")
    page = open_browser("desktop")
    sign_in(page, "clinician")
    page.goto("/clinic/instruments/?q=good")
    expect(page.get_by_text("'rater' is 'cat'; right would be 'self' or 'clinician'")).to_be_visible()
    step(page, "faults")
    head.write_text(whole, encoding="utf-8")
    page.reload()
    page.get_by_role("link", name="GOOD-EVENINGS").click()
    expect(page.get_by_text("I could do what I had planned.")).to_be_visible()
    for answer in ("Rarely", "Never", "Never"):
        page.get_by_label(answer, exact=True).check()
        page.get_by_role("button", name="Next").click()
    expect(page.get_by_role("region", name="What the score would be")).to_contain_text("11 of 12, high")
    step(page, "own")
