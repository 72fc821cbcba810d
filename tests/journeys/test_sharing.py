"""The service lead opens the sums: what counts here, and why nothing may leave a small clinic."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from solstice.learn.streaming import OutcomeRow, Running
from solstice_web.plans.sharing import Sums, file_of

pytestmark = pytest.mark.journey
Open = Callable[..., Page]


def other_clinic(path: Path) -> Path:
    """A file as another clinic's page makes it."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    rows = (
        OutcomeRow(
            ("cbt", "mbct")[k % 2], k % 7 / 7, {"age": 30.0 + k % 30, "female": k // 2 % 2, "phq-9": 15.0 + k % 5}
        )
        for k in range(80)
    )
    statistics, _ = Running().add_all(rows).shareable()
    path.write_text(json.dumps(file_of(Sums(statistics, (), None), Ed25519PrivateKey.generate(), None)))
    return path


def test_the_lead_lets_another_clinic_count_and_takes_it_back(
    open_browser: Open, sign_in: Callable[[Page, str], None], step: Callable[..., None], tmp_path: Path
) -> None:
    page = open_browser("desktop")
    sign_in(page, "service_lead")
    page.goto("/service/")
    page.get_by_role("link", name="Sums shared with other clinics").click()
    expect(page.get_by_role("heading", level=1, name="Sums shared with other clinics")).to_be_visible()
    step(page, "sums")
    page.get_by_label("Name of the clinic").fill("Harbour Clinic")
    page.get_by_label("File of sums").set_input_files(other_clinic(tmp_path / "sums.json"))
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_text("Check the key with that clinic first")).to_be_visible()
    page.get_by_label("File of sums").set_input_files(tmp_path / "sums.json")
    page.get_by_text("I compared it with that clinic").click()
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_text("80 outcomes, added")).to_be_visible()
    step(page, "added")
    page.get_by_role("button", name="Take back").click()
    expect(page.get_by_text("Taken back.")).to_be_visible()
    expect(page.get_by_text("No other clinic's sums count here.")).to_be_visible()
