"""Ask for one page over kept-alive connections and count: python bench/_load.py HOST PORT PATH COOKIE SECONDS [CONNECTIONS].

Raw sockets on asyncio, so that the load itself costs little; the first second is a warm-up and is not counted. Prints
JSON: requests a second, p50, p95 and p99 in milliseconds, and how many answers were not 200.
"""

import asyncio
import json
import sys
import time

WARM_UP = 1.0


async def ask_again_and_again(address: tuple[str, int], request: bytes, until: float, taken: list) -> None:
    reader, writer = await asyncio.open_connection(*address)
    while (start := time.perf_counter()) < until:
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
        await reader.readexactly(length)
        taken.append((start, time.perf_counter() - start, head[9:12] == b"200"))
    writer.close()


async def load(address: tuple[str, int], path: str, cookie: str, seconds: float, connections: int = 16) -> dict:
    request = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\nAccept: text/html\r\n\r\n".encode()
    taken: list[tuple[float, float, bool]] = []
    began = time.perf_counter() + WARM_UP
    until = began + seconds
    await asyncio.gather(*(ask_again_and_again(address, request, until, taken) for _ in range(connections)))
    counted = sorted(one for start, one, _ in taken if start >= began)
    spent = time.perf_counter() - began
    rank = {name: counted[min(len(counted) - 1, int(len(counted) * share))] * 1000 for name, share in SHARES.items()}
    return {"per_second": len(counted) / spent, **rank, "bad": sum(not good for _, _, good in taken)}


SHARES = {"p50": 0.5, "p95": 0.95, "p99": 0.99}

if __name__ == "__main__":
    host, port, path, cookie, seconds, *more = sys.argv[1:]
    print(json.dumps(asyncio.run(load((host, int(port)), path, cookie, float(seconds), *map(int, more)))))
