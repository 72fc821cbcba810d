"""A person with a very long name, of whom little is told: nothing pushes the page sideways, nothing reads as known."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from tests.journeys.test_clinician import add_the_person, go

pytestmark = pytest.mark.journey
Open = Callable[..., Page]
SignIn = Callable[[Page, str], None]
Step = Callable[..., None]


@pytest.mark.parametrize(
    ("kind", "name", "family_name"), [("phone", "Алёна-Мария", "Ж" * 60), ("desktop", "Ιφιγένεια", "Щ" * 60)]
)
def test_little_is_told_of_someone_with_a_very_long_name(
    open_browser: Open, sign_in: SignIn, step: Step, kind: str, name: str, family_name: str
) -> None:
    page = open_browser(kind)
    sign_in(page, "clinician")
    add_the_person(page, name, family_name)
    expect(page.get_by_text("Nothing is written down yet. Treatments, measures and events appear here")).to_be_visible()
    step(page, "overview-untold")
    go(page, "History")
    expect(page.get_by_text("Nothing is written down yet, so nothing can be said.")).to_be_visible()
    step(page, "history-untold")
    page.get_by_role("link", name="Add a treatment").first.click()
    page.get_by_label("Name", exact=True).fill("several antidepressants")
    page.get_by_label("Kind of treatment").select_option("medicine")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", level=1, name="What was tried")).to_be_visible()
    expect(page.get_by_text("0 or more over the lifetime; how many more is not known.")).to_be_visible()
    step(page, "history-open")
    go(page, "Overview")
    expect(page.get_by_text("1 treatment is written down, without a date: see the table.")).to_be_visible()
    step(page, "overview-undated")
