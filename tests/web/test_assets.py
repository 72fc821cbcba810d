"""The bundle, the layouts and the public pages: built whole, small, nothing from elsewhere, the right headers."""

import json
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template import engines
from django.test import Client, RequestFactory
from tests.reading_grade import grade

from solstice.content.library import Library
from solstice.content.safety_model import CrisisLine, CrisisLines
from solstice_web.accounts.models import Role, User
from solstice_web.assets import bundle
from solstice_web.help import crisis
from solstice_web.help.views import DISPLAY, LANGUAGES

ROOT = Path(__file__).parents[2]
WEB = ROOT / "src/solstice_web"
TEMPLATES = sorted((WEB / "templates").rglob("*.jinja"))
COMPONENTS = sorted(path for path in (WEB / "templates/components").iterdir() if path.is_dir())
PUBLIC = ["/help/", "/help/card/", "/display/", "/offline/", "/away/", "/signed-out/"]
built = pytest.mark.skipif(not (bundle.DIST / "manifest.json").is_file(), reason="assets are not built: make assets")


@built
def test_the_bundle_is_whole_and_small() -> None:
    listing = json.loads((bundle.DIST / "manifest.json").read_text())
    for plain, hashed in listing["files"].items():
        assert (bundle.DIST / hashed).is_file()
        assert re.fullmatch(rf"{re.escape(Path(plain).stem)}\.[0-9a-f]{{10}}{re.escape(Path(plain).suffix)}", hashed)
    scripts = [bundle.DIST / listing["files"]["app.js"], bundle.DIST / "worker.js"]
    assert sum(path.stat().st_size for path in scripts) < 32_000
    assert set(bundle.PRECACHED) <= set(listing["files"])


@built
def test_styles_and_scripts_name_no_other_host_and_evaluate_nothing() -> None:
    for path in [
        *bundle.DIST.glob("*.css"),
        *bundle.DIST.glob("app.*.js"),
        *bundle.DIST.glob("names.*.js"),
        bundle.DIST / "worker.js",
    ]:
        text = path.read_text("utf-8")
        assert not re.search(r"https?://(?!www\.w3\.org)", text), path.name
        assert not re.search(r"\beval\(|new Function\(|frutiger|nhs\.uk|localStorage", text, re.IGNORECASE), path.name


@built
def test_every_address_in_the_stylesheet_is_a_file_of_the_bundle() -> None:
    (styles,) = bundle.DIST.glob("app.*.css")
    addresses = re.findall(r"url\(\"?([^\")]+)\"?\)", styles.read_text("utf-8"))
    assert len(addresses) >= 2
    for address in addresses:
        assert (bundle.DIST / address).is_file(), address


@built
def test_an_asset_the_bundle_does_not_have_is_an_error() -> None:
    assert re.fullmatch(r"/static/app\.[0-9a-f]{10}\.css", bundle.asset("app.css"))
    with pytest.raises(KeyError):
        bundle.asset("no-such.css")


def test_locked_packages_name_no_registry() -> None:
    assert "resolved" not in (ROOT / "package-lock.json").read_text("utf-8")


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(WEB / "templates")))
def test_templates_hold_nothing_a_strict_policy_forbids(path: Path) -> None:
    text = path.read_text("utf-8")
    assert not re.search(
        r"\sstyle=|<style|\son[a-z]+=\"|<script(?![^>]*\s(?:src=|type=\"application/json\"))|javascript:", text
    )
    assert not re.search(r"(?:src|href)=\"(?:https?:)?//", text)


@pytest.mark.parametrize("folder", COMPONENTS, ids=lambda folder: folder.name)
def test_a_component_is_a_folder_with_one_documented_macro_file(folder: Path) -> None:
    (file,) = folder.iterdir()
    assert file.name == f"{folder.name}.jinja"
    first = file.read_text("utf-8").splitlines()[0]
    assert first.startswith("{#")
    assert first.endswith("#}")
    assert len(first) > 40
    guide = (ROOT / "tests/journeys/help_site/guide.jinja").read_text("utf-8")
    layouts = "".join(path.read_text("utf-8") for path in (WEB / "templates/layouts").iterdir())
    assert f"components/{folder.name}/" in guide + layouts, "show it in the guide, so that axe and eyes see it"


