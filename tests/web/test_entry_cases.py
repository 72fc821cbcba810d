"""The four published cases, typed into the pages as a clinician would, give the ledger that `solstice ledger` gives."""

import json
from collections.abc import Callable
from datetime import datetime, time
from pathlib import Path
from typing import Any

import pytest
import time_machine
from click.testing import CliRunner
from django.test import Client

from solstice.cli.ledger import ledger as ledger_command
from solstice.person import PersonFile, Trial, read_person
from solstice_web.accounts.models import Role, User
from solstice_web.ledger.models import TrialRow
from solstice_web.ledger.queries import assessment
from solstice_web.people.models import CareTeamMember, Person
from solstice_web.people.zones import zone_of
from solstice_web.workspace.trial_form import typed

pytestmark = pytest.mark.django_db
FIXTURES = Path(__file__).parents[1] / "fixtures" / "cases"
CASES = ("ect-casebook-ms-a", "eestiarst-2017-ketamine", "kosel-2003-mst", "mdedge-mr-d")
THREE = {True: "yes", False: "no", None: ""}


def typed_trial(trial: Trial) -> dict[str, str]:
    """What is typed into the editor for one treatment; "in this episode" is left as the form shows it."""
    shown = typed(trial.model_dump(mode="json", exclude_none=True, exclude={"note"}))
    return {**shown, "note": trial.note or "", "told_by": "record", "checked": "record"}


def typed_facts(case: PersonFile) -> dict[str, Any]:
    """What is typed into the page of facts."""
    episode = case.episode
    told: dict[str, Any] = {
        "started": str(episode.started or ""),
        "months": "" if episode.months is None else f"{episode.months:g}",
        "severity": episode.severity or "",
        "severity_at_least": episode.severity_at_least or "",
        "severity_at_most": episode.severity_at_most or "",
        "psychosis": THREE[episode.psychosis],
        "other_conditions": "\n".join(case.conditions or ()),
    }
    return told | {name: THREE[value] for name, value in case.facts if value in (True, False, None)}


@pytest.mark.parametrize("name", CASES)
def test_a_case_typed_into_the_pages_gives_the_ledger_of_the_command(
    name: str, client_for: Callable[[str], Client], clinician: User
) -> None:
    path = FIXTURES / f"{name}.yaml"
    case = read_person(path)
    person = Person.objects.create(given_name="Case", family_name="Typed", sex=case.person.sex, invented=True)
    assert case.person.age is not None
    person.birth_date = case.at.replace(year=case.at.year - case.person.age, month=1, day=1)
    person.save()
    moment = datetime.combine(case.at, time(12), zone_of(person.time_zone))
    with time_machine.travel(moment, tick=True):
        CareTeamMember.objects.create(person=person, user=clinician)
        desk, home = client_for(Role.CLINICIAN), f"/clinic/people/{person.pk}/"
        write_facts(desk, home, person, case)
        for trial in case.trials:
            write_trial(desk, home, person, typed_trial(trial))
        entered = assessment(person, at=moment).to_json()
    said = CliRunner().invoke(ledger_command, [str(path), "--json"])
    assert said.exit_code == 0, said.output
    expected = json.loads(said.output)
    assert TrialRow.objects.filter(person=person).count() == len(case.trials)
    given = json.loads(json.dumps(entered))
    for part in ("trials", "regulatory_trd", "staging", "pseudo_resistance"):
        assert given[part] == expected[part], part


def write_facts(desk: Client, home: str, person: Person, case: PersonFile) -> None:
    form = {"person": str(person.pk), "revision": "0", **typed_facts(case)}
    saved = desk.post(f"{home}facts/", form)
    assert saved.status_code == 302, saved.content.decode()


def write_trial(desk: Client, home: str, person: Person, told: dict[str, str]) -> None:
    """As typed; where the page asks once more (a name it does not know, a second time), it is saved as it stands."""
    form = {"person": str(person.pk), "revision": "0", "id": "", **told}
    saved = desk.post(f"{home}history/new/", form)
    if saved.status_code == 400:
        page = saved.content.decode()
        assert "Please look at these once more" in page
        saved = desk.post(f"{home}history/new/", {**form, "sure": "dose unlisted twice"})
    assert saved.status_code == 302
