"""Every way of tampering with the trail is found; an untouched trail is whole."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from solstice_web.audit import anchor as anchors
from solstice_web.audit.keyring import keep_keys
from solstice_web.audit.models import Event
from solstice_web.audit.protection import protect, unprotect
from solstice_web.audit.trail import audit_secret, read_atomically, seal
from solstice_web.audit.verify import verify
from solstice_web.config.environment import DEMO_KEY, TEST_KEY

pytestmark = pytest.mark.django_db(transaction=True)
AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
REAL_KEY = "bm90LXRoZS1kZW1vLWtleS1hbmQtbm90LXRlc3QtMTI="


@pytest.fixture
def trail(settings: Any, tmp_path: Path) -> Iterator[list[Event]]:
    """Eight events, with the triggers taken away as by someone who owns the database."""
    settings.SOLSTICE_DATA = tmp_path
    events = [read_atomically(action="read", by=None, at=AT + timedelta(seconds=n), subject=f"e{n}") for n in range(8)]
    unprotect()
    yield events
    protect()


def kinds() -> set[str]:
    return {finding.kind for finding in verify().findings}


def test_an_untouched_trail_is_whole(trail: list[Event]) -> None:
    verdict = verify()
    assert verdict.is_whole
    assert (verdict.events, verdict.anchors) == (8, 1)


@pytest.mark.parametrize(
    "change", [{"action": "x"}, {"actor": "b" * 32}, {"detail": '{"n":1}'}, {"at": AT}, {"subject": ""}]
)
def test_an_edit_is_found(trail: list[Event], change: dict[str, Any]) -> None:
    Event.objects.filter(seq=4).update(**change)
    assert "altered" in kinds()


def test_a_deletion_is_found(trail: list[Event]) -> None:
    Event.objects.filter(seq=4).delete()
    assert {"missing", "broken_link"} <= kinds()


def test_an_insertion_is_found(trail: list[Event]) -> None:
    Event.objects.create(
        seq=9, at=AT, written_at=datetime.now(UTC), action="read", subject="", reason="", detail="{}",
        key=trail[0].key, prev_hash=trail[-1].hash, hash="f" * 64,
    )  # fmt: skip
    assert kinds() == {"altered"}


def test_a_changed_order_is_found(trail: list[Event]) -> None:
    for old, new in ((3, 100), (4, 3), (100, 4)):
        Event.objects.filter(seq=old).update(seq=new)
    assert {"altered", "broken_link"} <= kinds()


def test_a_cut_end_is_found_even_by_one_event(trail: list[Event]) -> None:
    Event.objects.filter(seq=8).delete()
    assert kinds() == {"truncated"}


def test_an_emptied_trail_is_found(trail: list[Event]) -> None:
    Event.objects.all().delete()
    assert kinds() == {"truncated"}


def test_a_fork_is_found_even_when_it_is_sealed_with_the_right_key(trail: list[Event]) -> None:
    anchors.keep(anchors.Anchor(8, trail[-1].hash, AT.isoformat(), "anchor"))
    Event.objects.filter(seq__gte=7).delete()
    for n in range(3):
        read_atomically(action="read", by=None, at=AT, subject=f"other{n}")
    assert kinds() == {"fork"}


def test_a_clock_going_back_is_found(trail: list[Event]) -> None:
    last = trail[-1]
    event = Event(
        seq=9, at=AT, written_at=last.written_at - timedelta(hours=1), action="read", subject="", reason="", detail="{}",
        key=last.key, prev_hash=last.hash,
    )  # fmt: skip
    event.hash = seal(event, audit_secret(settings.SOLSTICE_KEYS[0]))
    event.save(force_insert=True)
    assert kinds() == {"clock"}


@pytest.mark.parametrize("spoil", [lambda text: text.replace('"seq": 8', '"seq": 7'), lambda text: text[:40]])
def test_a_forged_anchor_is_found(trail: list[Event], spoil: Callable[[str], str]) -> None:
    anchors.head_path().write_text(spoil(anchors.head_path().read_text()))
    assert kinds() == {"anchor"}


def test_a_rotated_key_still_verifies_and_a_forgotten_one_is_named(trail: list[Event], settings: Any) -> None:
    settings.SOLSTICE_KEYS = (REAL_KEY, TEST_KEY)
    keep_keys()
    settings.SOLSTICE_KEYS = (REAL_KEY,)
    assert verify().is_whole
    settings.SOLSTICE_KEYS = (REAL_KEY, DEMO_KEY)
    from solstice_web.audit.models import RetiredKey

    RetiredKey.objects.all().delete()
    assert "unknown_key" in kinds()
