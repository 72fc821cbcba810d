"""Signed heads of the trail outside the database, so that cutting its end or rolling it back is found.

`audit-head` holds the newest committed head, overwritten in place; `audit-anchor.jsonl` keeps one line every so many
events, at each backup and at each restore. Copies of the latter kept elsewhere can be given to `solstice audit verify`.
"""

import fcntl
import hashlib
import hmac
import json
import logging
import os
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings

from solstice_web.storage.keys import derive

log = logging.getLogger("solstice.audit")
EVERY = 256
HEAD_BYTES = 512
"""One disk sector: a power cut leaves the old head or the new one."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """The trail had this head at this moment; `kind` is head, anchor, backup or restore."""

    seq: int
    hash: str
    at: str
    kind: str


class UnreadableAnchorError(ValueError):
    """An anchor that is damaged, or that nobody with a key of this installation wrote."""


def note_head(seq: int, hash_: str) -> None:
    """Write the newest head after a commit. A disk that refuses is logged, not raised: the event itself is kept."""
    anchor = Anchor(seq, hash_, datetime.now(UTC).isoformat(timespec="seconds"), "head")
    try:
        _overwrite_head(anchor)
        if seq % EVERY == 0:
            keep(Anchor(seq, hash_, anchor.at, "anchor"))
    except OSError as fault:
        log.error("anchor of event %d not written: %s", seq, fault.strerror)  # noqa: TRY400 - the trace says no more


def keep(anchor: Anchor) -> None:
    """Append an anchor for good."""
    settings.SOLSTICE_DATA.mkdir(parents=True, exist_ok=True)
    with anchors_path().open("a", encoding="ascii") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.write(_signed(anchor) + "\n")
        file.flush()
        os.fsync(file.fileno())


def reset_head(anchor: Anchor) -> None:
    """Set the head back, as a restore does; the restore itself must have been kept as an anchor."""
    head_path().unlink(missing_ok=True)
    _overwrite_head(anchor)


def read_head() -> Anchor | None:
    """The newest head. Raises UnreadableAnchorError."""
    try:
        line = head_path().read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return None
    return _checked(line.strip())


def read_anchors(path: Path | None = None) -> list[Anchor]:
    """Every kept anchor in order. Raises UnreadableAnchorError."""
    try:
        lines = (path or anchors_path()).read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return []
    return [_checked(line) for line in lines]


def head_path() -> Path:
    return Path(settings.SOLSTICE_DATA) / "audit-head"


def anchors_path() -> Path:
    return Path(settings.SOLSTICE_DATA) / "audit-anchor.jsonl"


def _overwrite_head(anchor: Anchor) -> None:
    settings.SOLSTICE_DATA.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(head_path(), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        if _seq_of(os.pread(descriptor, HEAD_BYTES, 0)) < anchor.seq:
            os.pwrite(descriptor, _signed(anchor).encode().ljust(HEAD_BYTES), 0)
    finally:
        os.close(descriptor)


def _seq_of(line: bytes) -> int:
    try:
        return int(json.loads(line)["seq"])
    except (ValueError, KeyError, TypeError):
        return 0


def _signed(anchor: Anchor) -> str:
    return json.dumps({**asdict(anchor), "sign": _signature(anchor, settings.SOLSTICE_KEYS[0])}, sort_keys=True)


def _signature(anchor: Anchor, key: str) -> str:
    text = json.dumps(asdict(anchor), sort_keys=True)
    return hmac.new(derive(key, "audit-anchor"), text.encode(), hashlib.sha256).hexdigest()


def _checked(line: str) -> Anchor:
    try:
        fields = json.loads(line)
        signature = fields.pop("sign")
        anchor = Anchor(**fields)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise UnreadableAnchorError("an anchor of the audit trail is damaged") from None
    from solstice_web.audit.keyring import known_keys  # noqa: PLC0415 - models are ready by then

    if not any(hmac.compare_digest(signature, _signature(anchor, key)) for key in known_keys()):
        raise UnreadableAnchorError(f"the anchor of event {anchor.seq} was not signed by a key of this installation")
    return anchor
