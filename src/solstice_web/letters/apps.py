"""The letters that went out."""

from django.apps import AppConfig


class LettersConfig(AppConfig):
    name = "solstice_web.letters"
    label = "letters"
