"""What was added to the content has its other half: an example, a source, a day of review, a new version."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from solstice.content import Library
from solstice.content.library import BUNDLED
from solstice.content.lock import LOCK_NAME, lock_faults, read_lock, release, units

LIBRARY = Library()
FAULTS = LIBRARY.check()
FILES = LIBRARY.files
CONSTRAINTS = [(one.id, one) for one in LIBRARY.constraints.constraints]
TESTED = "\n".join(
    path.read_text(encoding="utf-8") for path in (Path(__file__).parents[1]).rglob("*.py") if path != Path(__file__)
)


def test_the_content_is_whole() -> None:
    assert FAULTS == []
    assert len(FILES) >= 40


@pytest.mark.parametrize("folder", ["instruments", "therapies"])
def test_each_folder_has_worked_examples(folder: str) -> None:
    bare = [one.name for one in (BUNDLED / folder).iterdir() if one.is_dir() and not (one / "examples.yaml").is_file()]
    assert bare == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(BUNDLED)))
def test_a_file_names_its_sources(path: Path) -> None:
    file = FILES[path]
    assert file.sources
    assert all(len(entry.citation) > 10 for entry in file.sources.values())


def test_content_past_its_review_date_is_found() -> None:
    first = min(file.review_by for file in FILES.values())
    assert LIBRARY.check(at=first) == []
    late = LIBRARY.check(at=first + timedelta(days=1))
    assert {fault.what for fault in late} == {f"the review date {first} has passed"}
    last = max(file.review_by for file in FILES.values())
    assert len(LIBRARY.check(at=last + timedelta(days=1))) == len(FILES)


def test_a_lock_is_there_and_covers_everything() -> None:
    released = read_lock(BUNDLED)
    present = units(BUNDLED, FILES)
    assert set(released) == set(present), f"run `solstice content release`: {LOCK_NAME} is committed with the content"
    assert {name: item.version for name, item in released.items()} == {
        name: unit.version for name, unit in present.items()
    }


def test_released_content_cannot_change_under_its_version(tmp_path: Path) -> None:
    for part in ("instruments", "safety"):
        shutil.copytree(BUNDLED / part, tmp_path / part)
    library = Library(tmp_path)
    assert all(library.instruments.values())
    assert library.safety
    release(tmp_path, library.files)
    assert lock_faults(tmp_path, library.files) == []
    path = tmp_path / "instruments" / "phq-9" / "instrument.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "\n# changed\n", encoding="utf-8")
    (fault,) = lock_faults(tmp_path, library.files)
    assert fault.path == "instruments/phq-9/instrument.yaml"
    assert "new version" in fault.right
