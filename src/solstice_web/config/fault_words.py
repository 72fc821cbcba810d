"""The words of a fault that Django finds by itself: what would be right, in the words of every other form."""

from django.core import validators

WORDS: dict[type[validators.BaseValidator], str] = {
    validators.MaxLengthValidator: "Write at most %(limit_value)d characters; these are %(show_value)d.",
    validators.MinLengthValidator: "Write at least %(limit_value)d characters; these are %(show_value)d.",
    validators.MaxValueValidator: "Give %(limit_value)s or less.",
    validators.MinValueValidator: "Give %(limit_value)s or more.",
}


def speak_plainly() -> None:
    """Let every field say so. Django's own words name a rule: "Ensure this value has at most 120 characters"."""
    for validator, words in WORDS.items():
        validator.message = words
