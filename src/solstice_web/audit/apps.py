"""Audit: the append-only trail of every read and write."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "solstice_web.audit"
    label = "audit"
