"""The peers of bench/plan_learning.py, run inside their own environment: one JSON line a (cell, peer) into the cache.

Called as: python bench/_plan_peers.py CACHE SHAPE:CONTRAST:N:REP … ; needs src on PYTHONPATH and numpy.
"""

import json
import sys
import time
import warnings
from pathlib import Path

import numpy as np

warnings.filterwarnings("ignore")

TEST_PEOPLE = 1000
FIRST_SEED = 20261100


def forest():
    from sklearn.ensemble import RandomForestRegressor

    return RandomForestRegressor(n_estimators=100, min_samples_leaf=10, max_features=0.5, n_jobs=1, random_state=1)


def logistic():
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=0.1, max_iter=500)


def onehot(t, many):
    return np.eye(many)[t]


def causal_forest(x, t, y, xt, many):
    from econml.dml import CausalForestDML

    model = CausalForestDML(
        model_y=forest(),
        model_t=logistic(),
        discrete_treatment=True,
        categories=list(range(many)),
        n_estimators=200,
        min_samples_leaf=10,
        cv=2,
        n_jobs=1,
        random_state=1,
        inference=False,
    )
    model.fit(y, t, X=x)
    return np.column_stack([np.zeros(len(xt)), model.const_marginal_effect(xt).reshape(len(xt), -1)])


def linear_dml(x, t, y, xt, many):
    from econml.dml import LinearDML

    model = LinearDML(
        model_y=forest(),
        model_t=logistic(),
        discrete_treatment=True,
        categories=list(range(many)),
        cv=2,
        random_state=1,
    )
    model.fit(y, t, X=x, inference=None)
    return np.column_stack([np.zeros(len(xt)), model.const_marginal_effect(xt).reshape(len(xt), -1)])


def dr_learner(x, t, y, xt, many):
    from econml.dr import DRLearner
    from sklearn.linear_model import LassoCV

    model = DRLearner(
        model_propensity=logistic(),
        model_regression=forest(),
        model_final=LassoCV(cv=3),
        categories=list(range(many)),
        cv=2,
        min_propensity=0.02,
        random_state=1,
    )
    model.fit(y, t, X=x)
    return np.column_stack([np.zeros(len(xt)), model.const_marginal_effect(xt).reshape(len(xt), -1)])


def dr_policy_forest(x, t, y, xt, many):
    from econml.policy import DRPolicyForest

    model = DRPolicyForest(
        model_propensity=logistic(),
        model_regression=forest(),
        categories=list(range(many)),
        n_estimators=200,
        min_samples_leaf=10,
        max_depth=6,
        cv=2,
        min_propensity=0.02,
        n_jobs=1,
        random_state=1,
    )
    model.fit(y, t, X=x)
    return model.predict_proba(xt)  # no effects: the share of trees for each arm, good for choosing only


def ridge_t(x, t, y, xt, many):
    from sklearn.linear_model import RidgeCV

    out = np.zeros((len(xt), many))
    for arm in range(many):
        mine = t == arm
        if mine.sum() > 2:
            out[:, arm] = RidgeCV(alphas=np.logspace(-1, 4, 12)).fit(x[mine], y[mine]).predict(xt)
        else:
            out[:, arm] = y.mean()
    return out


def ridge_s(x, t, y, xt, many):
    from sklearn.linear_model import RidgeCV

    def rows(x, t):
        arms = onehot(t, many)
        return np.column_stack([x, 2 * arms, (arms[:, :, None] * x[:, None, :]).reshape(len(x), -1)])

    model = RidgeCV(alphas=np.logspace(-1, 4, 12)).fit(rows(x, t), y)
    return np.column_stack([model.predict(rows(xt, np.full(len(xt), arm))) for arm in range(many)])


