"""The clinic's content, read once for each process."""

import os
from functools import cache

from django.conf import settings

from solstice.batteries import Battery, bind
from solstice.content.library import Library
from solstice.content.pack_store import library_with_packs, packs_folder

BATTERY = "standard"


@cache
def library() -> Library:
    """The content this process answers from, with the clinic's packs; its version is kept with each answer."""
    return library_with_packs(packs_folder({"SOLSTICE_DATA": str(settings.SOLSTICE_DATA), **os.environ}))


@cache
def battery() -> Battery:
    """What this clinic asks, bound to the instruments it has."""
    return bind(library().batteries[BATTERY], library().instruments)


def core() -> tuple[str, ...]:
    """The instruments of the weekly measure."""
    return battery().file.core.instruments
