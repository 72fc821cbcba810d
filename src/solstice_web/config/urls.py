"""Every address of Solstice."""

from django.urls import URLPattern, URLResolver, include, path

from solstice_web.accounts.views import home
from solstice_web.operations.health import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home, name="home"),
    path("health", health, name="health"),
    path("", include("solstice_web.help.urls")),
    path("", include("solstice_web.outbox.urls")),
    path("", include("solstice_web.portal.urls")),
    path("", include("solstice_web.workspace.urls")),
    path("account/", include("allauth.account.urls")),
    path("account/second-factor/", include("allauth.mfa.urls")),
]

handler400 = "solstice_web.operations.errors.bad_request"
handler403 = "solstice_web.operations.errors.forbidden"
handler404 = "solstice_web.operations.errors.not_found"
handler500 = "solstice_web.operations.outage.server_error"
