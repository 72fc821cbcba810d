"""Rules of the ledger one by one, and the command that prints it."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from solstice.cli.ledger import ledger as command
from solstice.content.library import Library
from solstice.kernel import Span
from solstice.ledger import Ledger, assess
from solstice.person import PersonFile, read_person
from solstice.person.file import parse_person

CASES = Path(__file__).parents[1] / "fixtures" / "cases"
LIBRARY = Library()
WHOLE = "weeks_at_dose: 8, adherence: good, outcome: no_response"


def person(trials: str, rest: str = "") -> PersonFile:
    return parse_person(f"solstice: person/1\nid: x\nat: 2026-11-22\n{rest}\ntrials:\n{trials}")


def ledger(trials: str, rest: str = "") -> Ledger:
    return assess(person(trials, rest), LIBRARY)


def codes(result: Ledger, index: int = 0) -> set[str]:
    return {reason.code for reason in result.trials[index].reasons}


def test_unknown_adherence_is_presumed_and_the_range_without_it_is_shown() -> None:
    trial = "  - {kind: medicine, agent: sertraline, dose: 100, weeks_at_dose: 8, outcome: no_response}"
    result = ledger(trial)
    assert result.trials[0].failed is True
    assert result.trials[0].is_provisional
    stage = result.staging["thase_rush_strict"]
    assert (stage.span, stage.bare) == (Span(1, 1), Span(0, 1))


def test_side_effects_after_a_whole_trial_without_benefit_is_a_failed_trial() -> None:
    result = ledger(f"  - {{kind: medicine, agent: sertraline, dose: 100, {WHOLE}, stopped_for: side_effects}}")
    assert result.trials[0].failed is True


def test_side_effects_before_adequacy_is_intolerance() -> None:
    result = ledger("  - {kind: medicine, agent: sertraline, stopped_for: side_effects}")
    assert (result.trials[0].adequate, result.trials[0].failed) == (False, False)
    assert "intolerance_before_adequacy" in codes(result)
    assert result.trials[0].is_asked_about
    assert result.counts.intolerant == 1


def test_weeks_from_dates_leave_room_for_titration() -> None:
    dates = "started: 2026-01-01, ended: {}, adherence: good, outcome: no_response"
    short, long = (
        ledger(f"  - {{kind: medicine, agent: sertraline, dose: 100, {dates.format(end)}}}").trials[0]
        for end in ("2026-02-26", "2026-06-01")
    )
    assert short.adequate is None, "8 weeks by the dates: how many of them at dose is not known"
    assert long.adequate is True
    assert "weeks_from_dates" in long.assumptions


def test_a_trial_that_ended_before_the_episode_is_shown_apart() -> None:
    trial = f"  - {{kind: medicine, agent: sertraline, dose: 100, ended: 2019, {WHOLE}}}"
    result = ledger(trial, "episode: {started: 2024}")
    assert result.trials[0].in_episode is False
    assert result.staging["maudsley"].refused is not None
    assert (result.counts.failed_episode, result.counts.failed_lifetime) == (Span(0, 0), Span(1, 1))


def test_an_unknown_episode_widens_the_range() -> None:
    result = ledger(f"  - {{kind: medicine, agent: sertraline, dose: 100, in_episode: unknown, {WHOLE}}}")
    assert result.staging["thase_rush_strict"].span == Span(0, 1)
    assert result.deciding_questions[0].path == "trials.0.in_episode"


def test_release_forms_are_one_molecule_and_relatives_are_warned_about() -> None:
    forms = "".join(
        f"  - {{kind: medicine, agent: {agent}, dose: {dose}, {WHOLE}}}\n"
        for agent, dose in (("paroxetine", 20), ("paroxetine-cr", 25))
    )
    assert ledger(forms).regulatory.answer == "no"
    pair = "".join(
        f"  - {{kind: medicine, agent: {agent}, dose: 20, {WHOLE}}}\n" for agent in ("citalopram", "escitalopram")
    )
    result = ledger(pair)
    assert result.regulatory.answer == "yes"
    assert [warning.code for warning in result.warnings] == ["near_molecules"]


def test_a_class_stands_for_a_forgotten_name() -> None:
    told = (
        "  - {kind: medicine, agent_class: TCA, count: 2, stated_adequate: true, adherence: good, outcome: no_response}"
    )
    result = ledger(told)
    assert "class_only" in codes(result)
    assert result.regulatory.answer == "yes", "two unnamed tricyclics are two medicines"
    assert result.staging["thase_rush_strict"].span == Span(1, 1)
    with_name = ledger(f"{told}\n  - {{kind: medicine, agent: imipramine, dose: 150, {WHOLE}}}")
    assert with_name.counts.failed_episode == Span(2, 3), "imipramine may be one of the two"


def test_above_the_label_maximum_is_flagged() -> None:
    result = ledger(f"  - {{kind: medicine, agent: citalopram, dose: 60, {WHOLE}}}")
    assert result.trials[0].is_above_label_maximum
    assert "above_label_maximum" in codes(result)


def test_a_plasma_level_overrides_the_dose() -> None:
    result = ledger(f"  - {{kind: medicine, agent: nortriptyline, dose: 50, serum_level: 90, {WHOLE}}}")
    assert result.trials[0].adequate is True


def test_a_lower_reading_of_the_minimum_dose_can_be_set_and_others_cannot() -> None:
    trial = person(f"  - {{kind: medicine, agent: venlafaxine, dose: 75, {WHOLE}}}")
    assert assess(trial, LIBRARY).trials[0].adequate is False
    assert "lower reading of 75" in assess(trial, LIBRARY).trials[0].reasons[0].text
    assert assess(trial, LIBRARY, thresholds={"venlafaxine": 75}).trials[0].adequate is True
    with pytest.raises(ValueError, match="known are 75, 150"):
        assess(trial, LIBRARY, thresholds={"venlafaxine": 10})


@pytest.mark.parametrize(
    ("rest", "code", "answer"),
    [("facts: {bipolarity: true}", "bipolarity", "no"), ("person: {age: 16}", "under_18", "cannot_tell")],
)
def test_bipolarity_and_age_block_staging_with_the_reason(rest: str, code: str, answer: str) -> None:
    trials = "".join(
        f"  - {{kind: medicine, agent: {agent}, dose: 150, {WHOLE}}}\n" for agent in ("sertraline", "venlafaxine")
    )
    result = ledger(trials, rest)
    assert result.regulatory.answer == answer
    assert {stage.refused.code for stage in result.staging.values() if stage.refused} == {code}
    assert all(stage.span is None for stage in result.staging.values())


def test_ect_placement_sets_the_floor() -> None:
    def adequate(laterality: str, sessions: int) -> bool | None:
        told = f"  - {{kind: ect, sessions: {sessions}, outcome: no_response{laterality}}}"
        return ledger(told).trials[0].adequate

    assert adequate(", laterality: bilateral", 6) is True
    assert adequate(", laterality: unilateral_high_dose", 7) is False
    assert adequate(", laterality: unilateral", 8) is None
    assert adequate("", 7) is None
    assert adequate("", 5) is False


def test_a_combination_needs_the_other_dose_too() -> None:
    told = "  - {{kind: augmentation, agent: mirtazapine, added_to: sertraline, dose: 30, {}}}\n{}"
    other = f"  - {{kind: medicine, agent: sertraline, dose: 100, {WHOLE}}}"
    used = ledger(told.format(WHOLE, other)).staging["maudsley"].parts["augmentation"]
    unclear = ledger(told.format(WHOLE, other.replace("dose: 100, ", ""))).staging["maudsley"].parts["augmentation"]
    assert (used, unclear) == (Span(1, 1), Span(0, 1))


def test_severity_is_proposed_from_a_scale_but_never_used() -> None:
    trial = f"  - {{kind: medicine, agent: sertraline, dose: 100, {WHOLE}}}"
    rest = "answers:\n  - {instrument: phq-9, on: 2026-11-20, items: [3, 3, 3, 3, 2, 2, 2, 2, 0]}\nepisode: {psychosis: false}"
    result = ledger(trial, rest)
    assert result.severity_proposal is not None
    assert result.severity_proposal.startswith("phq-9 was 20 on 20 November 2026: severe?")
    assert result.staging["maudsley"].parts["severity"] == Span(1, 4)


def test_a_clinician_answer_goes_before_the_computed_one() -> None:
    result = ledger("  []", "pseudo_resistance: {medical: ruled_out}")
    item = next(item for item in result.pseudo_resistance if item.id == "medical")
    assert (item.state, item.is_from_clinician) == ("ruled_out", True)


def test_the_deciding_question_keeps_what_it_promises() -> None:
    """Answering it narrows each answer it names, at worst to the width it says."""
    told = person(
        "  - {kind: medicine, agent: sertraline, weeks_at_dose: 8, adherence: good, outcome: no_response}\n"
        "  - {kind: medicine, agent: venlafaxine, dose: 150, weeks_at_dose: 8, adherence: good, outcome: no_response}",
        "episode: {months: 6, severity: severe, psychosis: false}",
    )
    question = assess(told, LIBRARY).deciding_questions[0]
    assert question.path == "trials.0.dose"
    worst = {item.answer: item.worst_after for item in question.narrows}
    for dose in (25.0, 50.0, 200.0):
        trials = (told.trials[0].model_copy(update={"dose": dose}), told.trials[1])
        after = assess(told.model_copy(update={"trials": trials}), LIBRARY)
        assert after.regulatory.answer == ("no" if dose < 50 else "yes")
        assert all(after.staging[name].width <= width for name, width in worst.items() if name in after.staging)


def test_bounds_of_severity_are_in_order() -> None:
    with pytest.raises(Exception, match="severity_at_least is above severity_at_most"):
        person("  []", "episode: {severity_at_least: severe, severity_at_most: mild}")


def run(*args: str) -> Any:
    return CliRunner().invoke(command, args)


def test_json_has_the_keys_of_the_person_file_contract() -> None:
    result = run(str(CASES / "kosel-2003-mst.yaml"), "--json")
    assert result.exit_code == 0
    out = json.loads(result.output)
    assert {"trials", "regulatory_trd", "staging", "pseudo_resistance"} <= set(out)
    assert {"agent", "adequate", "failed", "reasons"} <= set(out["trials"][0])
    assert {"answer": "no", "counted": ["nefazodone"]}.items() <= out["regulatory_trd"].items()
    assert set(out["staging"]) == {"maudsley", "thase_rush_strict", "thase_rush_lenient", "european", "mgh_s"}
    maudsley = out["staging"]["maudsley"]
    assert (maudsley["low"], maudsley["high"], maudsley["band"], maudsley["refused"]) == (8, 10, ["moderate"], None)
    assert {"id", "state", "why"} <= set(out["pseudo_resistance"][0])
    hypericum = next(trial for trial in out["trials"] if trial["agent"] == "hypericum")
    assert (hypericum["adequate"], hypericum["failed"]) == (None, None)
    assert "not in the library: recorded, not counted" in hypericum["reasons"]


def test_the_page_and_the_json_agree() -> None:
    for path in sorted(CASES.glob("*.yaml")):
        page = run(str(path)).output
        out = assess(read_person(path), LIBRARY).to_json()
        assert max(len(line) for line in page.splitlines()) <= 100
        for stage in out["staging"].values():
            low, high = stage["low"], stage["high"]
            assert f"{low:g} to {high:g}" in page if low != high else f"{low:g}" in page
        assert out["regulatory_trd"]["answer"].replace("_", " ") in page
        assert " ".join(out["note"].split()) in " ".join(page.split())


def test_several_files_give_one_object_a_line_and_faults_do_not_stop_the_rest(tmp_path: Path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text("solstice: person/1\nid: x\nat: 2026-11-22\ntrials:\n  - {kind: medicine, dosis: 3}\n")
    result = run(str(CASES / "mdedge-mr-d.yaml"), str(bad), str(CASES / "kosel-2003-mst.yaml"), "--json")
    assert result.exit_code == 2
    assert "bad.yaml:5: unknown key 'trials.0.dosis'; did you mean 'dose'?" in result.stderr
    assert [json.loads(line)["staging"]["maudsley"]["high"] for line in result.stdout.splitlines()] == [7, 10]


def test_a_wrong_threshold_is_refused() -> None:
    result = run(str(CASES / "mdedge-mr-d.yaml"), "--threshold", "sertraline=1")
    assert result.exit_code == 2
    assert "known are 50" in result.output
    assert run(str(CASES / "mdedge-mr-d.yaml"), "--threshold", "sertraline").exit_code == 2


def test_a_birth_year_that_may_mean_17_blocks_staging() -> None:
    told = PersonFile.model_validate(
        {"solstice": "person/1", "id": "x", "at": date(2026, 3, 1), "person": {"birth_year": 2008}}
    )
    assert all(stage.refused is not None for stage in assess(told, LIBRARY).staging.values())
