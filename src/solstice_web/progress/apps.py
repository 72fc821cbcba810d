"""How each person stands."""

from django.apps import AppConfig


class ProgressConfig(AppConfig):
    name = "solstice_web.progress"
    label = "progress"
