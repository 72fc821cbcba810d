"""The four published cases: facts only go in, the `expect` block of the case file must come out."""

from pathlib import Path
from typing import Any

import pytest

from solstice.content.library import Library
from solstice.content.read import parse_yaml
from solstice.kernel import Span
from solstice.ledger import JudgedTrial, Ledger, assess
from solstice.person import read_person

FIXTURES = Path(__file__).parents[1] / "fixtures" / "cases"
SHARED = Path(__file__).parents[3] / "shared" / "cases"
CASES = ("ect-casebook-ms-a", "eestiarst-2017-ketamine", "kosel-2003-mst", "mdedge-mr-d")


@pytest.fixture(scope="module")
def library() -> Library:
    return Library()


def ledger_of(name: str, library: Library) -> Ledger:
    return assess(read_person(FIXTURES / f"{name}.yaml"), library)


def trial_of(ledger: Ledger, agent: str) -> JudgedTrial:
    """The last entry of an agent."""
    return next(trial for trial in reversed(ledger.trials) if agent in {trial.agent, trial.kind})


def expect_of(name: str) -> dict[str, Any]:
    path = SHARED / f"{name}.yaml"
    if not path.is_file():
        pytest.skip(f"{path} is not here; the numbers themselves are tested below")
    expect: dict[str, Any] = parse_yaml(path.read_text(encoding="utf-8"), path.name).data["expect"]
    return expect


@pytest.mark.shared
@pytest.mark.parametrize("name", CASES)
def test_the_expectation_of_the_case_file_comes_out(name: str, library: Library) -> None:
    expect, ledger = expect_of(name), ledger_of(name, library)
    assert ledger.regulatory.answer == expect["regulatory_trd"]["answer"]
    maudsley = ledger.staging["maudsley"]
    assert maudsley.span == Span(*expect["msm"]["total"])
    parts = {item: Span(*ends) for item, ends in expect["msm"]["parts"].items()}
    assert dict(maudsley.parts) == parts
    assert expect["msm"]["most_likely"] in maudsley.span
    assert expect["msm"]["band"] in maudsley.labels
    assert ledger.staging["thase_rush_strict"].span == Span(*expect["thase_rush_strict"]["range"])
    assert maudsley.is_conditional is (str(expect["msm"]["computable"]).split()[0] == "conditional")


def test_ms_a_before_ect(library: Library) -> None:
    """Weeks above 5 pass the 4-week rule, not provably the strict 6; the doses and the lithium level are missing."""
    ledger = ledger_of("ect-casebook-ms-a", library)
    for agent in ("imipramine", "fluoxetine"):
        trial = trial_of(ledger, agent)
        codes = {reason.code for reason in trial.reasons}
        assert (trial.adequate, trial.adequate_strict, trial.failed) == (None, None, None)
        assert {"dose_unknown", "duration_adequate", "strict_duration"} <= codes
    lithium = trial_of(ledger, "lithium")
    assert lithium.adequate is None
    assert "level_unknown" in {reason.code for reason in lithium.reasons}
    assert ledger.regulatory.counted == ()
    assert ledger.regulatory.could_count == ("imipramine", "fluoxetine")
    assert ledger.staging["maudsley"].span == Span(6, 7)
    assert ledger.staging["maudsley"].decides is not None
    assert "Lithium" in ledger.staging["maudsley"].decides
    assert ledger.staging["thase_rush_strict"].span == Span(0, 2), "never stage 3 under the strict default"
    assert ledger.staging["thase_rush_lenient"].span == Span(0, 3)


def test_ms_a_after_ect(library: Library) -> None:
    """Seven of eight unilateral sessions, ended by remission: a success, never a failed course; only the item ECT rises."""
    ledger = ledger_of("ect-casebook-ms-a-after-ect", library)
    ect = trial_of(ledger, "ect")
    assert (ect.adequate, ect.failed) == (True, False)
    assert ledger.staging["maudsley"].span == Span(7, 8)
    assert ledger.staging["thase_rush_strict"].span == Span(0, 2)


def test_ms_a_with_both_doses_known_is_resistant(library: Library) -> None:
    """The case's 'provisional': yes if both doses were at or above the minimum."""
    person = read_person(FIXTURES / "ect-casebook-ms-a.yaml")
    doses = {"imipramine": 150.0, "fluoxetine": 20.0}
    trials = tuple(
        trial.model_copy(update={"dose": doses[trial.agent]}) if trial.agent in doses else trial
        for trial in person.trials
    )
    ledger = assess(person.model_copy(update={"trials": trials}), library)
    assert ledger.regulatory.answer == "yes"
    assert ledger.regulatory.is_provisional, "adherence is not confirmed"
    assert ledger.staging["thase_rush_strict"].span == Span(2, 2)
    assert not ledger.staging["maudsley"].is_conditional


