"""Every JSON a command prints is as `solstice schema` says, on the published cases, on refusals and on unknowns."""

import json
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner
from pydantic import TypeAdapter

from solstice.cli.main import ENGINE_COMMANDS, LazyGroup
from solstice.cli.schema import SCHEMAS

CASES = sorted((Path(__file__).parents[1] / "fixtures" / "cases").glob("*.yaml"))
HEAD = "solstice: person/1\nid: x\nat: 2026-11-22\n"
ODD = {
    "nothing": HEAD,
    "bipolar": f"{HEAD}facts: {{bipolarity: true}}\ntrials: [{{kind: medicine, agent: sertraline}}]\n",
    "young": f"{HEAD}person: {{age: 16}}\ntrials: [{{kind: medicine, agent: fluoxetine, dose: 20}}]\n",
    "unsafe": f"{HEAD}facts: {{suicide_risk: high, unsafe_home: true}}\n",
    "unknowns": (
        f"{HEAD}trials:\n  - {{kind: medicine}}\n  - {{kind: medicine, agent_class: TCA, count: {{at_least: 2}}}}\n"
        "  - {kind: other, agent: ginkgo}\n  - {kind: tms, in_episode: unknown}\n"
        "  - {kind: augmentation, agent: lithium, added_to: sertraline, started: about 2024}\n"
        "  - {kind: medicine, agent: sertraline, dose: 5000, ended: 2031}\n"
    ),
}
GROUP = LazyGroup(lazy=ENGINE_COMMANDS)


def run(*args: str | Path, code: int = 0) -> str:
    result = CliRunner().invoke(GROUP, [str(arg) for arg in args])
    assert result.exit_code == code, result.output
    return result.stdout


def fits(name: str, printed: str) -> Any:
    """What was printed, held to the very model its schema is made from; a key too many is a fault."""
    module, _, attribute = SCHEMAS[name].partition(":")
    return TypeAdapter(getattr(import_module(module), attribute)).validate_json(printed)


def commands(group: click.Group, *before: str) -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        yield "-".join((*before, name)), command
        if isinstance(command, click.Group):
            yield from commands(command, *before, name)


def test_every_command_that_prints_json_has_a_schema() -> None:
    printing = {name for name, command in commands(GROUP) if any(one.name == "as_json" for one in command.params)}
    assert len(printing) > 12
    assert printing <= set(SCHEMAS)


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_every_schema_is_printed(name: str) -> None:
    schema = json.loads(run("schema", name))
    assert schema.keys() & {"properties", "oneOf", "anyOf", "items"}


@pytest.mark.parametrize("command", ["ledger", "formulate", "plan", "letter"])
@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_the_published_cases_print_their_shape(command: str, case: Path) -> None:
    fits(command, run(command, case, "--json"))


@pytest.mark.parametrize("command", ["ledger", "formulate", "plan", "letter"])
@pytest.mark.parametrize("odd", ODD)
def test_refusals_and_unknowns_print_their_shape(command: str, odd: str, tmp_path: Path) -> None:
    path = tmp_path / "p.yaml"
    path.write_text(ODD[odd], encoding="utf-8")
    found = fits(command, run(command, path, "--json"))
    if command == "ledger" and odd in {"bipolar", "young"}:
        assert all(staged.low is None and staged.refused for staged in found.staging.values())


def test_many_ledgers_are_one_object_a_line() -> None:
    lines = run("ledger", CASES[0].parent, "--json").splitlines()
    assert [fits("ledger", line).file for line in lines] == [str(path) for path in CASES]


def test_learning_prints_its_shapes(tmp_path: Path) -> None:
    rows, people, posterior = tmp_path / "o.csv", tmp_path / "p.csv", tmp_path / "posterior.json"
    told = [f"{('cbt', 'ba', 'tms')[i % 3]},{i % 7 * 0.3 - 1:.1f},{30 + i % 11 * 3}" for i in range(330)]
    rows.write_text("\n".join(["treatment,outcome,age", *told]) + "\n", encoding="utf-8")
    people.write_text("person,age\nanna,44\nbo,\n", encoding="utf-8")
    assert fits("learn-fit", run("learn", "fit", rows, "--out", posterior, "--json")).outcomes == 330
    decided = run("learn", "decide", posterior, people, "--out", tmp_path / "r.csv", "--json")
    assert fits("learn-decide", decided).people == 2
    key = tmp_path / "key.pem"
    fits("learn-key", run("learn", "key", "--out", key, "--json"))
    sums = tmp_path / "sums.json"
    exported = run("learn", "export", rows, "--out", sums, "--key", key, "--json")
    assert fits("learn-export", exported).outcomes == 330
    merged = run("learn", "merge", sums, "--out", tmp_path / "all.json", "--key", key, "--json")
    assert fits("learn-merge", merged).files == 1


def test_content_and_therapies_print_their_shapes(tmp_path: Path) -> None:
    assert fits("content-check", run("content", "check", "--at", "2026-11-22", "--json")).whole
    assert fits("content-check", run("content", "check", tmp_path, "--json", code=2)).faults
    assert fits("content-packs", run("content", "packs", "--packs", tmp_path, "--json")) == []
    listed = fits("therapy", run("therapy", "--json")).therapies
    assert listed
    for one in listed:
        assert fits("therapy", run("therapy", one.id, "--json")).id == one.id
        assert fits("therapy", run("therapy", one.id, "--session", "1", "--json")).number == 1
