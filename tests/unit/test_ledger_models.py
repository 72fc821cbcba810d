"""The definitions beside the regulatory one, where the models disagree, what fits into the episode, odd input."""

from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from tests.generative.test_ledger_laws import histories
from tests.reading_grade import grade
from tests.unit.counted_plainly import counted_plainly

from solstice.content.library import Library
from solstice.kernel import Span
from solstice.ledger import Ledger, assess
from solstice.ledger.adds import legend_of
from solstice.ledger.assess import assess_with, cases_of
from solstice.ledger.counted import count, counted_of, sums_of
from solstice.ledger.definitions import definitions
from solstice.ledger.regulatory import regulatory
from solstice.ledger.staging import stage_counted, standing_of, width_of_standing
from solstice.ledger.widths import widths_of
from solstice.person import PersonFile
from solstice.person.file import parse_person

LIBRARY = Library()
TREATMENTS = LIBRARY.treatments
WHOLE = "dose: 300, weeks_at_dose: 8, adherence: good, outcome: no_response"
EPISODE = "episode: {months: 24, severity: moderate, psychosis: false}"


def ledger(*trials: str, rest: str = EPISODE) -> Ledger:
    told = "".join(f"  - {{{trial}}}\n" for trial in trials) or "  []\n"
    return assess(parse_person(f"solstice: person/1\nid: x\nat: 2026-11-22\n{rest}\ntrials:\n{told}"), LIBRARY)


def medicine(agent: str, facts: str = WHOLE) -> str:
    return f"kind: medicine, agent: {agent}, {facts}"


def rules(result: Ledger) -> set[str]:
    return {one.rule for one in result.disagreements}


def cautions(result: Ledger) -> set[tuple[str, int | None, str | None]]:
    return {(one.code, one.trial, one.field) for one in result.warnings}


# ------------------------------------------------------------------------------------------------------- definitions


def test_the_regulatory_answer_names_the_trials_it_rests_on() -> None:
    short = WHOLE.replace("weeks_at_dose: 8", "weeks_at_dose: 5")
    result = ledger(medicine("sertraline", short), medicine("venlafaxine"), medicine("sertraline"))
    assert [(one.index, one.name) for one in result.regulatory.rests_on] == [(1, "Venlafaxine"), (2, "Sertraline")]
    assert "It rests on trial 2 (Venlafaxine), trial 3 (Sertraline)" in result.regulatory.to_json()["reasons"]


def test_partial_response_counts_for_the_regulator_and_not_for_delphi() -> None:
    partial = WHOLE.replace("no_response", "partial_response")
    result = ledger(medicine("sertraline", partial), medicine("venlafaxine", partial))
    assert result.regulatory.answer == "yes"
    delphi = result.definitions["delphi"]
    assert (delphi.answer, delphi.span, delphi.is_draft) == ("no", Span(0, 0), True)
    assert any("partially responsive" in reason.text for reason in delphi.reasons)
    assert "little_benefit" in rules(result)


def test_stopped_for_inefficacy_leaves_delphi_open_and_asks_how_much_it_helped() -> None:
    told = "dose: 300, weeks_at_dose: 8, adherence: good, stopped_for: inefficacy"
    result = ledger(medicine("sertraline", told), medicine("venlafaxine", told))
    assert (result.regulatory.answer, result.definitions["delphi"].answer) == ("yes", "cannot_tell")
    assert result.next_question is not None
    assert result.next_question.id == "trials.0.outcome"
    assert "25 %" in result.next_question.text


def test_the_register_looks_at_no_dose_and_asks_for_a_third_treatment() -> None:
    low = WHOLE.replace("dose: 300", "dose: 5")
    two = ledger(medicine("sertraline", low), medicine("citalopram", low))
    assert two.definitions["karolinska"].answer == "no"
    three = ledger(medicine("sertraline", low), medicine("citalopram", low), "kind: ect, sessions: 2")
    assert three.regulatory.answer == "no"
    assert three.definitions["karolinska"].answer == "yes"
    assert "register" in rules(three)


