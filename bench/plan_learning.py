"""Who should get what, on simulated clinics with a known truth: Solstice beside econml, ridge, boosting and best arm.

`make bench-plan` runs all; it resumes where it was stopped, each result lies in .build/plan-bench. Without arguments a
quick look: three repetitions at n = 300 and 1000, and whatever peers lie in the cache. Seeds: clinic 20261100 + repetition, its outcomes 500 and its test people
900 above that. Options: --reps N, --sizes 300,1000, --peers (build their environment and run what is missing), --no-peers.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from _plan_cells import EVIDENCE, mean_and_error, ours
from _plan_peers import PEERS, cache_path

ROOT = Path(__file__).parents[1]
CACHE, VENV = ROOT / ".build/plan-bench", ROOT / ".build/peers-plan"
SIZES, CONTRASTS, SHAPES = (100, 300, 1000, 3000, 10000), (0.15, 0.30), ("linear", "bent")
REFERENCE = """Not run here: grf (its R package is neither in Debian nor reachable; CRAN is not reachable). For reference only, regret of
grf's multi-arm causal forest on ANOTHER simulation (shared/methods.md): n = 300 .185 (.278), 1000 .108 (.182), 3000 .082 (.179), 10000 .055 (.170)."""


def environment() -> Path:
    """The peers' own environment, made once from pinned requirements."""
    python = VENV / "bin/python"
    if not python.exists():
        uv = shutil.which("uv") or str(ROOT / ".tools/bin/uv")
        subprocess.run([uv, "venv", "-q", str(VENV), "--python", sys.executable], check=True)
        wanted = str(ROOT / "bench/requirements-plan.txt")
        subprocess.run([uv, "pip", "install", "-q", "--python", str(python), "-r", wanted], check=True)
    return python


