"""Options, effects, moderators, constraints and mechanisms are whole and honest about what they rest on."""

import shutil
import typing
from pathlib import Path

import pytest
from tests.reading_grade import grade, pooled, why_too_hard

from solstice.content import ContentError, Library
from solstice.content.constraint_model import FactName, conditions_in
from solstice.content.evidence_model import circular
from solstice.content.library import BUNDLED
from solstice.content.provenance import ContentFile, unknown_refs, uses_memory
from solstice.person import Facts

LIBRARY = Library()
FILES: list[ContentFile] = [
    LIBRARY.evidence,
    LIBRARY.moderators,
    LIBRARY.constraints,
    LIBRARY.mechanisms,
    *LIBRARY.options.values(),
]
EXPECTED_OPTIONS = {
    "behavioural-activation", "cbt", "mbct", "cbasp", "dbt-skills", "ro-dbt", "ipt", "act", "emdr", "tf-cbt", "ltpp", "cbt-i", "exercise",
    "cognitive-remediation", "guided-digital-cbt", "unguided-digital-cbt", "tms", "ect", "ketamine", "esketamine", "tms-with-cbt",
}  # fmt: skip
EXPECTED_MECHANISMS = {
    "withdrawal-and-low-activity", "negative-thinking", "rumination", "avoidance-of-inner-experience", "emotion-dysregulation",
    "interpersonal-difficulty", "trauma", "cognitive-difficulty", "sleep-disruption", "isolation", "relapse-risk",
}  # fmt: skip


def test_every_option_and_mechanism_of_the_design_is_there() -> None:
    assert set(LIBRARY.options) == EXPECTED_OPTIONS
    assert {mechanism.id for mechanism in LIBRARY.mechanisms.mechanisms} == EXPECTED_MECHANISMS


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.id)
def test_what_rests_on_memory_is_draft(file: ContentFile) -> None:
    assert unknown_refs(file) == []
    assert file.is_draft or not uses_memory(file)


def test_every_fact_of_the_person_file_can_be_asked_for() -> None:
    person_facts = set(Facts.model_fields) | {"psychosis", "severity"}
    assert set(typing.get_args(FactName)) == person_facts
    assert set(LIBRARY.constraints.facts) == person_facts


def test_an_option_without_a_trial_says_so() -> None:
    with_trial = {effect.option for effect in LIBRARY.evidence.effects}
    silent = [
        option.id for option in LIBRARY.options.values() if option.id not in with_trial and not option.no_good_trial
    ]
    assert silent == []
    assert {"ipt", "act", "dbt-skills", "tf-cbt"} <= {
        option.id for option in LIBRARY.options.values() if option.no_good_trial
    }


def test_mechanisms_and_their_links_exist() -> None:
    links = {link.mechanism for option in LIBRARY.options.values() for link in option.works_on}
    assert links <= EXPECTED_MECHANISMS


def test_what_solstice_delivers_is_linked() -> None:
    delivered = {option.id: option.therapy for option in LIBRARY.options.values() if option.therapy}
    assert delivered == {"behavioural-activation": "behavioural-activation", "cbt": "cbt"}


def test_constraint_tags_are_tags_of_options() -> None:
    tags = {str(tag) for option in LIBRARY.options.values() for tag in option.tags} | {"every"}
    assert {tag for constraint in LIBRARY.constraints.constraints for tag in constraint.tags} <= tags


def test_ids_are_unique() -> None:
    ids = [constraint.id for constraint in LIBRARY.constraints.constraints]
    assert len(ids) == len(set(ids))
    effects = [effect.id for effect in LIBRARY.evidence.effects]
    assert len(effects) == len(set(effects))


def test_instruments_asked_for_have_a_range() -> None:
    rules = [rule.when for mechanism in LIBRARY.mechanisms.mechanisms for rule in mechanism.rules]
    conditions = [
        *rules,
        *(one.when for one in LIBRARY.constraints.constraints),
        *(one.when for one in LIBRARY.moderators.moderators),
    ]
    asked = set()
    for condition in conditions:
        for part in conditions_in(condition):
            asked |= {getattr(part, name) for name in ("score", "item") if hasattr(part, name)}
    assert asked <= set(LIBRARY.mechanisms.instruments)


