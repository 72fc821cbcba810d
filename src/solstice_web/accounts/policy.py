"""The right each URL of a library needs: named here, because their views are not ours to decorate."""

from solstice_web.accounts.access import PUBLIC, Access, Right

_ACCOUNT = Access(right=Right.ACCOUNT)

LIBRARY_URLS: dict[str, Access] = {
    "account_login": PUBLIC,
    "account_logout": PUBLIC,
    "account_inactive": PUBLIC,
    "account_signup": PUBLIC,
    "account_reset_password": PUBLIC,
    "account_reset_password_done": PUBLIC,
    "account_reset_password_from_key": PUBLIC,
    "account_reset_password_from_key_done": PUBLIC,
    "account_reauthenticate": _ACCOUNT,
    "account_change_password": _ACCOUNT,
    "mfa_authenticate": PUBLIC,
    "mfa_login_webauthn": PUBLIC,
    "mfa_reauthenticate": _ACCOUNT,
    "mfa_reauthenticate_webauthn": _ACCOUNT,
    "mfa_index": _ACCOUNT,
    "mfa_activate_totp": _ACCOUNT,
    "mfa_deactivate_totp": _ACCOUNT,
    "mfa_generate_recovery_codes": _ACCOUNT,
    "mfa_view_recovery_codes": _ACCOUNT,
    "mfa_download_recovery_codes": _ACCOUNT,
    "mfa_list_webauthn": _ACCOUNT,
    "mfa_add_webauthn": _ACCOUNT,
    "mfa_remove_webauthn": _ACCOUNT,
    "mfa_edit_webauthn": _ACCOUNT,
}
"""Name of a URL → what it needs; a URL of a library that is not here does not exist for anyone."""

SETTING_UP_A_SECOND_FACTOR = frozenset(
    {
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "mfa_index",
        "mfa_view_recovery_codes",
        "mfa_generate_recovery_codes",
        "mfa_download_recovery_codes",
        "mfa_list_webauthn",
        "account_reauthenticate",
        "mfa_reauthenticate",
        "mfa_reauthenticate_webauthn",
        "account_change_password",
    }
)
"""What staff may reach before their session has a second factor: the pages that set one up."""


def library_access(name: str) -> Access | None:
    return LIBRARY_URLS.get(name)
