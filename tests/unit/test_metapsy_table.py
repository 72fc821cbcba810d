"""A Metapsy file is read in its dialects, and a fault names its line and what would be right."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from solstice.cli.main import LazyGroup
from solstice.content.read import ContentError
from solstice.evidence.number import number
from solstice.evidence.pooling import random_effects
from solstice.evidence.subgroups import NoSuchRows, by, pool, where
from solstice.evidence.table import parse_metapsy, read_metapsy

GOOD = '"";"study";".g";".g_se";"note"\n"1";"A, 2001";0,5;0,2;"two\nlines"\n"2";"B";-0,1;0,3;NA\n'


def faults(text: str) -> list[str]:
    with pytest.raises(ContentError) as caught:
        parse_metapsy(text, "m.csv")
    return [str(fault) for fault in caught.value.faults]


def test_decimal_comma_and_quoted_line_breaks() -> None:
    table = parse_metapsy(GOOD, "m.csv")
    assert [(row.line, row.study, row.g) for row in table.rows] == [(2, "A, 2001", 0.5), (4, "B", -0.1)]
    assert table.rows[0].variance == pytest.approx(0.04)
    assert table.rows[0].cells["note"] == "two\nlines"


@pytest.mark.parametrize(
    "text", ["study,.g,.g_se\nA,0.5,0.2\n", "study\t.g\t.g_se\nA\t0.5\t0.2\n", 'study,.g,.g_se\nA,"0,5","0,2"\n']
)
def test_other_delimiters_say_the_same(text: str) -> None:
    (row,) = parse_metapsy(text, "m.csv").rows
    assert (row.study, row.g) == ("A", 0.5)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "m.csv"
    path.write_bytes("study;.g;.g_se\nMüller;0,5;0,2\n".encode(encoding))
    assert read_metapsy(path).rows[0].study == "Müller"


def test_na_is_left_out_and_counted() -> None:
    table = parse_metapsy(GOOD + '"3";"C";NA;NA;NA\n"4";"D";0,4;NA;NA\n', "m.csv")
    assert (len(table.rows), table.left_out, table.incomplete) == (2, 2, (6,))


def test_a_missing_column_is_named_with_a_suggestion() -> None:
    assert faults("study;.g;.g_sd\nA;1;1\n") == ["m.csv:1: the column '.g_se' is missing; did you mean '.g_sd'?"]


def test_what_is_not_a_number_names_its_line() -> None:
    assert faults(GOOD + '"3";"C";lots;0,2;NA\n') == ["m.csv:5: '.g' is 'lots', not a number; write 0.42, 0,42 or NA"]


@pytest.mark.parametrize("se", ["-0,2", "0"])
def test_a_negative_or_zero_standard_error_is_refused(se: str) -> None:
    (fault,) = faults(GOOD + f'"3";"C";0,1;{se};NA\n')
    assert fault.startswith(f"m.csv:5: '.g_se' is {se}; a standard error is a number above 0")


@pytest.mark.parametrize(
    ("g", "se", "said"),
    [("1e300", "0.2", "'.g' is 1e+300"), ("0.5", "1e-300", "'.g_se' is 1e-300"), ("0.5", "1e9", "'.g_se' is 1e+09")],
)
def test_what_no_trial_finds_is_refused_with_its_line(g: str, se: str, said: str) -> None:
    (fault,) = faults(f"study,.g,.g_se\nA,0.5,0.2\nB,{g},{se}\n")
    assert fault.startswith(f"m.csv:3: {said}, which no trial finds; an effect is at most 100")


def test_one_comparison_is_one(tmp_path: Path) -> None:
    path = tmp_path / "one.csv"
    path.write_text("study,.g,.g_se\nA,0.5,0.2\n", encoding="utf-8")
    group = LazyGroup("solstice", lazy={"evidence": "solstice.cli.evidence:evidence"})
    assert CliRunner().invoke(group, ["evidence", str(path)]).output.startswith("1 comparison of 1 study. ")


def test_all_faults_come_at_once() -> None:
    assert len(faults(GOOD + '"3";"C";x;y;NA\n"4";"D";1\n')) == 3


@pytest.mark.parametrize("text", ["", "study;.g;.g_se\n", "study;.g;.g_se\nA;NA;NA\n", 'study;.g;.g_se\n"A;1;1\n'])
def test_useless_files_are_refused(text: str) -> None:
    assert len(faults(text)) == 1


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0,5", 0.5),
        ("-1.5", -1.5),
        ("1e-3", 0.001),
        ("1.234,5", None),
        ("1,2,3", None),
        ("nan", None),
        ("inf", None),
        ("1_0", None),
        ("", None),
    ],
)
def test_numbers(text: str, value: float | None) -> None:
    assert number(text) == value


def test_choices_of_rows() -> None:
    table = parse_metapsy("study;.g;.g_se;rob\nA;1;1;4\nB;1;1;2\nC;1;1;NA\n", "m.csv")
    assert [row.study for row in where(table, "rob>2").rows] == ["A"]
    assert [row.study for row in where(table, "rob=2,0").rows] == ["B"]
    assert [group.level for group in by(table, "rob", lambda rows: pool(rows, "dl-z"))] == ["2", "4", "not given"]
    for wish in ("robb=1", "rob=9", "rob"):
        with pytest.raises(NoSuchRows):
            where(table, wish)


def test_one_effect_has_no_heterogeneity() -> None:
    pooled = random_effects([0.5], [0.04])
    assert (pooled.tau2, pooled.i2, pooled.pi_lower) == (None, None, None)
    assert pooled.lower == pytest.approx(0.108, abs=1e-3)


def test_equal_effects_have_tau2_zero() -> None:
    assert random_effects([0.5, 0.5, 0.5], [0.04, 0.05, 0.06]).tau2 == 0


@pytest.mark.parametrize(("y", "v"), [([], []), ([1.0], [0.0]), ([1.0, 2.0], [1.0]), ([float("nan")], [1.0])])
def test_unusable_effects_are_refused(y: list[float], v: list[float]) -> None:
    with pytest.raises(ValueError, match=";"):
        random_effects(y, v)


@pytest.mark.parametrize("arguments", [["--model", "remel"], ["--by", "robb"], ["--where", "study=Z"]])
def test_the_command_refuses_with_status_2(tmp_path: Path, arguments: list[str]) -> None:
    path = tmp_path / "m.csv"
    path.write_text(GOOD, encoding="utf-8")
    group = LazyGroup("solstice", lazy={"evidence": "solstice.cli.evidence:evidence"})
    result = CliRunner().invoke(group, ["evidence", str(path), *arguments])
    assert result.exit_code == 2
    assert result.stdout == ""


def test_the_command_names_a_file_that_is_not_there(tmp_path: Path) -> None:
    group = LazyGroup("solstice", lazy={"evidence": "solstice.cli.evidence:evidence"})
    result = CliRunner().invoke(group, ["evidence", str(tmp_path / "no.csv")])
    assert result.exit_code == 2
    assert "no.csv:1: cannot be read" in result.stderr
