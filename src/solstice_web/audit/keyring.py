"""Keys that have been retired by rotation, kept as ciphertext under the current ones, so that old events verify."""

from django.conf import settings
from django.db import transaction

from solstice_web.audit.models import RetiredKey
from solstice_web.storage.keys import derive, fingerprint


def known_keys() -> tuple[str, ...]:
    """Every key that ever sealed an event here: those of the environment, then the retired ones."""
    current = tuple(settings.SOLSTICE_KEYS)
    return current + tuple(key for key in RetiredKey.objects.values_list("secret", flat=True) if key not in current)


def secrets_by_fingerprint() -> dict[str, bytes]:
    """The sealing secret for each name that may stand in `Event.key`."""
    secrets = [derive(key, "audit") for key in known_keys()]
    return {fingerprint(secret): secret for secret in secrets}


@transaction.atomic
def keep_keys() -> None:
    """Store every key of the environment but the first, encrypted under the first, before it is taken away."""
    for key in settings.SOLSTICE_KEYS[1:]:
        name = fingerprint(derive(key, "audit"))
        RetiredKey.objects.get_or_create(name=name, defaults={"secret": key})
