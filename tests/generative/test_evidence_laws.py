"""Laws of pooling: order and scale do not matter, variances are never below 0, a trial may be written in any way."""

import math
from itertools import combinations

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from solstice.evidence.aggregate import aggregate
from solstice.evidence.blocks import blocks
from solstice.evidence.components import component_network
from solstice.evidence.effect_size import Effect, Events, NotUsable, Summary, combined, from_events, from_means
from solstice.evidence.heterogeneity import heterogeneity
from solstice.evidence.influence import leave_one_out, leave_one_study_out
from solstice.evidence.likelihood import Restricted
from solstice.evidence.multilevel import che, three_level
from solstice.evidence.network import Network, network
from solstice.evidence.pooling import MODELS, random_effects
from solstice.evidence.progress import collect
from solstice.evidence.small_studies import trim_and_fill
from solstice.evidence.trials import Arm, Contrast, from_arms, from_contrasts

effect = st.floats(-2, 3).map(lambda value: round(value, 3))
variance = st.floats(0.01, 0.5).map(lambda value: round(value, 3))
rows = st.lists(st.tuples(effect, variance, st.sampled_from("abcdefgh")), min_size=4, max_size=24)
models = st.sampled_from(sorted(MODELS))
TOLERANCE = 1e-6
law = settings(deadline=None)
"""No clock: the first call loads scipy."""


def close(one: float | None, other: float | None, tolerance: float = TOLERANCE) -> bool:
    if one is None or other is None:
        return one is other
    return math.isclose(one, other, rel_tol=tolerance, abs_tol=tolerance)


def parts(data: list[tuple[float, float, str]]) -> tuple[list[float], list[float], list[str]]:
    return [row[0] for row in data], [row[1] for row in data], [row[2] for row in data]


