"""Settings for the project's own tests and for mypy: test mode unless the environment says otherwise."""

import os

os.environ.setdefault("SOLSTICE_MODE", "test")

from solstice_web.config.settings import *  # noqa: F403 - the mode must be known before settings are read
