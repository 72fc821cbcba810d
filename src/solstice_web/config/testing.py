"""Settings for the project's own tests and for mypy: test mode unless the environment says otherwise."""

import os
import tempfile
from pathlib import Path

os.environ.setdefault("SOLSTICE_MODE", "test")
os.environ.setdefault("SOLSTICE_DATA", tempfile.mkdtemp(prefix="solstice-test-"))
worker = os.environ.get("PYTEST_XDIST_WORKER", "")
if worker and not os.environ["SOLSTICE_DATA"].endswith(f"/{worker}"):
    # tests that run side by side keep their files (audit heads, loaded tables) apart
    os.environ["SOLSTICE_DATA"] = f"{os.environ['SOLSTICE_DATA']}/{worker}"
    Path(os.environ["SOLSTICE_DATA"]).mkdir(parents=True, exist_ok=True)

from solstice_web.config.settings import *  # noqa: E402, F403 - the mode must be known before settings are read
from solstice_web.config.settings import DATABASES  # noqa: E402 - the same

if DATABASES["default"]["ENGINE"] == "solstice_web.config.sqlite":
    # a real file: threads, locks and the write-ahead log behave as they do in a clinic
    DATABASES["default"]["TEST"] = {"NAME": f"{os.environ['SOLSTICE_DATA']}/test.sqlite3"}

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # tests make thousands of users