def test_no_comparison_runs_in_a_circle() -> None:
    assert circular(LIBRARY.evidence) == set()


def test_moderators_stay_small() -> None:
    assert LIBRARY.moderators.cap <= 0.10
    assert max(abs(value) for moderator in LIBRARY.moderators.moderators for value in moderator.values.values()) <= 0.05


def test_doubt_grows_with_falling_certainty() -> None:
    wide = LIBRARY.evidence.widening.certainty
    assert wide["high"] < wide["moderate"] < wide["low"] < wide["very_low"]


PLAIN = {option.id: option.plain for option in LIBRARY.options.values()} | {
    one.id: one.plain for one in LIBRARY.mechanisms.mechanisms
}


@pytest.mark.parametrize("name", sorted(PLAIN))
def test_patients_texts_are_short(name: str) -> None:
    assert why_too_hard(PLAIN[name]) is None


def test_patients_texts_read_at_grade_six() -> None:
    assert grade(pooled([option.plain for option in LIBRARY.options.values()])) <= 6
    assert grade(pooled([one.plain for one in LIBRARY.mechanisms.mechanisms])) <= 6


def test_each_condition_can_be_asked_for_by_a_question() -> None:
    words = [*LIBRARY.constraints.facts.values(), *LIBRARY.constraints.conditions.values()]
    assert all(one.question.endswith("?") for one in words)


def spoilt(tmp_path: Path, name: str, old: str, new: str) -> Library:
    """The bundled content with one line changed."""
    shutil.copytree(
        BUNDLED, tmp_path / "content", ignore=shutil.ignore_patterns("*.py", "__pycache__", ".compiled.json")
    )
    path = tmp_path / "content" / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return Library(tmp_path / "content")


@pytest.mark.parametrize(
    ("section", "what", "change"),
    [
        ("constraints", "no option 'mbtc'", ("safety/constraints.yaml", "options: [mbct]", "options: [mbtc]")),
        (
            "constraints",
            "'apnoea' has no words",
            ("safety/constraints.yaml", "{listed: sleep-apnoea}", "{listed: apnoea}"),
        ),
        (
            "constraints",
            "has one of the keys",
            ("safety/constraints.yaml", "when: {fact: pregnancy}", "when: {facts: pregnancy}"),
        ),
        ("constraints", "'bipolar'", ("safety/constraints.yaml", "{fact: bipolarity}", "{fact: bipolar}")),
        ("evidence", "no option 'cb'", ("evidence/trials.yaml", "option: cbt\n", "option: cb\n")),
        (
            "evidence",
            "in a circle",
            (
                "evidence/trials.yaml",
                "    comparator: usual_care\n",
                "    comparator: option\n    against: behavioural-activation\n",
            ),
        ),
        ("evidence", "effects", ("evidence/trials.yaml", "n: [206, 213]", "n: [206]")),
        (
            "moderators",
            "no option 'cbas'",
            ("evidence/moderators.yaml", "values: {cbasp: 0.03}", "values: {cbas: 0.03}"),
        ),
        ("mechanisms", "stands twice", ("formulation/mechanisms.yaml", "id: rumination\n", "id: trauma\n")),
        ("options", "the id is 'cbtt'", ("options/cbt.yaml", "id: cbt\n", "id: cbtt\n")),
    ],
)
def test_a_fault_is_found_and_named(tmp_path: Path, section: str, what: str, change: tuple[str, str, str]) -> None:
    library = spoilt(tmp_path, *change)
    with pytest.raises(ContentError) as caught:
        getattr(library, section)
    assert any(what in str(fault) and str(fault).startswith(f"{change[0]}:") for fault in caught.value.faults), str(
        caught.value
    )


@pytest.mark.parametrize("section", ["evidence", "moderators", "mechanisms", "constraints"])
def test_an_empty_folder_misses_the_file(tmp_path: Path, section: str) -> None:
    with pytest.raises(ContentError, match="the file is missing"):
        getattr(Library(tmp_path), section)
