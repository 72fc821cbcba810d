"""Time the audited caseload and the person page over HTTP, beside the same pages in Django's template engine.

Run: python bench/pages.py [--people 1000,100000] [--seconds 8] [--short]. Each size is a clinic of its own on SQLite
(pysqlite3, WAL, synchronous FULL), served by waitress as `solstice serve` does; a clinician with 50 people is signed
in; a separate process asks over 16 kept-alive connections. Every page read is an event of the audit trail.
"""

import argparse
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
CONNECTIONS = 16
BAR_RATIO, BAR_P95 = 4.0, 50.0
QUIET = 3.0
ENVIRONMENT = {key: value for key, value in os.environ.items() if not key.startswith("SOLSTICE_")} | {
    "SOLSTICE_MODE": "demo"
}


def run(script: str, *arguments: str) -> str:
    command = [sys.executable, str(HERE / script), *arguments]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False, env=ENVIRONMENT)
    if done.returncode:
        sys.exit(f"{script} ended with status {done.returncode}")
    return done.stdout


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        if server.poll() is not None:
            sys.exit(f"the server ended with status {server.returncode}")
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=2).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    sys.exit("the server did not answer within a minute")


def measure(people: int, folder: str, seconds: float) -> dict[str, float]:
    """Print one table for one size; return requests a second by page."""
    begin = time.perf_counter()
    made = json.loads(run("_clinic.py", folder, str(people)).splitlines()[-1])
    pages = {"caseload": "/clinic/", "person": f"/clinic/people/{made['person']}/"}
    print(f"\n{people} people (made in {time.perf_counter() - begin:.0f} s), load {os.getloadavg()[0]:.1f}")
    port = free_port()
    server = subprocess.Popen([sys.executable, str(HERE / "_server.py"), folder, str(port)], env=ENVIRONMENT)
    found = {}
    try:
        wait_for(port, server)
        for path in pages.values():  # content and templates are read at the first time
            for engine in ("", "/bench/django"):
                _once(port, engine + path, made["cookie"])
        print(f"  {'page':10}{'engine':10}{'a second':>10}{'p50 ms':>9}{'p95 ms':>9}{'p99 ms':>9}{'1 conn. p50':>13}")
        for name, path in pages.items():
            ours = _row(name, "Jinja2", port, path, made["cookie"], seconds)
            theirs = _row(name, "Django", port, f"/bench/django{path}", made["cookie"], seconds)
            found[name] = ours["per_second"]
            ratio = ours["per_second"] / theirs["per_second"]
            print(
                f"  {name}: {ratio:.2f} x the same page in Django's engine (bar {BAR_RATIO:g}: {_said(ratio >= BAR_RATIO)}); "
                f"p95 {ours['p95']:.0f} ms (bar {BAR_P95:g}: {_said(ours['p95'] < BAR_P95)})"
            )
    finally:
        server.terminate()
        server.wait()
    for line in run("_twins.py", folder, made["cookie"], *pages.values()).splitlines():
        part = json.loads(line)
        name = "caseload" if part["path"] == "/clinic/" else "person"
        print(
            f"  {name}: same HTML; rendering alone {part['jinja']:.1f} ms Jinja2, {part['django']:.1f} ms Django "
            f"({part['django'] / part['jinja']:.1f} x), of {part['whole']:.1f} ms processor time a request"
        )
    return found


def _once(port: int, path: str, cookie: str) -> None:
    asked = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={"Cookie": cookie, "Host": "localhost"})
    urllib.request.urlopen(asked, timeout=60).close()


def _row(name: str, engine: str, port: int, path: str, cookie: str, seconds: float) -> dict[str, Any]:
    def ask(connections: int, lasting: float) -> dict[str, Any]:
        arguments = ("127.0.0.1", str(port), path, cookie, str(lasting), str(connections))
        answer: dict[str, Any] = json.loads(run("_load.py", *arguments))
        if answer["bad"]:
            sys.exit(f"{path}: {answer['bad']} answers were not 200")
        return answer

    many, one = ask(CONNECTIONS, seconds), ask(1, min(seconds, 3))
    print(
        f"  {name:10}{engine:10}{many['per_second']:10.1f}{many['p50']:9.0f}{many['p95']:9.0f}{many['p99']:9.0f}"
        f"{one['p50']:13.1f}",
        flush=True,
    )
    return many


def _said(reached: bool) -> str:
    return "reached" if reached else "missed"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", default="1000,100000")
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--short", action="store_true", help="1,000 people, 3 seconds a page")
    asked = parser.parse_args()
    sizes = [1000] if asked.short else [int(size) for size in asked.people.split(",")]
    print(f"Caseload of 50 and person page, {CONNECTIONS} connections, {os.cpu_count()} processors for server and load")
    if os.getloadavg()[0] > QUIET:
        print(
            f"  load {os.getloadavg()[0]:.1f}: other programs are running, the times below are too long; repeat when quiet"
        )
    found = []
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            found.append(measure(size, folder, 3 if asked.short else asked.seconds))
    if len(found) > 1:
        for name in found[0]:
            print(
                f"growth of {name}: {found[-1][name] / found[0][name]:.2f} of the requests a second at {sizes[-1]} people "
                f"as at {sizes[0]} (flat is 1; tests/web/test_query_plans.py shows that every query uses an index)"
            )


if __name__ == "__main__":
    main()
