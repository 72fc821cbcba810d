"""Someone else saved first: both texts, so that the second person can choose and nothing is overwritten."""

from collections.abc import Mapping
from typing import Any


class StaleEditError(Exception):
    """The record changed since it was read. Show `current` beside `yours`, save again on `revision` (HTTP 409)."""

    def __init__(self, *, current: Mapping[str, Any], yours: Mapping[str, Any], revision: int) -> None:
        self.current, self.yours, self.revision = dict(current), dict(yours), revision
        super().__init__(f"the record is at revision {revision}")
