"""A person keeps their own safety plan on the phone: it opens when the server is down, sealed, the latest, theirs alone."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect
from tests.journeys.conftest import DESKTOP, PHONE, Clinic
from tests.journeys.help_site.phone import DUMP
from tests.journeys.test_clinician import add_the_person
from tests.journeys.test_entry_phone import one_time_link, open_the_account
from tests.journeys.wire import BAD_GATEWAY, Wire

pytestmark = pytest.mark.journey
Open = Callable[..., Page]
SignIn = Callable[[Page, str], None]
Step = Callable[[Page, str], None]
CALL = "Call my sister Juniper, 07700 900 123"
MARKUP = "Walk to the weir <img src=x onerror=alert(1)> and sit <b>there</b>"
BEFORE, AFTER = "The heron by the water", "The kingfisher in spring"
UNTIL = """async (is) => {
  const end = Date.now() + 20000;
  while (Date.now() < end) {
    if (await is()) return true;
    await new Promise((go) => setTimeout(go, 25));
  }
  return false;
}"""


@dataclass(frozen=True)
class Wired(Clinic):
    """A clinic whose people reach it over a wire that can be cut."""

    wire: Wire


@pytest.fixture(scope="module")
def clinic(clinic: Clinic) -> Iterator[Wired]:
    wire = Wire(clinic.url)
    yield Wired(wire.url, clinic.data, clinic.sign_ins, wire)
    wire.close()


def until(page: Page, function: str) -> None:
    """Wait inside the page for what it does on its own; by hand, because the page's own policy forbids eval."""
    assert page.evaluate(f"() => ({UNTIL})({function})"), function


def on_the_phone(page: Page) -> dict[str, Any]:
    found: dict[str, Any] = page.evaluate(DUMP)
    return found


def write_the_plan(page: Page, reason: str) -> None:
    page.goto("/plan/mine/")
    page.get_by_label("Things I can do on my own").fill(MARKUP)
    page.get_by_label("People I can ask for help").fill(CALL)
    page.get_by_label("Reasons that matter to me").fill(reason)
    page.get_by_role("button", name="Save my safety plan").click()
    expect(page.get_by_text("Your safety plan is saved.")).to_be_visible()


def keep_it(page: Page) -> None:
    page.goto("/plan/")
    page.get_by_role("button", name="Keep it on this phone").click()
    expect(page.get_by_text("It is kept on this phone.")).to_be_visible()


def a_phone_that_keeps_it(open_browser: Open, sign_in: SignIn, reason: str = BEFORE) -> Page:
    page = open_browser("phone", locale="en-GB", timezone_id="Europe/Tallinn")
    sign_in(page, "patient")
    write_the_plan(page, reason)
    keep_it(page)
    return page


def opener(page: Page) -> Locator:
    return page.get_by_role("button", name="Open my safety plan")


def shown(page: Page) -> Locator:
    return page.locator("[data-plan-shown]")


def reads(page: Page, reason: str) -> None:
    """The plan is on the page: in their words, as text, with a number to tap."""
    opener(page).tap()
    expect(shown(page)).to_be_focused()
    expect(shown(page)).to_contain_text(MARKUP)
    expect(shown(page)).to_contain_text(reason)
    expect(shown(page).get_by_role("link", name="07700 900 123")).to_have_attribute("href", "tel:07700900123")
    assert shown(page).locator("img, b").count() == 0


