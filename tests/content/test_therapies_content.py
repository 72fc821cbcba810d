"""The therapies of the library are whole: fact file, cross references, worked courses, safety of the texts."""

import re
from pathlib import Path
from typing import Any

import pytest
from tests.reading_grade import sentences

from solstice.content import Library
from solstice.content.constraint_model import Condition, FactIs, ItemIs, ScoreIs, conditions_in
from solstice.content.read import parse_yaml
from solstice.content.therapy_condition import CONTRA_FLAGS, Judged, plain
from solstice.content.therapy_model import Example, Therapy
from solstice.content.therapy_text import NOTE_HEADINGS
from solstice.therapies import course_state, next_step

LIBRARY = Library()
THERAPIES = tuple(LIBRARY.therapies.values())
FACT_IDS = {"behavioural-activation": "BA", "cbt": "CBT"}
EXAMPLES = [(therapy, example) for therapy in THERAPIES for example in therapy.examples]

each_therapy = pytest.mark.parametrize("therapy", THERAPIES, ids=lambda therapy: therapy.id)


def whens(therapy: Therapy) -> list[Condition | Judged]:
    tops = [caution.when for caution in therapy.cautions]
    return tops + [item.when for item in therapy.indications if item.when is not None]


def fact_file(shared: Path) -> Any:
    path = shared / "clinical" / "therapies.yaml"
    return parse_yaml(path.read_text(encoding="utf-8"), path.name).data


@pytest.fixture(scope="module")
def facts(shared: Path) -> dict[str, Any]:
    data = fact_file(shared)
    return {entry["id"]: entry for entry in data["therapies"]}


def test_the_library_has_both_therapies_and_no_fault() -> None:
    assert set(LIBRARY.therapies) == {"behavioural-activation", "cbt"}
    assert "therapies" not in {fault.path.split("/")[0] for fault in LIBRARY.check()}


@pytest.mark.shared
@each_therapy
def test_every_worksheet_column_of_the_fact_file_is_asked(therapy: Therapy, facts: dict[str, Any]) -> None:
    for name, sheet in facts[FACT_IDS[therapy.id]]["worksheets"].items():
        assert list(therapy.worksheets[name].columns) == sheet["columns"], name


@pytest.mark.shared
@each_therapy
def test_every_session_of_the_fact_file_is_written(therapy: Therapy, facts: dict[str, Any]) -> None:
    keys = facts[FACT_IDS[therapy.id]]["agenda_by_session"]
    last = max(int(re.split(r"[-_]", key)[-1]) for key in keys)
    assert [session.number for session in therapy.sessions] == list(range(1, last + 1))


@pytest.mark.shared
def test_the_contra_flags_are_those_of_the_fact_file(shared: Path) -> None:
    data = fact_file(shared)
    assert list(CONTRA_FLAGS) == data["meta"]["global_contra_flags"]


@pytest.mark.parametrize(("therapy", "example"), EXAMPLES, ids=[f"{t.id}: {e.name}" for t, e in EXAMPLES])
def test_the_worked_course_gives_the_step_it_says(therapy: Therapy, example: Example) -> None:
    step = next_step(therapy, course_state(example.given), energy=example.energy, at=example.at)
    assert (step.kind, step.practice, step.seconds) == (example.then.kind, example.then.practice, example.then.seconds)


@each_therapy
def test_sessions_are_each_their_own(therapy: Therapy) -> None:
    for texts in (
        [session.title for session in therapy.sessions],
        [session.patient_title for session in therapy.sessions],
        [session.for_you for session in therapy.sessions],
        *([session.notes[heading] for session in therapy.sessions] for heading in NOTE_HEADINGS if heading != "Pause"),
    ):
        assert len(set(texts)) == len(texts)