def test_the_estonian_case(library: Library) -> None:
    """Author-stated adequacy is believed and marked; two SSRIs are two medicines and one class; bupropion counts once."""
    ledger = ledger_of("eestiarst-2017-ketamine", library)
    assert ledger.regulatory.counted == ("fluoxetine", "escitalopram", "bupropion")
    assert ledger.regulatory.is_provisional
    for agent in ("fluoxetine", "escitalopram"):
        trial = trial_of(ledger, agent)
        assert trial.adequate is True
        assert "stated_by_record" in trial.assumptions
    for agent in ("venlafaxine", "agomelatine", "ect"):
        assert trial_of(ledger, agent).adequate is None
    assert ledger.counts.failed_episode == Span(3, 5)
    assert ledger.staging["maudsley"].span == Span(9, 13)
    assert ledger.staging["thase_rush_strict"].span == Span(2, 2)


def test_the_estonian_case_after_ketamine(library: Library) -> None:
    """Five infusions are enough, but some were below 0.5 mg per kg; the stages do not change."""
    before, after = (ledger_of(f"eestiarst-2017-ketamine{end}", library) for end in ("", "-after"))
    ketamine = trial_of(after, "ketamine")
    assert ketamine.adequate is None
    assert "dose_not_exact" in {reason.code for reason in ketamine.reasons}
    assert {name: staged.span for name, staged in before.staging.items()} == {
        name: staged.span for name, staged in after.staging.items()
    }


def test_kosel(library: Library) -> None:
    """One sure failed molecule (nefazodone, far above the label maximum).

    The case's upper end, two points for failures, stands for "a lenient counter who includes citalopram, venlafaxine and
    hypericum". That rests on a reader's judgement, and its own must_not forbids counting medicines stopped for side
    effects. By rule the same end comes out another way: hypericum (unlisted) and the unnamed tricyclics (dose, weeks and
    episode unknown) are asked about and widen the upper end to three molecules.
    """
    ledger = ledger_of("kosel-2003-mst", library)
    assert ledger.regulatory.counted == ("nefazodone",)
    assert ledger.regulatory.is_provisional
    expected = {
        "citalopram": (False, False),
        "venlafaxine": (False, False),
        "nefazodone": (True, True),
        "hypericum": (None, None),
        "risperidone": (True, True),
        "olanzapine": (False, False),
        "amisulpride": (None, None),
        "carbamazepine": (None, None),
        "tricyclics": (False, False),
    }
    for agent, judgement in expected.items():
        trial = trial_of(ledger, agent)
        assert (trial.adequate, trial.failed) == judgement, agent
    assert trial_of(ledger, "nefazodone").is_above_label_maximum
    assert trial_of(ledger, "hypericum").is_asked_about
    assert ledger.counts.failed_episode == Span(1, 1), "neither hypericum nor early stops count"
    assert ledger.staging["maudsley"].span == Span(8, 10)
    assert ledger.staging["maudsley"].labels == ("moderate",)
    assert ledger.staging["thase_rush_strict"].span == Span(1, 1)
    states = {item.id: item.state for item in ledger.pseudo_resistance}
    assert states["intolerance_only"] == states["dose_inadequate"] == states["comorbid"] == "present"
    assert states["nonadherence"] == "open"


def test_mdedge(library: Library) -> None:
    """The case calls sertraline 'probable': weeks at 50 mg or more are at most 8.7, so by rule it cannot be told yet."""
    ledger = ledger_of("mdedge-mr-d", library)
    citalopram, sertraline = trial_of(ledger, "citalopram"), trial_of(ledger, "sertraline")
    assert (citalopram.adequate, citalopram.failed) == (False, False)
    codes = {reason.code for reason in citalopram.reasons}
    assert {"duration_too_short", "intolerance_before_adequacy"} <= codes
    assert (sertraline.adequate, sertraline.adequate_strict) == (None, None)
    assert ledger.regulatory.answer == "no"
    assert ledger.regulatory.could_count == ("sertraline",), "two rows, one molecule"
    assert not ledger.regulatory.is_provisional
    assert ledger.counts.failed_episode == Span(0, 1)
    assert ledger.staging["maudsley"].span == Span(4, 7)
    assert ledger.staging["thase_rush_strict"].span == Span(0, 1)
    states = {item.id: item.state for item in ledger.pseudo_resistance}
    assert states["duration_inadequate"] == states["intolerance_only"] == states["medical"] == "present"
    assert states["psychosocial"] == "present"
    assert states["psychotherapy_dose"] == "open"
