"""Treatments tried."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "solstice_web.ledger"
    label = "ledger"
