"""What must happen though nobody opens a page: once a minute, alerts nobody has seen in time are escalated."""

import logging
import threading

from django.db import DatabaseError, connection
from django.utils import timezone

from solstice_web.alerts.actions import escalate_due

SECONDS = 60.0
logger = logging.getLogger(__name__)


def make_round() -> int:
    """Do one round now; returns how many alerts were escalated. Safe to run twice at once: each is marked once."""
    return len(escalate_due(at=timezone.now()))


def keep_rounds(*, seconds: float = SECONDS, stop: threading.Event | None = None) -> threading.Thread:
    """Make a round every `seconds` in the background until `stop` is set or the process ends.

    A database that does not answer is tried again at the next round: the thread never ends by itself (hazard H02).
    """
    ended = stop or threading.Event()

    def go_on() -> None:
        while not ended.is_set():
            try:
                count = make_round()
                if count:
                    logger.warning("escalated alerts: %d", count)
            except DatabaseError as fault:
                logger.error("a round did not reach the database (%s); the next is tried", type(fault).__name__)  # noqa: TRY400 - a trace may carry data
            finally:
                connection.close()  # a minute is long: none is held meanwhile
            ended.wait(seconds)

    thread = threading.Thread(target=go_on, name="rounds", daemon=True)
    thread.start()
    return thread
