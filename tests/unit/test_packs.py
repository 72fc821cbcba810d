"""Packs of licensed content: read, refused with the line, laid over the library, added and removed."""

import json
import re
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from tests.conftest import ROOT

from solstice.cli.content import content_group
from solstice.cli.ledger import ledger as ledger_command
from solstice.content import ContentError, Library
from solstice.content.pack_store import add_pack, installed_packs, library_with_packs, packs_folder, remove_pack
from solstice.content.packs import pack_faults, read_pack
from solstice.ledger import assess
from solstice.person.file import parse_person

LIBRARY = Library()
AT = date(2026, 11, 22)
PAGE = (ROOT / "docs" / "authoring.md").read_text(encoding="utf-8")
SHOWN = {
    name.rpartition("/")[2]: text
    for name, text in re.findall(r"^```yaml (packs/\S+)\n(.*?)^```$", PAGE, flags=re.MULTILINE | re.DOTALL)
}
TRIAL = "{{kind: medicine, agent: {}, dose: 50, weeks_at_dose: 8, adherence: good, outcome: no_response}}"
TRIALS = "".join(f"  - {TRIAL.format(agent)}\n" for agent in ("sertraline", "citalopram"))
PERSON = f"solstice: person/1\nid: x\nat: 2026-11-22\ntrials:\n{TRIALS}"


