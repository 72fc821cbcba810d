"""Hold promise 21: sixty users at once, each with a time to think, over kept-alive connections to a served clinic.

Run: python bench/users.py [--people 1000] [--users 60] [--seconds 60] [--think 10] [--slow 200] [--short]. Forty of sixty are
clinicians who go from the caseload to a person and its pages, twenty are patients on their portal; all start spread
over one time to think. Then `--slow` clients that read a page at 1 kB a second hold their connections while the same
users go on. Prints p50 and p95 a page beside the bar, with the load of the machine before and after.
"""

import argparse
import asyncio
import json
import os
import random
import socket
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

from pages import ENVIRONMENT, HERE, free_port, run, wait_for

BAR, BAR_SLOW = 500.0, 2000.0
PATIENTS = 1 / 3
BYTES_A_SECOND, PIECE, RAMP = 1024, 512, 20.0
"""So slow is a slow client; `RAMP` seconds pass until all of them are there, and only then the users are timed."""
STAFF = ("/clinic/", "/clinic/people/{}/", "/clinic/people/{}/history/", "/clinic/people/{}/plan/",
         "/clinic/people/{}/measures/", "/clinic/alerts/")  # fmt: skip
PORTAL = ("/today/", "/week/", "/change/", "/plan/")

Taken = dict[str, list[float]]


def request_for(path: str, cookie: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\nAccept: text/html\r\n\r\n".encode()


async def answer(reader: asyncio.StreamReader) -> tuple[bool, int]:
    """Whether it was 200, and how long the body is, which is still to be read."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
    return head[9:12] == b"200", length


async def user(
    port: int, addresses: list[str], cookie: str, *, think: float, since: float, until: float, seed: int
) -> Taken:
    """One user: a page, a time to think (half to one and a half times `think`), the next page."""
    chance, taken = random.Random(seed), defaultdict(list)
    await asyncio.sleep(chance.uniform(0, think))
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for number in range(10**6):
        start = time.perf_counter()
        if start > until:
            break
        path = addresses[number % len(addresses)]
        writer.write(request_for(path, cookie))
        good, length = await answer(reader)
        await reader.readexactly(length)
        if start >= since:
            taken[name_of(path) if good else "not 200"].append((time.perf_counter() - start) * 1000)
        await asyncio.sleep(think * chance.uniform(0.5, 1.5))
    writer.close()
    return taken


async def slow_client(port: int, cookie: str, *, until: float, seed: int) -> int:
    """A client on a bad line: it takes the caseload a little at a time. Returns how many whole pages it got."""
    await asyncio.sleep(random.Random(seed).uniform(0, RAMP))
    pages = 0
    while time.perf_counter() < until:
        line = socket.socket()
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, PIECE * 4)  # what is not taken waits with the server
        line.setblocking(False)
        await asyncio.get_running_loop().sock_connect(line, ("127.0.0.1", port))
        reader, writer = await asyncio.open_connection(sock=line, limit=PIECE * 4)
        writer.write(request_for("/clinic/", cookie))
        _, left = await answer(reader)
        while left > 0 and time.perf_counter() < until:
            left -= len(await reader.read(min(PIECE, left)))
            await asyncio.sleep(PIECE / BYTES_A_SECOND)
        pages += left == 0
        writer.close()
    return pages


def name_of(path: str) -> str:
    parts = path.split("/")
    return "/".join("*" if len(part) == 36 else part for part in parts)


async def measure(port: int, made: dict, *, users: int, think: float, seconds: float, slow: int) -> tuple[Taken, int]:
    since = time.perf_counter() + (RAMP if slow else 0)
    until = since + seconds
    patients = round(users * PATIENTS)
    jobs = []
    for number in range(users):
        if number < patients:
            addresses, cookie = [*PORTAL], made["patients"][number % len(made["patients"])]
        else:
            person = made["people"][number % len(made["people"])]
            addresses, cookie = [path.format(person) for path in STAFF], made["cookie"]
        begin = number % len(addresses)
        told = addresses[begin:] + addresses[:begin]
        jobs.append(user(port, told, cookie, think=think, since=since, until=until, seed=number))
    waiting = [slow_client(port, made["cookie"], until=until, seed=number) for number in range(slow)]
    found = await asyncio.gather(*jobs, *waiting)
    together: Taken = defaultdict(list)
    for taken in found[:users]:
        for name, times in taken.items():
            together[name] += times
    return together, sum(found[users:])


def show(title: str, taken: Taken, bar: float) -> None:
    print(f"\n{title} (load {os.getloadavg()[0]:.1f})")
    print(f"  {'page':34}{'asked':>7}{'p50 ms':>9}{'p95 ms':>9}")
    every = sorted(one for times in taken.values() for one in times)
    for name, times in [*sorted(taken.items()), ("all", every)]:
        ordered = sorted(times)
        p50, p95 = (ordered[min(len(ordered) - 1, int(len(ordered) * share))] for share in (0.5, 0.95))
        said = f"   bar p95 {bar:g}: {'reached' if p95 <= bar else 'missed'}" if name == "all" else ""
        print(f"  {name:34}{len(ordered):7}{p50:9.0f}{p95:9.0f}{said}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=1000)
    parser.add_argument("--users", type=int, default=60)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--think", type=float, default=10)
    parser.add_argument("--slow", type=int, default=200)
    parser.add_argument("--short", action="store_true", help="100 people, 20 seconds a part")
    parser.add_argument("--folder", help="a clinic made before by _clinic.py, with its JSON in made.json")
    asked = parser.parse_args()
    seconds = 20.0 if asked.short else asked.seconds
    with tempfile.TemporaryDirectory() as temporary:
        folder = asked.folder or temporary
        kept = Path(folder) / "made.json"
        if not kept.exists():
            kept.write_text(run("_clinic.py", folder, str(100 if asked.short else asked.people)).splitlines()[-1])
        made = json.loads(kept.read_text())
        port = free_port()
        server = subprocess.Popen([sys.executable, str(HERE / "_server.py"), folder, str(port)], env=ENVIRONMENT)
        try:
            wait_for(port, server)
            told = {"users": asked.users, "think": asked.think}
            asyncio.run(
                measure(port, made, **{**told, "users": 4, "think": 0.1}, seconds=3, slow=0)
            )  # read the content
            words = f"{asked.users} users, {asked.think:g} s to think"
            taken, _ = asyncio.run(measure(port, made, **told, seconds=seconds, slow=0))
            show(words, taken, BAR)
            taken, pages = asyncio.run(measure(port, made, **told, seconds=seconds, slow=asked.slow))
            show(f"{words}, and {asked.slow} slow clients ({pages} whole pages)", taken, BAR_SLOW)
        finally:
            server.terminate()
            server.wait()


if __name__ == "__main__":
    main()
