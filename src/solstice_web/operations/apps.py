"""Operations: starting, backing up, restoring, and saying plainly when something is down."""

from django.apps import AppConfig


class OperationsConfig(AppConfig):
    name = "solstice_web.operations"
    label = "operations"
