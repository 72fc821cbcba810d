"""The letter: it says what the ledger says, on paper, in text and as JSON, and keeps what must not leave the record."""

import io
from dataclasses import replace
from datetime import date
from pathlib import Path

import pypdf
import pytest
from click.testing import CliRunner

from solstice.cli.main import ENGINE_COMMANDS, LazyGroup
from solstice.content.library import Library
from solstice.ledger import Ledger, assess
from solstice.letter import Checklist, Letter, Parties, Wording, compose, letter_from, to_pdf, to_text
from solstice.letter.document import Points, Table
from solstice.person import PersonFile, read_person

CASES = Path(__file__).parents[1] / "fixtures" / "cases"
NAMES = ("ect-casebook-ms-a", "eestiarst-2017-ketamine", "kosel-2003-mst", "mdedge-mr-d")
PARTIES = Parties(
    sender=("Harbour Clinic", "1 Quay Road"),
    recipient=("Dr A. Other",),
    person_name="Rowan Example",
    person_born=date(1979, 4, 2),
    signed_name="Dr Ines Moor",
    signed_role="Consultant psychiatrist",
)


@pytest.fixture(scope="module")
def library() -> Library:
    return Library()


def written(name: str, library: Library) -> tuple[PersonFile, Ledger, Letter]:
    person = read_person(CASES / f"{name}.yaml")
    ledger = assess(person, library)
    return person, ledger, compose(person, ledger, library, parties=PARTIES)


def words(pdf: bytes) -> str:
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def squeezed(text: str) -> str:
    """Without spaces and hyphens at line ends: a column breaks words where it likes."""
    return "".join(text.split())


@pytest.mark.parametrize("name", NAMES)
def test_every_word_of_the_letter_is_on_paper_and_in_the_text(name: str, library: Library) -> None:
    _, _, letter = written(name, library)
    paper, text = squeezed(words(to_pdf(letter))), squeezed(to_text(letter))
    for block in (*letter.blocks, *letter.annex):
        pieces = (
            [cell for row in block.rows for cell in row]
            if isinstance(block, Table)
            else block.items
            if isinstance(block, Points)
            else [block.text]
        )
        for piece in pieces:
            assert squeezed(piece) in text or piece == "–"
            if not piece.startswith("http") and "://" not in piece:
                assert squeezed(piece) in paper


@pytest.mark.parametrize("name", NAMES)
def test_stages_of_the_letter_are_those_of_the_ledger(name: str, library: Library) -> None:
    _, ledger, letter = written(name, library)
    table = next(block for block in letter.blocks if isinstance(block, Table) and block.head[0] == "Model")
    shown = {row[0]: row[1] for row in table.rows[1:]}
    for staged in ledger.to_json()["staging"].values():
        low, high = staged["low"], staged["high"]
        expected = "No value" if low is None else f"{low:g}" if low == high else f"{low:g} to {high:g}"
        assert shown[staged["name"]] == expected


def test_the_pdf_is_tagged_titled_and_the_same_each_time(library: Library) -> None:
    _, _, letter = written("mdedge-mr-d", library)
    pdf = to_pdf(letter)
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    root = reader.root_object
    assert root.raw_get("/MarkInfo").get_object()["/Marked"]
    assert str(root["/Lang"]).startswith("en")
    assert reader.metadata is not None
    assert reader.metadata.title == "Referral: treatment history"
    assert to_pdf(letter) == pdf


def test_a_stored_letter_comes_back_the_same(library: Library) -> None:
    _, _, letter = written("kosel-2003-mst", library)
    assert letter_from(letter.to_json()) == letter


def test_text_typed_into_it_is_text(library: Library) -> None:
    """Nothing a person types is markup: no typst code runs, nothing is swallowed."""
    person, ledger, _ = written("mdedge-mr-d", library)
    hostile = '#eval("1+1") *bold* $x$ <label> @ref // gone \\ [x] #read("/etc/passwd") `raw`'
    letter = compose(
        person,
        ledger,
        library,
        parties=replace(PARTIES, person_name=hostile),
        wording=Wording(opening=hostile, request=hostile),
    )
    assert squeezed(hostile) in squeezed(to_text(letter))
    assert squeezed(words(to_pdf(letter))).count(squeezed(hostile)) == 3


def test_notes_and_what_happened_to_someone_stay_in_the_record(library: Library) -> None:
    person, _, _ = written("mdedge-mr-d", library)
    told = person.trials[0].model_copy(update={"note": "zebra-note"})
    facts = person.facts.model_copy(update={"childhood_trauma": True, "unsafe_home": True})
    with_notes = person.model_copy(update={"trials": (told, *person.trials[1:]), "facts": facts})
    text = to_text(compose(with_notes, assess(with_notes, library), library)).casefold()
    assert "zebra-note" not in text
    assert "trauma" not in text
    assert "unsafe" not in text


@pytest.mark.parametrize(
    ("checklist", "said"),
    [
        (Checklist(), "has not been signed"),
        (Checklist("signed", "Dr Moor", date(2026, 11, 3)), "signed by Dr Moor on 3 November 2026."),
        (Checklist("out_of_date", "Dr Moor", date(2026, 11, 3)), "it has to be signed again"),
    ],
)
def test_it_says_how_the_checklist_stands(checklist: Checklist, said: str, library: Library) -> None:
    person, ledger, _ = written("mdedge-mr-d", library)
    text = " ".join(to_text(compose(person, ledger, library, checklist=checklist)).split())
    assert said in text


def test_an_empty_history_says_so(library: Library) -> None:
    person = PersonFile(solstice="person/1", id="nobody", at=date(2026, 11, 22))
    text = to_text(compose(person, assess(person, library), library))
    assert "Nothing is recorded." in text


def run(*arguments: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(LazyGroup("solstice", lazy=ENGINE_COMMANDS), ["letter", *arguments])
    return done.exit_code, done.stdout, done.stderr


def test_the_command_writes_paper_and_text(tmp_path: Path) -> None:
    case = str(CASES / "mdedge-mr-d.yaml")
    code, out, _ = run(case, "--about", "Rowan Example", "--born", "1979-04-02")
    assert (code, "Re: Rowan Example, born 2 April 1979" in out) == (0, True)
    assert run(case, "--out", str(tmp_path / "letter.pdf"))[0] == 0
    assert (tmp_path / "letter.pdf").read_bytes().startswith(b"%PDF")
    for wrong in (["--out", "letter.doc"], ["--born", "2.4.1979"], ["--out", str(tmp_path / "no" / "letter.pdf")]):
        code, _, error = run(case, *wrong)
        assert code == 2
        assert wrong[1] in error
