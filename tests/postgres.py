"""A PostgreSQL server of one test run: started on a free port in a temporary folder, gone afterwards.

`python -m tests.postgres pytest tests/web` runs a command with DATABASE_URL pointing at it.
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

USERS = ("postgres", "nobody")
"""PostgreSQL refuses to run as root; one of these starts it then."""


def binaries() -> Path | None:
    """The folder of the newest installed server, or None."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    if found:
        return found[-1].parent
    initdb = shutil.which("initdb")
    return Path(initdb).parent if initdb else None


@contextmanager
def server() -> Iterator[str]:
    """The DATABASE_URL of a fresh server. Raises FileNotFoundError where none is installed."""
    folder = binaries()
    if folder is None:
        raise FileNotFoundError("no PostgreSQL server here: apt-get install postgresql")
    home = Path(tempfile.mkdtemp(prefix="solstice-pg-"))
    home.chmod(0o777)
    data, port = home / "data", _free_port()
    prefix = _as_other_user()
    try:
        _run(
            [
                *prefix,
                str(folder / "initdb"),
                "-D",
                str(data),
                "-U",
                "solstice",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--locale=C.UTF-8",
            ]
        )
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={home} -c max_connections=200"
        _run([*prefix, str(folder / "pg_ctl"), "-D", str(data), "-o", options, "-w", "-l", str(home / "log"), "start"])
        try:
            yield f"postgresql://solstice@127.0.0.1:{port}/postgres"
        finally:
            _run([*prefix, str(folder / "pg_ctl"), "-D", str(data), "-m", "immediate", "stop"])
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _run(command: list[str]) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/", timeout=120)


def _as_other_user() -> list[str]:
    if os.geteuid() != 0:
        return []
    known = Path("/etc/passwd").read_text(encoding="utf-8")
    user = next(name for name in USERS if f"\n{name}:" in known)
    return ["setpriv", f"--reuid={user}", "--regid=nogroup", "--clear-groups"]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    with server() as address:
        sys.exit(subprocess.call(sys.argv[1:], env={**os.environ, "DATABASE_URL": address}))