@law
@given(rows, models, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(data: list[tuple[float, float, str]], model: str, random) -> None:
    method, knha = MODELS[model]
    shuffled = [*data]
    random.shuffle(shuffled)
    one = random_effects(*parts(data)[:2], method=method, knha=knha)
    other = random_effects(*parts(shuffled)[:2], method=method, knha=knha)
    assert close(one.g, other.g)
    assert close(one.tau2, other.tau2)
    assert close(one.upper, other.upper)


@law
@given(rows, st.randoms(use_true_random=False), st.booleans())
def test_the_order_does_not_matter_to_nested_models(data, random, correlated: bool) -> None:
    assume(len({row[2] for row in data}) > 2)
    run = (lambda *part: che(*part, test="cr2")) if correlated else three_level
    shuffled = [*data]
    random.shuffle(shuffled)
    one, other = run(*parts(data)), run(*parts(shuffled))
    assert close(one.log_likelihood, other.log_likelihood)
    assert close(one.coefficients[0].estimate, other.coefficients[0].estimate, 1e-4)
    assert close(one.tau2, other.tau2, 1e-3)


@law
@given(rows, models, st.floats(0.2, 5), st.floats(-3, 3))
def test_a_change_of_scale_and_origin_changes_the_answer_alike(data, model: str, scale: float, shift: float) -> None:
    method, knha = MODELS[model]
    y, v, _ = parts(data)
    one = random_effects(y, v, method=method, knha=knha)
    other = random_effects(
        [scale * value + shift for value in y], [scale**2 * value for value in v], method=method, knha=knha
    )
    assert close(other.g, scale * one.g + shift, 1e-5)
    assert close(other.se, scale * one.se, 1e-4)
    assert one.tau2 is not None
    assert close(other.tau2, scale**2 * one.tau2, 1e-4)


@law
@given(rows, models)
def test_variances_and_shares_stay_in_their_range(data, model: str) -> None:
    method, knha = MODELS[model]
    y, v, studies = parts(data)
    found = random_effects(y, v, method=method, knha=knha)
    assert found.tau2 is not None
    assert found.i2 is not None
    assert found.tau2 >= 0
    assert 0 <= found.i2 <= 100
    assert found.lower <= found.g <= found.upper
    spread = heterogeneity(y, v, found)
    assert spread is not None
    assert 0 <= spread.tau2_lower <= spread.tau2_upper
    assert 0 <= spread.i2_from_q_lower <= spread.i2_from_q + 1e-9 <= spread.i2_from_q_upper + 1e-6
    assume(len(set(studies)) > 2)
    nested = three_level(y, v, studies)
    assert nested.s2_study >= 0
    assert nested.s2_effect >= 0
    assert min(y) - 1e-9 <= nested.coefficients[0].estimate <= max(y) + 1e-9


@law
@given(rows)
def test_one_row_a_study_is_the_plain_model(data) -> None:
    """With nothing nested, three-level REML is univariate REML, and aggregating changes nothing."""
    y, v, _ = parts(data)
    names = [f"study {number:02d}" for number in range(len(y))]
    plain, nested = random_effects(y, v, knha=False), three_level(y, v, names, test="z")
    assert not nested.is_separable
    assert nested.s2_effect == 0
    assert close(nested.coefficients[0].estimate, plain.g, 1e-3)
    together = aggregate(y, v, names)
    assert np.allclose(together.y, y)
    assert np.allclose(together.v, v)


@law
@given(rows, st.floats(0, 0.95))
def test_the_nested_optimum_is_not_beaten_by_its_neighbours(data, rho: float) -> None:
    """Checked against a grid of both variances, so that a false summit would show."""
    y, v, studies = parts(data)
    assume(len(set(studies)) > 2)
    assume(len(set(studies)) < len(studies))
    found = che(y, v, studies, rho=rho, test="z")
    shape = blocks(studies, np.array(v), rho=rho)
    likelihood = Restricted(shape, np.array(y)[shape.order], np.ones((len(y), 1)))
    grid = (0.0, 0.05, 0.4, 1.5)
    best = max(likelihood.at(between, within).value for between in grid for within in grid)
    assert found.log_likelihood >= best - 1e-6


@law
@given(rows)
def test_leaving_out_one_of_two_equal_rows_is_the_same(data) -> None:
    y, v, _ = parts([data[0], *data])
    found = collect(leave_one_out(y, v, [str(number) for number in range(len(y))]))
    assert close(found[0].g, found[1].g)
    assert len(found) == len(y)


@law
@given(rows)
def test_leaving_a_study_out_is_pooling_the_rest(data) -> None:
    y, v, studies = parts(data)
    assume(len(set(studies)) > 2)
    steps = list(leave_one_study_out(y, v, studies, lambda y, v, _: random_effects(y, v)))
    assert [step.done for step in steps] == list(range(1, len(set(studies)) + 1))
    gone = min(studies)
    rest = [row for row in data if row[2] != gone]
    assert close(steps[0].part.g, random_effects(*parts(rest)[:2]).g)


@law
@given(rows)
def test_mirrored_effects_are_trimmed_alike_on_the_other_side(data) -> None:
    y, v, _ = parts(data)
    assume(len(set(y)) == len(y))
    assume(len({abs(value) for value in y}) == len(y))
    one, other = trim_and_fill(y, v), trim_and_fill([-value for value in y], v)
    assume(one.side != other.side)
    assert one.filled == other.filled
    assert close(one.pooled.g, -other.pooled.g, 1e-4)


people = st.integers(5, 200)
figures = st.tuples(st.floats(5, 30), st.floats(2, 12), people)


@law
@given(figures, figures)
def test_effects_turn_with_their_arms(first, second) -> None:
    one, other = from_means(Summary(*first), Summary(*second)), from_means(Summary(*second), Summary(*first))
    assert isinstance(one, Effect)
    assert isinstance(other, Effect)
    assert close(one.g, -other.g)
    assert close(one.variance, other.variance)


@law
@given(people, people, st.data())
def test_more_wanted_events_are_never_worse(n1: int, n2: int, data: st.DataObject) -> None:
    events, others = data.draw(st.integers(0, n1 - 1)), data.draw(st.integers(0, n2))
    fewer = from_events(Events(events, n1), Events(others, n2))
    more = from_events(Events(events + 1, n1), Events(others, n2))
    assert not isinstance(fewer, NotUsable)
    assert not isinstance(more, NotUsable)
    assert more.g > fewer.g or min(events, others, n1 - events - 1, n2 - others) == 0


@law
@given(figures, figures, figures)
def test_arms_may_be_combined_in_any_order(a, b, c) -> None:
    one = combined((Summary(*a), Summary(*b), Summary(*c)))
    other = combined((combined((Summary(*c), Summary(*b))), Summary(*a)))
    assert close(one.mean, other.mean)
    assert close(one.sd, other.sd)


TREATMENTS = ("act", "bat", "cau", "cbt", "wl")
arm_lists = st.lists(
    st.lists(st.tuples(st.sampled_from(TREATMENTS), figures), min_size=2, max_size=4, unique_by=lambda arm: arm[0]),
    min_size=4,
    max_size=8,
)


def as_arms(studies) -> list[Arm]:
    return [
        Arm(f"s{number}", treatment, *figure) for number, study in enumerate(studies) for treatment, figure in study
    ]


def connected(studies) -> bool:
    """Every study holds usual care, so that the network hangs together and has more rows than treatments."""
    names = {treatment for study in studies for treatment, _ in study}
    return sum(len(study) - 1 for study in studies) > len(names) and "cau" in names


def with_usual_care(studies):
    return [
        study if any(name == "cau" for name, _ in study) else [("cau", study[0][1]), *study[1:]] for study in studies
    ]


def alike(one: Network, other: Network) -> bool:
    mine = {effect.treatment: effect for effect in one.effects}
    return set(mine) == {effect.treatment for effect in other.effects} and all(
        close(mine[effect.treatment].estimate, effect.estimate, 1e-4)
        and close(mine[effect.treatment].se, effect.se, 1e-4)
        and close(mine[effect.treatment].p_score, effect.p_score, 1e-3)
        for effect in other.effects
    )


@law
@given(arm_lists, st.randoms(use_true_random=False))
def test_a_multi_arm_trial_may_be_written_as_pairs_in_any_order(studies, random) -> None:
    studies = with_usual_care(studies)
    assume(connected(studies))
    trials = from_arms(as_arms(studies))
    pairs = []
    for trial in trials:
        for a, b in combinations(trial.treatments, 2):
            based = trial.against(b)
            place = based.treatments.index(a) - 1
            contrast = Contrast(trial.study, a, b, float(based.y[place]), float(based.v[place, place]))
            turned = Contrast(trial.study, b, a, -contrast.effect, contrast.variance)
            pairs.append(random.choice([contrast, turned]))
    random.shuffle(pairs)
    assert alike(network(trials, reference="cau"), network(from_contrasts(pairs), reference="cau"))


@law
@given(arm_lists)
def test_the_reference_changes_names_not_differences(studies) -> None:
    studies = with_usual_care(studies)
    assume(connected(studies))
    trials = from_arms(as_arms(studies))
    other_name = next(name for name in trials[0].treatments if name != "cau")
    one, other = network(trials, reference="cau"), network(trials, reference=other_name)
    pairs = {(pair.first, pair.second): pair for pair in other.pairs}
    assert all(close(pair.estimate, pairs[pair.first, pair.second].estimate, 1e-4) for pair in one.pairs)
    scores = {effect.treatment: effect.p_score for effect in other.effects}
    assert all(close(effect.p_score, scores[effect.treatment], 1e-3) for effect in one.effects)
    assert close(sum(effect.p_score or 0.0 for effect in one.effects), len(one.effects) / 2)


@law
@given(arm_lists)
def test_components_without_combinations_are_the_network(studies) -> None:
    studies = with_usual_care(studies)
    assume(connected(studies))
    trials = from_arms(as_arms(studies))
    whole, pieces = network(trials, reference="cau"), component_network(trials, inactive="cau")
    estimates = {effect.treatment: effect.estimate for effect in whole.effects if effect.treatment != "cau"}
    assert {effect.treatment for effect in pieces.effects} == set(estimates)
    assert all(close(effect.estimate, estimates[effect.treatment], 1e-4) for effect in pieces.effects)
