"""Model fields that are ciphertext in the database: text and JSON under the keys of the environment.

The plaintext carries the name of its field, so that a ciphertext moved to another column is refused, not shown.
Null stays null: absence is not a secret and must stay findable.
"""

import json
from typing import TYPE_CHECKING, Any

from cryptography.fernet import InvalidToken
from django.db import models

from solstice_web.storage.keys import field_cipher

SEPARATOR = "\x00"

if TYPE_CHECKING:
    _TextField = models.TextField[Any, Any]  # parameters exist for the type checker only
else:
    _TextField = models.TextField


class UnreadableFieldError(ValueError):
    """A ciphertext that no configured key opens, or that belongs to another field. Carries no text."""


class EncryptedTextField(_TextField):
    """Text that is never in clear on disk; cannot be searched, ordered or indexed."""

    def __init__(self, *args: Any, binding: str | None = None, **kwargs: Any) -> None:
        """`binding` keeps the name a field had when its rows were written, for the case that it is renamed."""
        super().__init__(*args, **kwargs)
        self.binding = binding

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        if self.binding is not None:
            kwargs["binding"] = self.binding
        return name, path, args, kwargs

    def bound_to(self) -> str:
        return self.binding or f"{self.model._meta.label_lower}.{self.name}"  # noqa: SLF001 - Django's documented API

    def to_clear(self, value: Any) -> str:
        return str(value)

    def from_clear(self, text: str) -> Any:
        return text

    def get_prep_value(self, value: Any) -> Any:
        if value is None:
            return None
        clear = f"{self.bound_to()}{SEPARATOR}{self.to_clear(value)}"
        return field_cipher().encrypt(clear.encode()).decode()

    def from_db_value(self, value: str | None, *_: Any) -> Any:
        if value is None:
            return None
        return self.from_clear(open_ciphertext(value, self.bound_to()))

    def get_lookup(self, lookup_name: str) -> Any:
        """Only `isnull`: every encryption of a text differs, so that any other lookup would silently find nothing."""
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None


class EncryptedJSONField(EncryptedTextField):
    """A JSON value (lists, maps, numbers, text) that is never in clear on disk."""

    if TYPE_CHECKING:
        _pyi_private_set_type: Any  # read by django-stubs: any JSON value may be set and got
        _pyi_private_get_type: Any

    def to_clear(self, value: Any) -> str:
        return json.dumps(value, ensure_ascii=False, sort_keys=True)

    def from_clear(self, text: str) -> Any:
        return json.loads(text)

    def to_python(self, value: Any) -> Any:
        return value

    def value_to_string(self, obj: models.Model) -> str:
        return self.to_clear(self.value_from_object(obj))


def open_ciphertext(value: str, bound_to: str) -> str:
    """Decrypt what belongs to the field `bound_to`. Raises UnreadableFieldError."""
    try:
        clear = field_cipher().decrypt(value.encode()).decode()
    except InvalidToken:
        raise UnreadableFieldError(f"{bound_to}: no key of SOLSTICE_KEYS opens this value; add the old key") from None
    owner, _, text = clear.partition(SEPARATOR)
    if owner != bound_to:
        raise UnreadableFieldError(f"{bound_to}: this value was written for {owner}; the table was altered") from None
    return text
