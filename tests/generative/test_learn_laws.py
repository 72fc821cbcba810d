"""Laws of learning from outcomes: exact parts, order says nothing, merging is pooling, doubt shrinks with data."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solstice.learn import Posterior, Statistics, gather, learn, pool
from solstice.learn.basis import choose_basis, lift
from solstice.learn.prior import Prior
from solstice.learn.sharing import small_cells
from solstice.learn.table import Outcomes

COVARIATES = ("age", "flag", "severity", "trauma")
ARMS = ("ba", "cbt", "ect", "tms")
PRIOR = Prior.model_validate_json(
    '{"solstice": "prior/1", "treatments": {"ba": {"mean": 0.3, "sd": 0.1}, "cbt": {"mean": 0.4, "sd": 0.1}},'
    ' "moderators": [{"treatment": "cbt", "covariate": "age", "mean": 0.1, "sd": 0.05}]}'
)
seeds = st.integers(0, 2**32 - 1)
LAW = settings(max_examples=4, deadline=None)


def clinic(seed: int, n: int, *, gaps: bool = False, arms: int = 4) -> Outcomes:
    rng = np.random.default_rng(seed)
    x = np.column_stack(
        [rng.normal(rng.uniform(20, 70), 11, n), rng.integers(0, 2, n), rng.normal(0, 1, n), rng.integers(0, 2, n)]
    )
    t = rng.integers(0, arms, n)
    slopes = rng.normal(0, 0.12, (arms, 4)) * np.array([1 / 11, 1, 1, 1])
    y = 0.4 * x[:, 2] + rng.normal(0, 0.1, arms)[t] + np.einsum("ij,ij->i", x, slopes[t]) + rng.normal(0, 0.85, n)
    if gaps:
        x[rng.random(n) < 0.15, 0] = np.nan
    return Outcomes(tuple(ARMS[one] for one in t), y, COVARIATES, x)


def rows(outcomes: Outcomes, which: np.ndarray) -> Outcomes:
    return Outcomes(tuple(np.array(outcomes.treatment)[which]), outcomes.outcome[which], COVARIATES, outcomes.x[which])


def people(seed: int) -> np.ndarray:
    return clinic(seed + 1, 6).x


def close(a: Posterior, b: Posterior, x: np.ndarray, tolerance: float = 1e-10) -> None:
    one, other = a.contrasts(x), b.contrasts(x)
    assert one.treatments == other.treatments
    np.testing.assert_allclose(one.mean, other.mean, atol=tolerance, rtol=0)
    np.testing.assert_allclose(one.lower, other.lower, atol=tolerance * 10, rtol=0)
    np.testing.assert_allclose(one.upper, other.upper, atol=tolerance * 10, rtol=0)


@LAW
@given(seed=seeds, n=st.integers(5, 400), prior=st.sampled_from([None, PRIOR]), gaps=st.booleans())
def test_the_parts_add_up_exactly(seed: int, n: int, prior: Prior | None, gaps: bool) -> None:
    posterior = learn(gather(clinic(seed, n, gaps=gaps)), prior)
    x = people(seed)
    for against in (None, posterior.treatments[0]):
        level, parts = posterior.contributions(x, against=against)
        total = posterior.contrasts(x, against=against).mean
        np.testing.assert_allclose(level + parts.sum(axis=2), total, atol=1e-12, rtol=0)
    assert parts.shape == (len(x), len(posterior.treatments), len(posterior.covariates))


@LAW
@given(seed=seeds, n=st.integers(20, 300), prior=st.sampled_from([None, PRIOR]))
def test_the_order_of_people_and_the_names_of_treatments_say_nothing(seed: int, n: int, prior: Prior | None) -> None:
    outcomes = clinic(seed, n, gaps=True)
    order = np.random.default_rng(seed).permutation(n)
    plain, x = learn(gather(outcomes), prior), people(seed)
    close(plain, learn(gather(rows(outcomes, order)), prior), x)
    if prior is None:
        renamed = dict(zip(ARMS, ("z", "c", "y", "a"), strict=True))
        other = Outcomes(tuple(renamed[one] for one in outcomes.treatment), outcomes.outcome, COVARIATES, outcomes.x)
        turned = learn(gather(other))
        places = [turned.treatments.index(renamed[one]) for one in plain.treatments]
        np.testing.assert_allclose(plain.contrasts(x).mean, turned.contrasts(x).mean[:, places], atol=1e-10, rtol=0)


@LAW
@given(seed=seeds, prior=st.sampled_from([None, PRIOR]), gaps=st.booleans())
def test_merging_is_pooling_in_any_order_and_grouping(seed: int, prior: Prior | None, gaps: bool) -> None:
    whole = clinic(seed, 240, gaps=gaps)
    cuts = np.split(np.arange(240), [40, 130])
    a, b, c = (gather(rows(whole, cut)) for cut in cuts)
    x, pooled = people(seed), learn(gather(whole), prior)
    for merged in ([a, b, c], [c, a, b], [pool([a, b]), c], [a, pool([c, b])]):
        close(pooled, learn(merged, prior), x)


@LAW
@given(seed=seeds)
def test_the_sums_move_to_any_centre_and_back(seed: int) -> None:
    outcomes = clinic(seed, 60, gaps=True)
    old = choose_basis(outcomes.x, COVARIATES, "curves", {"age": (40.0, 55.0)})
    rng = np.random.default_rng(seed)
    shifted = clinic(seed, 60).x * rng.uniform(0.5, 2) + rng.normal(0, 3)
    new = choose_basis(shifted, COVARIATES, "curves", {"age": (40.0, 55.0)})
    both = type(old)(
        new.covariates, new.centre, new.scale, tuple(sorted({*old.columns, *new.columns}, key=lambda c: c.key))
    )
    np.testing.assert_allclose(both.design(outcomes.x), old.design(outcomes.x) @ lift(old, both).T, atol=1e-8)


def test_more_outcomes_never_widen_the_doubt_on_average() -> None:
    widths = []
    for n in (60, 240, 960):
        found = [learn(gather(clinic(seed, n))).contrasts(people(7)) for seed in range(5)]
        widths.append(float(np.mean([one.upper - one.lower for one in found])))
    assert widths[0] > widths[1] > widths[2]


@LAW
@given(seed=seeds, n=st.integers(8, 200))
def test_an_unknown_value_adds_doubt_and_is_not_zero(seed: int, n: int) -> None:
    posterior = learn(gather(clinic(seed, n)))
    known = np.array([posterior.statistics.basis.centre])
    unknown = known.copy()
    unknown[0, 0] = np.nan
    full, gap = posterior.contrasts(known), posterior.contrasts(unknown)
    assert (gap.sd >= full.sd - 1e-12).all()
    assert (gap.sd > full.sd).any()


@LAW
@given(seed=seeds, few=st.integers(1, 9), where=st.sampled_from(["treatment", "flag", "not flag"]))
def test_small_cells_never_leave_and_every_refusal_has_a_reason(seed: int, few: int, where: str) -> None:
    outcomes = clinic(seed, 400, arms=2)
    treatment, x = list(outcomes.treatment), outcomes.x.copy()
    if where == "treatment":
        treatment[:few] = ["rare"] * few
    else:
        x[:, 1] = float(where == "not flag")
        x[:few, 1] = float(where == "flag")
        treatment[:few] = ["ba"] * few
    statistics: Statistics = gather(Outcomes(tuple(treatment), outcomes.outcome, COVARIATES, x))
    refusals = small_cells(statistics)
    assert any(f" {few} " in refusal.text for refusal in refusals)
    assert all(refusal.code and "fewer than" in refusal.text for refusal in refusals)


def test_the_chance_of_being_best_adds_up_and_follows_the_means() -> None:
    posterior = learn(gather(clinic(11, 800)))
    x = people(11)
    chance, mean = posterior.chance_among_best(x), posterior.contrasts(x).mean
    assert chance.sum(axis=1) == pytest.approx(np.ones(len(x)))
    assert (posterior.chance_among_best(x, margin=0.2) >= chance).all()
    assert (mean[np.arange(len(x)), chance.argmax(axis=1)] >= mean.max(axis=1) - 0.05).all()
