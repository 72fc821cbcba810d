"""The four published cases, typed into the pages in a browser, show the ledger that `solstice ledger` gives."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from playwright.sync_api import Page, expect
from tests.journeys.test_clinician import go
from tests.web.test_entry_cases import CASES, FIXTURES, typed_facts, typed_trial

from solstice.cli.ledger import ledger as ledger_command
from solstice.person import PersonFile, read_person

pytestmark = pytest.mark.journey
Open = Callable[..., Page]
SignIn = Callable[[Page, str], None]
Step = Callable[..., None]
VERDICTS = {True: "Adequate", False: "Not adequate", None: "Cannot tell"}


@pytest.mark.parametrize("name", CASES)
def test_a_published_case_typed_by_hand_shows_what_the_command_says(
    name: str, open_browser: Open, sign_in: SignIn, step: Step, tmp_path: Path
) -> None:
    case, expected = as_of_today(FIXTURES / f"{name}.yaml", tmp_path)
    page = open_browser("phone" if name == "mdedge-mr-d" else "desktop")
    sign_in(page, "clinician")
    add(page, case, name)
    go(page, "Facts")
    fill(page, typed_facts(case))
    page.get_by_role("button", name="Save the facts").click()
    expect(page.get_by_text("The facts are saved.")).to_be_visible()
    go(page, "History")
    for trial in case.trials:
        page.get_by_role("link", name="Add a treatment").first.click()
        fill(page, typed_trial(trial))
        save(page)
    expect(page.locator(".so-trial")).to_have_count(len(case.trials))
    assert shown_verdicts(page) == sorted(VERDICTS[trial["adequate"]] for trial in expected["trials"])
    assert shown_stages(page) == told_stages(expected["staging"])
    step(page, "typed")


def as_of_today(path: Path, folder: Path) -> tuple[PersonFile, dict[str, Any]]:
    """The case as it stands today (the running clinic knows no other day), and what the command says of it."""
    today = folder / path.name
    text, found = re.subn(r"^at: .*$", f"at: {datetime.now(UTC):%Y-%m-%d}", path.read_text("utf-8"), flags=re.MULTILINE)
    assert found == 1
    today.write_text(text, encoding="utf-8")
    said = CliRunner().invoke(ledger_command, [str(today), "--json"])
    assert said.exit_code == 0, said.output
    return read_person(today), json.loads(said.output)


def add(page: Page, case: PersonFile, name: str) -> None:
    assert case.person.age is not None
    page.get_by_role("link", name="Add a person").first.click()
    page.get_by_label("Given name").fill("Typed")
    page.get_by_label("Family name").fill(f"{name.title()}-Demo")
    born = {"Day": "1", "Month": "1", "Year": str(case.at.year - case.person.age)}
    for part, value in born.items():
        page.get_by_label(part, exact=True).fill(value)
    sex = str(case.person.sex or "unknown")
    page.locator(f"input[name=sex][value={sex}]").check()
    page.get_by_role("button", name="Add the person").click()
    page.get_by_label("Open record").get_by_role("link").click()


def fill(page: Page, told: dict[str, Any]) -> None:
    """Type and choose every answer that is given, in the form's own controls."""
    for name, value in told.items():
        if value in ("", None):
            continue
        control = page.locator(f"main [name={name}]").first
        match control.evaluate("e => e.type"):
            case "radio":
                page.locator(f"main input[name={name}][value={value}]").check()
            case "select-one":
                control.select_option(value=value)
            case "hidden":
                raise AssertionError(f"{name} cannot be typed")
            case _:
                control.fill(value)


def save(page: Page) -> None:
    """Save; where the page asks once more (an unknown name, a second time), say that it is so."""
    page.get_by_role("button", name="Save", exact=True).click()
    heading = page.get_by_role("heading", name=re.compile("What was tried|Please look at these once more"))
    expect(heading.first).to_be_visible()
    if "once more" in (heading.first.text_content() or ""):
        page.get_by_role("button", name="Save as it stands", exact=True).click()
        expect(page.get_by_role("heading", level=1, name="What was tried")).to_be_visible()


def shown_verdicts(page: Page) -> list[str]:
    tags = page.locator(".so-trial__verdict .so-tag:first-child").all_inner_texts()
    return sorted(" ".join(text.split()) for text in tags)


def shown_stages(page: Page) -> dict[str, str]:
    rows = page.locator("[aria-label='Staging models'] tbody tr")
    out = {}
    for row in rows.all():
        value = row.locator("td").first
        strong = value.locator("strong")
        out[row.locator("th").inner_text()] = strong.inner_text() if strong.count() else "Not staged"
    return out


def told_stages(staging: dict[str, Any]) -> dict[str, str]:
    out = {}
    for stage in staging.values():
        low, high = stage["low"], stage["high"]
        number = "Not staged" if low is None else f"{low:g}" if low == high else f"{low:g} to {high:g}"
        out[stage["name"]] = number
    return out