def boosting(x, t, y, xt, many):
    from sklearn.ensemble import HistGradientBoostingRegressor

    model = HistGradientBoostingRegressor(
        learning_rate=0.05,
        max_iter=300,
        early_stopping=True,
        validation_fraction=0.15,
        n_iter_no_change=15,
        min_samples_leaf=15,
        max_leaf_nodes=15,
        random_state=1,
    ).fit(np.column_stack([x, onehot(t, many)]), y)
    return np.column_stack(
        [model.predict(np.column_stack([xt, onehot(np.full(len(xt), arm), many)])) for arm in range(many)]
    )


def best_arm(x, t, y, xt, many):
    from sklearn.linear_model import RidgeCV

    model = RidgeCV(alphas=np.logspace(-1, 4, 12)).fit(np.column_stack([x, 2 * onehot(t, many)]), y)
    return np.tile(2 * model.coef_[-many:], (len(xt), 1))


PEERS = {
    "CausalForestDML": causal_forest,
    "LinearDML": linear_dml,
    "DRLearner": dr_learner,
    "DRPolicyForest": dr_policy_forest,
    "ridge T-learner": ridge_t,
    "ridge S-learner": ridge_s,
    "gradient boosting": boosting,
    "best arm, adjusted": best_arm,
}


def scores(estimate, benefit, seconds):
    """Regret, honesty and calibration of one set of estimates (people, arms); also used for Solstice itself."""
    people = np.arange(len(benefit))
    chosen, single = estimate.argmax(axis=1), int(estimate.mean(axis=0).argmax())
    truth, shown = benefit - benefit.mean(axis=1, keepdims=True), estimate - estimate.mean(axis=1, keepdims=True)
    spread = float((shown**2).sum())
    return {
        "regret": float((benefit.max(axis=1) - benefit[people, chosen]).mean()),
        "claimed": float((estimate[people, chosen] - estimate[:, single]).mean()),
        "realised": float((benefit[people, chosen] - benefit[:, single]).mean()),
        "slope": float((truth * shown).sum()) / spread if spread > 0 else None,
        "seconds": seconds,
    }


def cell(shape, contrast, n, rep, first_seed=FIRST_SEED):
    """The clinic, its outcomes and its test people; the same for every method."""
    from solstice.simulate.clinics import Clinic

    clinic = Clinic(first_seed + rep, contrast=contrast, shape=shape)
    return clinic, clinic.visits(first_seed + rep + 500, n), clinic.visits(first_seed + rep + 900, TEST_PEOPLE)


def cache_path(cache, shape, contrast, n, rep, name):
    return Path(cache) / f"{shape}-{contrast:.2f}-{n}-{rep}-{name.replace(' ', '_').replace(',', '')}.json"


def run(cache, name, shape, contrast, n, rep):
    """One peer on one cell, into the cache unless it lies there already."""
    path = cache_path(cache, shape, contrast, n, rep, name)
    if path.exists():
        return
    clinic, train, test = cell(shape, contrast, n, rep)
    x, xt = (train.x - clinic.offset) / clinic.spread, (test.x - clinic.offset) / clinic.spread
    start, processor = time.perf_counter(), time.process_time()
    try:
        estimate = PEERS[name](x, train.given, train.outcome, xt, train.benefit.shape[1])
        processor = time.process_time() - processor
        result = scores(estimate, test.benefit, time.perf_counter() - start) | {"processor": processor}
    except (ValueError, ArithmeticError, np.linalg.LinAlgError, AttributeError) as error:
        result = {"failed": f"{type(error).__name__}: {error}"[:200]}
    if name == "DRPolicyForest":
        result |= {"slope": None, "claimed": None}  # it gives a choice, no effects
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_text(json.dumps(result), encoding="utf-8")
    part.replace(path)


def main():
    cache, *cells = sys.argv[1:]
    for one in cells:
        shape, contrast, n, rep = one.split(":")
        for name in PEERS:
            run(cache, name, shape, float(contrast), int(n), int(rep))


if __name__ == "__main__":
    main()
