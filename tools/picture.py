"""Make docs/pictures/solstice.png: real screens of a running demo clinic beside each other.

usage: python tools/picture.py http://localhost:8000
"""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

OUT = Path(__file__).parents[1] / "docs" / "pictures" / "solstice.png"
PASSWORD = "moss-lantern-42-harbour"
PEOPLE = {"patient": "patient@demo.example", "clinician": "clinician@demo.example"}


def signed_in(browser: Browser, url: str, role: str, size: tuple[int, int]) -> Page:
    page = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, base_url=url, device_scale_factor=1.5
    ).new_page()
    page.goto("/")
    page.get_by_label("Email").fill(PEOPLE[role])
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_load_state()
    return page


def main(url: str) -> None:
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=flags)
        desk = signed_in(browser, url, "clinician", (1280, 900))
        desk.get_by_role("link", name="Published case: Ms A").click()
        desk.get_by_label("Places of this person").get_by_role("link", name="History").click()
        desk.screenshot(path=f"{folder}/desk.png")
        phone = signed_in(browser, url, "patient", (390, 844))
        phone.goto("/today/")
        phone.get_by_role("button", name="A little").click()
        phone.get_by_text("Saved.", exact=True).wait_for()
        phone.screenshot(path=f"{folder}/phone.png")
        Path(folder, "both.html").write_text(
            "<body style='margin:0;padding:24px;display:flex;gap:24px;background:#e9e2ee'>"
            "<img src='desk.png' style='height:720px;border-radius:14px;border:1px solid #c9bfd6'>"
            "<img src='phone.png' style='height:720px;border-radius:28px;border:1px solid #c9bfd6'>",
            encoding="utf-8",
        )
        both = browser.new_page(viewport={"width": 1430, "height": 768})
        both.goto(f"file://{folder}/both.html")
        OUT.parent.mkdir(parents=True, exist_ok=True)
        both.screenshot(path=OUT)
        browser.close()


main(sys.argv[1])
