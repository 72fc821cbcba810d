"""Promise 2: what was acknowledged is kept through a killed process: none lost, none doubled, the trail whole."""

import random
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from tests.drills.clinic import Clinic

WRITERS = 6
KEPT = """
from collections import Counter
from solstice_web.courses.models import Entry
from solstice_web.audit.verify import verify
found = [str(pk) for pk in Entry.objects.values_list("pk", flat=True)]
verdict = verify()
print(json.dumps({"entries": found, "findings": [item.text for item in verdict.findings], "events": verdict.events}))
"""


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[Clinic]:
    clinic = Clinic.open(tmp_path)
    clinic.start()
    yield clinic
    clinic.kill()


def entry(name: str) -> dict[str, object]:
    now = datetime.now(UTC)
    message = {
        "id": name, "kind": "entry", "recorded_at": now.isoformat(), "local_date": now.date().isoformat(), "time_zone": "UTC",
        "payload": {"kind": "mood", "answers": {"mood": 4}},
    }  # fmt: skip
    return {"entries": [message]}


def write_until_told(clinic: Clinic, stop: threading.Event, acknowledged: list[str]) -> None:
    """Like a phone: make an entry, send it until it is acknowledged, then make the next one."""
    while not stop.is_set():
        name = str(uuid4())
        while not stop.is_set():
            try:
                reply = clinic.send("POST", "/outbox/", session=clinic.patient, body=entry(name))
            except OSError:
                time.sleep(0.05)
                continue
            if reply.status == 200 and reply.json()["entries"][0]["state"] in {"saved", "duplicate"}:
                acknowledged.append(name)
                break
            time.sleep(0.05)


def drill(clinic: Clinic, *, kills: int, at_least: int) -> None:
    acknowledged: list[str] = []
    stop = threading.Event()
    writers = [threading.Thread(target=write_until_told, args=(clinic, stop, acknowledged)) for _ in range(WRITERS)]
    for writer in writers:
        writer.start()
    chance = random.Random(20261122)
    for number in range(1, kills + 1):
        while len(acknowledged) < at_least * number / kills:
            time.sleep(0.02)
        time.sleep(chance.random() * 0.3)
        clinic.kill()
        clinic.start()
    stop.set()
    for writer in writers:
        writer.join()
    kept = clinic.ask(KEPT)
    assert set(acknowledged) - set(kept["entries"]) == set()
    assert len(kept["entries"]) == len(set(kept["entries"])) <= len(acknowledged) + WRITERS
    assert kept["findings"] == []
    assert kept["events"] >= len(acknowledged) >= at_least


def test_three_kills_lose_and_double_nothing(clinic: Clinic) -> None:
    drill(clinic, kills=3, at_least=60)


@pytest.mark.drill
def test_a_hundred_kills_lose_and_double_nothing(clinic: Clinic) -> None:
    drill(clinic, kills=100, at_least=5000)
