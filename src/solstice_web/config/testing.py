"""Settings for the project's own tests and for mypy: test mode unless the environment says otherwise."""

import os
import tempfile

os.environ.setdefault("SOLSTICE_MODE", "test")
os.environ.setdefault("SOLSTICE_DATA", tempfile.mkdtemp(prefix="solstice-test-"))

from solstice_web.config.settings import *  # noqa: F403 - the mode must be known before settings are read
from solstice_web.config.settings import DATABASES

if DATABASES["default"]["ENGINE"] == "solstice_web.config.sqlite":
    # a real file: threads, locks and the write-ahead log behave as they do in a clinic
    DATABASES["default"]["TEST"] = {"NAME": f"{os.environ['SOLSTICE_DATA']}/test.sqlite3"}

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # tests make thousands of users
