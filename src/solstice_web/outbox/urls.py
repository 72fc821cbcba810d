"""The one address a phone's outbox sends to."""

from django.urls import path

from solstice_web.outbox.views import outbox

app_name = "outbox"
urlpatterns = [path("outbox/", outbox, name="send")]
