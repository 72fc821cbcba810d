"""The keys of this installation: field encryption (first key encrypts) and what is derived from it."""

import hashlib
from functools import cache

from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


@cache
def _fernet(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def field_cipher() -> MultiFernet:
    """The cipher of encrypted fields; rotates to the first key."""
    return _fernet(tuple(settings.SOLSTICE_KEYS))


@cache
def derive(key: str, purpose: str) -> bytes:
    """32 bytes for one purpose; knowing them tells nothing about the key or other purposes."""
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=f"solstice/{purpose}/1".encode()).derive(
        key.encode()
    )


def fingerprint(secret: bytes) -> str:
    """A short name for a derived key that may be stored beside what it signed."""
    return hashlib.sha256(b"solstice/fingerprint" + secret).hexdigest()[:12]