def test_modalities_are_counted_from_every_kind_of_course() -> None:
    result = ledger(
        medicine("sertraline"),
        "kind: psychotherapy, agent: cbt, sessions: 12, outcome: no_response",
        "kind: tms, percent_motor_threshold: 120, outcome: no_response",
    )
    found = result.definitions["multi_therapy"]
    assert (found.answer, found.span) == (None, Span(2, 3))
    assert [one.index for one in found.rests_on] == [0, 1]
    assert "trials.2.sessions" in {question.id for question in result.deciding_questions}
    assert "modality" in rules(result)


def test_models_without_a_scoring_say_so() -> None:
    reasons = {one.code: one.text for one in ledger().not_scored}
    assert "no number is given" in reasons["dm_trd"]


# ----------------------------------------------------------------------------------------------------- disagreements


def test_four_weeks_or_six_is_a_disagreement_with_its_trials() -> None:
    five = WHOLE.replace("weeks_at_dose: 8", "weeks_at_dose: 5")
    result = ledger(medicine("sertraline", five), medicine("venlafaxine"))
    (one,) = [one for one in result.disagreements if one.models == ("regulatory_trd", "regulatory_trd_strict")]
    assert one.trials == (0,)
    assert one.text.startswith("The regulatory definition is met with 4 weeks and not met with 6: Sertraline (trial 1)")


@pytest.mark.parametrize(
    ("trials", "rule"),
    [
        ((medicine("sertraline"), medicine("imipramine")), "two_other_classes"),
        ((medicine("sertraline"), medicine("paroxetine")), "one_class"),
        ((medicine("sertraline"), "kind: ect, laterality: bilateral, sessions: 8, outcome: no_response"), "ect"),
        ((medicine("sertraline"), "kind: ect, laterality: bilateral, sessions: 8, outcome: response"), "ect_used"),
        (
            (medicine("sertraline"), f"kind: augmentation, agent: aripiprazole, added_to: sertraline, {WHOLE}"),
            "augmentation",
        ),
        ((medicine("sertraline"), "kind: ketamine, sessions: 6, dose: 0.5, outcome: no_response"), "modality"),
    ],
)
def test_each_disagreement_comes_from_its_rule(trials: tuple[str, ...], rule: str) -> None:
    assert rule in rules(ledger(*trials))


def test_length_and_severity_can_outweigh_the_trials() -> None:
    rest = "episode: {months: 60, severity: severe, psychosis: true}"
    assert "duration_and_severity" in rules(ledger(medicine("sertraline"), rest=rest))


def test_one_plain_failed_trial_leaves_nothing_to_disagree_about() -> None:
    rest = "episode: {months: 6, severity: mild, psychosis: false}"
    assert ledger(medicine("sertraline"), rest=rest).disagreements == ()


def test_blocked_staging_has_no_disagreements_and_refuses_every_definition() -> None:
    result = ledger(medicine("sertraline"), rest="facts: {bipolarity: true}")
    assert result.disagreements == ()
    assert all(one.refused is not None and one.span is None for one in result.definitions.values())


# -------------------------------------------------------------------------------------------------- room and lifetime


def test_more_trials_than_fit_into_the_episode_are_flagged() -> None:
    three = [medicine(agent) for agent in ("sertraline", "venlafaxine", "imipramine")]
    fits = ledger(*three, rest="episode: {months: 6}")
    assert (fits.room.fits, fits.room.is_over) == (Span(6, 6), False)
    over = ledger(*three, rest="episode: {months: 4}")
    assert over.room.is_over
    assert over.room.claimed_weeks == 24
    assert ("more_than_fits", None, "started") in cautions(over)
    assert ledger(*three, rest="").room.fits is None


