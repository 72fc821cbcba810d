"""The shared cache of sign-in: a used code stays used in every process and past a restart."""

from typing import Any

from django.core.cache.backends.db import DatabaseCache

USED_CODE = "mfa.totp.used"
LONGER_THAN_ANY_CODE_SECONDS = 600


class OnceCache(DatabaseCache):
    """Django's database cache; the mark of a used code outlives the tolerance window of the code."""

    def add(self, key: Any, value: Any, timeout: Any = 300, version: int | None = None) -> bool:
        if USED_CODE in str(key):
            timeout = LONGER_THAN_ANY_CODE_SECONDS
        return super().add(key, value, timeout=timeout, version=version)
