"""Mail where no mail server is set: nothing is sent, and nothing is written down either."""

import logging
from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

log = logging.getLogger("solstice.mail")


class NoMailBackend(BaseEmailBackend):
    """Says in the log that a message had no way out; its address and text stay out of the log."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        log.warning("%d message(s) not sent: SOLSTICE_EMAIL_URL is not set", len(email_messages))
        return 0
