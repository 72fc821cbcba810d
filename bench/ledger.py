"""Time `solstice ledger` on many person files in one process: full and gappy histories, as JSON and as YAML.

Run: python bench/ledger.py [--files 10000]. "Full" tells every fact; in "usual" a fifth of the facts is missing, in
"gappy" half, so that most answers are ranges and the deciding questions have to be found by trying their answers. On a
busy machine the processor seconds say more than the wall clock.
"""

import argparse
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

BAR_FILES, BAR_SECONDS = 10_000, 10
AGENTS = ["sertraline", "citalopram", "paroxetine", "venlafaxine", "bupropion", "nortriptyline", "imipramine"]
AGENTS += ["phenelzine", "mirtazapine", "duloxetine", "escitalopram", "fluoxetine", "hypericum", "tianeptine"]
ADDED = ["lithium", "aripiprazole", "quetiapine", "mirtazapine", "lamotrigine"]
COURSES = ["ect", "tms", "ketamine", "esketamine", "psychotherapy"]
OUTCOMES = ["response", "partial_response", "no_response", "no_response", "worse"]
STOPS = ["inefficacy", "inefficacy", "side_effects", "other"]
MIXES = (("full", 0.0), ("usual", 0.2), ("gappy", 0.5))
BOUNDS = [{"at_least": 20, "at_most": 80}, {"at_least": 75}, {"at_most": 150}]


def history(number: int, *, gaps: float) -> dict[str, Any]:
    """One invented person file; `gaps` is the share of facts left out. The same number gives the same history."""
    chance = random.Random(f"{number}/{gaps}")
    trials = [_trial(chance, gaps) for _ in range(chance.randint(2, 8))]
    episode = {
        "started": chance.choice(["2021", "2023-02", "2024-06-01"]),
        "severity": chance.choice(["mild", "moderate", "severe"]),
        "psychosis": chance.random() < 0.1,
    }
    return {
        "solstice": "person/1",
        "id": f"bench-{number}",
        "at": "2026-11-22",
        "person": {"birth_year": chance.randint(1940, 2000), "sex": chance.choice(["female", "male"])},
        "episode": _kept(episode, chance, gaps),
        "facts": _kept({"bipolarity": False, "suicide_risk": "low", "unsafe_home": False}, chance, gaps),
        "trials": trials,
        "answers": [{"instrument": "phq-9", "on": "2026-11-20", "items": [chance.randint(0, 3) for _ in range(9)]}],
    }


def _trial(chance: random.Random, gaps: float) -> dict[str, Any]:
    match chance.random():
        case draw if draw < 0.65:
            facts = _medicine(chance, chance.choice(AGENTS), "medicine")
            if gaps and chance.random() < 0.1:
                facts = {**facts, "agent": None, "agent_class": chance.choice(["TCA", "SSRI", "MAOI"])}
        case draw if draw < 0.8:
            facts = _medicine(chance, chance.choice(ADDED), "augmentation") | {"added_to": "sertraline"}
        case _:
            facts = {
                "kind": chance.choice(COURSES),
                "sessions": chance.choice([4, 8, 12, 20]),
                "laterality": chance.choice(["bilateral", "unilateral"]),
                "outcome": chance.choice(OUTCOMES),
            }
    if gaps and "dose" in facts and chance.random() < 0.1:
        facts["dose"] = chance.choice(BOUNDS)
    return _kept(facts, chance, gaps, always=("kind", "agent", "agent_class", "added_to"))


def _medicine(chance: random.Random, agent: str, kind: str) -> dict[str, Any]:
    timing: dict[str, Any] = {"weeks_at_dose": chance.choice([2, 4, 6, 9])}
    if chance.random() < 0.4:
        timing = {"started": f"2024-{chance.randint(1, 6):02}", "ended": f"2024-{chance.randint(7, 12):02}-15"}
    return {
        "kind": kind,
        "agent": agent,
        "dose": chance.choice([20, 50, 100, 150, 225, 300]),
        **timing,
        "adherence": chance.choice(["good", "partial"]),
        "outcome": chance.choice(OUTCOMES),
        "stopped_for": chance.choice(STOPS),
        "in_episode": chance.random() < 0.85,
    }


def _kept(facts: dict[str, Any], chance: random.Random, gaps: float, always: tuple[str, ...] = ()) -> dict[str, Any]:
    kept = {key: value for key, value in facts.items() if key in always or chance.random() >= gaps}
    if kept.get("stopped_for") == "inefficacy" and kept.get("outcome") in {"response", "remission"}:
        del kept["stopped_for"]
    return {key: value for key, value in kept.items() if value is not None}


def write(folder: Path, count: int, *, gaps: float, suffix: str) -> list[Path]:
    """Write the histories as files of that kind; YAML in the block style a person would write."""
    paths = []
    for number in range(count):
        told = history(number, gaps=gaps)
        text = json.dumps(told) if suffix == "json" else "\n".join(_yaml(told)) + "\n"
        paths.append(folder / f"{number}.{suffix}")
        paths[-1].write_text(text, encoding="utf-8")
    return paths


def _yaml(told: dict[str, Any]) -> list[str]:
    lines: list[str] = []
    for key, value in told.items():
        if key == "trials":
            lines.append("trials:")
            for trial in value:
                rows = [f"    {name}: {json.dumps(fact)}" for name, fact in trial.items()]
                lines += ["  - " + rows[0].strip(), *rows[1:]]
        elif isinstance(value, dict):
            lines.append(f"{key}: {'{}' if not value else ''}".rstrip())
            lines += [f"  {name}: {json.dumps(fact)}" for name, fact in value.items()]
        else:
            lines.append(f"{key}: {json.dumps(value)}")
    return lines


def timed(folder: Path, count: int) -> tuple[float, float]:
    """Wall and processor seconds of the whole command on a folder: start, reading, judging, JSON lines out."""
    code = "from solstice_web.command import main; main()"
    command = [sys.executable, "-c", code, "ledger", "--json-lines", str(folder)]
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    seconds, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    lines = done.stdout.count(b"\n")
    if lines != count:
        sys.exit(f"{count} files gave {lines} answers")
    return seconds, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def naive(folder: Path) -> float:
    """Seconds for the least that can be done in Python: read each JSON file and count trials of 4 weeks or more."""
    start = time.perf_counter()
    for path in sorted(folder.iterdir()):
        trials = json.loads(path.read_bytes())["trials"]
        sum(isinstance(one.get("weeks_at_dose"), int) and one["weeks_at_dose"] >= 4 for one in trials)
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=BAR_FILES)
    count = parser.parse_args().files
    print(
        f"solstice ledger on {count} person files in one process (load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores)"
    )
    print(f"  bar: {BAR_FILES} files under {BAR_SECONDS} s, that is {BAR_FILES // BAR_SECONDS} files a second")
    for suffix in ("json", "yaml"):
        for name, gaps in MIXES:
            with tempfile.TemporaryDirectory() as told:
                folder = Path(told)
                write(folder, count, gaps=gaps, suffix=suffix)
                seconds, busy = timed(folder, count)
                least = naive(folder) if suffix == "json" else None
            word = "reached" if count / seconds >= BAR_FILES / BAR_SECONDS else "missed"
            peer = "" if least is None else f"   (json.load and one naive rule: {least:.1f} s)"
            print(
                f"  {name:7} {suffix}: {seconds:6.1f} s, {count / seconds:6.0f} files a second   {word};"
                f" processor {busy:.1f} s, {count / busy:.0f} files a second{peer}"
            )
    print("  No open peer scores treatment resistance; the naive rule judges nothing but weeks.")


if __name__ == "__main__":
    main()
