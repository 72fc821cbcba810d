"""Promise 4 and hazard H03: each risk answer is exactly one alert, by page and outbox, through kills and replays."""

import random
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from tests.drills.clinic import Clinic

WRITERS = 4
REPLAYS = 3
KEPT = """
from solstice_web.alerts.models import Alert
from solstice_web.measures.models import Response
from solstice_web.audit.verify import verify
from collections import Counter
found = Counter(str(pk) for pk in Alert.objects.values_list("response_id", flat=True))
asked = [str(r.pk) for r in Response.objects.all() if (r.items[8] or 0) >= 1]
print(json.dumps({"alerts": found, "risk": asked, "findings": [item.text for item in verify().findings]}))
"""


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[Clinic]:
    clinic = Clinic.open(tmp_path)
    clinic.start()
    yield clinic
    clinic.kill()


def answer(response: str, value: int) -> dict[str, Any]:
    now = datetime.now(UTC)
    return {
        "id": str(uuid4()), "kind": "answer", "recorded_at": now.isoformat(), "local_date": now.date().isoformat(),
        "time_zone": "UTC",
        "payload": {"response_id": response, "instrument": "phq-9", "item": 9, "value": value},
    }  # fmt: skip


def answer_until_told(clinic: Clinic, stop: threading.Event, acknowledged: list[str], chance: random.Random) -> None:
    """Like a phone in a bad network: the same answer again until it is acknowledged, and then some more."""
    while not stop.is_set():
        response, replays = str(uuid4()), 0
        message = answer(response, chance.choice((1, 2, 3)))
        while not stop.is_set() and replays < REPLAYS:
            try:
                reply = clinic.send("POST", "/outbox/", session=clinic.patient, body={"entries": [message]})
            except OSError:
                time.sleep(0.05)
                continue
            if reply.status == 200 and reply.json()["entries"][0]["state"] in {"saved", "duplicate"}:
                assert reply.json()["entries"][0]["help_now"] is True
                replays += 1
                if replays == 1:
                    acknowledged.append(response)
            else:
                time.sleep(0.05)


def drill(clinic: Clinic, *, kills: int, at_least: int) -> None:
    acknowledged: list[str] = []
    stop = threading.Event()
    writers = [
        threading.Thread(target=answer_until_told, args=(clinic, stop, acknowledged, random.Random(seed)))
        for seed in range(WRITERS)
    ]
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
    assert set(acknowledged) - set(kept["alerts"]) == set()
    assert set(kept["alerts"]) == set(kept["risk"])
    assert set(kept["alerts"].values()) == {1}
    assert kept["findings"] == []
    assert len(acknowledged) >= at_least


def test_kills_lose_and_double_no_alert(clinic: Clinic) -> None:
    drill(clinic, kills=2, at_least=30)


@pytest.mark.drill
def test_forty_kills_lose_and_double_no_alert(clinic: Clinic) -> None:
    drill(clinic, kills=40, at_least=1000)
