"""The demo clinic: seeded once from the content of this version, with the sign-ins it prints."""

from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec

import click

SEED = "solstice_web.demo.seed"


def seed_if_empty(*, first_start: bool) -> None:
    """Fill an empty demo clinic with invented people."""
    from solstice_web.people.models import Person  # noqa: PLC0415 - after start()

    if Person.objects.exists() or find_spec(SEED) is None:
        return
    if first_start:
        click.echo("Filling the clinic with invented people; this takes a moment, once.")
    import_module(SEED).seed()


def sign_in_lines() -> Iterator[str]:
    """One line a role: who, e-mail, password."""
    if find_spec(SEED) is None:
        return
    for role, email, password in import_module(SEED).SIGN_INS:
        yield f"{role:<16}{email:<32}{password}"
