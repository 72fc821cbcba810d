"""Promise 3: what was acknowledged is kept through a power cut: only what was synced to the disk comes back."""

import os
import shutil
import signal
import sys
import threading
import time
from pathlib import Path

import pytest
from tests.drills.clinic import Clinic
from tests.drills.test_kill import KEPT, write_until_told

SYNCED = """
from django.db import connection
with connection.cursor() as cursor:
    cursor.execute("PRAGMA journal_mode"); mode = cursor.fetchone()[0]
    cursor.execute("PRAGMA synchronous"); level = cursor.fetchone()[0]
print(json.dumps([mode, level]))
"""


def copy_of(clinic: Clinic, folder: Path) -> Clinic:
    """The clinic as its files stand at this instant, in a folder of its own; the server is stopped while copying."""
    assert clinic.process is not None
    clinic.process.send_signal(signal.SIGSTOP)
    try:
        shutil.copytree(clinic.data, folder)
    finally:
        clinic.process.send_signal(signal.SIGCONT)
    return Clinic(folder, 0, {**clinic.variables, "SOLSTICE_DATA": str(folder)})


def cuts(tmp_path: Path, *, count: int, at_least: int) -> None:
    """Cut the power `count` times: the write-ahead log ends with bytes that were never synced."""
    clinic = Clinic.open(tmp_path)
    assert clinic.ask(SYNCED) == ["wal", 2], "a write is acknowledged when it is on the disk (FULL)"
    clinic.start()
    acknowledged: list[str] = []
    stop = threading.Event()
    writers = [threading.Thread(target=write_until_told, args=(clinic, stop, acknowledged)) for _ in range(4)]
    for writer in writers:
        writer.start()
    try:
        for number in range(1, count + 1):
            while len(acknowledged) < at_least * number / count:
                time.sleep(0.01)
            before = list(acknowledged)
            cut = copy_of(clinic, tmp_path / f"cut{number}")
            log = cut.data / "solstice.sqlite3-wal"
            (cut.data / "solstice.sqlite3-shm").unlink(missing_ok=True)  # memory, gone with the power
            with log.open("ab") as file:  # a page that was on its way
                file.write(os.urandom(3000))
            kept = cut.ask(KEPT)
            assert set(before) - set(kept["entries"]) == set()
            assert len(kept["entries"]) == len(set(kept["entries"]))
            assert kept["findings"] == []
    finally:
        stop.set()
        for writer in writers:
            writer.join()
        clinic.kill()


pytestmark = pytest.mark.skipif(
    "DATABASE_URL" in os.environ or not sys.platform.startswith("linux"), reason="copies the files of SQLite"
)


def test_two_cuts_lose_nothing(tmp_path: Path) -> None:
    cuts(tmp_path, count=2, at_least=40)


@pytest.mark.drill
def test_ten_cuts_lose_nothing(tmp_path: Path) -> None:
    cuts(tmp_path, count=10, at_least=1000)
