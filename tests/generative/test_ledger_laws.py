"""Laws of the ledger that hold for every history: ranges only shrink, order and repetition do not matter."""

import random
from datetime import date
from typing import Any

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from solstice.content.library import Library
from solstice.ledger.assess import assess_with, cases_of, why_not_staged
from solstice.ledger.counted import count
from solstice.ledger.definitions import definitions
from solstice.ledger.regulatory import regulatory
from solstice.ledger.result import Definition, Staged
from solstice.ledger.staging import stage_all
from solstice.person import AtLeastAtMost, Episode, PersonFile, Trial, span_of

TREATMENTS = Library().treatments
PHASES = (Phase.explicit, Phase.generate)  # shrinking a whole history takes minutes; the seed is printed instead
AT = date(2026, 11, 22)
RANK = {False: 0, None: 1, True: 2}

MEDICINES = ["sertraline", "citalopram", "paroxetine", "paroxetine-cr", "venlafaxine", "bupropion", "nortriptyline"]
MEDICINES += ["imipramine", "phenelzine", "moclobemide", "hypericum", "zuranolone"]
AUGMENTATIONS = ["lithium", "aripiprazole", "amisulpride", "mirtazapine", "lamotrigine"]

doses = st.sampled_from([5.0, 20.0, 50.0, 75.0, 150.0, 300.0, 900.0])
weeks = st.sampled_from([0.0, 2.0, 3.9, 4.0, 5.0, 6.0, 12.0])
sessions = st.sampled_from([0.0, 4.0, 6.0, 7.0, 8.0, 20.0, 50.0])
strengths = st.sampled_from([80.0, 110.0, 120.0])
PROTOCOLS = ["accelerated-itbs", "itbs-left", "10hz-left"]
outcomes = st.sampled_from(["remission", "response", "partial_response", "no_response", "worse"])
adherences = st.sampled_from(["good", "partial", "poor"])
stops = st.sampled_from(["inefficacy", "side_effects", "other", "continuing"])
severities = st.sampled_from(["subsyndromal", "mild", "moderate", "severe"])
months = st.sampled_from([1.0, 12.0, 12.5, 24.0, 25.0, 60.0])


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


@st.composite
def medicines(draw: st.DrawFn) -> Trial:
    is_named = draw(st.integers(0, 5)) > 0
    return Trial(
        kind="medicine",
        agent=draw(st.sampled_from(MEDICINES)) if is_named else None,
        agent_class=None if is_named else draw(st.sampled_from(["TCA", "SSRI", None])),
        count=None if is_named else draw(st.sampled_from([None, 2.0, AtLeastAtMost(at_least=2)])),
        dose=draw(maybe(doses) | st.just(AtLeastAtMost(at_least=40, at_most=160))),
        weeks_at_dose=draw(maybe(weeks) | st.just(AtLeastAtMost(at_least=3, at_most=8))),
        adherence=draw(maybe(adherences | st.just("unknown"))),
        outcome=draw(maybe(outcomes)),
        stopped_for=draw(maybe(stops)),
        in_episode=draw(st.sampled_from([None, None, True, False, "unknown"])),
        added_to=draw(maybe(st.just("sertraline"))),
        serum_level=draw(st.sampled_from([None, None, None, 20.0, 100.0])),
    )


@st.composite
def augmentations(draw: st.DrawFn) -> Trial:
    return Trial(
        kind="augmentation",
        agent=draw(st.sampled_from(AUGMENTATIONS)),
        dose=draw(maybe(doses)),
        serum_level=draw(maybe(st.sampled_from([0.3, 0.7]))),
        weeks_at_dose=draw(maybe(weeks)),
        adherence=draw(maybe(adherences)),
        outcome=draw(maybe(outcomes)),
        stopped_for=draw(maybe(stops)),
        added_to=draw(maybe(st.just("sertraline"))),
    )


