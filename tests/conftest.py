"""Fixtures and settings for all tests: the shared folder, and no network but this machine's own."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from pytest_socket import socket_allow_hosts

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"

# `make test` draws the same examples each time, so that a build is green or red for a reason; `make drill` searches anew.
settings.register_profile("same", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("search", derandomize=False, max_examples=1000)
settings.load_profile("search" if os.environ.get("SOLSTICE_SEARCH") else "same")


def pytest_runtest_setup() -> None:
    socket_allow_hosts(["127.0.0.1", "::1", "localhost"], allow_unix_socket=True)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of facts, cases and data beside the checkout; the test is skipped where it is absent."""
    if not SHARED.is_dir():
        pytest.skip(f"{SHARED} is not there: this test compares with real data that is not part of the project")
    return SHARED