def test_lifetime_and_episode_stand_apart() -> None:
    before = medicine("fluoxetine", f"{WHOLE}, in_episode: false")
    result = ledger(medicine("sertraline"), before)
    assert (result.counts.failed_episode, result.lifetime.failed) == (Span(1, 1), Span(2, 2))
    assert [one.name for one in result.lifetime.before_episode] == ["Fluoxetine"]
    assert result.regulatory.counted == ("sertraline",)


# ------------------------------------------------------------------------------------------------------------ courses


def codes(trial: str) -> tuple[bool | None, bool | None, set[str]]:
    judged = ledger(trial).trials[0]
    return judged.adequate, judged.failed, {reason.code for reason in judged.reasons}


def test_tms_by_sessions_intensity_and_its_own_failure_rule() -> None:
    assert codes("kind: tms, sessions: 30, percent_motor_threshold: 120, outcome: no_response")[:2] == (True, True)
    adequate, failed, found = codes("kind: tms, sessions: 30, percent_motor_threshold: 120, outcome: partial_response")
    assert (adequate, failed) == (True, False)
    assert "helped_in_part" in found
    assert codes("kind: tms, sessions: 30, percent_motor_threshold: 90, outcome: no_response")[0] is False
    assert codes("kind: tms, sessions: 30, percent_motor_threshold: 120, stopped_for: inefficacy")[1] is None


def test_an_accelerated_course_is_whole_with_all_its_sessions() -> None:
    told = "kind: tms, percent_motor_threshold: 90, outcome: no_response, sessions: {}, protocol: {}"
    assert codes(told.format(50, "accelerated-itbs"))[0] is True
    assert codes(told.format(30, "accelerated-itbs"))[0] is False
    assert codes(told.format(50, "itbs-left"))[0] is False
    unknown = codes("kind: tms, percent_motor_threshold: 90, outcome: no_response, sessions: 50")
    assert unknown[0] is None
    assert "accelerated_unknown" in unknown[2]


def test_what_has_no_figure_is_recorded_and_decides_nothing() -> None:
    tms = "kind: tms, sessions: 30, percent_motor_threshold: 120, outcome: no_response"
    adequate, _, found = codes(f"{tms}, protocol: 10hz-left, pulses: 1200, target: right")
    assert adequate is True
    assert {"pulses_below_protocol", "target_differs"} <= found
    therapy = codes("kind: psychotherapy, agent: cbt, sessions: 12, home_practice: little, outcome: no_response")
    assert therapy[0] is True
    assert "home_practice_little" in therapy[2]


@pytest.mark.parametrize(
    ("named", "sessions", "adequate", "code"),
    [
        ("", 10, None, "therapy_not_named"),
        ("", 7, False, "too_few_sessions"),
        ("agent: supportive talks, ", 10, None, "therapy_not_listed"),
        ("agent: supportive talks, ", 7, False, "too_few_sessions"),
        ("agent: CBT, ", 10, True, "course_whole"),
        ("agent: insight-oriented, ", 10, True, "course_whole"),
        ("agent: Interpersonal Psychotherapy, ", 7, False, "too_few_sessions"),
    ],
)
def test_talks_of_an_unknown_kind_are_not_counted_unseen(
    named: str, sessions: int, adequate: bool | None, code: str
) -> None:
    told = f"kind: psychotherapy, {named}sessions: {sessions}, outcome: no_response"
    found = codes(told)
    assert found[0] is adequate
    assert code in found[2]
    asked = [one.text for one in ledger(told).deciding_questions if one.field == "agent"]
    assert bool(asked) is (adequate is None)
    assert all("which therapy was it" in text for text in asked)
    item = next(one for one in ledger(told).pseudo_resistance if one.id == "psychotherapy_dose")
    assert item.state == {None: "open", True: "ruled_out", False: "present"}[adequate]


def test_a_course_says_its_numbers() -> None:
    text = ledger("kind: ect, laterality: bilateral, sessions: {at_least: 3, at_most: 5}").trials[0].reasons[0].text
    assert text.startswith("3 to 5 sessions: fewer than a whole course (6 bilateral or 8 high-dose unilateral")


