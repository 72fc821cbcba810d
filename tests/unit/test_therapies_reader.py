"""A therapy folder with something wrong is refused with file, line and what would be right."""

import shutil
from pathlib import Path

import pytest

from solstice.content.library import BUNDLED, Library
from solstice.content.read import ContentError, Fault, compile_content

BA = "therapies/behavioural-activation"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The therapies with their parsed copy beside them, so that each test parses only the file it changes."""
    folder = tmp_path_factory.mktemp("content")
    shutil.copytree(BUNDLED / "therapies", folder / "therapies")
    compile_content(folder)
    return folder


@pytest.fixture
def root(tmp_path: Path, whole: Path) -> Path:
    return shutil.copytree(whole, tmp_path / "content")


def faults(root: Path) -> list[Fault]:
    try:
        assert Library(root).therapies
    except ContentError as error:
        return list(error.faults)
    return []


def faults_after(root: Path, path: str, before: str, after: str) -> list[str]:
    file = root / path
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after, 1), encoding="utf-8")
    return [str(fault) for fault in faults(root)]


def line_of(root: Path, path: str, text: str) -> int:
    lines = (root / path).read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, start=1) if text in line)


def test_the_copied_folder_is_whole(root: Path) -> None:
    assert faults(root) == []


@pytest.mark.parametrize(
    ("path", "change", "says"),
    [
        (f"{BA}/sessions/03-small-steps.md", ("[hierarchy, monitor]", "[hierachy, monitor]"),
         "'hierachy' is not in this folder; use one of hierarchy, monitor"),
        (f"{BA}/sessions/03-small-steps.md", ("practices: [break-it-down", "practices: [break-it"),
         "'break-it' is not in this folder"),
        (f"{BA}/sessions/03-small-steps.md", ("number: 3", "number: 4"), "the number is 4; use 03 as in the name"),
        (f"{BA}/practices/one-small-thing.md", ("worksheet: hierarchy", "worksheet: ladder"), "'ladder' is not in this"),
        (f"{BA}/practices/one-small-thing.md", ("id: one-small-thing", "id: one-thing"), "use the name of the file"),
        (f"{BA}/therapy.yaml", ("rest_practice: rest", "rest_practice: sleep"), "'sleep' is not in this folder"),
        (f"{BA}/therapy.yaml", ("first: 3, last: 6", "first: 3, last: 5"), "cover each session exactly once"),
        (f"{BA}/therapy.yaml", ("sessions: {low: 12, high: 20}", "sessions: {low: 20, high: 20}"), "there are 16 sessions"),
        (f"{BA}/worksheets/monitor.yaml", ("kind: time", "kind: clock"), "'fields.0.kind' is 'clock'; right would be"),
        (f"{BA}/worksheets/monitor.yaml", ("    low: It took no effort\n", ""), "a scale needs words for both ends"),
        (f"{BA}/therapy.yaml", ("{fact: bipolarity}", "{fact: bipolar}"), "is 'bipolar'; right would be"),
        (f"{BA}/therapy.yaml", ("{fact: bipolarity}", "{feeling: low}"), "condition has one of the keys fact, score"),
    ],
)  # fmt: skip
def test_faults_name_file_line_and_what_would_be_right(
    root: Path, path: str, change: tuple[str, str], says: str
) -> None:
    found = faults_after(root, path, *change)
    assert any(fault.startswith(f"{path}:") and says in fault for fault in found), found


def test_an_unknown_worksheet_is_named_on_its_line(root: Path) -> None:
    path = f"{BA}/sessions/05-going-round-in-circles.md"
    line = line_of(root, path, "worksheets:")
    found = faults_after(root, path, "[trap_trac, monitor]", "[trap_trac, moniter]")
    assert any(fault.startswith(f"{path}:{line}: 'moniter'") for fault in found), found


def test_an_agenda_off_the_spine_or_off_the_clock_is_refused(root: Path) -> None:
    path = f"{BA}/sessions/04-trap-and-track.md"
    found = faults_after(root, path, "minutes: 50", "minutes: 45")
    assert any("the agenda adds up to 50 minutes; make it the session's 45" in fault for fault in found)
    found = faults_after(root, path, "step: summary", "step: main")
    assert any("follow the spine check_in, agree_agenda" in fault for fault in found)


def test_a_missing_dose_or_heading_is_refused(root: Path) -> None:
    found = faults_after(root, f"{BA}/practices/rest.md", "## 8 minutes", "## 5 minutes")
    assert any("20 seconds, 2 minutes, 8 minutes, 20 minutes in this order" in fault for fault in found)
    found = faults_after(root, f"{BA}/sessions/01-the-trap.md", "### If it gets stuck", "### Stuck")
    assert any("If it gets stuck" in fault for fault in found)


def test_a_flag_without_a_pause_is_refused(root: Path) -> None:
    found = faults_after(root, f"{BA}/therapy.yaml", "flag: unsafe_home", "flag: active_mania")
    assert any("no pause for unsafe_home" in fault for fault in found)


def test_a_worksheet_no_session_uses_is_refused(root: Path) -> None:
    source = root / BA / "worksheets" / "monitor.yaml"
    text = source.read_text(encoding="utf-8").replace("id: monitor", "id: extra", 1)
    (root / BA / "worksheets" / "extra.yaml").write_text(text, encoding="utf-8")
    assert any("no session uses 'extra'" in str(fault) for fault in faults(root))


@pytest.mark.parametrize("name", ["therapies/words.yaml", f"{BA}/examples.yaml"])
def test_a_missing_file_is_one_fault(root: Path, name: str) -> None:
    (root / name).unlink()
    assert [str(fault) for fault in faults(root)] == [f"{name}:1: the file is missing; add it, see docs/authoring.md"]


def test_a_new_therapy_is_a_folder_and_no_code(root: Path) -> None:
    folder = root / "therapies" / "gentle-activation"
    shutil.copytree(root / BA, folder)
    head = folder / "therapy.yaml"
    text = head.read_text(encoding="utf-8").replace("id: behavioural-activation", "id: gentle-activation", 1)
    head.write_text(text, encoding="utf-8")
    assert faults(root) == []
    assert "gentle-activation" in Library(root).therapies


def test_a_source_that_is_not_listed_is_refused(root: Path) -> None:
    found = faults_after(root, f"{BA}/sessions/01-the-trap.md", "{ref: recall, verified", "{ref: book, verified")
    assert any("the source 'book' is not listed" in fault for fault in found)


def test_a_signed_therapy_may_not_rest_on_memory(root: Path) -> None:
    signed = "review: signed\nsigned: {by: Dr Example, on: 2026-11-22}"
    found = faults_after(root, f"{BA}/therapy.yaml", "review: draft", signed)
    assert any(f"{BA}/sessions/01-the-trap.md:" in fault and "rests on memory" in fault for fault in found)


def test_a_practice_kept_for_agreement_cannot_be_the_first_one(root: Path) -> None:
    found = faults_after(
        root, f"{BA}/practices/notice-and-rate.md", "kind: noticing", "kind: noticing\nagreed_only: true"
    )
    assert any("'notice-and-rate' is offered without agreement; remove agreed_only" in fault for fault in found)