def pack_at(folder: Path, **changes: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in SHOWN.items():
        (folder / name).write_text(text, encoding="utf-8")
    for name, text in changes.items():
        (folder / f"{name.replace('_', '-')}.yaml").write_text(text, encoding="utf-8")
    return folder


def changed(name: str, before: str, after: str) -> str:
    assert before in SHOWN[name]
    return SHOWN[name].replace(before, after)


def faults_of(path: Path) -> list[str]:
    try:
        return [str(fault) for fault in pack_faults(read_pack(path, at=AT), LIBRARY)]
    except ContentError as error:
        return [str(fault) for fault in error.faults]


def test_the_pack_of_the_page_is_whole_and_changes_name_and_judgement(tmp_path: Path) -> None:
    add_pack(pack_at(tmp_path / "source"), tmp_path / "packs", library=LIBRARY, at=AT)
    library, person = library_with_packs(tmp_path / "packs"), parse_person(PERSON)
    before, after = assess(person, LIBRARY), assess(person, library)
    assert (before.label, before.trials[0].adequate) == ("label-based adequacy (Solstice default)", True)
    assert (after.label, after.trials[0].adequate) == ("Invented table", False)
    assert after.trials[1].adequate is True, "citalopram has no row and keeps the default"
    assert "attested by Dr A. Invented on 22 November 2026" in after.label_note
    assert "Not in that table, and judged by label-based adequacy (Solstice default): Citalopram" in after.label_note
    assert "Invented table" in after.trials[0].reasons[0].sources[0].citation
    assert library.version != LIBRARY.version
    assert library.treatments.stimulation.ect.sessions_bilateral == 7
    assert "ATHF" not in json.dumps(before.to_json())


def test_a_zip_reads_like_its_folder_and_can_leave_it_nowhere(tmp_path: Path) -> None:
    folder = pack_at(tmp_path / "source")
    inside, outside = tmp_path / "inside.zip", tmp_path / "outside.zip"
    for path, prefix in ((inside, "table/"), (outside, "../")):
        with zipfile.ZipFile(path, "w") as archive:
            for name, text in SHOWN.items():
                archive.writestr(prefix + name, text)
    assert read_pack(inside) == read_pack(folder)
    assert "a file lies outside the pack's one folder" in faults_of(outside)[0]
    (tmp_path / "no.zip").write_text("no zip")
    assert "no.zip:1: this is no readable ZIP file" in faults_of(tmp_path / "no.zip")[0]


@pytest.mark.parametrize(
    ("file", "before", "after", "fault"),
    [
        ("pack.yaml", "kind: adequacy-table ", "kind: dose-table ", "pack.yaml:3: 'kind' is 'dose-table'"),
        ("pack.yaml", "attested_by: Dr A. Invented\n", "", "pack.yaml:1: 'attested_by' is missing; add it"),
        ("pack.yaml", "2026-11-22", "2026-11-23", "pack.yaml:8: attested on 23 November 2026, a day to come"),
        ("pack.yaml", "id: north", "instrument: phq-9\nid: north", "`kind` and `instrument` disagree"),
        (
            "adequacy-table.yaml",
            "agent: fluoxetine",
            "agent: fluoxetin",
            "adequacy-table.yaml:6: 'fluoxetin' is not among",
        ),
        (
            "adequacy-table.yaml",
            "agent: fluoxetine",
            "agent: sertraline",
            "adequacy-table.yaml:6: 'sertraline' stands twice",
        ),
        ("adequacy-table.yaml", "dose: 75", "dose: 7500", "adequacy-table.yaml:5: 7500 is above the label maximum"),
        ("adequacy-table.yaml", "dose: 75", "weeks: 4", "adequacy-table.yaml:5: the row of sertraline has no dose"),
        ("adequacy-table.yaml", "dose: 75", "dosis: 75", "unknown key 'medicines.0.dosis'; did you mean 'dose'?"),
        (
            "adequacy-table.yaml",
            "dose: 3}",
            "serum: 3}",
            "adequacy-table.yaml:9: aripiprazole is not judged by a level",
        ),
    ],
)
def test_what_is_wrong_is_named_with_its_line(tmp_path: Path, file: str, before: str, after: str, fault: str) -> None:
    path = pack_at(tmp_path / "source")
    (path / file).write_text(changed(file, before, after), encoding="utf-8")
    assert any(fault in found for found in faults_of(path)), faults_of(path)
    with pytest.raises(ContentError):
        add_pack(path, tmp_path / "packs", library=LIBRARY, at=AT)
    assert not (tmp_path / "packs").exists(), "nothing half done"


def words_pack(folder: Path, instrument: str, *, items: int | None = None) -> Path:
    folder.mkdir()
    about = LIBRARY.instruments[instrument]
    values = range(about.levels.min, about.levels.max + 1) if about.levels else range(4)
    head = {
        "solstice": "pack/1", "id": "words", "kind": "instrument-text", "version": "1.0", "name": "Invented words",
        "licence": "an invented licence", "attested_by": "Dr A. Invented", "attested_on": "2026-11-22",
        "sources": {"own": {"citation": "invented words"}}, "instrument": instrument,
    }  # fmt: skip
    text = {
        "solstice": "instrument-text/1", "id": instrument, "version": about.version, "review": "draft",
        "review_by": "2027-11-22", "sources": {"own": {"citation": "invented words"}}, "language": "en",
        "stem": "Invented.", "items": [f"Invented {number}" for number in range(items or about.items)],
        "options": [{"value": value, "label": f"Answer {value}"} for value in values], "notice": "Invented.",
        "text_source": {"ref": "own", "verified": "source"},
    }  # fmt: skip
    (folder / "pack.yaml").write_text(json.dumps(head))
    (folder / "text.en.yaml").write_text(json.dumps(text))
    return folder


def test_the_words_of_a_licensed_instrument_come_from_its_pack(tmp_path: Path) -> None:
    licensed = next(one for one in LIBRARY.instruments.values() if not one.licence.bundle_text and one.levels)
    assert licensed.text("en") is None
    packs = tmp_path / "packs"
    add_pack(words_pack(tmp_path / "words", licensed.id), packs, library=LIBRARY, at=AT)
    text = library_with_packs(packs).instruments[licensed.id].text("en")
    assert text is not None
    assert text.items[0] == "Invented 0"
    short = words_pack(tmp_path / "short", licensed.id, items=2)
    assert any("2 item texts" in fault for fault in faults_of(short))


def test_one_table_at_a_time_and_the_same_pack_again_replaces_itself(tmp_path: Path) -> None:
    packs, first = tmp_path / "packs", pack_at(tmp_path / "first")
    add_pack(first, packs, library=LIBRARY, at=AT)
    (first / "adequacy-table.yaml").write_text(changed("adequacy-table.yaml", "dose: 75", "dose: 60"))
    add_pack(first, packs, library=LIBRARY, at=AT)
    (pack,) = installed_packs(packs)
    assert pack.table is not None
    assert pack.table.medicines[0].dose == 60
    other = pack_at(tmp_path / "other", pack=changed("pack.yaml", "id: north-clinic-table", "id: another"))
    with pytest.raises(ContentError, match="'north-clinic-table' is loaded already"):
        add_pack(other, packs, library=LIBRARY, at=AT)
    remove_pack("north-clinic-table", packs)
    assert list(packs.iterdir()) == []
    with pytest.raises(ContentError, match="there is no pack"):
        remove_pack("north-clinic-table", packs)


def test_the_folder_comes_from_the_environment() -> None:
    assert packs_folder({"SOLSTICE_PACKS": "/p", "SOLSTICE_DATA": "/d"}) == Path("/p")
    assert packs_folder({"SOLSTICE_DATA": "/d"}) == Path("/d/packs")
    assert packs_folder({"HOME": "/h"}) == Path("/h/.local/share/solstice/packs")


def test_the_commands_from_end_to_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOLSTICE_PACKS", str(tmp_path / "packs"))
    source, person = pack_at(tmp_path / "source"), tmp_path / "person.yaml"
    person.write_text(PERSON)

    def run(*args: str) -> Any:
        return CliRunner().invoke(content_group, args)

    assert "No pack is loaded" in run("packs").output
    assert "What was tried (label-based" in CliRunner().invoke(ledger_command, [str(person)]).output
    assert "Loaded Invented table" in run("add", str(source)).output
    assert json.loads(run("packs", "--json").output)[0]["attested_by"] == "Dr A. Invented"
    assert "What was tried (Invented table)" in CliRunner().invoke(ledger_command, [str(person)]).output
    assert "Removed Invented table" in run("remove", "north-clinic-table").output
    (tmp_path / "empty").mkdir()
    assert isinstance(run("add", str(tmp_path / "empty")).exception, ContentError), "main prints the faults"
