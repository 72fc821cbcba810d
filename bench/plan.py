"""Time `solstice plan`: cold as a command, and warm inside one process. Run: python bench/plan.py [PERSON]."""

import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PERSON = """solstice: person/1
id: bench
at: 2026-11-22
person: {birth_year: 1979, sex: female}
episode: {started: 2023-02, previous_episodes: 3, severity: moderate, psychosis: false}
facts: {bipolarity: false, suicide_risk: low, metal_in_head: false}
trials:
  - {kind: medicine, agent: sertraline, dose: 150, weeks_at_dose: 9, outcome: no_response, in_episode: true}
  - {kind: medicine, agent: venlafaxine, dose: 225, weeks_at_dose: 8, outcome: no_response, in_episode: true}
  - {kind: psychotherapy, agent: cbt, sessions: 12, outcome: partial_response}
answers:
  - {instrument: phq-9, on: 2026-11-20, items: [2, 3, 2, 3, 1, 3, 2, 0, 1]}
preferences: {likes: [activity], avoids: [group], hours_per_week: 3}
"""
COLD_RUNS, WARM_RUNS = 7, 50


def cold(person: Path) -> float:
    """Median seconds of the whole command."""
    command = shutil.which("solstice", path=str(Path(sys.executable).parent)) or "solstice"
    seconds = []
    for _ in range(COLD_RUNS):
        start = time.perf_counter()
        subprocess.run([command, "plan", str(person), "--json"], check=True, stdout=subprocess.DEVNULL)
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


def warm(person: Path) -> float:
    """Median seconds of one `recommend` with the library read."""
    from solstice.content import Library
    from solstice.person import read_person
    from solstice.plan import recommend

    read, library = read_person(person), Library()
    recommend(read, library)
    seconds = []
    for _ in range(WARM_RUNS):
        start = time.perf_counter()
        recommend(read, library)
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


def main() -> None:
    from solstice.content.library import BUNDLED
    from solstice.content.read import COMPILED_NAME

    with tempfile.TemporaryDirectory() as folder:
        person = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(folder) / "person.yaml"
        if len(sys.argv) == 1:
            person.write_text(PERSON, encoding="utf-8")
        compiled = "with" if (BUNDLED / COMPILED_NAME).is_file() else "without"
        print(f"solstice plan (content {compiled} its compiled copy)")
        print(f"  cold start, median of {COLD_RUNS}: {cold(person) * 1000:7.0f} ms   (bar 700)")
        print(f"  warm, median of {WARM_RUNS}:       {warm(person) * 1000:7.1f} ms   (bar 50)")


if __name__ == "__main__":
    main()
