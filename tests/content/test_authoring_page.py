"""The examples of docs/authoring.md are whole: copied into an empty folder they pass the check and do what they say."""

import re
import shutil
from pathlib import Path

import pytest
from tests.conftest import ROOT

from solstice.content import Library
from solstice.content.library import BUNDLED
from solstice.instruments import score
from solstice.therapies import course_state, next_step

PAGE = (ROOT / "docs" / "authoring.md").read_text(encoding="utf-8")
FILES = dict(re.findall(r"^```(?:yaml|markdown) (\S+)\n(.*?)^```$", PAGE, flags=re.MULTILINE | re.DOTALL))


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    root: Path = tmp_path_factory.mktemp("content")
    for name, text in FILES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    shutil.copy(BUNDLED / "therapies" / "words.yaml", root / "therapies" / "words.yaml")
    return Library(root)


def test_the_page_shows_every_file_a_folder_needs() -> None:
    names = {re.sub(r"^(instruments|therapies)/[^/]+/", r"\1/", name) for name in FILES}
    assert {"instruments/instrument.yaml", "instruments/text.en.yaml", "instruments/examples.yaml"} <= names
    assert {"therapies/therapy.yaml", "therapies/examples.yaml", "therapies/sessions/01-first-steps.md"} <= names


def test_the_instrument_of_the_page_is_scored_as_its_examples_say(library: Library) -> None:
    instrument = library.instruments["two-calm-days"]
    assert instrument.text("en") is not None
    for example in instrument.examples:
        assert example.items is not None
        result = score(instrument, example.items)
        assert getattr(result, "total", None) == example.expect.total
        assert getattr(result, "band", None) == example.expect.band


def test_the_therapy_of_the_page_gives_the_step_it_says(library: Library) -> None:
    therapy = library.therapies["walking"]
    for example in therapy.examples:
        step = next_step(therapy, course_state(example.given), energy=example.energy, at=example.at)
        assert (step.kind, step.practice, step.seconds) == (
            example.then.kind,
            example.then.practice,
            example.then.seconds,
        )
