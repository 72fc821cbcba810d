"""The WSGI application, for waitress and any other server."""

import os

import django
from django.core.handlers.wsgi import WSGIHandler

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "solstice_web.config.settings")
django.setup(set_prefix=False)

from solstice_web.config.requests import Request  # noqa: E402 - settings must be there before


class Application(WSGIHandler):
    """Django's handler on requests that malformed input cannot break before the first middleware."""

    request_class = Request


application = Application()
