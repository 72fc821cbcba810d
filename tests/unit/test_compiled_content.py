"""The compiled copy of the content: the same models as the files give, never an old one."""

import hashlib
import json
import shutil
from pathlib import Path

import pytest

from solstice.content.library import BUNDLED, Library
from solstice.content.read import COMPILED_NAME, compile_content, compiled_entries


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A content folder of the treatments alone, without a compiled copy."""
    shutil.copytree(BUNDLED / "treatments", tmp_path / "treatments")
    return tmp_path


def files_read(root: Path) -> dict[str, object]:
    library = Library(root)
    assert library.treatments.medicines
    return {str(path.relative_to(root)): file for path, file in library.files.items()}


def test_the_copy_gives_what_the_files_give(root: Path) -> None:
    plain = files_read(root)
    compile_content(root)
    assert files_read(root) == plain
    assert set(plain) <= set(compiled_entries(root))


def test_a_file_that_changed_is_read_itself(root: Path) -> None:
    compile_content(root)
    path = root / "treatments" / "adequacy.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "\n# one more line\n", encoding="utf-8")
    copy = json.loads((root / COMPILED_NAME).read_text(encoding="utf-8"))
    copy["treatments/adequacy.yaml"]["json"] = "{}"
    (root / COMPILED_NAME).write_text(json.dumps(copy), encoding="utf-8")
    assert Library(root).treatments.adequacy.duration.weeks == 4


def test_a_copy_of_an_older_form_is_passed_over(root: Path) -> None:
    plain = files_read(root)
    path = root / "treatments" / "adequacy.yaml"
    old = {"treatments/adequacy.yaml": {"sha256": hashlib.sha256(path.read_bytes()).hexdigest(), "data": {}}}
    (root / COMPILED_NAME).write_text(json.dumps(old), encoding="utf-8")
    assert files_read(root) == plain
