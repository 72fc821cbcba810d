"""Whether the server and its database answer: a public page without any data."""

from django.db import connection
from django.http import HttpRequest, HttpResponse

from solstice_web.accounts.access import public


@public
def health(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - a view
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")
