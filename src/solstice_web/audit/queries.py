"""Questions about the trail: its newest events, of everyone or about one id."""

from uuid import UUID

from django.db.models import Q

from solstice_web.audit.models import Event

PAGE = 50


def events_before(seq: int | None = None, *, about: UUID | None = None) -> tuple[Event, ...]:
    """A page of events, the newest first, older than `seq`; with `about` only those by or about that id."""
    found = Event.objects.order_by("-seq")
    if seq is not None:
        found = found.filter(seq__lt=seq)
    if about is not None:
        found = found.filter(Q(actor=about) | Q(person=about))
    return tuple(found[:PAGE])
