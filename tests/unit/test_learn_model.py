"""What the learning model does with evidence, overlap and gaps, on clinics whose truth is known."""

import numpy as np
import pytest

from solstice.learn import Posterior, decide, gather, learn, rows_of
from solstice.learn.grid import MODERATOR, axes_of
from solstice.learn.overlap import sensitivity, warnings
from solstice.learn.posterior import evidence_of
from solstice.learn.prior import Prior
from solstice.learn.stored import posterior_json, read_posterior, write_whole
from solstice.learn.table import Outcomes, People

EFFECTS = {"a": 0.3, "b": 0.0, "c": -0.3}


def clinic(n: int, *, seed: int = 1, steer: float = 0.0) -> Outcomes:
    """Sicker people (low x) get treatment c the more, the larger `steer`; x also drives the outcome."""
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((n, 2))
    score = np.column_stack([steer * x[:, 0], np.zeros(n), -steer * x[:, 0]]) + rng.gumbel(size=(n, 3))
    names = [tuple(EFFECTS)[at] for at in score.argmax(axis=1)]
    y = 0.8 * x[:, 0] + np.array([EFFECTS[one] for one in names]) + rng.normal(0, 0.85, n)
    return Outcomes(tuple(names), y, ("sick", "other"), x)


def prior(sign: float) -> Prior:
    body = ", ".join(f'"{name}": {{"mean": {sign * mean}, "sd": 0.05}}' for name, mean in EFFECTS.items())
    return Prior.model_validate_json(f'{{"solstice": "prior/1", "treatments": {{{body}}}}}')


def means(posterior: Posterior) -> dict[str, float]:
    found = posterior.contrasts(np.zeros((1, 2)))
    return dict(zip(found.treatments, found.mean[0], strict=True))


def test_evidence_that_the_outcomes_contradict_loses_its_weight() -> None:
    right, wrong = (learn(gather(clinic(900)), prior(sign)) for sign in (1.0, -1.0))
    assert right.reading_weights()["given"] > 0.25
    assert wrong.reading_weights().get("given", 0.0) < 0.01
    assert means(wrong)["a"] == pytest.approx(0.3, abs=0.12)
    assert means(wrong)["c"] == pytest.approx(-0.3, abs=0.12)


def moderators(size: float) -> Prior:
    """Published moderators of this size, up and down, each with an SD of 0.02."""
    pairs = [(name, covariate) for name in EFFECTS for covariate in ("sick", "other")]
    rows = ", ".join(
        f'{{"treatment": "{name}", "covariate": "{covariate}", "mean": {size * (-1) ** at}, "sd": 0.02}}'
        for at, (name, covariate) in enumerate(pairs)
    )
    return Prior.model_validate_json(f'{{"solstice": "prior/1", "moderators": [{rows}]}}')


@pytest.mark.parametrize(("size", "low", "high"), [(0.01, 0.0, 0.05), (0.2, 0.2, 0.4)])
def test_published_figures_tell_how_large_moderators_are(size: float, low: float, high: float) -> None:
    posterior = learn(gather(clinic(12)), moderators(size))
    evidence = evidence_of(posterior.prior, posterior.statistics, posterior.treatments)
    axes = axes_of(evidence, posterior.frame.columns)
    assert low <= MODERATOR[int(axes["given"][1].argmax())] <= high
    for reading in ("none", "given", "learnt"):
        assert np.exp(axes[reading][1]).sum() == pytest.approx(1.0)
    assert not np.allclose(axes["given"][1], axes["none"][1])


def test_doubt_about_what_no_column_holds_goes_where_the_outcomes_are_straight() -> None:
    rng = np.random.default_rng(8)
    x = rng.standard_normal((6000, 2))
    arm = rng.integers(0, 2, 6000)
    names, noise = tuple(("a", "b")[one] for one in arm), rng.normal(0, 0.85, 6000)
    curved = {}
    for shape, bend in (("straight", 0.3 * x[:, 0]), ("bent", 0.3 * (x[:, 0] ** 2 - 1))):
        found = learn(gather(Outcomes(names, noise + bend * (2 * arm - 1), ("sick", "other"), x)))
        pairs = zip(found.weights, found.components, strict=True)
        curved[shape] = sum(weight for weight, one in pairs if one.setting.curve > 0)
    assert curved["straight"] < 0.5
    assert curved["bent"] > 0.95


def test_with_few_outcomes_the_evidence_leads_and_the_posterior_says_shadow() -> None:
    few = learn(gather(clinic(12)), prior(1.0))
    assert few.shadow
    assert means(few)["a"] > 0.1 > -0.1 > means(few)["c"]


def test_prognosis_is_not_taken_for_effect() -> None:
    outcomes = clinic(3000, steer=1.0)
    given = np.array(outcomes.treatment)
    naive = outcomes.outcome[given == "a"].mean() - outcomes.outcome[given == "c"].mean()
    adjusted = means(learn(gather(outcomes)))
    assert naive > 1.2
    assert adjusted["a"] - adjusted["c"] == pytest.approx(0.6, abs=0.15)


def test_overlap_weights_agree_where_people_overlap_and_a_warning_stands_where_they_do_not() -> None:
    mixed, parted = clinic(3000, steer=0.6), clinic(3000, steer=12.0)
    posterior = learn(gather(mixed))
    assert not warnings(posterior)
    assert not any(row.differs for row in sensitivity(posterior, mixed))
    assert {"no_overlap"} <= {one.code for one in warnings(learn(gather(parted)))}


def test_a_treatment_given_to_one_kind_of_people_only_is_named() -> None:
    rng = np.random.default_rng(4)
    flag = rng.integers(0, 2, 600).astype(float)
    names = tuple("ect" if one and rng.random() < 0.5 else ("a", "b")[rng.integers(2)] for one in flag)
    outcomes = Outcomes(names, rng.normal(0, 1, 600), ("psychosis",), flag[:, None])
    found = warnings(learn(gather(outcomes)))
    assert [one.code for one in found if one.text.startswith("ect:") and "psychosis" in one.text] == ["one_sided"]


def test_the_stored_posterior_says_the_same(tmp_path) -> None:
    outcomes = clinic(500)
    posterior = learn(gather(outcomes), prior(1.0))
    path = tmp_path / "posterior.json"
    write_whole(path, posterior_json(posterior, warned=warnings(posterior), sensitivity=None))
    again, x = read_posterior(path), outcomes.x[:20]
    np.testing.assert_allclose(again.contrasts(x).mean, posterior.contrasts(x).mean, atol=1e-10)
    np.testing.assert_allclose(again.contrasts(x).upper, posterior.contrasts(x).upper, atol=1e-9)


def test_what_is_about_equal_is_one_group_within_the_margin() -> None:
    posterior = learn(gather(clinic(3000)))
    x = rows_of([{"sick": 0.2, "other": None}], posterior.covariates)
    people = People(("anna",), posterior.covariates, x)
    (apart,), (together,) = (decide(posterior, people, margin=margin) for margin in (0.1, 2.0))
    assert [one.treatment for one in apart.ranked] == ["a", "b", "c"]
    assert [one.group for one in apart.ranked] == [1, 2, 3]
    assert apart.best_group == ("a",)
    assert apart.unknown == ("other",)
    assert [one.group for one in together.ranked] == [1, 2, 3]  # the intervals say they differ, whatever the margin
    against = decide(posterior, people, against="c")[0].ranked
    assert against[-1].treatment == "c"
    assert (against[-1].mean, against[-1].lower, against[-1].upper) == pytest.approx((0, 0, 0), abs=1e-9)
