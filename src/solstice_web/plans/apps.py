"""Options, and what was decided."""

from django.apps import AppConfig


class PlansConfig(AppConfig):
    name = "solstice_web.plans"
    label = "plans"