@st.composite
def courses(draw: st.DrawFn) -> Trial:
    return Trial(
        kind=draw(st.sampled_from(["ect", "ect", "tms", "tms", "ketamine", "esketamine", "psychotherapy"])),
        sessions=draw(maybe(sessions) | st.just(AtLeastAtMost(at_least=4, at_most=60))),
        percent_motor_threshold=draw(maybe(strengths)),
        protocol=draw(st.sampled_from([None, None, *PROTOCOLS])),
        pulses=draw(maybe(st.just(600.0))),
        home_practice=draw(maybe(st.sampled_from(["most", "little"]))),
        weeks_at_dose=draw(maybe(weeks)),
        laterality=draw(maybe(st.sampled_from(["bilateral", "unilateral", "unilateral_high_dose"]))),
        dose=draw(maybe(st.sampled_from([0.3, 0.5, 56.0]))),
        outcome=draw(maybe(outcomes)),
        stopped_for=draw(maybe(stops)),
        in_episode=draw(st.sampled_from([None, True, "unknown"])),
    )


episodes = st.builds(Episode, months=maybe(months), severity=maybe(severities), psychosis=maybe(st.booleans()))
histories = st.builds(
    lambda trials, episode: PersonFile(solstice="person/1", id="law", at=AT, trials=tuple(trials), episode=episode),
    st.lists(medicines() | medicines() | augmentations() | courses(), max_size=6),
    episodes,
)

FILLINGS: dict[str, st.SearchStrategy[Any]] = {
    "dose": doses,
    "weeks_at_dose": weeks,
    "outcome": outcomes,
    "stopped_for": stops,
    "adherence": adherences,
    "sessions": sessions,
    "percent_motor_threshold": strengths,
    "protocol": st.sampled_from(PROTOCOLS),
    "home_practice": st.sampled_from(["most", "some", "little"]),
    "laterality": st.sampled_from(["bilateral", "unilateral", "unilateral_high_dose"]),
}
PRESUMED = {"adherence"}


def settles_itself(trial: Trial, key: str) -> bool:
    """Whether filling `key` would turn a stated presumption round (these are held by the range without presumptions)."""
    return key in PRESUMED or (trial.stopped_for == "side_effects" and key in {"dose", "weeks_at_dose"})


def may_be_whole_accelerated(told: dict[str, Any]) -> bool:
    """A whole accelerated course has 50 sessions and no other protocol; everything else contradicts itself."""
    has_enough = told["sessions"] is None or span_of(told["sessions"]).high >= 50
    return has_enough and told["protocol"] in {None, "accelerated-itbs"}


def filled_trial(draw: st.DrawFn, trial: Trial, *, but_presumed: bool) -> Trial:
    update: dict[str, Any] = {}
    for key, values in FILLINGS.items():
        value = getattr(trial, key)
        if isinstance(value, AtLeastAtMost):
            update[key] = draw(st.sampled_from([value.at_least, value.at_most]))
        elif value in {None, "unknown"} and not (but_presumed and settles_itself(trial, key)) and draw(st.booleans()):
            update[key] = draw(values)
    told = {**trial.__dict__, **update}
    if trial.accelerated_course_complete is None and may_be_whole_accelerated(told) and draw(st.booleans()):
        update["accelerated_course_complete"] = True
    if update.get("stopped_for") == "inefficacy" and trial.outcome is None:
        update["outcome"] = draw(st.sampled_from(["no_response", "partial_response"]))  # it cannot have helped
    if trial.stopped_for == "inefficacy" and update.get("outcome") in {"remission", "response"}:
        del update["outcome"]
    if trial.in_episode == "unknown":
        update["in_episode"] = draw(st.booleans())
    return trial.model_copy(update=update)


def filled(draw: st.DrawFn, person: PersonFile, *, but_presumed: bool) -> PersonFile:
    """The same history with any missing facts told, each with any value."""
    trials = tuple(filled_trial(draw, trial, but_presumed=but_presumed) for trial in person.trials)
    episode = person.episode
    update = {
        "months": episode.months if episode.months is not None else draw(maybe(months)),
        "severity": episode.severity or draw(maybe(severities)),
        "psychosis": episode.psychosis if episode.psychosis is not None else draw(maybe(st.booleans())),
    }
    return person.model_copy(update={"trials": trials, "episode": episode.model_copy(update=update)})


def staged(person: PersonFile) -> dict[str, Staged]:
    return stage_all(cases_of(person, TREATMENTS), person, TREATMENTS.staging)


