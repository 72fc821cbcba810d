"""A running demo clinic and a real Chromium: each step is checked with axe and photographed."""

import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from tests.journeys.look import violations

ROOT = Path(__file__).parents[2]
PICTURES = ROOT / "test-output" / "pictures"
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 900}
OFF = (
    # two lists under the address bar that nobody sees, drawn anew for each window: half a second of processor time
    *("WebUIOmniboxPopup", "WebUIOmniboxAimPopup"),
    # what Playwright switches off; a second list replaces its own
    *("AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades"),
    *(
        "HttpsFirstBalancedModeAutoEnable",
        "LensOverlay",
        "MediaRouter",
        "PaintHolding",
        "ThirdPartyStoragePartitioning",
    ),
    *("AvoidCorsURLLoaderRestartOnRedirect", "OptimizationHints", "NetworkTimeServiceQuerying", "AimEnabled"),
    "PreconnectToSearch",
)
FLAGS = [
    f"--disable-features={','.join(OFF)}",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SLOWER = float(os.environ.get("SOLSTICE_SLOW", "1"))  # SOLSTICE_SLOW=6: the browser of a machine six times slower
expect.set_options(timeout=20_000)  # a busy build machine is slow, not wrong

LONGEST_FIRST = (
    "help_offline",
    "deciding",
    "clinician",
    "entry_cases",
    "checklist",
    "workspace",
    "formulation",
    "batteries",
)
"""Files that take longest, so that no worker is left alone with one of them at the end."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    def place(item: pytest.Item) -> int:
        name = item.path.stem.removeprefix("test_")
        return LONGEST_FIRST.index(name) if name in LONGEST_FIRST else len(LONGEST_FIRST)

    items.sort(key=place)


@dataclass(frozen=True)
class Clinic:
    """A demo clinic in its own process and folder; `sign_ins` maps a role to e-mail and password."""

    url: str
    data: Path
    sign_ins: dict[str, dict[str, str]]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_up(url: str, process: "subprocess.Popen[bytes]", *, seconds: float = 600) -> None:
    """Return when the health page answers. Raises RuntimeError when the server ends or the time is over."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}")
        try:
            with urllib.request.urlopen(f"{url}/health", timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"no answer from {url} within {seconds:g} s")


def start_demo(data: Path, port: int) -> "subprocess.Popen[bytes]":
    """`solstice demo` on a data folder of its own; the caller ends it."""
    environment = {key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"}
    command = [sys.executable, "-m", "solstice_web", "demo", "--data", str(data), "--port", str(port)]
    with (data.parent / f"{data.name}.log").open("ab") as log:
        return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT)


def printed_sign_ins(data: Path) -> dict[str, dict[str, str]]:
    """What the demo printed: one line a role, with e-mail and password."""
    lines = (data.parent / f"{data.name}.log").read_text(encoding="utf-8").splitlines()
    words = [line.split() for line in lines if "@" in line]
    return {role: {"email": email, "password": password} for role, email, password in words}


def _stop(process: "subprocess.Popen[bytes]") -> None:
    process.send_signal(signal.SIGTERM)
    process.wait(timeout=20)


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of a demo clinic nobody has used yet: filled once, whichever worker comes first."""
    alone = "PYTEST_XDIST_WORKER" not in os.environ
    data = tmp_path_factory.getbasetemp() if alone else tmp_path_factory.getbasetemp().parent
    data = data / "filled"
    with (data.parent / "filled.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (data / "solstice.sqlite3").exists():
            making = data.with_name("being-filled")
            shutil.rmtree(making, ignore_errors=True)  # another worker's try that ended half way
            making.mkdir()
            port = free_port()
            process = start_demo(making, port)
            try:
                wait_until_up(f"http://localhost:{port}", process)
            finally:
                _stop(process)
            making.rename(data)
    return data


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory, filled: Path) -> Iterator[Clinic]:
    """A clinic for each file of journeys: what one file does to its people, no other file finds."""
    data = tmp_path_factory.mktemp("clinic") / "data"
    shutil.copytree(filled, data)
    port = free_port()
    process = start_demo(data, port)
    url = f"http://localhost:{port}"
    try:
        wait_until_up(url, process)
        yield Clinic(url, data, printed_sign_ins(data))
    finally:
        _stop(process)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("no Chromium is installed (Debian: apt-get install chromium): the journeys need a real browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def open_browser(chromium: Browser, clinic: Clinic) -> Iterator[Callable[..., Page]]:
    """Open a page of its own: `open_browser("phone")`, `open_browser("desktop")`. Requests elsewhere fail the test."""
    contexts: list[BrowserContext] = []
    strays: list[str] = []

    def note(request: Any) -> None:
        if not request.url.startswith((clinic.url, "data:", "blob:")):
            strays.append(request.url)

    def open_one(kind: str, **options: Any) -> Page:
        phone = kind == "phone"
        context = chromium.new_context(
            viewport=PHONE if phone else DESKTOP,
            device_scale_factor=2 if phone else 1,
            is_mobile=phone,
            has_touch=phone,
            base_url=clinic.url,
            **options,
        )
        contexts.append(context)
        context.on("request", note)
        page = context.new_page()
        if SLOWER > 1:
            context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert not strays, f"asked a third party: {strays}"


@pytest.fixture
def step(request: pytest.FixtureRequest) -> Callable[..., None]:
    """Check the page with axe, see that nothing scrolls sideways, and take its picture."""
    taken: list[str] = []

    def check(page: Page, name: str) -> None:
        taken.append(name)
        PICTURES.mkdir(parents=True, exist_ok=True)
        width = page.viewport_size["width"] if page.viewport_size else 0
        test = request.node.name.removeprefix("test_").split("[")[0]
        path = PICTURES / f"{test}-{len(taken):02d}-{name}-{width}.png"
        page.screenshot(path=path, full_page=True, scale="css")
        problems = violations(page)
        assert not problems, f"{name}: " + "\n".join(problems)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth + 1"), (
            f"{name} scrolls sideways"
        )

    return check


@pytest.fixture
def sign_in(clinic: Clinic) -> Callable[[Page, str], None]:
    """Sign in through the page as a role of the demo clinic, or with an entry of its sign-ins."""

    def enter(page: Page, role: str) -> None:
        account = clinic.sign_ins[role]
        page.goto("/")
        page.get_by_label("Email").fill(account["email"])
        page.get_by_label("Password", exact=True).fill(account["password"])
        page.get_by_role("button", name="Sign in", exact=True).click()
        page.wait_for_url(lambda url: "/account/login" not in url)

    return enter
