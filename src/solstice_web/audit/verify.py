"""Walk the whole trail and name every sign of tampering: edits, cuts, insertions, order, forks, clock."""

import hmac
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Literal

from django.db import transaction

from solstice_web.audit.anchor import Anchor, UnreadableAnchorError, read_anchors, read_head
from solstice_web.audit.keyring import secrets_by_fingerprint
from solstice_web.audit.models import Event
from solstice_web.audit.trail import GENESIS, seal

Kind = Literal["altered", "missing", "broken_link", "clock", "unknown_key", "truncated", "fork", "anchor"]
CLOCK_TOLERANCE = timedelta(seconds=2)
"""A time server may set a clock back by less than this without anyone tampering."""


@dataclass(frozen=True, slots=True)
class Finding:
    kind: Kind
    seq: int
    text: str


@dataclass(frozen=True, slots=True)
class Verdict:
    events: int
    anchors: int
    findings: tuple[Finding, ...]

    @property
    def is_whole(self) -> bool:
        return not self.findings


def verify(*, copies: Iterable[Path] = ()) -> Verdict:
    """Check the chain, then every anchor kept here and in `copies`, on one consistent view of the database."""
    with transaction.atomic():
        heads, findings = _anchors(copies)
        wanted = {anchor.seq for anchor in heads}
        seen: dict[int, str] = {0: GENESIS}
        last = 0
        for event, faults in _walk():
            findings.extend(faults)
            last = event.seq
            if event.seq in wanted:
                seen[event.seq] = event.hash
    findings.extend(_against_anchors(heads, seen, last))
    return Verdict(events=last, anchors=len(heads), findings=tuple(findings))


def _walk() -> Iterator[tuple[Event, list[Finding]]]:
    secrets = secrets_by_fingerprint()
    before: Event | None = None
    for event in Event.objects.order_by("seq").iterator(chunk_size=2000):
        yield event, [*_links(event, before), *_seal(event, secrets)]
        before = event


def _links(event: Event, before: Event | None) -> Iterator[Finding]:
    expected = before.seq + 1 if before else 1
    if event.seq != expected:
        yield Finding("missing", expected, f"events {expected} to {event.seq - 1} are missing")
    if event.prev_hash != (before.hash if before else GENESIS):
        yield Finding("broken_link", event.seq, f"event {event.seq} does not follow the one before it")
    if before and event.written_at < before.written_at - CLOCK_TOLERANCE:
        yield Finding("clock", event.seq, f"event {event.seq} was written before event {before.seq}")


def _seal(event: Event, secrets: dict[str, bytes]) -> Iterator[Finding]:
    secret = secrets.get(event.key)
    if secret is None:
        yield Finding("unknown_key", event.seq, f"event {event.seq} was sealed by a key that is not known here")
    elif not hmac.compare_digest(seal(event, secret), event.hash):
        yield Finding("altered", event.seq, f"event {event.seq} is not as it was written")


def _anchors(copies: Iterable[Path]) -> tuple[list[Anchor], list[Finding]]:
    heads: list[Anchor] = []
    findings: list[Finding] = []
    for path in (None, *copies):
        try:
            heads.extend(_after_restores(read_anchors(path)))
        except UnreadableAnchorError as fault:
            findings.append(Finding("anchor", 0, str(fault)))
    try:
        head = read_head()
    except UnreadableAnchorError as fault:
        findings.append(Finding("anchor", 0, str(fault)))
    else:
        heads.extend([head] if head else [])
    return heads, findings


def _after_restores(anchors: list[Anchor]) -> list[Anchor]:
    """Leave out heads that a recorded restore went back behind."""
    valid: list[Anchor] = []
    for anchor in anchors:
        if anchor.kind == "restore":
            valid = [earlier for earlier in valid if earlier.seq <= anchor.seq]
        valid.append(anchor)
    return valid


def _against_anchors(heads: list[Anchor], seen: dict[int, str], last: int) -> Iterator[Finding]:
    for anchor in heads:
        if anchor.seq > last:
            yield Finding("truncated", anchor.seq, f"the trail ends at {last}, but reached {anchor.seq} on {anchor.at}")
        elif anchor.seq in seen and seen[anchor.seq] != anchor.hash:
            yield Finding("fork", anchor.seq, f"event {anchor.seq} is another one than on {anchor.at}")