@settings(max_examples=120, deadline=None, phases=PHASES)
@given(st.data(), histories)
def test_a_range_holds_every_value_that_telling_more_can_give(data: st.DataObject, person: PersonFile) -> None:
    """Without any presumption: every filling of every missing fact, adherence too, stays inside and never widens."""
    fuller = data.draw(st.composite(lambda draw: filled(draw, person, but_presumed=False))())
    before, after = staged(person), staged(fuller)
    for name, stage in before.items():
        if stage.bare is None or after[name].bare is None or after[name].span is None:
            continue
        assert after[name].span.low in stage.bare, name
        assert after[name].span.high in stage.bare, name
        assert after[name].bare.low in stage.bare, name
        assert after[name].bare.high in stage.bare, name


@settings(max_examples=120, deadline=None, phases=PHASES)
@given(st.data(), histories)
def test_a_range_never_widens_under_its_presumptions(data: st.DataObject, person: PersonFile) -> None:
    """The shown range: any filling of a fact it makes no presumption about stays inside it."""
    fuller = data.draw(st.composite(lambda draw: filled(draw, person, but_presumed=True))())
    before, after = staged(person), staged(fuller)
    for name, stage in before.items():
        told = after[name].span
        if stage.span is None:
            assert told is None, f"{name}: telling more cannot bring back a stage that was ruled out"
        elif told is not None:
            assert told.low in stage.span, name
            assert told.high in stage.span, name


def defined(person: PersonFile) -> dict[str, Definition]:
    cases = cases_of(person, TREATMENTS)
    return definitions(cases, count(cases, bare=False), TREATMENTS.staging)


@settings(max_examples=150, deadline=None, phases=PHASES)
@given(st.data(), histories)
def test_a_definition_never_widens_and_its_answer_is_never_turned_round(
    data: st.DataObject, person: PersonFile
) -> None:
    fuller = data.draw(st.composite(lambda draw: filled(draw, person, but_presumed=True))())
    after = defined(fuller)
    for name, before in defined(person).items():
        told = after[name]
        assert before.span is not None
        assert told.span is not None
        assert told.span.low in before.span, name
        assert told.span.high in before.span, name
        assert before.answer in {None, "cannot_tell", told.answer}, name


def named(draw: st.DrawFn, trial: Trial) -> list[Trial]:
    """What an agent without a name can turn out to be: as many different medicines of its class as are meant."""
    if trial.kind != "medicine" or trial.agent is not None:
        return [trial]
    class_ids = [item.id for item in TREATMENTS.of_class(trial.agent_class)]
    least = 1 if trial.count is None else int(span_of(trial.count).low)
    most = max(least, min(least + 2, int(min(span_of(trial.count).high, 40)) if trial.count is not None else 1))
    names = draw(st.lists(st.sampled_from(class_ids), min_size=least, max_size=most, unique=True))
    nothing = {"agent_class": None, "count": None}
    return [trial.model_copy(update={"agent": name, **nothing}) for name in names]


@settings(max_examples=150, deadline=None, phases=PHASES)
@given(st.data(), histories)
def test_naming_the_unnamed_stays_inside_every_range(data: st.DataObject, person: PersonFile) -> None:
    """The stages, the other definitions and the regulatory answer hold whatever the forgotten names turn out to be."""
    trials = data.draw(st.composite(lambda draw: [one for told in person.trials for one in named(draw, told)])())
    fuller = person.model_copy(update={"trials": tuple(trials)})
    before, after = staged(person), staged(fuller)
    for name, stage in before.items():
        told = after[name].span
        if stage.span is not None and told is not None:
            assert stage.span.low <= told.low <= told.high <= stage.span.high, name
    for name, wide in defined(person).items():
        narrow = defined(fuller)[name]
        assert wide.span is not None
        assert narrow.span is not None
        assert wide.span.low <= narrow.span.low <= narrow.span.high <= wide.span.high, name
        assert wide.answer in {None, "cannot_tell", narrow.answer}, name


