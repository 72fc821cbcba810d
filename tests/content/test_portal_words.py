"""Every sentence the portal's own templates say stays at reading grade 6 or less, blames nobody and counts no streak."""

import re
from pathlib import Path

import pytest
from tests.reading_grade import pooled, why_too_hard

PAGES = sorted((Path(__file__).parents[2] / "src/solstice_web/templates/portal").glob("*.jinja"))


def said(page: Path) -> list[str]:
    """The words between tags, without what is filled in from content or from the person."""
    source = re.sub(r"\{#.*?#\}", "", page.read_text("utf-8"), flags=re.DOTALL)
    source = re.sub(r"\{%.*?%\}", "\n", re.sub(r"\{\{.*?\}\}", "it", source, flags=re.DOTALL), flags=re.DOTALL)
    lines = re.findall(r"<(?:p|li|h1|h2|h3|dt)\b[^>]*>(.*?)</(?:p|li|h1|h2|h3|dt)>", source, flags=re.DOTALL)
    words = (re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", line)).strip() for line in lines)
    return [line for line in words if re.search(r"[a-z]{2}", line)]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_words_of_a_page_are_easy(page: Path) -> None:
    texts = said(page)
    if texts:
        assert why_too_hard(pooled(texts)) is None


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_no_page_blames_counts_streaks_or_labels(page: Path) -> None:
    words = page.read_text("utf-8")
    assert not re.search(
        r"\b(fail(ed|ure)?|streaks?|severe|overdue|missed|non-?complian\w+|relapse)\b", words, re.IGNORECASE
    )


def test_pages_have_words_to_judge() -> None:
    assert sum(len(said(page)) for page in PAGES) > 50
