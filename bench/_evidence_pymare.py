"""Runs in PyMARE's own environment: effects on standard input, median seconds and tau² on standard output."""

import json
import statistics
import sys
import time

import numpy as np
from pymare import Dataset
from pymare.estimators import VarianceBasedLikelihoodEstimator

data = json.load(sys.stdin)
dataset = Dataset(np.array(data["y"]), np.array(data["v"]))
estimator = VarianceBasedLikelihoodEstimator(method="REML")
estimator.fit_dataset(dataset)
seconds = []
for _ in range(25):
    start = time.process_time_ns()
    estimator.fit_dataset(dataset)
    seconds.append((time.process_time_ns() - start) / 1e9)
print(json.dumps([statistics.median(seconds), float(np.ravel(estimator.params_["tau2"])[0])]))
