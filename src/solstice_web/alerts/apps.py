"""Risk answers a human must act on."""

from django.apps import AppConfig


class AlertsConfig(AppConfig):
    name = "solstice_web.alerts"
    label = "alerts"
