"""The clinic's content, read once for each process."""

from functools import cache

from solstice.batteries import Battery, bind
from solstice.content.library import Library

BATTERY = "standard"


@cache
def library() -> Library:
    """The content this process answers from; its version is stored with each answer it gave."""
    return Library()


@cache
def battery() -> Battery:
    """What this clinic asks, bound to the instruments it has."""
    return bind(library().batteries[BATTERY], library().instruments)


def core() -> tuple[str, ...]:
    """The instruments of the weekly measure."""
    return battery().file.core.instruments
