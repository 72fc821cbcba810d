"""Time the restore of a clinic into an empty folder, beside the bar of promise 10: ten minutes for 10,000 people.

Run: python bench/restore.py [--people 10000] [--short]; fewer people have their share of the bar. Invented people with a year of rows each (bench/_whole_clinic.py);
then the three commands a clinic would type: `solstice backup`, `solstice restore` in another, empty folder, and
`solstice audit verify` there. Every table must hold the same number of rows, and the trail must be whole.
"""

import argparse
import json
import os
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
BAR_SECONDS, BAR_PEOPLE = 600.0, 10_000
QUIET = 3.0
NOT_THE_CLINICS = ("django_", "auth_", "axes_", "sqlite_", "accounts_cacheentry", "operations_restore", "audit_event")
"""Tables a backup leaves out, and those a restore itself writes to."""


@dataclass(frozen=True)
class Took:
    seconds: float
    processor: float
    out: str


def run(data: Path, *command: str) -> Took:
    """One command on a data folder of its own: its seconds, and those of the processor."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("SOLSTICE_")}
    environment |= {"SOLSTICE_MODE": "demo", "SOLSTICE_DATA": str(data)}
    before, begin = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run([sys.executable, *command], env=environment, stdout=subprocess.PIPE, text=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        sys.exit(f"{' '.join(command)} ended with status {done.returncode}: {done.stdout.strip()}")
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Took(time.perf_counter() - begin, processor, done.stdout.strip())


def rows_of(data: Path) -> dict[str, int]:
    """How many rows each table of the clinic holds."""
    with sqlite3.connect(data / "solstice.sqlite3") as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        kept = [name for name in names if not name.startswith(NOT_THE_CLINICS)]
        return {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in kept}


def measure(people: int, folder: Path) -> bool:
    """Print one line a step; whether the restore is whole and within the bar."""
    first, second, file = folder / "first", folder / "second", folder / "clinic.solstice"
    made = run(first, str(HERE / "_whole_clinic.py"), str(first), str(people))
    rows = rows_of(first)
    events = json.loads(made.out.splitlines()[-1])["events"]
    print(
        f"{people} people, {sum(rows.values()) + events} rows, {events} of them events (made in {made.seconds:.0f} s)"
    )
    solstice = ("-m", "solstice_web")
    kept = run(first, *solstice, "backup", str(file))
    print(
        f"  backup   {kept.seconds:7.1f} s ({kept.processor:.1f} s of the processor), {file.stat().st_size / 1e6:.0f} MB"
    )
    load = os.getloadavg()[0]
    back = run(second, *solstice, "restore", str(file))
    bar = BAR_SECONDS * people / BAR_PEOPLE
    reached = back.seconds <= bar
    print(
        f"  restore  {back.seconds:7.1f} s ({back.processor:.1f} s of the processor), "
        f"bar {bar:.0f} s: {'reached' if reached else 'missed'}; load {load:.1f}"
    )
    trail = run(second, *solstice, "audit", "verify", "--json")
    verdict = json.loads(trail.out)
    print(
        f"  verified {trail.seconds:7.1f} s: {verdict['events']} events, the trail is {'whole' if verdict['whole'] else 'NOT whole'}"
    )
    differing = {name for name, count in rows_of(second).items() if count != rows[name]}
    print(f"  {len(rows)} tables: {f'rows differ in {sorted(differing)}' if differing else 'the same rows in each'}")
    return reached and verdict["whole"] and verdict["events"] > events and not differing


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--people", type=int, default=1_000, help="10000 takes about half an hour, most of it to make them"
    )
    parser.add_argument("--short", action="store_true", help="300 people")
    asked = parser.parse_args()
    if os.getloadavg()[0] > QUIET:
        print(f"load {os.getloadavg()[0]:.1f}: other programs are running, the times below are too long")
    with tempfile.TemporaryDirectory() as folder:
        is_good = measure(300 if asked.short else asked.people, Path(folder))
    sys.exit(0 if is_good else 1)


if __name__ == "__main__":
    main()