@pytest.mark.parametrize("path", PUBLIC)
def test_public_pages_need_no_account_no_database_and_no_cookie(client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert "sessionid" not in answer.cookies
    text = answer.content.decode()
    (title,) = re.findall(r"<title>(.*?)</title>", text)
    assert title.endswith("– Solstice")
    assert not re.search(r"depress|suicid|mental|ill|therap|PHQ", title, re.IGNORECASE)


@pytest.mark.parametrize("path", [path for path in PUBLIC if path != "/away/"])
def test_help_is_linked_from_every_public_page(client: Client, path: str) -> None:
    assert 'href="/help/"' in client.get(path).content.decode()


def test_help_gives_numbers_before_anything_else_and_says_that_nobody_watches(client: Client) -> None:
    text = client.get("/help/").content.decode()
    main = text[text.index("<main") :]
    assert main.index('href="tel:') < main.index("Nobody is watching this app right now") < main.index("<h2 id=")
    assert "<form" not in main
    assert "<input" not in main


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", ["help", "card"])
def test_help_is_written_for_everyone(client: Client, page: str, language: str) -> None:
    assert (WEB / f"templates/help/{page}.{language}.jinja").is_file()
    path = "/help/" if page == "help" else "/help/card/"
    html = client.get(f"{path}?lang={language}").content.decode()
    main = re.sub(r"(?s).*<main[^>]*>|</main>.*|<svg.*?</svg>", "", html)
    plain = re.sub(r"<[^>]+>", "", re.sub(r"\s*\n\s*|</(?:p|li|h\d)>", "\n\n", main))
    assert grade(plain) <= 6


def line(**parts: object) -> CrisisLine:
    return CrisisLine.model_validate({"country": "NZ", "name": "A line", "hours": "always", **parts})


def test_numbers_become_links_a_phone_can_dial() -> None:
    (call, text, chat) = crisis.ways_of(
        line(phone="+64 (0)9 123-456", text="17 37", chat_url="https://example.org/chat")
    )
    assert (call.href, call.kind) == ("tel:+6409123456", "call")
    assert (text.href, text.words) == ("sms:1737", "Text 17\N{NO-BREAK SPACE}37")
    assert chat.href == "https://example.org/chat"
    assert crisis.ways_of(line(phone="1", chat_url="javascript:alert(1)"))[1:] == ()


def test_the_clinics_own_lines_go_before_the_examples() -> None:
    example = next(iter(Library().crisis_lines.values()))
    own = CrisisLines.model_validate({**example.model_dump(), "id": "zz-own", "use": "clinic"})

    class TwoFiles(Library):
        crisis_lines = {example.id: example, own.id: own}  # type: ignore[assignment] # a library of two files

    assert crisis.chosen(TwoFiles(), None) == own
    assert crisis.shown(own).example is False
    assert crisis.shown(example).example is True


@built
def test_the_service_worker_covers_every_page_and_is_asked_for_anew(client: Client) -> None:
    answer = client.get("/sw.js")
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert answer.headers["Cache-Control"] == "no-cache"
    assert answer.headers["Service-Worker-Allowed"] == "/"
    told = json.loads(re.match(r"self\.SOLSTICE=(.*);\n", answer.content.decode())[1])  # type: ignore[index] # asserted by the match
    assert told["pages"] == ["/help/", "/help/card/", "/offline/", "/away/"]
    for url in told["assets"]:
        assert (bundle.DIST / url.removeprefix(settings.STATIC_URL)).is_file()


@built
def test_the_home_screen_tells_a_stranger_nothing(client: Client) -> None:
    answer = client.get("/manifest.webmanifest")
    assert answer.headers["Content-Type"] == "application/manifest+json"
    manifest = answer.json()
    assert manifest["name"] == manifest["short_name"] == "Solstice"
    assert "description" not in manifest
    for icon in manifest["icons"]:
        width = int(icon["sizes"].split("x")[0])
        data = (bundle.DIST / icon["src"].removeprefix(settings.STATIC_URL)).read_bytes()
        assert int.from_bytes(data[16:20], "big") == width


def test_display_choices_are_kept_in_two_cookies_and_nothing_else(client: Client) -> None:
    answer = client.post("/display/", {"theme": "dark", "text_size": "largest", "other": "x"})
    assert answer.headers["Location"] == "/display/?changed"
    assert {name: answer.cookies[name].value for name in DISPLAY} == {"theme": "dark", "text_size": "largest"}
    page = client.get("/help/").content.decode()
    assert 'data-theme="dark" data-text="largest"' in page
    refused = Client().post("/display/", {"theme": '"><script>', "text_size": "huge"})
    assert not set(DISPLAY) & set(refused.cookies)


def test_a_display_cookie_of_anyone_elses_making_changes_nothing() -> None:
    client = Client()
    client.cookies["theme"] = "dark onload"
    assert 'data-theme="auto"' in client.get("/help/").content.decode()


@pytest.mark.django_db
def test_leaving_quickly_ends_the_session_from_our_own_pages_only(client: Client, users: dict[str, User]) -> None:
    client.force_login(users[Role.PATIENT], backend="allauth.account.auth_backends.AuthenticationBackend")
    client.get("/away/", headers={"Sec-Fetch-Site": "cross-site"})
    assert "_auth_user_id" in client.session
    client.get("/away/", headers={"Sec-Fetch-Site": "same-origin"})
    assert "_auth_user_id" not in client.session


@pytest.mark.django_db
def test_signing_out_ends_on_the_page_that_empties_the_phone(client: Client, users: dict[str, User]) -> None:
    client.force_login(users[Role.PATIENT], backend="allauth.account.auth_backends.AuthenticationBackend")
    assert "data-wipe" not in client.get("/signed-out/").content.decode()
    answer = client.post("/account/logout/")
    assert answer.headers["Location"] == "/signed-out/"
    assert 'data-wipe="all"' in client.get("/signed-out/").content.decode()


@pytest.mark.parametrize("layout", ["plain", "portal", "workspace"])
def test_text_of_a_person_stays_text_in_every_macro(layout: str) -> None:
    hostile = "<img src=x onerror=alert(1)>"
    source = (ROOT / "tests/journeys/help_site/guide.jinja").read_text("utf-8")
    for words in ("Sertraline started", "Ada Invented", "Several days", "As on the box", "The entry is removed."):
        assert words in source
        source = source.replace(words, hostile)
    request = RequestFactory().get("/")
    page = engines["jinja2"].from_string(source).render({"layout": layout}, request)
    assert "<img" not in page
    assert "&lt;img src=x onerror=alert(1)&gt;" in page
