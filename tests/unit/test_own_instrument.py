"""A clinic writes an instrument without code: scaffold, faults with their lines, score, load; and totals of parts."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from tests.conftest import ROOT

from solstice.cli.main import ENGINE_COMMANDS, LazyGroup
from solstice.content.library import Library
from solstice.content.pack_store import library_with_packs
from solstice.instruments import Context, reliable_change, remission

MAIN = LazyGroup("solstice", lazy=ENGINE_COMMANDS)
PHQ9 = Library().instruments["phq-9"]


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(MAIN, [str(argument) for argument in arguments])


def refused(*arguments: str | Path) -> list[str]:
    result = run(*arguments)
    assert result.exit_code == 2
    return result.stderr.splitlines()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    assert run("content", "new", "instrument", "calm-evenings", "--in", tmp_path).exit_code == 0
    return tmp_path / "calm-evenings"


def change(path: Path, before: str, after: str) -> int:
    """Change a file once; the line on which it was."""
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")
    return text[: text.index(before)].count("\n") + 1


def test_what_is_scaffolded_is_whole_scores_and_loads(folder: Path, tmp_path: Path) -> None:
    assert "The content is whole" in run("content", "check", folder).stdout
    got = json.loads(run("score", "calm-evenings", "--items", "1,2,4", "--folder", folder, "--json").stdout)
    assert (got["total"], got["band"]) == (7, "high")
    assert refused("content", "add", folder, "--packs", tmp_path / "packs")[0].endswith(
        "'attested_by' is missing; add it"
    )
    added = run("content", "add", folder, "--packs", tmp_path / "packs", "--attested-by", 'Dr "A": Invented')
    assert 'attested by Dr "A": Invented' in added.stdout
    library = library_with_packs(tmp_path / "packs")
    assert library.instruments["calm-evenings"].text("en") is not None
    assert len(library.instruments) == len(Library().instruments) + 1
    assert refused("content", "new", "instrument", "calm-evenings", "--in", tmp_path) == [
        f"{folder}:1: it is there already; take another id, or change what is there"
    ]
    assert "is no id" in refused("content", "new", "instrument", "../x", "--in", tmp_path)[0]


@pytest.mark.parametrize(
    ("file", "before", "after", "said"),
    [
        ("instrument.yaml", "max: 12", "max: 11", "the answers add up to 0 to 12, not 0 to 11"),
        ("instrument.yaml", "rater: self", "rater: cat", "'rater' is 'cat'; right would be 'self' or 'clinician'"),
        ("instrument.yaml", "{label: high, min: 7", "{label: high, min: 8", "the bands leave gaps or overlap"),
        ("instrument.yaml", "# reversed_items: [2]", "reversed_items: [9]", "item 9 does not exist"),
        ("text.en.yaml", 'value: 4, label: "Never"', 'value: 5, label: "Never"', "right would be [0, 1, 2, 3, 4]"),
        ("examples.yaml", "total: 12, band: high", "total: 11, band: high", "total is 12, not 11"),
        ("examples.yaml", "{scored: false}", "{scored: true}", "scored is False (1 of 3 items unanswered"),
    ],
)
def test_each_mistake_is_said_and_nothing_is_loaded(
    folder: Path, tmp_path: Path, *, file: str, before: str, after: str, said: str
) -> None:
    line = change(folder / file, before, after)
    (fault,) = refused("content", "check", folder)
    assert said in fault
    assert fault.startswith(f"{file}:")
    if file == "examples.yaml" or "'rater'" in said:
        assert fault.startswith(f"{file}:{line}:")
    assert refused("content", "add", folder, "--packs", tmp_path / "packs", "--attested-by", "Dr A")
    assert not (tmp_path / "packs").exists()


def test_words_with_a_suicide_question_that_no_rule_hears_are_refused(folder: Path, tmp_path: Path) -> None:
    """Hazard H55."""
    change(folder / "instrument.yaml", "# risk_item:", "risk_item:")
    change(
        folder / "examples.yaml",
        "{items: [4, null, 4], expect: {scored: false}}",
        "{items: [4, null, 4], expect: {scored: false, flags: [risk_item]}}",
    )
    assert run("content", "check", folder).exit_code == 0
    (fault,) = refused("content", "add", folder, "--packs", tmp_path / "packs", "--attested-by", "Dr A")
    assert "item 3 of calm-evenings asks about suicide and no safety rule would tell anyone" in fault


def test_an_id_of_the_library_is_not_taken_over(folder: Path, tmp_path: Path) -> None:
    for path in folder.iterdir():
        path.write_text(path.read_text(encoding="utf-8").replace("calm-evenings", "wsas"), encoding="utf-8")
    (fault,) = refused("content", "add", folder, "--packs", tmp_path / "packs", "--attested-by", "Dr A")
    assert "'wsas' is an instrument of the library; give yours another id" in fault


def test_the_non_commercial_words_load_only_when_someone_attests(tmp_path: Path) -> None:
    packs = ROOT / "packs/non-commercial"
    assert len(refused("content", "add", packs, "--packs", tmp_path / "packs")) == 4
    assert run("content", "add", packs, "--packs", tmp_path / "packs", "--attested-by", "Dr A").exit_code == 0
    library = library_with_packs(tmp_path / "packs")
    assert {name for name, one in library.instruments.items() if one.packs} == {"who-5", "audit"}
    assert Library().instruments["who-5"].text("en") is None


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["wai-sr", "--subscale", "task=20", "--subscale", "goal=16", "--subscale", "bond=16"], {"total": 52}),
        (["sleep-diary", "--items", "22:30,23:00,45,,60,06:00,07:00,,,,"], {"total": None, "band": None}),
        (["ors", "--total", "24.9", "--age", "40"], {"total": 24.9}),
        (["cssrs-screen", "--items", "1,1,0,1,0,0,"], {"band": "high", "flags": ["risk_item"]}),
        (["phq-a", "--items", "1,1,1,1,1,1,1,1,0", "--age", "40"], {"scored": False, "code": "not_for_age"}),
        (["neq", "--items", ",".join([""] * 20)], {"scored": False, "code": "rule_not_given"}),
    ],
)
def test_score_reads_parts_times_decimals_and_ages(arguments: list[str], expected: dict[str, Any]) -> None:
    got = json.loads(run("score", *arguments, "--json").stdout)
    assert {key: got[key] for key in expected} == expected


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (["wai-sr", "--subscale", "task=21"], "wai-sr: the subscale 'task' is 21; right would be 4 to 20"),
        (["wai-sr", "--subscale", "tusk=5"], "wai-sr: no such subscale 'tusk'; known are task, goal, bond"),
        (["wai-sr", "--subscale", "task=x"], "wai-sr: the subscale 'task' is 'x'; right would be a whole number"),
        (["ors", "--total", "24.95"], "ors: the total is 24.95; right would be a number with 1 or fewer decimals"),
        (["eq-5d-5l", "--total", "7"], "eq-5d-5l: this scale has no total; give the items or its parts"),
        (["phq-a", "--total", "7", "--age", "40"], "phq-a: PHQ-A is made for 11 to 17 years; the person is 40"),
        (
            ["audit", "--items", "1,1,1,1,1,1,1,1,1,1"],
            "audit: item 9 is 1; right would be 0, 2 or 4, or empty for unanswered",
        ),
    ],
)
def test_score_says_what_would_be_right(arguments: list[str], fault: str) -> None:
    assert fault in refused("score", *arguments)


def test_every_instrument_prints_a_page_and_fits_its_schema() -> None:
    from pydantic import TypeAdapter

    from solstice.cli.shapes import ScoreShape

    adapter: TypeAdapter[Any] = TypeAdapter(ScoreShape)
    for name, one in Library().instruments.items():
        given = ["--total", str(one.ends[1])] if one.has_total else ["--items", ",".join([""] * one.items)]
        page = run("score", name, *given)
        assert page.exit_code == 0, (name, page.stderr)
        assert "Reliable change:" in page.stdout
        adapter.validate_json(run("score", name, *given, "--json").stdout)


def test_change_and_remission_of_adults_say_nothing_under_18() -> None:
    young = Context(age=15)
    assert (reliable_change(PHQ9, 18, 6, context=young).verdict, remission(PHQ9, 3, context=young)) == (None, None)
    assert (reliable_change(PHQ9, 18, 6, context=Context(age=18)).verdict, remission(PHQ9, 3)) == ("improved", True)
