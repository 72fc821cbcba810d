"""The commands score, review, schema and content: the page, the JSON contract, and faults as file:line."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from pydantic import TypeAdapter

from solstice.cli.main import ENGINE_COMMANDS, LazyGroup
from solstice.cli.schema import SCHEMAS
from solstice.cli.shapes import ReviewShape, ScoreShape
from solstice.content.library import BUNDLED

MAIN = LazyGroup("solstice", lazy=ENGINE_COMMANDS)
EXAMPLE = "2,2,2,2,1,1,1,1,0"


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(MAIN, [str(argument) for argument in arguments])


def printed(*arguments: str | Path) -> Any:
    result = run(*arguments)
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def refused(*arguments: str | Path) -> list[str]:
    result = run(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    return result.stderr.splitlines()


def test_score_json_holds_the_contract() -> None:
    got = printed("score", "phq-9", "--items", EXAMPLE, "--json")
    contract = {
        "instrument": "phq-9",
        "scored": True,
        "total": 12,
        "band": "moderate",
        "flags": [],
        "scores": {"total": 12},
    }
    assert {key: got[key] for key in contract} == contract


def test_score_json_without_a_total_says_why() -> None:
    got = printed("score", "phq-9", "--items", "2,-,null,2,1,1,1,1,", "--json")
    assert (got["scored"], got["total"]) == (False, None)
    assert got["reason"].startswith("3 of 9 items unanswered; ")
    assert got["flags"] == ["risk_item_unanswered"]


def test_score_page_reads_as_a_page() -> None:
    page = run("score", "phq-9", "--items", "2,3,2,3,1,3,2,0,1").stdout
    assert page.startswith("Patient Health Questionnaire-9: 17 of 27, moderately severe\n")
    assert "RISK: item 9 was answered" in page


def test_score_page_without_a_total() -> None:
    assert "not scored" in run("score", "phq-9", "--items", "2,3,2,3,1,3,2,0,").stdout


def test_score_takes_totals_and_context() -> None:
    assert printed("score", "madrs", "--total", "31", "--json")["band"] == "moderate"
    assert printed("score", "pc-ptsd-5", "--items", "", "--gate", "no", "--json")["total"] == 0
    women = printed("score", "audit-c", "--items", "2,1,0", "--sex", "female", "--json")["cutoffs"]
    assert {cut["id"]: cut["met"] for cut in women} == {"women": True, "uk": False}
    assert printed("score", "wsas", "--items", ",8,8,8,8", "--not-working", "yes", "--json")["max"] == 32


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (
            ["phq-9", "--items", "2,5,2,2,1,1,1,1,0"],
            "phq-9: item 2 is 5; right would be 0, 1, 2 or 3, or empty for unanswered",
        ),
        (
            ["phq-9", "--items", "2,x,2,2,1,1,1,1,0"],
            "phq-9: item 2 is 'x'; right would be 0, 1, 2 or 3, or empty for unanswered",
        ),
        (
            ["phq-9", "--items", "2,1.0,2,2,1,1,1,1,0"],
            "phq-9: item 2 is '1.0'; right would be 0, 1, 2 or 3, or empty for unanswered",
        ),
        (["phq-9", "--items", "2,1"], "phq-9: 2 answers; right would be 9"),
        (["phq-9"], "phq-9: give either --items or --total; not both and not neither"),
        (["phq-9", "--total", "28"], "phq-9: the total is 28; right would be 0 to 27"),
        (["madrs", "--total", "3.5"], "madrs: the total is '3.5'; right would be a whole number"),
        (["phq9", "--total", "3"], "phq9: no such instrument; did you mean phq-9?"),
    ],
)
def test_score_refuses_in_one_line(arguments: list[str], line: str) -> None:
    assert refused("score", *arguments) == [line]


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


SERIES = "date,total\n2026-01-05,18\n2026-01-12,\n2026-02-02,12\n2026-03-02,8\n"


def test_review_of_a_file(tmp_path: Path) -> None:
    path = write(tmp_path / "s.csv", SERIES)
    got = printed("review", path, "--instrument", "phq-9", "--json")
    assert (got["state"], got["gaps"], got["at"]) == ("response", ["2026-01-12"], "2026-03-02")
    earlier = printed("review", path, "--at", "2026-02-03", "--json")
    assert (earlier["state"], earlier["percent"]) == ("on_track", 33.3)
    assert "1 later row is not used" in run("review", path, "--at", "2026-02-03").stdout
    assert "For the patient" in run("review", path).stdout


def test_review_reads_items_and_people(tmp_path: Path) -> None:
    items = ",".join(f"item{number}" for number in range(1, 10))
    path = write(
        tmp_path / "i.csv",
        f"person,date,{items}\na,2026-01-05,2,2,2,2,2,2,2,2,0\na,2026-02-02,1,1,1,1,1,1,1,1,\nb,2026-01-05,0,0,0,0,0,0,0,0,0\n",
    )
    got = printed("review", path, "--person", "a", "--json")
    assert (got["current"]["total"], got["gaps"]) == (16, ["2026-02-02"])
    assert refused("review", path) == [f"{path}:1: 2 people in one file; choose one with --person ID"]
    one = write(tmp_path / "o.csv", "date;items\n2026-01-05;2 2 2 2 2 2 2 2 0\n")
    assert printed("review", one, "--json")["current"]["total"] == 16


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", ["{}:1: no rows; write a header `date,total` and a row for each day"]),
        ("day,total\n2026-01-05,18\n", ["{}:1: no column 'date'; name it in the first line: date,total"]),
        ("date\n2026-01-05\n", ["{}:1: no column 'total'; add it, or item1 to item9"]),
        (
            "date,total\n05.01.2026,18\n2026-01-12,28\n\n2026-01-19,x\n",
            [
                "{}:2: '05.01.2026' is not a day; write it as 2026-11-22",
                "{}:3: phq-9: the total is 28; right would be 0 to 27",
                "{}:5: the total is 'x'; right would be a whole number, or empty for a gap",
            ],
        ),
        (
            "date,total\n2026-01-05\n",
            ["{}:2: 1 cells under 2 columns; write one cell a column; quote cells with commas"],
        ),
        ("date,total,item1\n2026-01-05,3,3\n", ["{}:1: 1 item columns; phq-9 has item1 to item9"]),
        (
            "date,total,items\n2026-01-05,3,1 0 0 0 0 0 0 0 0\n",
            ["{}:2: the total is 3 but the items give 1; correct one of them"],
        ),
    ],
)
def test_faults_of_a_series_name_file_and_line(tmp_path: Path, text: str, lines: list[str]) -> None:
    path = write(tmp_path / "s.csv", text)
    assert refused("review", path) == [line.format(path) for line in lines]


def test_review_refuses_what_it_cannot_do(tmp_path: Path) -> None:
    path = write(tmp_path / "s.csv", SERIES)
    screen = write(tmp_path / "a.csv", "date,total\n2026-01-05,3\n")
    assert "without an expected course" in refused("review", screen, "--instrument", "audit-c")[0]
    assert refused("review", path, "--at", "soon") == ["--at: 'soon' is not a day; write it as 2026-11-22"]
    assert "no total on 2026-01-06" in refused("review", path, "--baseline", "2026-01-06")[0]
    assert "cannot be read" in refused("review", tmp_path / "none.csv")[0]


@pytest.mark.parametrize("name", ["person", "score", "review"])
def test_schemas_are_json_schemas(name: str) -> None:
    schema = printed("schema", name)
    assert schema["$defs"]
    assert "properties" in schema or "oneOf" in schema or "anyOf" in schema
    assert name in SCHEMAS


def test_an_unknown_schema_is_refused() -> None:
    assert refused("schema", "scor") == ["scor: no such format; did you mean score?"]


def test_what_is_printed_fits_its_schema(tmp_path: Path) -> None:
    for items in (EXAMPLE, "2,2,,2,1,1,1,1,0", "2,2,,2,1,1,1,1,"):
        TypeAdapter(ScoreShape).validate_json(run("score", "phq-9", "--items", items, "--json").stdout)
    path = write(tmp_path / "s.csv", SERIES)
    for at in ("2026-03-02", "2026-01-01", "2026-01-05"):
        ReviewShape.model_validate_json(run("review", path, "--at", at, "--json").stdout)


@pytest.fixture
def content(tmp_path: Path) -> Path:
    shutil.copytree(BUNDLED / "instruments/phq-9", tmp_path / "instruments/phq-9")
    return tmp_path


AT = ("--at", "2026-11-22")


def test_a_whole_folder_checks_green(content: Path) -> None:
    assert "The content is whole: 2 files" in run("content", "check", content, *AT).stdout
    assert printed("content", "check", content, *AT, "--json")["whole"] is True


def test_all_faults_come_at_once_with_their_lines(content: Path) -> None:
    folder = content / "instruments/phq-9"
    instrument = folder / "instrument.yaml"
    text = instrument.read_text(encoding="utf-8")
    instrument.write_text(text.replace("max: 27}", "max: 26}").replace("rater: self", "rater: cat"), encoding="utf-8")
    words = folder / "text.en.yaml"
    words.write_text(
        words.read_text(encoding="utf-8").replace("text_source: {ref: camcops_phq", "text_source: {ref: nowhere"),
        encoding="utf-8",
    )
    (content / "instruments/empty").mkdir()
    lines = refused("content", "check", content, *AT)
    rater = 1 + text.splitlines().index("rater: self")
    assert f"instruments/phq-9/instrument.yaml:{rater}: 'rater' is 'cat'; right would be 'self' or 'clinician'" in lines
    assert any(
        line.startswith("instruments/phq-9/text.en.yaml:") and "'nowhere' is not listed" in line for line in lines
    )
    assert any(line.startswith("instruments/empty/instrument.yaml:1: the file is missing") for line in lines)


def test_content_past_its_review_date_is_a_fault(content: Path) -> None:
    lines = refused("content", "check", content, "--at", "2027-11-23")
    assert lines[0] == (
        "instruments/phq-9/instrument.yaml:5: the review date 2027-11-22 has passed; "
        "have it reviewed, then set a new version and a new review_by"
    )
    assert run("content", "check", content, "--at", "2027-11-22").exit_code == 0


def test_licensed_words_are_refused(content: Path) -> None:
    path = content / "instruments/phq-9/instrument.yaml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("bundle_text: true", "bundle_text: false"), encoding="utf-8"
    )
    assert "is licensed" in refused("content", "check", content, *AT)[0]


def test_a_folder_without_content_is_refused(tmp_path: Path) -> None:
    assert "no content found" in refused("content", "check", tmp_path)[0]


def test_released_content_cannot_change_under_its_version(content: Path) -> None:
    assert run("content", "release", content).stdout == "Released instruments/phq-9\n"
    assert "0 items are not released yet" in run("content", "check", content, *AT).stdout
    assert "Nothing to release" in run("content", "release", content).stdout
    examples = content / "instruments/phq-9/examples.yaml"
    examples.write_text(examples.read_text(encoding="utf-8") + "# changed\n", encoding="utf-8")
    line = refused("content", "check", content, *AT)[0]
    assert line.startswith("instruments/phq-9/instrument.yaml:3: changed after version 1.1 was released; ")
    before = (content / "released.json").read_bytes()
    assert refused("content", "release", content) == [line]
    assert (content / "released.json").read_bytes() == before
    for name in ("instrument.yaml", "text.en.yaml"):
        path = content / "instruments/phq-9" / name
        path.write_text(path.read_text(encoding="utf-8").replace('version: "1.1"', 'version: "1.2"'), encoding="utf-8")
    assert run("content", "release", content).stdout == "Released instruments/phq-9\n"
    shutil.rmtree(content / "instruments/phq-9")
    assert "is gone" in refused("content", "check", content, *AT)[0]


def test_the_compiled_copy_is_used_only_while_it_matches(content: Path) -> None:
    assert run("content", "compile", content).stdout == "Compiled 3 files.\n"
    path = content / "instruments/phq-9/instrument.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("rater: self", "rater: cat"), encoding="utf-8")
    assert "'rater' is 'cat'" in refused("content", "check", content, *AT)[0]


def test_the_shipped_content_is_whole() -> None:
    assert run("content", "check", *AT).exit_code == 0
