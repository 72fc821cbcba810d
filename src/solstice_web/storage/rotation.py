"""Write every encrypted value anew under the first key, row by row, so that people can go on working."""

from collections.abc import Iterator

from allauth.mfa.models import Authenticator
from django.apps import apps
from django.db import connection, models, transaction

from solstice_web.audit.keyring import keep_keys
from solstice_web.storage.encrypted import EncryptedTextField
from solstice_web.storage.keys import field_cipher


def encrypted_fields() -> Iterator[tuple[type[models.Model], list[EncryptedTextField]]]:
    """Every model with encrypted fields, and those fields."""
    for model in apps.get_models(include_auto_created=True):
        found = [field for field in model._meta.concrete_fields if isinstance(field, EncryptedTextField)]  # noqa: SLF001 - Django's documented API
        if found:
            yield model, found


def rotate_all() -> int:
    """Number of rows written anew. The keys of the trail's older events are kept first."""
    keep_keys()
    rows = sum(_rotate_model(model, fields) for model, fields in encrypted_fields())
    return rows + _rotate_second_factors()


def _rotate_model(model: type[models.Model], fields: list[EncryptedTextField]) -> int:
    """Ciphertext to ciphertext: the plaintext, and whatever triggers watch a save, are not touched."""
    quote = connection.ops.quote_name
    table, key = quote(model._meta.db_table), quote(str(model._meta.pk.column))  # noqa: SLF001 - as above
    columns = ", ".join(quote(str(field.column)) for field in fields)
    changes = ", ".join(f"{quote(str(field.column))} = %s" for field in fields)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {key} FROM {table}")  # noqa: S608 - names come from our own models
        keys = [row[0] for row in cursor.fetchall()]
    for value in keys:
        with transaction.atomic(), connection.cursor() as cursor:
            lock = " FOR UPDATE" if connection.vendor == "postgresql" else ""
            cursor.execute(f"SELECT {columns} FROM {table} WHERE {key} = %s{lock}", [value])  # noqa: S608 - as above
            row = cursor.fetchone()
            if row is not None:
                fresh = [None if old is None else field_cipher().rotate(old.encode()).decode() for old in row]
                cursor.execute(f"UPDATE {table} SET {changes} WHERE {key} = %s", [*fresh, value])  # noqa: S608 - as above
    return len(keys)


def _rotate_second_factors() -> int:
    rows = 0
    for pk in Authenticator.objects.values_list("pk", flat=True):
        with transaction.atomic():
            factor = Authenticator.objects.select_for_update().get(pk=pk)
            for name in ("secret", "seed"):
                if name in factor.data:
                    factor.data[name] = field_cipher().rotate(factor.data[name].encode()).decode()
                    rows += 1
            factor.save(update_fields=["data"])
    return rows
