"""The check of each step finds what it is there to find."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page
from tests.journeys.look import violations

pytestmark = pytest.mark.journey
PAGE = """<!doctype html><html lang="en"><head><title>Solstice</title></head><body style="background: #fff; color: #111">
<main><h1>A page</h1>{}</main></body></html>"""
PLAIN = "<p>A text.</p>" * 5


def test_a_whole_page_has_nothing(open_browser: Callable[..., Page]) -> None:
    page = open_browser("desktop")
    page.set_content(PAGE.format(PLAIN))
    assert violations(page) == []


@pytest.mark.parametrize(
    ("rule", "html"),
    [
        ("color-contrast", '<p style="color: #bbb">Pale.</p>'),
        ("color-contrast", '<div style="background: #222"><p>Dark on dark.</p></div>'),
        ("color-contrast", '<div style="opacity: 0.3"><p>Faded.</p></div>'),
        (
            "color-contrast",
            '<div style="background: #222"><b style="background: #fff"><i style="color: #ddd">In.</i></b></div>',
        ),
        ("color-contrast", '<label>Name <input value="pale" style="color: #bbb"></label>'),
        ("image-alt", '<img src="data:,">'),
        ("label", "<input>"),
        ("heading-order", "<h4>Too deep</h4>"),
    ],
)
def test_one_fault_among_many_texts_is_found(open_browser: Callable[..., Page], rule: str, html: str) -> None:
    page = open_browser("phone")
    page.set_content(PAGE.format(PLAIN + html + PLAIN))
    assert any(found.startswith(rule) for found in violations(page))
