"""A person on a phone without network: help is there, what they write is kept sealed, sent once, and gone after sign-out."""

import json
import re
from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import override_settings
from playwright.sync_api import Browser, BrowserContext, Page, expect
from tests.journeys.help_site import pages
from tests.journeys.help_site.phone import CACHED, DUMP
from tests.journeys.help_site.server import served

pytestmark = pytest.mark.journey
SECRET = "the grey heron at the weir"


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    here = {"ROOT_URLCONF": "tests.journeys.help_site.pages", "ALLOWED_HOSTS": ["localhost"]}
    with override_settings(**here), served() as base:
        yield base


@pytest.fixture
def clinic() -> pages.Clinic:
    pages.clinic.__dict__.update(pages.Clinic().__dict__)
    return pages.clinic


@pytest.fixture
def context(chromium: Browser, site: str) -> Iterator[BrowserContext]:
    context = chromium.new_context(
        base_url=site, viewport={"width": 390, "height": 844}, timezone_id="Australia/Adelaide"
    )
    context.set_default_timeout(8000)
    yield context
    context.close()


@pytest.fixture
def phone(context: BrowserContext, clinic: pages.Clinic) -> Page:
    """A phone on the Today page, with the service worker in charge."""
    page = context.new_page()
    page.goto("/today/")
    in_charge(page)
    return page


def until(page: Page, expression: str) -> None:
    """Wait for it from outside: Playwright's own wait evaluates strings inside the page, which our policy forbids."""
    for _ in range(160):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(50)
    pytest.fail(f"never became true: {expression}")


def in_charge(page: Page) -> None:
    until(page, "navigator.serviceWorker.controller !== null")
    until(page, "document.documentElement.dataset.outbox === 'ready'")


def write(page: Page, text: str) -> None:
    page.get_by_label("One line about today").fill(text)
    page.get_by_role("button", name="Keep this").click()
    expect(page.get_by_label("One line about today")).to_have_value("")


def says(page: Page, words: str | re.Pattern[str]) -> None:
    expect(page.locator("[data-saved-state]")).to_have_text(words)


def texts(clinic: pages.Clinic) -> list[str]:
    return [entry["payload"]["text"] for entry in clinic.saved.values()]


def test_an_entry_made_offline_is_sent_exactly_once(phone: Page, context: BrowserContext, clinic: pages.Clinic) -> None:
    context.set_offline(True)
    write(phone, SECRET)
    says(phone, "Saved on this phone. It will be sent when you are online.")
    assert clinic.saved == {}
    context.set_offline(False)
    says(phone, "Saved.")
    assert texts(clinic) == [SECRET]
    assert len(clinic.requests) == 1
    (entry,) = clinic.saved.values()
    assert set(entry) == {"id", "kind", "recorded_at", "local_date", "time_zone", "payload"}
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", entry["id"])
    assert entry["kind"] == "entry"
    assert entry["payload"] == {"worksheet": "diary", "text": SECRET}
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+(09:30|10:30)", entry["recorded_at"])
    assert entry["recorded_at"].startswith(entry["local_date"])
    assert entry["time_zone"] == "Australia/Adelaide"
    assert clinic.requests[0]["owner"] == "owner-1"
    assert clinic.requests[0]["csrf"]


def test_nothing_readable_waits_on_the_phone(phone: Page, context: BrowserContext, clinic: pages.Clinic) -> None:
    context.set_offline(True)
    write(phone, SECRET)
    says(phone, re.compile("Saved on this phone"))
    kept = phone.evaluate(DUMP)
    assert len(kept["stores"]["entries"]) == 1
    row = kept["stores"]["entries"][0]
    assert set(row) == {"order", "id", "owner", "refused", "iv", "sealed"}
    assert len(row["sealed"]) > len(SECRET)
    assert kept["stores"]["keys"] == ["key extractable=false"]
    assert kept["local"] == kept["session"] == {}
    everything = json.dumps(kept)
    assert not any(word in everything for word in (SECRET, "heron", "diary", "worksheet", "payload"))


