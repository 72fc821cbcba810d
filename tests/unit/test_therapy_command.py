"""`solstice therapy`: a page for people, JSON for machines, exit status 2 for what is not there."""

import json

import pytest
from click.testing import CliRunner, Result

from solstice.cli.main import ENGINE_COMMANDS, LazyGroup

MAIN = LazyGroup("solstice", lazy=ENGINE_COMMANDS)


def run(*args: str) -> Result:
    return CliRunner().invoke(MAIN, ["therapy", *args])


@pytest.mark.parametrize(("name", "sessions"), [("behavioural-activation", 16), ("cbt", 18)])
def test_a_whole_therapy_as_page_and_as_json(name: str, sessions: int) -> None:
    page, data = run(name), json.loads(run(name, "--json").output)
    assert page.exit_code == 0
    assert "Pauses when there is" in page.output
    assert "draft: no clinician has signed" in page.output
    assert len(data["sessions"]) == sessions
    assert data["id"] == name
    assert all(len(practice["doses"]) == 4 for practice in data["practices"].values())
    assert data["sessions"][0]["for_you"]
    assert all(caution["when_in_words"] for caution in data["cautions"])


def test_one_session_and_the_list() -> None:
    page = run("cbt", "--session", "7")
    assert "Session 7: Behavioural experiment" in page.output
    assert "If it gets stuck" in page.output
    assert json.loads(run("cbt", "--session", "7", "--json").output)["number"] == 7
    listed = json.loads(run("--json").output)["therapies"]
    assert {entry["id"] for entry in listed} >= {"behavioural-activation", "cbt"}
    assert "cbt" in run().output


@pytest.mark.parametrize(
    "args", [("cbtt",), ("nothing-like-it",), ("cbt", "--session", "19"), ("cbt", "--session", "0")]
)
def test_what_is_not_there_is_refused_in_one_line(args: tuple[str, ...]) -> None:
    result = run(*args)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert len(result.stderr.strip().splitlines()) == 1