def test_the_plan_opens_in_two_taps_without_network_and_when_the_server_is_down(
    open_browser: Open, sign_in: SignIn, step: Step, clinic: Wired
) -> None:
    page = open_browser("phone", locale="en-GB", timezone_id="Europe/Tallinn")
    sign_in(page, "patient")
    write_the_plan(page, BEFORE)
    button = page.get_by_role("button", name="Keep it on this phone")
    expect(button).to_be_visible()
    step(page, "offered")
    button.tap()
    expect(page.get_by_text("It is kept on this phone.")).to_be_visible()
    step(page, "kept")
    _sealed(page)
    page.goto("/today/")
    page.context.set_offline(True)
    page.get_by_label("Places").get_by_role("link", name="Help").tap()
    expect(page).to_have_title("Help – Solstice")
    reads(page, BEFORE)
    expect(shown(page)).to_contain_text("As of ")
    step(page, "read-without-network")
    page.set_viewport_size(DESKTOP)
    step(page, "read-without-network")
    page.set_viewport_size(PHONE)
    assert "safety" not in page.url + page.title().lower()
    page.goto("/week/")
    expect(page.get_by_role("heading", name="There is no network right now")).to_be_visible()
    reads(page, BEFORE)
    step(page, "offline-page")
    page.get_by_role("button", name="Close my safety plan").tap()
    expect(shown(page)).to_be_hidden()
    assert BEFORE not in page.content()
    page.context.set_offline(False)
    for answer in (b"", BAD_GATEWAY):
        with clinic.wire.down(answer):
            page.goto("/week/")
            expect(page.get_by_role("heading", name="There is no network right now")).to_be_visible()
            reads(page, BEFORE)
            page.get_by_role("link", name="Help now").first.tap()
            expect(page).to_have_title("Help – Solstice")
            reads(page, BEFORE)
    page.goto("/week/")
    expect(page).to_have_title("Week – Solstice")


def _sealed(page: Page) -> None:
    """The phone holds the plan and no word of it."""
    held = on_the_phone(page)
    (copy,) = held["stores"]["copies"]
    assert set(copy) == {"owner", "edition", "behind", "iv", "sealed"}
    assert len(copy["sealed"]) > len(CALL + MARKUP + BEFORE)
    assert held["stores"]["keys"] == ["key extractable=false"]
    assert held["local"] == held["session"] == {}
    everything = json.dumps(held)
    assert not [word for word in ("heron", "Juniper", "07700", "weir", "asOf", "parts") if word in everything]


def test_the_copy_is_the_latest_the_server_gave_and_says_when_a_newer_one_waits(
    open_browser: Open, sign_in: SignIn, step: Step
) -> None:
    phone = a_phone_that_keeps_it(open_browser, sign_in)
    (first,) = on_the_phone(phone)["stores"]["copies"]
    elsewhere = open_browser("desktop")
    sign_in(elsewhere, "patient")
    write_the_plan(elsewhere, AFTER)
    phone.context.route("**/plan/", lambda route: route.abort())
    phone.goto("/today/")
    until(phone, f"async () => (await ({DUMP})()).stores.copies[0].behind")
    phone.goto("/help/")
    reads(phone, BEFORE)
    expect(phone.get_by_text("There is a newer one at your clinic.")).to_be_visible()
    step(phone, "a-newer-one-waits")
    phone.context.unroute("**/plan/")
    phone.goto("/week/")
    until(phone, f"async () => (await ({DUMP})()).stores.copies[0].behind === false")
    (second,) = on_the_phone(phone)["stores"]["copies"]
    assert second["edition"] != first["edition"]
    phone.context.set_offline(True)
    phone.goto("/help/")
    reads(phone, AFTER)
    expect(phone.get_by_text("There is a newer one at your clinic.")).to_be_hidden()
    assert BEFORE not in phone.content()


def test_a_copy_moved_to_another_name_does_not_open(open_browser: Open, sign_in: SignIn) -> None:
    page = a_phone_that_keeps_it(open_browser, sign_in)
    for part in ("owner", "edition"):
        keep_it(page) if part == "edition" else None
        page.evaluate(
            """(part) => new Promise((done) => { const asked = indexedDB.open("solstice"); asked.onsuccess = () => {
              const work = asked.result.transaction("copies", "readwrite"), store = work.objectStore("copies");
              const found = store.get("plan");
              found.onsuccess = () => store.put({ ...found.result, [part]: "another" }, "plan");
              work.oncomplete = () => { asked.result.close(); done(null); };
            }; })""",
            part,
        )
        page.goto("/help/")
        opener(page).tap()
        expect(page.get_by_text("It does not open just now.")).to_be_visible()
        expect(shown(page)).to_be_hidden()


