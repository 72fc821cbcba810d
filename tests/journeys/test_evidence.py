"""A clinician looks a study up, loads a file of trials, keeps the chronic ones, and sees the pooled effect move."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.journey
Open = Callable[..., Page]
SignIn = Callable[[Page, str], None]
Step = Callable[..., None]
TRIALS = Path(__file__).parents[3] / "shared/data/metapsy-depression-psyctr/data.csv"


def effect(page: Page, label: str) -> float:
    """The pooled effect that the page says for chosen or for all rows."""
    text = page.locator("#together_sentence").inner_text()
    found = re.search(rf"{label}: (−?\d+\.\d\d) \(", text)
    assert found is not None, text
    return float(found[1].replace("−", "-"))


@pytest.mark.parametrize("kind", ["desktop", "phone"])
def test_a_clinician_reads_the_table_of_studies(open_browser: Open, sign_in: SignIn, step: Step, kind: str) -> None:
    page = open_browser(kind)
    sign_in(page, "clinician")
    page.get_by_role("link", name="Evidence", exact=True).click()
    expect(page.get_by_role("heading", name="Evidence", level=1)).to_be_visible()
    expect(page.locator("#cobalt-response")).to_contain_text("high")
    expect(page.locator("#prevent")).to_contain_text("from memory")
    page.get_by_role("link", name="Where no good trial exists").click()
    expect(page.locator("#vr-in-trd")).to_be_in_viewport()
    step(page, "table")


@pytest.mark.shared
@pytest.mark.skipif(not TRIALS.is_file(), reason="../shared/data/metapsy-depression-psyctr/data.csv is not there")
@pytest.mark.parametrize("kind", ["desktop", "phone"])
def test_the_effect_moves_when_only_the_chronic_are_kept(
    open_browser: Open, sign_in: SignIn, step: Step, kind: str
) -> None:
    page = open_browser(kind)
    sign_in(page, "clinician")
    page.goto("/clinic/evidence/pool/")
    step(page, "empty")
    page.get_by_label("CSV file of the Metapsy standard").set_input_files(TRIALS)
    page.get_by_role("button", name="Load", exact=True).click()
    expect(page.get_by_text("900 rows of 480 studies")).to_be_visible()
    whole = effect(page, "All rows")
    page.get_by_label("Diagnosis", exact=True).select_option("chr")
    page.get_by_role("button", name="Show the effect").first.click()
    expect(page.get_by_text("Among the chosen rows the effect is")).to_be_visible()
    assert effect(page, "All rows") == whole
    assert effect(page, "Chosen rows") < whole
    page.get_by_text("The numbers").first.click()
    expect(page.get_by_role("table", name="The effect")).to_contain_text("Chosen rows")
    step(page, "chronic")
    page.get_by_role("link", name="The effect without each study").click()
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_text("Without any one of them it stays between")).to_be_visible()
    step(page, "without")
    page.get_by_role("link", name="Back to the effect").click()
    page.get_by_role("link", name="All treatments in one network").click()
    expect(page.get_by_role("heading", name="Who was compared with whom")).to_be_visible()
    step(page, "network")


@pytest.mark.shared
@pytest.mark.skipif(not TRIALS.is_file(), reason="../shared/data/metapsy-depression-psyctr/data.csv is not there")
def test_a_bar_shows_how_far_the_work_is(open_browser: Open, sign_in: SignIn, step: Step) -> None:
    page = open_browser("desktop", color_scheme="dark")
    sign_in(page, "clinician")
    page.goto("/clinic/evidence/pool/")
    page.get_by_label("CSV file of the Metapsy standard").set_input_files(TRIALS)
    page.get_by_role("button", name="Load", exact=True).click()
    expect(page.get_by_text("900 rows of 480 studies")).to_be_visible()
    step(page, "whole-dark")
    page.get_by_label("Format", exact=True).select_option("gsh")
    page.get_by_label("Model", exact=True).select_option("che")
    page.get_by_role("button", name="Show the effect").first.click()
    page.get_by_role("link", name="The effect without each study").click()
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_role("progressbar")).to_have_attribute("value", re.compile("[1-9]"))
    expect(page.get_by_text("Without any one of them it stays between")).to_be_visible(timeout=60_000)
    page.goto("/clinic/evidence/pool/network/")
    expect(page.get_by_role("heading", name="Who was compared with whom")).to_be_visible()
    step(page, "network-dark")