@settings(max_examples=60, deadline=None, phases=PHASES)
@given(histories)
def test_what_narrows_is_true_of_every_answer_that_was_tried(person: PersonFile) -> None:
    """Telling the fact a question asks for never leaves an answer wider than the worst case it names."""
    ledger = assess_with(person, TREATMENTS)
    gains = [question.gain for question in ledger.deciding_questions]
    assert gains == sorted(gains, reverse=True)
    assert len({question.id for question in ledger.deciding_questions}) == len(gains)
    for question in ledger.deciding_questions:
        assert question.plain
        assert question.field in question.path
        for item in question.narrows:
            assert item.mean_after < item.before
            assert item.worst_after <= item.before, (question.path, item)


@settings(max_examples=80, deadline=None, phases=PHASES)
@given(st.data(), histories)
def test_the_regulatory_answer_is_never_turned_round(data: st.DataObject, person: PersonFile) -> None:
    fuller = data.draw(st.composite(lambda draw: filled(draw, person, but_presumed=True))())
    answers = [
        regulatory(cases_of(one, TREATMENTS), TREATMENTS.staging, why_not_staged(one)).answer
        for one in (person, fuller)
    ]
    assert answers[0] in {"cannot_tell", answers[1]}


@settings(max_examples=80, deadline=None, phases=PHASES)
@given(medicines() | augmentations(), doses, weeks)
def test_adequacy_is_monotone_in_dose_and_weeks(trial: Trial, dose: float, week: float) -> None:
    def adequate(dose: float, week: float) -> int:
        told = trial.model_copy(update={"dose": dose, "weeks_at_dose": week})
        person = PersonFile(solstice="person/1", id="law", at=AT, trials=(told,))
        return RANK[cases_of(person, TREATMENTS)[0].weighed.verdict.adequate]

    assert adequate(dose, week) <= adequate(dose * 2, week)
    assert adequate(dose, week) <= adequate(dose, week + 3)


@settings(max_examples=80, deadline=None, phases=PHASES)
@given(histories, st.randoms(use_true_random=False))
def test_the_order_of_trials_does_not_matter(person: PersonFile, chance: random.Random) -> None:
    trials = list(person.trials)
    chance.shuffle(trials)
    shuffled = person.model_copy(update={"trials": tuple(trials)})
    before, after = staged(person), staged(shuffled)
    for name, stage in before.items():
        assert (stage.span, stage.bare, stage.parts) == (after[name].span, after[name].bare, after[name].parts), name


@settings(max_examples=80, deadline=None, phases=PHASES)
@given(histories, st.integers(1, 3))
def test_the_same_molecule_never_counts_twice(person: PersonFile, times: int) -> None:
    named = tuple(trial for trial in person.trials if trial.agent is not None or trial.kind != "medicine")
    once = person.model_copy(update={"trials": named})
    again = person.model_copy(update={"trials": named * (times + 1)})
    before, after = staged(once), staged(again)
    assert {name: stage.span for name, stage in before.items()} == {name: stage.span for name, stage in after.items()}


@settings(max_examples=80, deadline=None, phases=PHASES)
@given(st.data(), histories)
def test_what_was_checked_alone_is_never_narrower_than_what_was_told(data: st.DataObject, person: PersonFile) -> None:
    """And checking one more entry never widens it; where all is checked there is nothing beside."""
    marks = data.draw(st.lists(st.booleans(), min_size=len(person.trials), max_size=len(person.trials)))
    marked = [trial.model_copy(update={"checked": mark}) for trial, mark in zip(person.trials, marks, strict=True)]
    told = assess_with(person.model_copy(update={"trials": tuple(marked)}), TREATMENTS)
    checked = told.checked_only
    assert (checked is None) == all(marks)
    if checked is None:
        return
    one_more = [*marked]
    one_more[checked.unchecked[0]] = marked[checked.unchecked[0]].model_copy(update={"checked": True})
    after = assess_with(person.model_copy(update={"trials": tuple(one_more)}), TREATMENTS)
    for name, staged_ in told.staging.items():
        wide = checked.staging[name]
        if staged_.span is None or wide is None:
            assert wide is None
            continue
        assert wide.low <= staged_.span.low <= staged_.span.high <= wide.high
        if after.checked_only is not None:
            narrower = after.checked_only.staging[name]
            assert narrower is not None
            assert wide.low <= narrower.low <= narrower.high <= wide.high
    assert checked.regulatory in {told.regulatory.answer, "cannot_tell"}
