"""What `solstice ledger` does with files: a fault on its line, a folder as one object a line."""

import gc
import json
from pathlib import Path

from click.testing import CliRunner

from solstice.cli.ledger import ledger as command


def test_five_thousand_emoji_are_a_fault_on_their_line(tmp_path: Path) -> None:
    path = tmp_path / "p.yaml"
    path.write_text(
        "solstice: person/1\nid: x\nat: 2026-11-22\ntrials:\n  - kind: medicine\n    agent: " + "🙂" * 5000 + "\n",
        encoding="utf-8",
    )
    done = CliRunner().invoke(command, [str(path)])
    assert done.exit_code == 2
    assert "p.yaml:6: 'trials.0.agent'" in done.stderr
    assert "at most 120 characters" in done.stderr
    assert len(done.stderr) < 400


def test_a_folder_gives_one_object_a_line(tmp_path: Path) -> None:
    for number in range(3):
        told = {"solstice": "person/1", "id": f"p{number}", "at": "2026-11-22"}
        (tmp_path / f"{number}.json").write_text(json.dumps(told))
    (tmp_path / "note.txt").write_text("not a person")
    for option in ("--json", "--json-lines"):
        done = CliRunner().invoke(command, [str(tmp_path), option])
        lines = [json.loads(line) for line in done.output.splitlines()]
        assert [Path(line["file"]).name for line in lines] == ["0.json", "1.json", "2.json"]
    assert len(CliRunner().invoke(command, [str(tmp_path / "0.json"), "--json-lines"]).output.splitlines()) == 1


def test_a_fault_among_many_files_hides_none_of_the_others(tmp_path: Path) -> None:
    for number in range(70):
        told = {"solstice": "person/1", "id": f"p{number}", "at": "2026-11-22" if number != 40 else "never"}
        (tmp_path / f"{number:02}.json").write_text(json.dumps(told))
    done = CliRunner().invoke(command, [str(tmp_path), "--json-lines"])
    assert done.exit_code == 2
    assert "40.json:1: 'at'" in done.stderr
    names = [Path(json.loads(line)["file"]).name for line in done.stdout.splitlines()]
    assert names == [f"{number:02}.json" for number in range(70) if number != 40]


def test_afterwards_memory_is_looked_through_as_before(tmp_path: Path) -> None:
    (tmp_path / "p.json").write_text(json.dumps({"solstice": "person/1", "id": "p", "at": "2026-11-22"}))
    try:
        for turn in (gc.disable, gc.enable):
            turn()
            was_on = gc.isenabled()
            CliRunner().invoke(command, [str(tmp_path), "--json-lines"])
            assert gc.isenabled() is was_on
            assert gc.get_freeze_count() == 0
    finally:
        gc.enable()