@each_therapy
def test_every_session_says_enough_to_be_useful(therapy: Therapy) -> None:
    for session in therapy.sessions:
        assert sum(len(text.split()) for text in session.notes.values()) >= 150, session.number
        assert sum(map(len, sentences(session.for_you))) >= 50, session.number
        assert therapy.rest_practice in session.practices, session.number
        assert len(session.practices) >= 3, session.number
        assert "phq-9" in session.measures, session.number
        assert "item 9" in session.agenda[0].do, session.number


@each_therapy
def test_every_worksheet_is_reached_from_a_session_and_from_a_practice(therapy: Therapy) -> None:
    from_sessions = {name for session in therapy.sessions for name in session.worksheets}
    from_practices = {practice.worksheet for practice in therapy.practices.values()} - {None}
    assert set(therapy.worksheets) == from_sessions
    assert set(therapy.worksheets) == from_practices


@each_therapy
def test_there_are_at_least_eight_practices_beside_rest_and_each_has_four_growing_doses(therapy: Therapy) -> None:
    assert len(set(therapy.practices) - {therapy.rest_practice, therapy.own_task_practice}) >= 8
    for practice in therapy.practices.values():
        words = [sum(len(step.split()) for step in dose.steps) for dose in practice.doses]
        assert [dose.seconds for dose in practice.doses] == [20, 120, 480, 1200]
        assert words[0] <= 40, f"{practice.id}: nobody reads {words[0]} words and acts in 20 seconds"
        assert words[0] < words[-1], practice.id
        assert all(dose.steps for dose in practice.doses)


@each_therapy
def test_contact_is_only_ever_planned_with_safe_people(therapy: Therapy) -> None:
    for practice in therapy.practices.values():
        if practice.kind == "connecting":
            for dose in practice.doses:
                assert "safe" in " ".join(dose.steps), (practice.id, dose.seconds)
    together = " ".join(session.for_you for session in therapy.sessions)
    assert "hurt you" in together


@each_therapy
def test_experiments_and_avoidance_work_stay_with_what_is_safe(therapy: Therapy) -> None:
    for practice in therapy.practices.values():
        if practice.worksheet == "behavioural_experiment":
            assert all("safe" in " ".join(dose.steps) for dose in practice.doses[1:]), practice.id
    if "behavioural_experiment" in therapy.worksheets:
        asked = " ".join(field.help or "" for field in therapy.worksheets["behavioural_experiment"].fields)
        assert "Nothing that could harm you. No one who has hurt you." in asked


@each_therapy
def test_conditions_and_measures_name_instruments_that_exist_and_read_as_sentences(therapy: Therapy) -> None:
    for when in whens(therapy):
        assert plain(when)
        for part in conditions_in(when) if not isinstance(when, Judged) else ():
            match part:
                case ScoreIs(score=name) | ItemIs(item=name):
                    assert name in LIBRARY.instruments
                case FactIs(fact=fact):
                    assert fact in LIBRARY.constraints.facts
    used = {measure.instrument for measure in therapy.measures}
    used |= {name for session in therapy.sessions for name in session.measures}
    assert used - {None} <= set(LIBRARY.instruments)


def test_a_condition_reads_as_a_plain_sentence() -> None:
    cautions = {caution.text: plain(caution.when) for caution in LIBRARY.therapies["behavioural-activation"].cautions}
    assert cautions["not without a human guide"] == (
        "PHQ-9 is 20 or more or PHQ-9 item 9 is 2 or more or suicide risk is moderate or high or age is below 16"
    )


@each_therapy
def test_the_alliance_is_measured_at_session_3_and_every_four_weeks(therapy: Therapy) -> None:
    measured = [session.number for session in therapy.sessions if "wai-sr" in session.measures]
    assert measured == list(range(3, len(therapy.sessions) + 1, 4))


@each_therapy
def test_nothing_resting_on_memory_is_signed(therapy: Therapy) -> None:
    assert therapy.is_draft
    assert all(measure.source.ref in therapy.sources for measure in therapy.measures)
