"""Accounts: who signs in, and what each may do."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "solstice_web.accounts"
    label = "accounts"
