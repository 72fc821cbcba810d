"""What phones send when they have a network."""

from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "solstice_web.outbox"
    label = "outbox"
