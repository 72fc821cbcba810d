"""Every text a patient meets in a therapy reads at grade 6 or below, and blames nobody."""

import re
from collections.abc import Iterator

import pytest
from tests.reading_grade import ENOUGH_WORDS, grade, pooled, sentences, syllables, why_too_hard

from solstice.content import Library
from solstice.content.therapy_model import Practice, Therapy, Words, Worksheet

THERAPIES = tuple(Library().therapies.values())

BANNED = (
    r"fail(?:s|ed|ing|ure|ures)?",
    r"should(?:n't)?",
    r"must(?:n't)?",
    r"ought",
    r"lazy|laziness",
    r"streaks?",
    r"weak(?:ness)?",
    r"excuses?",
    r"fault|faults",
    r"blame yourself",
    r"try harder",
    r"cheer up",
    r"snap out",
    r"gave up|give up|giving up",
    r"behind schedule|missed days?",
    r"cure[sd]?",
    r"promise[sd]?",
    r"normal people",
    r"crazy|mad",
    r"simply|obviously",
    r"guarantee[sd]?",
)
BANNED_PATTERN = re.compile(rf"\b(?:{'|'.join(BANNED)})\b", re.IGNORECASE)
ALLOWED = re.compile(
    r"not your fault"  # takes blame away
    r"|\"I have the thought that …\"",
)


def worksheet_texts(sheet: Worksheet) -> list[str]:
    texts = [sheet.title, sheet.why, sheet.after]
    for field in sheet.fields:
        texts += [text for text in (field.ask, field.help, field.example, field.low, field.high) if text]
        texts += [option.label for option in field.options]
    return texts


def practice_texts(practice: Practice) -> list[str]:
    after = [practice.after.ask, practice.after.low, practice.after.high] if practice.after else []
    return [practice.title, practice.why, *after, *(step for dose in practice.doses for step in dose.steps)]


def words_texts(words: Words) -> list[str]:
    names = set(Words.model_fields) - {
        "solstice", "id", "version", "review", "signed", "review_by", "sources", "energy_levels",
    }  # fmt: skip
    return [*(getattr(words, name) for name in sorted(names)), *words.energy_levels]


def pages(therapy: Therapy) -> Iterator[tuple[str, list[str]]]:
    yield f"{therapy.id}/therapy", [
        therapy.patient_name, therapy.patient_summary, *(phase.patient_name for phase in therapy.phases),
    ]  # fmt: skip
    for session in therapy.sessions:
        yield f"{therapy.id}/session {session.number}", [session.patient_title, session.for_you]
    for sheet in therapy.worksheets.values():
        yield f"{therapy.id}/{sheet.id}", worksheet_texts(sheet)
    for practice in therapy.practices.values():
        yield f"{therapy.id}/{practice.id}", practice_texts(practice)
    yield f"{therapy.id}/words", words_texts(therapy.words)


PAGES = [page for therapy in THERAPIES for page in pages(therapy)]


@pytest.mark.parametrize(("where", "texts"), PAGES, ids=[where for where, _ in PAGES])
def test_every_patient_text_reads_at_grade_6_or_below(where: str, texts: list[str]) -> None:
    whole = pooled(texts)
    assert grade(whole) <= 6, f"{where}: grade {grade(whole):.1f}"
    hard = [why for text in texts if (why := why_too_hard(text)) is not None]
    assert not hard, f"{where}: {hard}"


@pytest.mark.parametrize(("where", "texts"), PAGES, ids=[where for where, _ in PAGES])
def test_no_patient_text_blames_presses_or_promises(where: str, texts: list[str]) -> None:
    found = [(match.group(), text[:80]) for text in texts for match in BANNED_PATTERN.finditer(ALLOWED.sub("", text))]
    assert not found, f"{where}: {found}"


def test_each_dose_of_a_practice_reads_at_grade_6_when_it_is_long_enough_to_grade() -> None:
    doses = [
        (practice.id, pooled(list(dose.steps)))
        for t in THERAPIES
        for practice in t.practices.values()
        for dose in practice.doses
    ]
    long_enough = [(name, text) for name, text in doses if sum(map(len, sentences(text))) >= ENOUGH_WORDS]
    assert long_enough
    assert [(name, round(grade(text), 1)) for name, text in long_enough if grade(text) > 6] == []


def test_the_words_page_is_not_empty_of_anything_the_portal_says() -> None:
    assert all(therapy.words == THERAPIES[0].words for therapy in THERAPIES)
    assert len(words_texts(THERAPIES[0].words)) >= 15


@pytest.mark.parametrize(
    ("word", "count"),
    [("cat", 1), ("only", 2), ("open", 2), ("walked", 1), ("wanted", 2), ("makes", 1), ("boxes", 2), ("people", 2),
     ("little", 2), ("medicine", 3), ("activity", 4), ("being", 2), ("area", 2), ("it's", 1)],
)  # fmt: skip
def test_syllables_are_counted_and_never_flattered(word: str, count: int) -> None:
    assert syllables(word) >= count
    assert syllables(word) <= count + 1


def test_grade_is_the_published_formula() -> None:
    # 8 words, 2 sentences, 8 syllables: 0.39 * 4 + 11.8 * 1 - 15.59
    assert grade("The cat sat down. The dog ran off.") == pytest.approx(0.39 * 4 + 11.8 - 15.59)


def test_hard_prose_is_graded_hard() -> None:
    hard = (
        "Behavioural activation systematically increases engagement in reinforcing activities while simultaneously "
        "decreasing avoidance behaviours that perpetuate depressive symptomatology."
    )
    assert grade(hard) > 12
    assert why_too_hard(hard * 5) is not None


def test_sentences_survive_markdown_lists_and_wrapped_lines() -> None:
    assert [len(words) for words in sentences("- One two.\n- Three four\n  five.\n\nSix 7 eight")] == [2, 3, 3]


def test_the_ban_catches_blame_and_lets_comfort_pass() -> None:
    assert BANNED_PATTERN.search("You failed today")
    assert BANNED_PATTERN.search("You should try harder")
    assert not BANNED_PATTERN.search(ALLOWED.sub("", "It is not your fault."))
