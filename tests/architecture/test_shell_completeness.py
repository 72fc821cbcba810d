"""What was added to the shell has its other half: a class of privacy, an audit event, a central place for writing."""

import ast
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models

from solstice_web.privacy import Privacy
from solstice_web.storage.encrypted import EncryptedTextField

WEB = Path(__file__).parents[2] / "src" / "solstice_web"
ACTIONS = sorted(WEB.rglob("actions.py"))
VIEWS = sorted(path for path in WEB.rglob("*.py") if path.stem in {"views", "forms"} or path.parent.stem == "views")
OURS = [model for model in apps.get_models() if model.__module__.startswith("solstice_web.")]
DERIVED = {"progress.refresh_standing", "progress.standings_at_the_end"}
"""Writes that only recompute what other rows, each with its event, already say."""

WRITES = {"save", "create", "update", "delete", "bulk_create", "bulk_update", "get_or_create", "update_or_create"}


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_every_field_is_classified_and_nothing_else_is(model: type[models.Model]) -> None:
    privacy: dict[str, Privacy] = model.privacy  # type: ignore[attr-defined] # every model has it, that is the test
    assert set(privacy) == {field.name for field in model._meta.concrete_fields}
    assert all(isinstance(kind, Privacy) for kind in privacy.values())


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_free_text_is_encrypted_and_what_is_encrypted_is_called_free_text(model: type[models.Model]) -> None:
    for field in model._meta.concrete_fields:
        is_free_text = model.privacy[field.name] is Privacy.FREE_TEXT  # type: ignore[attr-defined] # as above
        assert is_free_text == isinstance(field, EncryptedTextField), field.name


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_text_without_a_limit_is_never_in_clear(model: type[models.Model]) -> None:
    technical = {"accounts.CacheEntry.value", "audit.Event.detail"}
    for field in model._meta.concrete_fields:
        if type(field) is models.TextField:
            assert f"{model._meta.label}.{field.name}" in technical, field.name


def functions(path: Path) -> list[ast.FunctionDef]:
    return [node for node in ast.parse(path.read_text()).body if isinstance(node, ast.FunctionDef)]


def calls(node: ast.AST) -> set[str]:
    return {
        found.func.attr if isinstance(found.func, ast.Attribute) else getattr(found.func, "id", "")
        for found in ast.walk(node)
        if isinstance(found, ast.Call)
    }


def reaches(name: str, known: dict[str, set[str]], seen: frozenset[str] = frozenset()) -> set[str]:
    found = known.get(name, set())
    deeper = (reaches(inner, known, seen | {name}) for inner in found if inner in known and inner not in seen)
    return found.union(*deeper)


@pytest.mark.parametrize("path", ACTIONS, ids=lambda path: path.parent.name)
def test_every_action_that_writes_records_an_event(path: Path) -> None:
    known = {node.name: calls(node) for node in functions(path)}
    for node in functions(path):
        made = reaches(node.name, known)
        name = f"{path.parent.name}.{node.name}"
        if not node.name.startswith("_") and made & WRITES and name not in DERIVED:
            assert "record" in made, f"{name} writes and leaves no event"


@pytest.mark.parametrize("path", ACTIONS, ids=lambda path: path.parent.name)
def test_every_action_takes_keywords_and_says_by_whom_and_when(path: Path) -> None:
    for node in functions(path):
        made = calls(node)
        if node.name.startswith("_") or not made & WRITES or f"{path.parent.name}.{node.name}" in DERIVED:
            continue
        assert not node.args.args, f"{node.name} takes positional arguments"
        names = {argument.arg for argument in node.args.kwonlyargs}
        assert {"by", "at"} <= names, f"{node.name} does not say by whom and when"


@pytest.mark.parametrize("path", VIEWS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_views_write_nothing_themselves(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WRITES:
            assert ".objects" not in ast.unparse(node.func), ast.unparse(node)
            assert node.func.attr != "save", ast.unparse(node)