def test_an_answer_lost_on_the_way_back_does_not_double(phone: Page, clinic: pages.Clinic) -> None:
    clinic.drop_answer = True
    write(phone, SECRET)
    says(phone, "Saved.")
    assert texts(clinic) == [SECRET]
    assert [len(sent["entries"]) for sent in clinic.requests] == [1, 1]


def test_many_entries_go_in_order_and_in_small_lots(phone: Page, context: BrowserContext, clinic: pages.Clinic) -> None:
    context.set_offline(True)
    for number in range(23):
        write(phone, f"line {number}")
    says(phone, re.compile(r"23 entries"))
    context.set_offline(False)
    says(phone, "Saved.")
    assert texts(clinic) == [f"line {number}" for number in range(23)]
    assert max(len(sent["entries"]) for sent in clinic.requests) == 20


@pytest.mark.parametrize("status", [500, 502, 503, 404, 429])
def test_a_server_in_trouble_keeps_the_entry_on_the_phone(phone: Page, clinic: pages.Clinic, status: int) -> None:
    clinic.status = status
    phone.get_by_label("One line about today").fill(SECRET)
    phone.get_by_role("button", name="Keep this").click()
    says(phone, re.compile("Saved on this phone"))
    expect(phone.get_by_label("One line about today")).to_have_value("")
    assert clinic.seen[0] == status
    clinic.status = 200
    says(phone, "Saved.")
    assert texts(clinic) == [SECRET]


@pytest.mark.parametrize("status", [401, 403, 409])
def test_a_closed_session_asks_to_sign_in_and_keeps_the_entry(phone: Page, clinic: pages.Clinic, status: int) -> None:
    clinic.status = status
    phone.get_by_label("One line about today").fill(SECRET)
    phone.get_by_role("button", name="Keep this").click()
    says(phone, "Saved on this phone. Please sign in to send it. Sign in")
    assert clinic.saved == {}
    clinic.status = 200
    phone.goto("/today/")
    says(phone, "Saved.")
    assert texts(clinic) == [SECRET]


def test_a_refused_entry_is_shown_and_not_dropped(phone: Page, clinic: pages.Clinic) -> None:
    clinic.refuse = "This worksheet is closed."
    phone.get_by_label("One line about today").fill(SECRET)
    phone.get_by_role("button", name="Keep this").click()
    refused = phone.locator("[data-saved-refused]")
    expect(refused).to_contain_text("Not saved yet: This worksheet is closed.")
    expect(phone.get_by_label("One line about today")).to_have_value(SECRET)
    phone.reload()
    expect(refused).to_contain_text("This worksheet is closed.")
    refused.get_by_text("What you wrote").click()
    expect(refused).to_contain_text(SECRET)
    clinic.refuse = ""
    refused.get_by_role("button", name="Try again").click()
    expect(refused).to_be_hidden()
    assert texts(clinic) == [SECRET]


def test_a_request_the_server_cannot_read_is_refused_singly(phone: Page, clinic: pages.Clinic) -> None:
    clinic.status = 400
    phone.get_by_label("One line about today").fill(SECRET)
    phone.get_by_role("button", name="Keep this").click()
    expect(phone.locator("[data-saved-refused]")).to_contain_text("This could not be saved as it is.")


def test_another_person_on_the_same_phone_does_not_send_it(
    phone: Page, context: BrowserContext, clinic: pages.Clinic
) -> None:
    clinic.status = 401
    phone.get_by_label("One line about today").fill(SECRET)
    phone.get_by_role("button", name="Keep this").click()
    says(phone, re.compile("Please sign in"))
    clinic.status = 200
    phone.goto("/today/?owner=owner-2")
    in_charge(phone)
    write(phone, "another line")
    says(phone, "Saved.")
    assert texts(clinic) == ["another line"]
    phone.goto("/today/?owner=owner-1")
    says(phone, "Saved.")
    assert texts(clinic) == ["another line", SECRET]