@pytest.mark.parametrize(
    ("trial", "fields"),
    [
        ("kind: tms, outcome: no_response", {"sessions", "accelerated_course_complete"}),
        ("kind: tms, outcome: no_response, sessions: 30", {"percent_motor_threshold"}),
        ("kind: ect, outcome: no_response, sessions: 7", {"laterality"}),
        ("kind: ect, sessions: 8, laterality: bilateral", {"outcome"}),
        ("kind: ketamine, outcome: no_response, dose: 0.5", {"sessions"}),
        ("kind: ketamine, outcome: no_response, sessions: 6", {"dose"}),
        ("kind: esketamine, outcome: no_response, sessions: 7, dose: 84", {"stopped_for"}),
        ("kind: psychotherapy, outcome: no_response", {"sessions", "agent"}),
        ("kind: psychotherapy, agent: cbt, outcome: no_response", {"sessions"}),
        ("kind: psychotherapy, outcome: no_response, sessions: 10", {"agent"}),
    ],
)
def test_every_kind_of_course_is_asked_about(trial: str, fields: set[str]) -> None:
    """A fact is asked for where it alone narrows something; where two are needed, the one that can settle it first."""
    asked = [question for question in ledger(trial).deciding_questions if question.trial == 0]
    assert {question.field for question in asked} == fields
    assert all(narrowing.answer for question in asked for narrowing in question.narrows)


# ---------------------------------------------------------------------------------------------------------- questions


@settings(max_examples=60, deadline=None, phases=(Phase.explicit, Phase.generate))
@given(histories)
def test_summing_up_gives_what_counting_gives(person: PersonFile) -> None:
    cases = cases_of(person, TREATMENTS)
    assert count(cases, bare=False) == counted_plainly(cases, bare=False)
    assert count(cases, bare=True) == counted_plainly(cases, bare=True)


@settings(max_examples=60, deadline=None, phases=(Phase.explicit, Phase.generate))
@given(histories)
def test_the_questions_compare_the_widths_that_are_shown(person: PersonFile) -> None:
    cases, staging = cases_of(person, TREATMENTS), TREATMENTS.staging
    sums, standing = sums_of(cases, legend_of(cases), bare=False), standing_of(person, staging)
    counted = counted_of(sums.total, sums.legend)
    widths = widths_of(sums.total, sums.legend, width_of_standing(standing, staging.maudsley), TREATMENTS)._asdict()
    shown = {name: staged.width for name, staged in stage_counted((counted, counted), standing, staging).items()}
    defined = definitions(cases, counted, staging)
    shown |= {name: float(defined[name].answer == "cannot_tell") for name in ("delphi", "karolinska")}
    modalities = defined["multi_therapy"].span
    assert modalities is not None
    answer = regulatory(cases, staging, None).answer
    assert widths == shown | {"regulatory_trd": float(answer == "cannot_tell"), "multi_therapy": modalities.width}


@settings(max_examples=60, deadline=None, phases=(Phase.explicit, Phase.generate))
@given(histories, st.data())
def test_a_told_answer_narrows_as_the_question_said(person: PersonFile, data: st.DataObject) -> None:
    """Telling a tried answer gives one of the widths that the question was judged by."""
    before = assess_with(person, TREATMENTS)
    tried = {"outcome": ["no_response"], "in_episode": [True, False], "adherence": ["good", "poor"]}
    tried |= {"laterality": ["bilateral", "unilateral_high_dose"], "sessions": [0.0, 20.0]}
    asked = [one for one in before.deciding_questions if one.trial is not None and one.field in tried]
    if not asked or before.staging["maudsley"].refused:
        return
    question = data.draw(st.sampled_from(asked))
    assert question.trial is not None
    value: Any = data.draw(st.sampled_from(tried[question.field]))
    trials = list(person.trials)
    trials[question.trial] = trials[question.trial].model_copy(update={question.field: value})
    after = assess_with(person.model_copy(update={"trials": tuple(trials)}), TREATMENTS)
    for item in question.narrows:
        if item.answer in after.staging and after.staging[item.answer].span is not None:
            assert after.staging[item.answer].width <= item.worst_after + 1e-9, (question.id, value, item)


