"""What Solstice changes in allauth: no open sign-up, no answer that tells who has an account."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.http import HttpRequest

from solstice_web.storage.keys import field_cipher

PASSKEY_REFUSED = "This passkey was not accepted. It is not known here, or it was removed."


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc] # allauth ships no types
    """Accounts are made by the clinic and opened by a one-time link."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 - allauth's signature
        return False

    def add_message(self, request: HttpRequest, level: int, *_: Any, message: str | None = None, **__: Any) -> None:
        """Say nothing: pages say what happened themselves. Only a refused passkey is answered by another page."""
        if level == messages.ERROR and message:
            messages.error(request, PASSKEY_REFUSED)


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc] # allauth ships no types
    """Secrets of authenticator apps and recovery codes are ciphertext in the database."""

    def encrypt(self, text: str) -> str:
        return field_cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return field_cipher().decrypt(encrypted_text.encode()).decode()

    def generate_authenticator_name(self, user: Any, type: Any) -> str:  # noqa: A002 - allauth's signature
        return f"Passkey {Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1}"

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        from allauth.core import context  # noqa: PLC0415 - the request of now

        return {"id": context.request.get_host().partition(":")[0], "name": "Solstice"}
