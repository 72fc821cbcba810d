"""Time univariate REML on the real 900-row file beside metafor, PyMARE and statsmodels, where they are installed."""

import importlib.util
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

DATA = Path(__file__).parents[2] / "shared/data/metapsy-depression-psyctr/data.csv"
RUNS = 50
METAFOR = """
suppressMessages(library(metafor))
d <- read.csv2(commandArgs(TRUE)[1], check.names = FALSE)
y <- d[[".g"]]; v <- d[[".g_se"]]^2
fit <- rma.uni(y, v, method = "REML", test = "knha")
t <- replicate(5, sum(system.time(rma.uni(y, v, method = "REML", test = "knha"))[c("user.self", "sys.self")]))
cat(median(t), fit$b[1], fit$tau2, basename(extSoftVersion()[["BLAS"]]), as.character(packageVersion("metafor")))
"""


def median_seconds(run: Callable[[], object], runs: int = RUNS) -> float:
    run()
    seconds = []
    for _ in range(runs):
        start = time.process_time_ns()
        run()
        seconds.append((time.process_time_ns() - start) / 1e9)
    return statistics.median(seconds)


def show(name: str, seconds: float, ours: float, estimate: str) -> None:
    print(f"  {name:28} {seconds * 1000:9.3f} ms   {seconds / ours:7.1f} x ours   {estimate}")


def beside_metafor(ours: float) -> None:
    """Metafor on one thread, so that processor time is the time a quiet machine would take."""
    if shutil.which("Rscript") is None:
        print("  metafor: NOT COMPARED: R is not installed (apt-get install r-cran-metafor libopenblas0-pthread)")
        return
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    command = ["Rscript", "-e", METAFOR, str(DATA)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    if done.returncode:
        print("  metafor: NOT COMPARED: R has no package metafor (apt-get install r-cran-metafor)")
        return
    seconds, g, tau2, blas, version = done.stdout.split()
    shown = os.path.realpath("/usr/lib/x86_64-linux-gnu/libblas.so.3") if blas == "libblas.so.3" else blas
    about = f"g {float(g):.6f}, tau2 {float(tau2):.6f}; metafor {version}, {shown}, one thread"
    show("metafor rma.uni", float(seconds), ours, about)


def beside_python(y: list[float], v: list[float], ours: float) -> None:
    if importlib.util.find_spec("pymare") is None:
        print("  PyMARE: not compared, not installed")
    else:
        import numpy as np
        from pymare import Dataset
        from pymare.estimators import VarianceBasedLikelihoodEstimator

        data = Dataset(np.array(y), np.array(v))
        estimator = VarianceBasedLikelihoodEstimator(method="REML")
        seconds = median_seconds(lambda: estimator.fit_dataset(data), 11)
        show("PyMARE REML", seconds, ours, f"tau2 {float(np.ravel(estimator.params_['tau2'])[0]):.6f}")
    if importlib.util.find_spec("statsmodels") is None:
        print("  statsmodels: not compared, not installed (and it has no REML for this model)")
    else:
        from statsmodels.stats.meta_analysis import combine_effects

        seconds = median_seconds(lambda: combine_effects(y, v, method_re="iterated"), 11)
        show("statsmodels Paule-Mandel", seconds, ours, "another estimator: statsmodels has no REML here")


def main() -> None:
    if not DATA.is_file():
        sys.exit(f"{DATA} is not there: nothing to time")
    from solstice.evidence.pooling import random_effects
    from solstice.evidence.table import read_metapsy

    start = time.perf_counter()
    rows = read_metapsy(DATA).rows
    reading = time.perf_counter() - start
    y, v = [row.g for row in rows], [row.variance for row in rows]
    ours = median_seconds(lambda: random_effects(y, v))
    pooled = random_effects(y, v)
    print(f"Univariate REML with Knapp-Hartung, {pooled.k} rows (reading the file took {reading * 1000:.0f} ms)")
    print(f"  load {os.getloadavg()[0]:.1f}; times are processor time, so that other programs matter less")
    show("solstice", ours, ours, f"g {pooled.g:.6f}, tau2 {pooled.tau2:.6f}")
    beside_metafor(ours)
    beside_python(y, v, ours)


if __name__ == "__main__":
    main()
