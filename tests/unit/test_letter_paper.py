"""A letter is always made: names in any script, words longer than a column, histories of any length."""

import io
from datetime import date
from typing import Any

import pypdf
import pytest

from solstice.content.library import Library
from solstice.ledger import assess
from solstice.letter import Letter, Parties, Wording, compose, to_pdf, to_text
from solstice.letter.paper import NOTE, UNSET
from solstice.person import PersonFile, Trial

LIBRARY = Library()
WHOLE: dict[str, Any] = {"dose": 200, "weeks_at_dose": 8, "adherence": "good", "outcome": "no_response"}
LONG = "Kräutermischungsextraktkonzentratkapsel" * 3


def letter(name: str, *trials: dict[str, Any], opening: str = "") -> Letter:
    told = tuple(Trial(kind="medicine", **{**WHOLE, **trial}) for trial in trials)
    person = PersonFile(solstice="person/1", id="x", at=date(2026, 11, 22), trials=told)
    parties = Parties(person_name=name, person_born=date(1980, 1, 1), signed_name="Dr Ilex")
    return compose(person, assess(person, LIBRARY), LIBRARY, parties=parties, wording=Wording(opening=opening))


def paper(made: Letter) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(to_pdf(made)))


def words(reader: pypdf.PdfReader) -> str:
    return " ".join(" ".join(page.extract_text() for page in reader.pages).replace("\u200b", "").split())


@pytest.mark.parametrize("name", ["Алёна Преображенская", "Ólafur Þórðarson", "Žofie Nguyễn", "Ελένη Παπαδοπούλου"])
def test_a_name_in_a_script_of_the_letters_own_fonts_is_printed(name: str) -> None:
    text = words(paper(letter(name, {"agent": "sertraline"})))
    assert name in text
    assert NOTE not in text


@pytest.mark.parametrize(
    "name", ["王小明", "김철수", "สมชาย", "अनिता शर्मा", "😀 Smile", "bell\x07name", "محمد", "בן דוד"]
)
def test_a_letter_is_made_for_every_name_and_says_what_it_cannot_print(name: str) -> None:
    """Which fonts this machine has decides whether the name is set; never whether there is a letter."""
    made = letter(name, {"agent": "sertraline"})
    text = words(paper(made))
    assert "What was tried" in text
    assert (NOTE in text) == (UNSET in text)
    assert name in to_text(made)


def test_emoji_told_as_the_name_of_a_treatment_do_not_stop_the_letter() -> None:
    text = words(paper(letter("Anna", {"agent": "😀" * 40})))
    assert "2026" in text


def test_a_word_longer_than_its_column_is_broken_and_stays_on_the_page() -> None:
    reader = paper(letter("Anna", {"agent": LONG}, opening="x" * 400))
    runs = [run for page in reader.pages for run in page.extract_text().split()]
    assert max(len(run) for run in runs if "://" not in run) <= 75, "a line of the page holds no more"
    assert any(len(run) <= 16 and run in LONG and len(run) > 12 for run in runs), "the column holds still less"
    joined = "".join(words(reader).split())
    assert LONG in joined
    assert "x" * 400 in joined


def test_a_history_of_fourteen_trials_is_all_there() -> None:
    agents = [medicine.id for medicine in LIBRARY.treatments.medicines.values() if medicine.counts][:14]
    text = words(paper(letter("Anna", *({"agent": agent} for agent in agents))))
    for number, agent in enumerate(agents, start=1):
        name = LIBRARY.treatments.medicines[agent].name
        assert f"{number}. {name.split()[0].split('-')[0]}" in text


def test_an_unknown_end_and_an_unknown_number_are_said_in_words() -> None:
    made = to_text(letter("Anna", {"agent": "sertraline", "started": "2012"}, {"count": {"at_least": 2}}))
    text = " ".join(made.split())
    assert "from 2012, end not known" in text
    assert "at least 2 agents" in text
    assert "?" not in text.partition("What was tried")[2].partition("Definitions and stages")[0]
    assert "(role)" not in text
