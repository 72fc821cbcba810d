"""Time `solstice plan` on four published cases: cold as a command, and warm inside one process.

Run: python bench/plan.py [PERSON...]. On a busy machine the processor milliseconds say more than the wall clock.
"""

import resource
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

CASES = Path(__file__).parents[1] / "tests" / "fixtures" / "cases"
NAMES = ("ect-casebook-ms-a", "eestiarst-2017-ketamine", "kosel-2003-mst", "mdedge-mr-d")
COLD_RUNS, WARM_RUNS = 5, 50
COLD_BAR, WARM_BAR = 700, 50
Clock = Callable[[], float]


def cold(person: Path) -> tuple[list[float], list[float]]:
    """Wall and processor milliseconds of the whole command, each run a new process."""
    command = shutil.which("solstice", path=str(Path(sys.executable).parent)) or "solstice"
    return _timed(
        lambda: subprocess.run([command, "plan", str(person), "--json"], check=True, stdout=subprocess.DEVNULL),
        COLD_RUNS,
        _of_children,
    )


def warm(person: Path) -> tuple[list[float], list[float]]:
    """Wall and processor milliseconds of one `recommend` with person and library read."""
    from solstice.content import Library
    from solstice.person import read_person
    from solstice.plan import recommend

    read, library = read_person(person), Library()
    recommend(read, library)
    return _timed(lambda: recommend(read, library), WARM_RUNS, time.process_time)


def _of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _timed(run: Callable[[], object], times: int, processor: Clock) -> tuple[list[float], list[float]]:
    wall, busy = [], []
    for _ in range(times):
        start = time.perf_counter(), processor()
        run()
        wall.append((time.perf_counter() - start[0]) * 1000)
        busy.append((processor() - start[1]) * 1000)
    return wall, busy


def _row(name: str, found: tuple[list[float], list[float]], bar: int) -> str:
    cells = "".join(f"{statistics.median(one):9.1f}{min(one):9.1f}" for one in found)
    reached = "reached" if statistics.median(found[1]) < bar else "NOT reached"
    return f"    {name:26}{cells}   bar {bar}: {reached}"


def main() -> None:
    from solstice.content.library import BUNDLED
    from solstice.content.read import COMPILED_NAME

    people = [Path(name) for name in sys.argv[1:]] or [CASES / f"{name}.yaml" for name in NAMES]
    compiled = "with" if (BUNDLED / COMPILED_NAME).is_file() else "without"
    print(f"solstice plan in milliseconds (content {compiled} its compiled copy; bars are for median processor time)")
    print(f"    {'':26}{'wall':>9}{'best':>9}{'cpu':>9}{'best':>9}")
    for title, time_it, runs, bar in (("warm", warm, WARM_RUNS, WARM_BAR), ("cold start", cold, COLD_RUNS, COLD_BAR)):
        print(f"  {title}, {runs} runs")
        for person in people:
            print(_row(person.stem, time_it(person), bar))


if __name__ == "__main__":
    main()
