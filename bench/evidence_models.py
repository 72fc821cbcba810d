"""Time each model of evidence on the real 900-row file beside metafor, PyMARE and netmeta, in one run.

Processor time on one thread, medians over repeats, so that other programs on the machine matter less. R needs
`apt-get install --no-install-recommends r-cran-metafor r-cran-clubsandwich libopenblas0-pthread`; netmeta is not in Debian
and is compared only where R finds it. PyMARE gets an environment of its own under .build/ from evidence_peers.txt.
"""

import csv
import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"  # before numpy is loaded; the peers inherit it

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"
DATA = SHARED / "data/metapsy-depression-psyctr/data.csv"
REFERENCE = SHARED / "reference"
PEERS = Path(__file__).parent
ENVIRONMENT = ROOT / ".build" / "peers-evidence"
RUNS = 25
BARS = {"univariate REML": 300, "three-level REML": 20, "CHE": 20}
"""How many times faster than metafor the issue asks for; the network is to be 100 times as fast as netmeta."""


def median_seconds(run: Callable[[], object], runs: int = RUNS) -> float:
    run()
    seconds = []
    for _ in range(runs):
        start = time.process_time_ns()
        run()
        seconds.append((time.process_time_ns() - start) / 1e9)
    return statistics.median(seconds)


def ours() -> dict[str, tuple[float, float]]:
    """Seconds and estimate of each job, from plain arrays to the result with its intervals."""
    from solstice.evidence.aggregate import aggregate
    from solstice.evidence.moderators import Moderator, design
    from solstice.evidence.multilevel import che, fit, three_level
    from solstice.evidence.network import network
    from solstice.evidence.pooling import random_effects
    from solstice.evidence.table import read_metapsy
    from solstice.evidence.trials import Arm, from_arms

    table = read_metapsy(DATA)
    y, v = [row.g for row in table.rows], [row.variance for row in table.rows]
    studies = [row.study for row in table.rows]
    plan = design(table, [Moderator(name) for name in ("condition_arm1", "condition_arm2", "format", "rob", "year")])
    arms = [
        Arm(row["study"], row["t"], float(row["mean"]), float(row["sd"]), float(row["n"]))
        for row in csv.DictReader((REFERENCE / "nma_arms.csv").open(encoding="utf-8"))
    ]
    trials = from_arms(arms, hedges=False)

    def regression() -> float:
        return fit(y, v, studies, x=plan.x, terms=plan.terms, test="z").s2_study

    jobs: dict[str, Callable[[], float]] = {
        "univariate REML": lambda: random_effects(y, v).g,
        "aggregating studies": lambda: float(aggregate(y, v, studies).y.mean()),
        "three-level REML": lambda: three_level(y, v, studies).coefficients[0].estimate,
        "CHE": lambda: che(y, v, studies, test="z").coefficients[0].estimate,
        "CHE with CR2": lambda: che(y, v, studies).coefficients[0].estimate,
        "meta-regression": regression,
        "network REML": lambda: network(trials, reference="cau").tau2,
        "network from arms": lambda: (
            network(from_arms(arms, hedges=False), reference="cau", method="REML-netmeta").tau2
        ),
    }
    return {name: (median_seconds(job), job()) for name, job in jobs.items()}


def beside_r() -> dict[str, tuple[float, float]] | str:
    """The peers in R, or why there are none."""
    if shutil.which("Rscript") is None:
        return "R is not installed"
    command = ["Rscript", str(PEERS / "evidence_models.R"), str(DATA), str(REFERENCE / "nma_arms.csv")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        return f"R has no package metafor, or it failed: {done.stderr.strip().splitlines()[-1:]}"
    found = {}
    for line in done.stdout.splitlines():
        if line.startswith("#"):
            print(f"  {line[2:]}")
        else:
            name, seconds, estimate = line.split("\t")
            found[name] = (float(seconds), float(estimate))
    return found


def beside_pymare(y: list[float], v: list[float]) -> tuple[float, float] | str:
    """PyMARE's REML, in its own environment; median seconds and tau², or why not."""
    python = ENVIRONMENT / "bin" / "python"
    if (
        not python.is_file()
        or subprocess.run([python, "-c", "import pymare"], capture_output=True, check=False).returncode
    ):
        uv = shutil.which("uv") or str(ROOT / ".tools" / "bin" / "uv")
        steps = ([uv, "venv", "-q", "--clear", "--python", sys.executable, ENVIRONMENT],)
        steps += ([uv, "pip", "install", "-q", "--python", python, "-r", PEERS / "evidence_peers.txt"],)
        for step in steps:
            if not Path(uv).is_file() or subprocess.run(step, check=False, capture_output=True).returncode:
                return "PyMARE could not be installed"
    done = subprocess.run(
        [python, str(PEERS / "_evidence_pymare.py")],
        input=json.dumps({"y": y, "v": v}),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        return f"PyMARE failed: {done.stderr.strip().splitlines()[-1:]}"
    seconds, tau2 = json.loads(done.stdout)
    return seconds, tau2


def show(name: str, seconds: float, mine: float | None, about: str) -> None:
    ratio = "" if mine is None else f"{seconds / mine:8.1f} x ours"
    print(f"    {name:22} {seconds * 1000:10.3f} ms {ratio:16} {about}")


def main() -> None:
    if not DATA.is_file():
        sys.exit(f"{DATA} is not there: nothing to time")
    from solstice.evidence.table import read_metapsy

    rows = read_metapsy(DATA).rows
    print(f"{len(rows)} rows; load {os.getloadavg()[0]:.1f}; processor time on one thread, medians")
    theirs = beside_r()
    mine = ours()
    if isinstance(theirs, str):
        print(f"  metafor: NOT COMPARED: {theirs}")
        theirs = {}
    netmeta = list(csv.DictReader((REFERENCE / "time_netmeta_openblas.csv").open(encoding="utf-8")))
    for name, (seconds, estimate) in mine.items():
        print(f"  {name}")
        show("solstice", seconds, None, f"{estimate:.6f}")
        for peer in ("metafor", "metafor+clubSandwich", "netmeta"):
            if (found := theirs.get(f"{name}|{peer}")) is not None:
                bar = f"; bar {BARS[name]} x" if name in BARS else "; bar 100 x" if peer == "netmeta" else ""
                show(peer, found[0], seconds, f"{found[1]:.6f}{bar}")
        if name == "univariate REML":
            pymare = beside_pymare([row.g for row in rows], [row.variance for row in rows])
            if isinstance(pymare, str):
                print(f"    PyMARE: NOT COMPARED: {pymare}")
            else:
                show("PyMARE", pymare[0], seconds, f"tau2 {pymare[1]:.6f}; bar: no slower than PyMARE")
        if name.startswith("network") and f"{name}|netmeta" not in theirs:
            earlier = next(float(row["sec"]) for row in netmeta if row["job"] == "netmeta_REML")
            show("netmeta, NOT RUN HERE", earlier, seconds, "an earlier figure (time_netmeta_openblas.csv); bar 100 x")


if __name__ == "__main__":
    main()