def test_after_a_sign_in_page_a_generic_page_does_not_write_in_the_last_persons_name(
    phone: Page, clinic: pages.Clinic
) -> None:
    phone.goto("/account/login/")
    until(phone, f"async () => !(await ({DUMP})()).stores.notes.includes('owner-1')")
    phone.goto("/practice/")
    with phone.expect_navigation():
        phone.locator("#q1").get_by_label("A little").check()
        phone.locator("#q1").get_by_role("button", name="Next").click()
    assert clinic.saved == {}
    assert clinic.posted[0]["value"] == "1"


def test_questions_go_on_by_taps_without_network(phone: Page, context: BrowserContext, clinic: pages.Clinic) -> None:
    phone.goto("/practice/")
    in_charge(phone)
    context.set_offline(True)
    phone.reload()
    until(phone, "document.documentElement.dataset.outbox === 'ready'")
    expect(phone.locator("#q2")).to_be_hidden()
    phone.locator("#q1").get_by_text("A little").click()
    expect(phone.locator("#q1")).to_be_hidden()
    phone.locator("#q2").get_by_label("Almost none").focus()
    phone.keyboard.press("ArrowDown")
    expect(phone.locator("#q2").get_by_label("A little")).to_be_checked()
    expect(phone.locator("#q2")).to_be_visible()
    phone.keyboard.press("Enter")
    expect(phone.get_by_role("heading", name="There is no network right now")).to_be_visible()
    context.set_offline(False)
    says(phone, "Saved.")
    assert [entry["payload"] for entry in clinic.saved.values()] == [
        {"item": 1, "value": "1"},
        {"item": 2, "value": "1"},
    ]


def test_help_works_offline_and_personal_pages_are_not_kept(phone: Page, context: BrowserContext) -> None:
    phone.goto("/personal/")
    phone.goto("/practice/")
    until(phone, f"async () => Object.values(await ({CACHED})()).flat().includes('/practice/')")
    cached = phone.evaluate(CACHED)
    assert cached["pages"] == ["/practice/"]
    (public,) = [name for name in cached if name.startswith("public-")]
    assert {"/help/", "/help/card/", "/offline/", "/away/"} <= set(cached[public])
    context.set_offline(True)
    for address in ("/help/", "/help/card/"):
        phone.goto(address)
        expect(phone.locator('a[href="tel:112"]')).to_be_visible()
    phone.goto("/help/")
    expect(phone.get_by_role("heading", name="Nobody is watching this app right now")).to_be_visible()
    assert phone.evaluate(
        "document.fonts.ready.then(() => document.fonts.check('16px \"Atkinson Hyperlegible Next\"'))"
    )
    phone.goto("/personal/")
    expect(phone.get_by_role("heading", name="There is no network right now")).to_be_visible()


def test_signing_out_empties_the_phone(phone: Page) -> None:
    write(phone, SECRET)
    phone.goto("/practice/")
    phone.goto("/account/logout/")
    phone.get_by_role("button", name="Sign out").click()
    expect(phone.get_by_role("heading", name="You are signed out")).to_be_visible()
    until(phone, "async () => (await indexedDB.databases()).length === 0")
    assert phone.evaluate(DUMP) == {"databases": [], "stores": {}, "local": {}, "session": {}}
    assert all(name.startswith("public-") for name in phone.evaluate(CACHED))


def test_signing_out_asks_first_when_entries_are_not_sent(phone: Page, clinic: pages.Clinic) -> None:
    clinic.status = 503
    for text in ("one", "two"):
        phone.get_by_label("One line about today").fill(text)
        phone.get_by_role("button", name="Keep this").click()
        expect(phone.get_by_label("One line about today")).to_have_value("")
    phone.goto("/account/logout/")
    phone.get_by_role("button", name="Sign out", exact=True).click()
    expect(phone.get_by_role("heading", name="2 entries are not sent yet")).to_be_visible()
    phone.get_by_role("button", name="Stay signed in").click()
    assert len(phone.evaluate(DUMP)["stores"]["entries"]) == 2
    phone.get_by_role("button", name="Sign out", exact=True).click()
    phone.get_by_role("button", name="Sign out and remove them").click()
    expect(phone.get_by_role("heading", name="You are signed out")).to_be_visible()
    until(phone, "async () => (await indexedDB.databases()).length === 0")


