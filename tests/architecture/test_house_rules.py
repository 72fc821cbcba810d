"""The budgets and habits of docs/architecture.md: sizes, module sentences, no clock in the engine, dependencies explained."""

import ast
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted(path for path in (ROOT / "src").rglob("*.py") if "migrations" not in path.parts)
ENGINE = [path for path in SOURCES if path.is_relative_to(ROOT / "src" / "solstice")]
TESTS = sorted((ROOT / "tests").rglob("*.py"))
FORBIDDEN_NAMES = {"utils", "helpers", "common", "manager", "base", "misc"}


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", SOURCES + TESTS, ids=name_of)
def test_a_file_has_at_most_400_lines(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_a_function_has_at_most_50_lines(path: Path) -> None:
    long = [
        f"{node.name} ({node.end_lineno - node.lineno + 1})"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno >= 50
    ]
    assert not long, f"split: {', '.join(long)}"


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_a_module_starts_with_its_purpose(path: Path) -> None:
    if path.name == "__init__.py" and not path.read_text(encoding="utf-8").strip():
        return
    sentence = ast.get_docstring(tree(path))
    assert sentence, "say in one sentence what this module is for"
    assert len(sentence.splitlines()[0]) > 10


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_modules_are_named_after_the_domain(path: Path) -> None:
    if name_of(path) == "src/solstice_web/config/sqlite/base.py":
        return  # Django asks a database backend for a module of this name
    assert path.stem not in FORBIDDEN_NAMES


@pytest.mark.parametrize("path", [p for p in ENGINE if "cli" not in p.parts], ids=name_of)
def test_the_engine_has_no_clock_and_no_chance_without_a_seed(path: Path) -> None:
    calls = {ast.unparse(node.func) for node in ast.walk(tree(path)) if isinstance(node, ast.Call)}
    clocks = {
        call for call in calls if re.search(r"(^|\.)(now|today|utcnow|localtime|perf_counter)$|^time\.time$", call)
    }
    assert not clocks
    unseeded = {
        ast.unparse(node)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("default_rng") and not node.args
    }
    imports_random = any(
        isinstance(node, ast.Import) and any(alias.name == "random" for alias in node.names)
        for node in ast.walk(tree(path))
    )
    assert not unseeded
    assert not imports_random


@pytest.mark.parametrize("path", ENGINE, ids=name_of)
def test_the_engine_swallows_no_exception_blindly(path: Path) -> None:
    handlers = [node for node in ast.walk(tree(path)) if isinstance(node, ast.ExceptHandler)]
    blind = [
        node.lineno
        for node in handlers
        if node.type is None or ast.unparse(node.type) in {"Exception", "BaseException"}
    ]
    assert not blind


def test_each_dependency_says_what_it_is_for() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    project = tomllib.loads(text)
    wanted = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    for requirement in wanted:
        line = next(line for line in text.splitlines() if f'"{requirement}"' in line)
        assert re.search(r"#\s*\S{3,}", line), f"{requirement} needs a comment that says what it is for"


def test_the_lock_names_public_registries_only() -> None:
    hosts = set(re.findall(r"https?://([^/\"]+)", (ROOT / "uv.lock").read_text(encoding="utf-8")))
    assert hosts <= {"pypi.org", "files.pythonhosted.org"}
