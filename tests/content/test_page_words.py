"""What pages say to patients reads at grade 6 or below and blames nobody: the words that stand in the templates."""

import re
from pathlib import Path

import pytest
from tests.content.test_reading_grade import ALLOWED, BANNED_PATTERN
from tests.reading_grade import grade, pooled, why_too_hard

WEB = Path(__file__).parents[2] / "src" / "solstice_web"
TEMPLATES = sorted(
    path for folder in ("portal", "help", "errors") for path in (WEB / "templates" / folder).rglob("*.jinja")
)
ASKS_FOR_NO_READING = re.compile(r"<(script|style|svg|noscript)\b.*?</\1>", re.DOTALL)
PARTS = re.compile(
    r"</?(?:p|h[1-6]|li|dt|dd|legend|label|summary|button|td|th|option|title|caption|div|a)\b[^>]*>|\n\s*\n"
)


def texts_of(template: str) -> list[str]:
    """The sentences that stand in a template: between its tags, and as arguments of its macros."""
    plain = re.sub(r"\{#.*?#\}", "", template, flags=re.DOTALL)
    arguments = [
        text for code in re.findall(r"\{[{%].*?[%}]\}", plain, re.DOTALL) for text in re.findall(r'"([^"{}]+)"', code)
    ]
    outside = re.sub(r"\{%.*?%\}", "\n\n", plain, flags=re.DOTALL)
    outside = ASKS_FOR_NO_READING.sub("", re.sub(r"\{\{.*?\}\}", " this ", outside, flags=re.DOTALL))
    parts = [re.sub(r"<[^>]+>|&[a-z]+;", " ", part) for part in PARTS.split(outside)]
    return [text for part in (*parts, *arguments) if (text := re.sub(r"\s+", " ", part).strip()) and is_prose(text)]


def is_prose(text: str) -> bool:
    return len(re.findall(r"[A-Za-z']{2,}", text)) >= 3 and not re.search(r"[/_=]|\.jinja|^so-|nhsuk", text)


def test_the_reader_finds_sentences_and_leaves_code() -> None:
    found = texts_of(
        '{% set place = "week" %}<p>You did it, {{ name }}.</p>{{ notice("It is kept for you.") }}<script>var a b c</script>'
    )
    assert found == ["You did it, this .", "It is kept for you."]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_pages_for_patients_read_at_grade_6(path: Path) -> None:
    texts = texts_of(path.read_text(encoding="utf-8"))
    hard = [why for text in texts if (why := why_too_hard(text)) is not None]
    assert not hard, hard
    if sum(len(text.split()) for text in texts) >= 60:
        assert grade(pooled(texts)) <= 6, round(grade(pooled(texts)), 1)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_pages_for_patients_blame_nobody(path: Path) -> None:
    texts = texts_of(path.read_text(encoding="utf-8"))
    found = [(match.group(), text[:80]) for text in texts for match in BANNED_PATTERN.finditer(ALLOWED.sub("", text))]
    assert not found


def test_there_is_something_to_read() -> None:
    assert sum(len(texts_of(path.read_text(encoding="utf-8"))) for path in TEMPLATES) >= 100