def test_leaving_quickly_shows_an_empty_page_and_keeps_only_sealed_entries(
    phone: Page, context: BrowserContext, clinic: pages.Clinic
) -> None:
    phone.goto("/practice/")
    phone.goto("/today/")
    clinic.status = 503
    phone.get_by_label("One line about today").fill(SECRET)
    phone.get_by_role("button", name="Keep this").click()
    says(phone, re.compile("Saved on this phone"))
    phone.get_by_role("link", name="Leave quickly").click()
    expect(phone.get_by_role("heading", name="This page is closed")).to_be_visible()
    until(phone, "async () => !(await caches.keys()).includes('pages')")
    assert SECRET not in json.dumps(phone.evaluate(DUMP))
    clinic.status = 200
    phone.goto("/today/")
    says(phone, "Saved.")
    assert texts(clinic) == [SECRET]


def test_without_javascript_the_form_is_posted_the_ordinary_way(
    chromium: Browser, site: str, clinic: pages.Clinic
) -> None:
    context = chromium.new_context(base_url=site, java_script_enabled=False)
    page = context.new_page()
    page.goto("/today/")
    page.get_by_label("One line about today").fill(SECRET)
    page.get_by_role("button", name="Keep this").click()
    page.wait_for_load_state()
    assert clinic.posted[0]["text"] == SECRET
    page.goto("/help/")
    expect(page.locator('a[href="tel:112"]')).to_be_visible()
    context.close()


@pytest.fixture
def at(chromium: Browser, site: str) -> Iterator[Callable[..., Page]]:
    contexts: list[BrowserContext] = []

    def open_at(path: str, width: int, height: int, scheme: str) -> Page:
        context = chromium.new_context(
            base_url=site, viewport={"width": width, "height": height}, color_scheme=scheme,  # type: ignore[arg-type] # light or dark
            service_workers="block", reduced_motion="reduce",
        )  # fmt: skip
        contexts.append(context)
        page = context.new_page()
        page.goto(path)
        return page

    yield open_at
    for context in contexts:
        context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [(390, 844), (1280, 900)])
@pytest.mark.parametrize(
    "path", ["/help/", "/help/card/", "/display/", "/offline/", "/away/", "/signed-out/", "/today/", "/practice/",
             "/guide/plain/", "/guide/portal/", "/guide/workspace/"],
)  # fmt: skip
def test_no_barrier_found_by_axe(at: Callable[..., Page], path: str, size: tuple[int, int], scheme: str) -> None:
    page = at(path, *size, scheme)
    found = Axe().run(
        page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
    )
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("layout", ["plain", "portal", "workspace"])
def test_text_twice_as_large_does_not_run_off_the_phone(at: Callable[..., Page], layout: str) -> None:
    page = at(f"/guide/{layout}/", 390, 844, "light")
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_help_is_one_tap_away_from_every_layout(at: Callable[..., Page]) -> None:
    for layout in ("plain", "portal", "workspace"):
        page = at(f"/guide/{layout}/", 390, 844, "light")
        page.get_by_role("link", name=re.compile("^Help")).first.click()
        expect(page.get_by_role("heading", level=1)).to_have_text("You do not have to get through this alone")


def test_nothing_comes_from_elsewhere_and_nothing_is_blocked(at: Callable[..., Page], site: str) -> None:
    page = at("/help/", 390, 844, "light")
    asked: list[str] = []
    blocked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: blocked.append(message.text) if "Security Policy" in message.text else None)
    for path in ("/help/", "/today/", "/guide/workspace/"):
        page.goto(path, wait_until="networkidle")
    assert [url for url in asked if not url.startswith(f"{site}/")] == []
    assert blocked == []
    assert any(url.endswith(".woff2") for url in asked)
