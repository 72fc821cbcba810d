"""Refuse passwords that are long but easily guessed: runs, repeats, keyboard rows, the name of the place."""

import re
from typing import Any

from django.core.exceptions import ValidationError

ROWS = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890123456789",
    "qwertyuiopasdfghjklzxcvbnm",
    "qwertzuiopasdfghjklyxcvbnm",
    "azertyuiopqsdfghjklmwxcvbn",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik",
    "1q2w3e4r5t6y7u8i9o0p",
    "!@#$%^&*()",
)
COMMON_PARTS = (
    "password", "passw0rd", "passwort", "p@ssword", "p@ssw0rd", "contrasena", "motdepasse", "wachtwoord", "letmein",
    "welcome", "willkommen", "bienvenue", "iloveyou", "trustno1", "superman", "batman", "football", "baseball",
    "liverpool", "arsenal", "chelsea", "sunshine", "princess", "dragon", "monkey", "shadow", "master", "michael",
    "charlie", "jordan", "hunter", "summer", "autumn", "winter", "spring", "january", "february", "december",
    "solstice", "hospital", "clinic", "patient", "doctor", "nurse", "admin", "administrator", "changeme", "default",
    "secret", "temporary", "computer", "internet", "samsung", "google", "facebook", "starwars", "pokemon", "whatever",
    "correcthorsebatterystaple", "correct", "horse", "battery", "staple", "qwerty", "qwertz", "azerty", "asdf", "zxcv",
)  # fmt: skip
LEAST_LEFT = 6
"""Characters that must remain once runs, repeats and common words are taken away."""

SUBSTITUTES = str.maketrans("013457@$!", "oieastasi")


class GuessablePasswordValidator:
    """Take away what an attacker tries first; too little left means guessable."""

    def validate(self, password: str, user: Any = None) -> None:  # noqa: ARG002 - Django's signature
        if unguessable_part(password) < LEAST_LEFT:
            raise ValidationError(self.get_help_text(), code="password_guessable")

    def get_help_text(self) -> str:
        return "Choose something harder to guess: three or four words that do not belong together work well."


def unguessable_part(password: str) -> int:
    """Number of different characters that are neither a run, a repeat nor part of a common word."""
    lowered = password.lower()
    return min(len(set(_without_known(text))) for text in (lowered, lowered.translate(SUBSTITUTES)))


def _without_known(text: str) -> str:
    for part in sorted(COMMON_PARTS, key=len, reverse=True):
        text = text.replace(part, "")
    text = re.sub(r"(19|20)\d\d", "", text)
    text = re.sub(r"(.+?)\1+", r"\1", text)
    for row in ROWS:
        for line in (row, row[::-1]):
            text = _without_runs(text, line)
    return text


def _without_runs(text: str, line: str, shortest: int = 4) -> str:
    start = 0
    while start + shortest <= len(text):
        end = start + shortest
        if text[start:end] not in line:
            start += 1
            continue
        while end < len(text) and text[start : end + 1] in line:
            end += 1
        text = text[:start] + text[end:]
    return text