def test_questions_carry_words_for_both_and_read_easily() -> None:
    asked = ledger(
        medicine("sertraline", "outcome: no_response"),
        medicine("lithium", "in_episode: unknown").replace("kind: medicine", "kind: augmentation"),
        "kind: medicine, agent: unheard-of",
        "kind: medicine, agent: venlafaxine, stopped_for: side_effects",
        *[f"kind: {kind}" for kind in ("tms", "ect", "ketamine", "esketamine", "psychotherapy")],
        rest="",
    ).deciding_questions
    assert len(asked) >= 15
    for question in asked:
        assert question.text.endswith("?")
        names = question.plain.replace("Sertraline", "it").replace("Venlafaxine", "it").replace("Lithium", "it")
        assert grade(names) <= 6, question.plain
        assert "fail" not in question.plain
    assert {question.trial for question in asked} >= {None, 0, 1, 2, 3, 5, 8}
    assert {question.field for question in asked if question.is_for_clinician} == {"severity", "psychosis"}


# ------------------------------------------------------------------------------------------------------------ odd input


@pytest.mark.parametrize(
    ("trial", "code", "field"),
    [
        (medicine("sertraline", "dose: 5000, weeks_at_dose: 8"), "dose_implausible", "dose"),
        ("kind: medicine, agent: zolofft", "unknown_agent", "agent"),
        ("kind: medicine, agent: '🙂🙂'", "agent_no_name", "agent"),
        ("kind: medicine, agent: sertraline, started: 2025, ended: 2027-05", "ended_in_future", "ended"),
        ("kind: medicine, agent: sertraline, started: 1950", "before_birth", "started"),
        (
            "kind: medicine, agent: sertraline, started: 2025-01-01, ended: 2025-02-01, weeks_at_dose: 20",
            "weeks_beyond_dates",
            "weeks_at_dose",
        ),
        ("kind: ect, sessions: 900", "sessions_implausible", "sessions"),
        ("kind: tms, sessions: 20, accelerated_course_complete: true", "accelerated_course_short", "sessions"),
        ("kind: ect, outcome: remission, stopped_for: inefficacy", "outcome_contradiction", "stopped_for"),
    ],
)
def test_odd_input_is_named_with_trial_and_field(trial: str, code: str, field: str) -> None:
    result = ledger(trial, rest="person: {birth_year: 1970}")
    assert (code, 0, field) in cautions(result)
    out = result.to_json()
    assert code in {one["code"] for one in out["cautions"]}
    assert len(out["warnings"]) == len(out["cautions"])


def test_a_misspelling_is_asked_about_and_a_brand_is_not() -> None:
    (one,) = ledger("kind: medicine, agent: zolofft").warnings
    assert one.text == "zolofft is not in the library; did you mean Zoloft?"
    assert ledger("kind: medicine, agent: Zoloft").warnings == ()


def test_the_same_trial_told_twice_is_named() -> None:
    found = cautions(ledger(medicine("sertraline"), medicine("Zoloft"), medicine("sertraline", "dose: 50")))
    assert ("duplicate_trial", 1, "agent") in found
    assert ("duplicate_trial", 2, "agent") not in found
    assert ("same_molecule", 2, "agent") in found


def test_a_date_of_an_event_widens_the_episode() -> None:
    rest = "episode: {started: {about: after my son was born, between: [2023, 2025]}, severity: mild, psychosis: false}"
    assert ledger(medicine("sertraline"), rest=rest).staging["maudsley"].parts["duration"] == Span(1, 3)
