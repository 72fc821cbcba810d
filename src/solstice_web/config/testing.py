"""Settings for the project's own tests and for mypy: test mode unless the environment says otherwise."""

import os
import tempfile

os.environ.setdefault("SOLSTICE_MODE", "test")
os.environ.setdefault("SOLSTICE_DATA", tempfile.mkdtemp(prefix="solstice-test-"))

from solstice_web.config.settings import *  # noqa: F403 - the mode must be known before settings are read
from solstice_web.config.settings import DATABASES

if DATABASES["default"]["ENGINE"] == "solstice_web.config.sqlite":
    DATABASES["default"]["TEST"] = {"NAME": ":memory:"}  # under xdist, pytest-django would build a name from the path

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # tests make thousands of users