def test_signing_out_and_taking_it_off_leave_nothing(open_browser: Open, sign_in: SignIn, step: Step) -> None:
    page = a_phone_that_keeps_it(open_browser, sign_in)
    page.get_by_role("button", name="Take it off this phone").tap()
    expect(page.get_by_role("button", name="Keep it on this phone")).to_be_visible()
    assert on_the_phone(page)["stores"]["copies"] == []
    keep_it(page)
    page.get_by_role("link", name="Sign out").tap()
    page.get_by_role("button", name="Sign out").tap()
    expect(page.get_by_role("heading", name="You are signed out")).to_be_visible()
    until(page, "async () => (await indexedDB.databases()).length === 0")
    page.context.set_offline(True)
    page.goto("/help/")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(opener(page)).to_be_hidden()


def test_leaving_quickly_takes_it_off_and_the_way_back_shows_nothing(open_browser: Open, sign_in: SignIn) -> None:
    page = a_phone_that_keeps_it(open_browser, sign_in)
    page.goto("/today/")
    expect(page.locator("html[data-outbox=ready]")).to_be_attached()
    page.get_by_label("Places").get_by_role("link", name="Help").tap()
    reads(page, BEFORE)
    page.go_back()
    expect(page).to_have_title("Today – Solstice")
    page.go_forward()
    expect(opener(page)).to_be_visible()
    assert BEFORE not in page.content()
    page.go_back()
    expect(page.locator("html[data-outbox=ready]")).to_be_attached()
    page.context.set_offline(True)
    page.get_by_role("button", name="A little").tap()
    expect(page.locator("[data-saved-state]")).to_contain_text("Saved on this phone")
    page.get_by_role("link", name="Leave quickly").tap()
    expect(page.get_by_role("heading", name="This page is closed")).to_be_visible()
    until(page, f"async () => (await ({DUMP})()).stores.copies.length === 0")
    assert on_the_phone(page)["stores"]["entries"], "what is not sent yet stays sealed"
    page.goto("/help/")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(opener(page)).to_be_hidden()


def test_another_account_on_this_phone_cannot_read_it(open_browser: Open, sign_in: SignIn) -> None:
    desk = open_browser("desktop")
    sign_in(desk, "clinician")
    add_the_person(desk, "Other", "Invented-Holder")
    link = one_time_link(desk, "holder@example.org")
    phone = a_phone_that_keeps_it(open_browser, sign_in)
    phone.context.clear_cookies()
    open_the_account(phone, link, "holder@example.org")
    until(phone, f"async () => (await ({DUMP})()).stores.copies.length === 0")
    phone.goto("/help/")
    expect(opener(phone)).to_be_hidden()
    phone.goto("/plan/")
    expect(phone.get_by_role("link", name="Write my safety plan")).to_be_visible()


def test_a_sign_in_of_staff_takes_it_off(open_browser: Open, sign_in: SignIn) -> None:
    page = a_phone_that_keeps_it(open_browser, sign_in)
    page.context.clear_cookies()
    sign_in(page, "clinician")
    until(page, f"async () => (await ({DUMP})()).stores.copies.length === 0")
    page.goto("/help/")
    expect(opener(page)).to_be_hidden()


def test_where_nothing_can_be_kept_safely_it_says_to_print(open_browser: Open, sign_in: SignIn, step: Step) -> None:
    page = open_browser("phone")
    page.add_init_script("Object.defineProperty(globalThis, 'indexedDB', { value: undefined })")
    sign_in(page, "patient")
    write_the_plan(page, BEFORE)
    expect(page.get_by_text("Print it and keep it with you.")).to_be_visible()
    expect(page.get_by_role("button", name="Keep it on this phone")).to_be_hidden()
    step(page, "print-instead")


def test_numbers_in_own_words_can_be_tapped_and_days_and_rooms_are_no_numbers(
    open_browser: Open, sign_in: SignIn
) -> None:
    page = open_browser("phone")
    sign_in(page, "patient")
    write_the_plan(page, "Since 2019-03-04 and 22/11/2026: 10 steps to room 4711. Ring 112 or +44 (0)20 7946 0018")
    found = page.locator("[data-plan-parts] dd a")
    expect(found).to_have_text(["07700 900 123", "112", "+44 (0)20 7946 0018"])
    assert [link.get_attribute("href") for link in found.all()] == ["tel:07700900123", "tel:112", "tel:+442079460018"]
    expect(page.locator("[data-plan-parts] dd").last).to_contain_text("room 4711. Ring 112 or +44 (0)20 7946 0018")
