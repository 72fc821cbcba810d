"""A clinician's passkey in a real browser: added as second step, asked for at sign-in, of no use once it was removed."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import CDPSession, Page, expect

pytestmark = pytest.mark.journey
Open = Callable[..., Page]
SignIn = Callable[[Page, str], None]
Step = Callable[..., None]


def with_a_key(page: Page) -> CDPSession:
    """Give the browser a key of its own, as a laptop with a fingerprint reader has one."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    return devtools


def sign_out(page: Page) -> None:
    page.goto("/account/logout/")
    page.get_by_role("main").get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/signed-out/")


def confirm(page: Page, password: str) -> None:
    """Adding and removing ask for the password again."""
    expect(page.get_by_role("heading", name="Confirm it is you")).to_be_visible()
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Continue").click()


@pytest.mark.parametrize(("kind", "role"), [("desktop", "clinician"), ("phone", "service_lead")])
def test_a_passkey_opens_until_it_is_removed(
    *, clinic: Any, open_browser: Open, sign_in: SignIn, step: Step, kind: str, role: str
) -> None:
    page = open_browser(kind)
    with_a_key(page)
    sign_in(page, role)
    at_work = page.url
    page.get_by_role("link", name="Your account").click()
    expect(page.get_by_role("heading", name="Your account")).to_be_visible()
    step(page, "account")
    page.get_by_role("link", name="Second step and passkeys").click()
    step(page, "second-step")
    page.get_by_role("link", name="Passkeys", exact=True).click()
    step(page, "none-yet")
    page.get_by_role("link", name="Add a passkey").click()
    confirm(page, clinic.sign_ins[role]["password"])
    page.get_by_label("Name of this passkey").fill("laptop at work")
    page.get_by_label("It may also sign me in by itself").check()
    step(page, "add")
    page.get_by_role("button", name="Add this passkey").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    step(page, "codes")

    # asked for after the password
    sign_out(page)
    sign_in(page, role)
    expect(page.get_by_role("heading", name="Second step")).to_be_visible()
    step(page, "asked")
    page.get_by_role("button", name="Use a passkey or security key").click()
    page.wait_for_url(at_work)

    # by itself, without e-mail and password
    sign_out(page)
    page.goto("/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(at_work)

    page.goto("/account/second-factor/webauthn/")
    expect(page.get_by_text("laptop at work").first).to_be_visible()
    step(page, "list")
    page.get_by_role("link", name="Remove laptop at work").click()
    if page.get_by_role("heading", name="Confirm it is you").is_visible():
        confirm(page, clinic.sign_ins[role]["password"])
    step(page, "remove")
    page.get_by_role("button", name="Remove", exact=True).click()
    expect(page.get_by_text("You have none yet.")).to_be_visible()

    # of no use any more, and the page says so
    sign_out(page)
    page.goto("/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_text("This passkey was not accepted.")).to_be_visible()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    step(page, "refused")
    page.goto("/you/")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_without_a_passkey_on_this_device_the_page_says_so(open_browser: Open, step: Step) -> None:
    page = open_browser("phone")
    with_a_key(page)  # which holds nothing for this clinic
    page.goto("/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("No passkey answered")
    step(page, "no-answer")
