"""The list of commands says what the commands say of themselves, and is shown without loading them."""

import subprocess
import sys
from pathlib import Path

import click
import pytest

from solstice_web.command import main

CONTEXT = click.Context(main)


@pytest.mark.parametrize("name", sorted(main.lazy))
def test_each_command_is_summarised_in_its_own_words(name: str) -> None:
    command = main.get_command(CONTEXT, name)
    assert command is not None
    assert main.summaries[name] == command.get_short_help_str(limit=100)


def test_no_summary_without_a_command() -> None:
    assert set(main.summaries) <= set(main.lazy)


@pytest.mark.parametrize(
    ("arguments", "unwanted"),
    [
        (["--help"], {"pydantic", "django", "numpy", "ruamel.yaml", "solstice.cli.plan"}),
        (["plan", "--help"], {"django", "numpy", "scipy", "ruamel.yaml", "solstice.content.therapy_model"}),
    ],
)
def test_asking_for_help_loads_no_engine(arguments: list[str], unwanted: set[str]) -> None:
    assert not unwanted & loaded_by(arguments)


def test_a_plan_without_outcomes_loads_no_numpy() -> None:
    """Numpy alone takes a good part of a cold start; only forecasts and a clinic's outcomes need it."""
    case = Path(__file__).parents[1] / "fixtures" / "cases" / "kosel-2003-mst.yaml"
    loaded = loaded_by(["plan", str(case), "--json"])
    assert "solstice.plan.recommend" in loaded
    assert not {"django", "numpy", "scipy"} & loaded


def loaded_by(arguments: list[str]) -> set[str]:
    code = (
        "import sys\nfrom solstice_web.command import main\n"
        f"main({arguments!r}, standalone_mode=False)\nprint(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stderr.split())
