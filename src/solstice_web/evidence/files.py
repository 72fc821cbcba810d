"""Where a loaded table lies for the time of a session, how it is read, and what was worked out from it so far."""

import json
import os
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

from solstice.evidence.table import Comparisons, read_metapsy
from solstice.kernel.fault import ContentError, Fault

MOST_ROWS = 3000
MOST_OF_A_STUDY = 100
"""A study with more rows would make its covariance slow to turn."""
KEPT_HOURS = 12
TOKEN = re.compile(r"[0-9a-f]{32}")


def folder() -> Path:
    return Path(settings.SOLSTICE_DATA) / "evidence"


def path_of(token: str) -> Path:
    """Raises ValueError for what is no token: it would name another file."""
    if not TOKEN.fullmatch(token):
        raise ValueError("not a token of a table")
    return folder() / f"{token}.csv"


def read_table(path: Path, name: str) -> Comparisons:
    """Read the file at `path`; faults name it `name`. Raises ContentError, also for a table too large for a page."""
    try:
        table = read_metapsy(path)
    except ContentError as error:
        raise ContentError(replace(fault, path=name) for fault in error.faults) from None
    except UnicodeError:
        raise ContentError([Fault(name, 1, "the text cannot be read", "save it as UTF-8 text")]) from None
    if len(table.rows) > MOST_ROWS:
        what = f"{len(table.rows)} rows carry an effect"
        raise ContentError([Fault(name, 1, what, f"this page takes {MOST_ROWS}; use: solstice evidence FILE")])
    counts: dict[str, int] = {}
    for row in table.rows:
        counts[row.study] = counts.get(row.study, 0) + 1
        if counts[row.study] > MOST_OF_A_STUDY:
            right = f"a study has at most {MOST_OF_A_STUDY} here; is the column 'study' right?"
            raise ContentError([Fault(name, row.line, f"the study '{row.study[:60]}' has more rows", right)])
    return table


@lru_cache(maxsize=4)
def _table(token: str, name: str) -> Comparisons:
    return read_table(path_of(token), name)


def kept_table(token: str, name: str) -> Comparisons | None:
    """The table of a session; None where its time is over."""
    if not TOKEN.fullmatch(token) or not path_of(token).is_file():
        return None
    return _table(token, name)


def so_far(token: str, question: str) -> list[list[Any]]:
    """What `keep_so_far` kept for this question; empty at first."""
    path = _part(token, question)
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else []


def keep_so_far(token: str, question: str, found: Sequence[Sequence[Any]]) -> None:
    """Replace what is kept, whole or not at all."""
    path = _part(token, question)
    part = path.with_suffix(f".{os.getpid()}.part")
    part.write_text(json.dumps(found), encoding="utf-8")
    part.replace(path)


def remove(token: str) -> None:
    for path in folder().glob(f"{path_of(token).stem}*"):
        path.unlink(missing_ok=True)


def remove_old(at: datetime) -> None:
    """Take away what was loaded more than KEPT_HOURS ago."""
    for path in folder().glob("*"):
        try:
            if at.timestamp() - path.stat().st_mtime > KEPT_HOURS * 3600:
                path.unlink()
        except FileNotFoundError:
            continue


def _part(token: str, question: str) -> Path:
    return path_of(token).with_name(f"{token}-{question}.json")