def run_peers(sizes: tuple[int, ...], reps: int) -> None:
    env = os.environ | {"PYTHONPATH": str(ROOT / "src"), "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    python = environment()
    for rep in range(reps):
        cells = [f"{s}:{c}:{n}:{rep}" for n in sizes for c in CONTRASTS for s in SHAPES]
        subprocess.run([str(python), str(ROOT / "bench/_plan_peers.py"), str(CACHE), *cells], check=True, env=env)


def peer(name: str, shape: str, contrast: float, n: int, rep: int) -> dict[str, float] | None:
    path = cache_path(CACHE, shape, contrast, n, rep, name)
    found = json.loads(path.read_text(encoding="utf-8")) if path.exists() else None
    return None if found is None or "failed" in found else found


class Table:
    """Every score of one shape, contrast and size, over the repetitions."""

    def __init__(self, shape: str, contrast: float, n: int, reps: int) -> None:
        self.where = (shape, contrast, n)
        mine = [ours(CACHE, shape, contrast, n, rep) for rep in range(reps)]
        self.ours = {evidence: [one[evidence] for one in mine] for evidence in EVIDENCE[shape]}
        found = {name: {rep: peer(name, shape, contrast, n, rep) for rep in range(reps)} for name in PEERS}
        self.peers = {name: {rep: one for rep, one in runs.items() if one} for name, runs in found.items()}
        self.common = sorted(set.intersection(*(set(runs) for runs in self.peers.values())))

    def best_peer(self) -> str | None:
        """The peer with the least mean regret, on repetitions that all peers ran; chosen after the fact, in their favour."""
        if not self.common:
            return None
        return min(PEERS, key=lambda name: sum(self.peers[name][rep]["regret"] for rep in self.common))

    def mean(self, evidence: str, key: str, reps: list[int] | None = None) -> float:
        runs = self.ours[evidence]
        return mean_and_error([runs[rep][key] for rep in (range(len(runs)) if reps is None else reps)])[0]

    def ratio(self, evidence: str) -> float | None:
        best = self.best_peer()
        if best is None:
            return None
        return (
            self.mean(evidence, "regret", self.common)
            / mean_and_error([self.peers[best][r]["regret"] for r in self.common])[0]
        )

    def show(self) -> None:
        shape, contrast, n = self.where
        print(f"\n{shape} truth, contrast SD {contrast}, n = {n}")
        print(
            f"  {'method':28} {'reps':>4} {'regret':>7} {'(se)':>7} {'claim-real':>10} {'slope':>6} {'covered':>8} {'fit s':>8}"
        )
        for evidence, runs in self.ours.items():
            regret, error = mean_and_error([run["regret"] for run in runs])
            gap = self.mean(evidence, "claimed") - self.mean(evidence, "realised")
            line = f"{gap:+10.3f} {self.mean(evidence, 'slope'):6.2f} {self.mean(evidence, 'covered'):8.2f}"
            print(
                f"  {'Solstice, ' + evidence:28} {len(runs):4d} {regret:7.4f} {error:7.4f} {line} {self.mean(evidence, 'seconds'):8.3f}"
            )
        best = self.best_peer()
        for name, runs in self.peers.items():
            if runs:
                self._show_peer(name, list(runs.values()), is_best=name == best)
        if best is not None:
            for evidence, runs in self.ours.items():
                pairs = [runs[rep]["regret"] - self.peers[best][rep]["regret"] for rep in self.common]
                difference, error = mean_and_error(pairs)
                print(f"  Solstice, {evidence} minus {best}: {difference:+.4f} (se {error:.4f}, {len(pairs)} paired)")

    @staticmethod
    def _show_peer(name: str, runs: list[dict[str, float]], *, is_best: bool) -> None:
        regret, error = mean_and_error([run["regret"] for run in runs])
        gap = slope = ""
        if all(run["claimed"] is not None for run in runs):
            gap = f"{mean_and_error([run['claimed'] - run['realised'] for run in runs])[0]:+.3f}"
        slopes = [run["slope"] for run in runs if run["slope"] is not None]
        slope = f"{mean_and_error(slopes)[0]:.2f}" if slopes else ""
        seconds = mean_and_error([run["seconds"] for run in runs])[0]
        star = " *" if is_best else ""
        print(
            f"  {name + star:28} {len(runs):4d} {regret:7.4f} {error:7.4f} {gap:>10} {slope:>6} {'':8} {seconds:8.3f}"
        )


def bar(what: str, wanted: str, value: float | None, reached: bool | None) -> None:
    shown = "not run" if value is None else f"{value:.3f}"
    print(f"  {what:66} {wanted:>14} {shown:>9}   {'–' if value is None else 'reached' if reached else 'NOT REACHED'}")


def at_most(what: str, limit: float, value: float | None) -> None:
    bar(what, f"<= {limit}", value, value is not None and value <= limit)


def bars(tables: dict[tuple[str, float, int], Table]) -> None:
    print("\nBars (ratio of regrets to the best peer, on the repetitions every peer ran)")
    for (shape, contrast, n), table in tables.items():
        at = f"contrast {contrast}, n = {n}"
        if shape == "linear":
            if n in {300, 1000}:
                at_most(f"right evidence, {at}", {300: 0.5, 1000: 0.65}[n], table.ratio("strong"))
                at_most(
                    f"  the same, weak evidence, {at} (no bar of the issue)",
                    {300: 0.5, 1000: 0.65}[n],
                    table.ratio("weak"),
                )
            if n >= 300:
                at_most(f"no evidence, {at}", 1.0, table.ratio("absent"))
            for wrong in ("wrong", "unrelated"):
                if n >= 1000:
                    at_most(f"{wrong} evidence, {at}", 1.05, table.ratio(wrong))
                if n == 300:
                    at_most(
                        f"{wrong} evidence over none, {at}",
                        1.2,
                        table.mean(wrong, "regret") / table.mean("absent", "regret"),
                    )
        elif n >= 300:
            at_most(f"bent truth, no evidence, {at} (bar: grf, not run, n >= 3000)", 1.0, table.ratio("absent"))
    honesty(tables)


def honesty(tables: dict[tuple[str, float, int], Table]) -> None:
    print("\nHonesty and time")
    for (shape, contrast, n), table in tables.items():
        for evidence in ("absent", "strong"):
            at = f"{shape}, {evidence}, contrast {contrast}, n = {n}"
            gap = table.mean(evidence, "claimed") - table.mean(evidence, "realised")
            covered, slope = table.mean(evidence, "covered"), table.mean(evidence, "slope")
            if n >= 300:
                bar(f"claimed minus realised gain, {at}", "within 0.02", gap, abs(gap) <= 0.02)
            bar(f"80 % intervals hold, {at}", "0.75 to 0.88", covered, 0.75 <= covered <= 0.88)
            if evidence == "strong":
                bar(f"calibration slope, {at}", "0.8 to 1.2", slope, 0.8 <= slope <= 1.2)
        if n in {3000, 10000} and shape == "linear":
            at_most(
                f"seconds to fit (processor), with evidence, contrast {contrast}, n = {n}",
                0.1,
                table.mean("strong", "processor"),
            )
        forest = list(table.peers["CausalForestDML"].values())
        if n == 3000 and shape == "linear" and forest:
            timed = [run["processor"] for run in forest if "processor" in run]
            times = mean_and_error(timed)[0] / table.mean("strong", "processor") if timed else None
            what = f"times faster than CausalForestDML (processor), contrast {contrast}"
            bar(what, ">= 50", times, times is not None and times >= 50)


def main() -> None:
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reps", type=int, default=3)
    parser.add_argument("--sizes", default="300,1000", help=f"of {','.join(map(str, SIZES))}; without it a quick look")
    parser.add_argument("--peers", action=argparse.BooleanOptionalAction, default=False)
    asked = parser.parse_args()
    sizes = tuple(int(one) for one in asked.sizes.split(","))
    if asked.peers:
        run_peers(sizes, asked.reps)
    print(f"load {os.getloadavg()[0]:.1f}; Solstice and peers on one thread each; peers from {CACHE}")
    tables = {(s, c, n): Table(s, c, n, asked.reps) for s in SHAPES for c in CONTRASTS for n in sizes}
    for table in tables.values():
        table.show()
    bars(tables)
    print(f"\n{REFERENCE}")


if __name__ == "__main__":
    main()
