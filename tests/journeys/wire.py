"""A wire between browser and server that can be cut, or end at a machine that says the server is down."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Lock, Thread
from urllib.parse import urlsplit

BAD_GATEWAY = b"HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/html\r\nContent-Length: 15\r\nConnection: close\r\n\r\n502 Bad Gateway"


class Wire:
    """Passes bytes on to the server while `answer` is None; else hangs up, after sending `answer` where it is not empty."""

    def __init__(self, url: str) -> None:
        self._server = ("127.0.0.1", urlsplit(url).port or 80)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: set[socket.socket] = set()
        self._lock = Lock()
        self._answer: bytes | None = None
        self.url = f"http://localhost:{self._listener.getsockname()[1]}"
        Thread(target=self._listen, daemon=True).start()

    @contextmanager
    def down(self, answer: bytes = b"") -> Iterator[None]:
        """No request reaches the server: what is open is cut, what comes gets `answer` and is hung up."""
        with self._lock:
            self._answer = answer
            cut = list(self._open)
        for one in cut:
            _hang_up(one)
        try:
            yield
        finally:
            with self._lock:
                self._answer = None

    def close(self) -> None:
        self._listener.close()
        with self._lock:
            cut = list(self._open)
        for one in cut:
            _hang_up(one)

    def _listen(self) -> None:
        with suppress(OSError):  # the listener is closed: the end
            while True:
                near, _ = self._listener.accept()
                Thread(target=self._carry, args=(near,), daemon=True).start()

    def _carry(self, near: socket.socket) -> None:
        with self._lock:
            answer = self._answer
            if answer is None:
                far = socket.create_connection(self._server)
                self._open |= {near, far}
        if answer is None:
            Thread(target=_pass_on, args=(far, near), daemon=True).start()
            _pass_on(near, far)
            with self._lock:
                self._open -= {near, far}
            return
        with suppress(OSError):
            if answer:
                near.recv(65536)
                near.sendall(answer)
        _hang_up(near)


def _pass_on(source: socket.socket, to: socket.socket) -> None:
    with suppress(OSError):
        while some := source.recv(65536):
            to.sendall(some)
    for one in (source, to):
        _hang_up(one)


def _hang_up(one: socket.socket) -> None:
    with suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    one.close()
