"""Addresses that work for everyone, signed in or not."""

from django.urls import path

from solstice_web.help import views

urlpatterns = [
    path("help/", views.help_now, name="help"),
    path("help/card/", views.help_card, name="help_card"),
    path("display/", views.display, name="display"),
    path("offline/", views.offline, name="offline"),
    path("away/", views.away, name="away"),
    path("signed-out/", views.signed_out, name="signed_out"),
    path("sw.js", views.service_worker, name="service_worker"),
    path("manifest.webmanifest", views.manifest, name="web_manifest"),
]
