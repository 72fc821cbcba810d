"""Addresses that templates ask for again and again are kept, and are always those Django would make; the collector rests."""

import gc
import uuid
from collections.abc import Iterator

import pytest
from django.urls import NoReverseMatch, get_script_prefix, reverse, set_script_prefix, set_urlconf

from solstice_web.config.jinja import page_url
from solstice_web.operations.start import settle

PERSON = uuid.uuid4()


@pytest.fixture
def as_before() -> Iterator[None]:
    prefix = get_script_prefix()
    yield
    set_script_prefix(prefix)
    set_urlconf(None)


@pytest.mark.usefixtures("as_before")
def test_a_kept_address_follows_the_place_the_clinic_is_served_from() -> None:
    for prefix in ("/", "/below/", "/"):
        set_script_prefix(prefix)
        for _ in range(2):
            assert page_url("workspace:person", PERSON) == reverse("workspace:person", args=[PERSON])
            assert page_url("workspace:person", PERSON).startswith(f"{prefix}clinic/people/")
            assert page_url("workspace:person", person_id=PERSON) == page_url("workspace:person", PERSON)


@pytest.mark.usefixtures("as_before")
def test_another_table_of_addresses_is_not_answered_from_the_first() -> None:
    assert page_url("workspace:caseload") == "/clinic/"
    set_urlconf("solstice_web.help.urls")
    with pytest.raises(NoReverseMatch):
        page_url("workspace:caseload")


def test_what_was_read_at_the_start_is_left_out_of_collections() -> None:
    gc.unfreeze()
    try:
        settle()
        assert gc.get_freeze_count() > 1000
    finally:
        gc.unfreeze()
