"""Accounts: who signs in, and what each may do."""

from importlib import import_module

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "solstice_web.accounts"
    label = "accounts"

    def ready(self) -> None:
        import_module("solstice_web.accounts.signals")
