"""A time for a whole call, headers and body: a server that sends a byte now and then never runs into the
time-outs of single reads.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from typing import Any
from weakref import WeakSet

_MADE = ("connect_tcp.complete", "start_tls.complete")


class Deadline:
    """Knows the connections of one client, and cuts them when a call has taken too long."""

    def __init__(self) -> None:
        self._streams: WeakSet[Any] = WeakSet()

    @contextlib.contextmanager
    def within(self, seconds: float) -> Iterator[threading.Event]:
        """What is done inside is cut off after that time; the event says whether it was."""
        passed = threading.Event()

        def cut() -> None:
            passed.set()
            for stream in [*self._streams]:
                with contextlib.suppress(OSError, AttributeError):
                    _socket_of(stream).shutdown(socket.SHUT_RDWR)

        timer = threading.Timer(seconds, cut)
        timer.daemon = True
        timer.start()
        try:
            yield passed
        finally:
            timer.cancel()

    def trace(self, event: str, told: Mapping[str, Any]) -> None:
        """Hears of every step of a request (httpx's extension `trace`), and remembers the connections."""
        if event.endswith(_MADE):
            self._streams.add(told["return_value"])


def _socket_of(stream: Any) -> socket.socket:
    found = stream.get_extra_info("socket")
    if isinstance(found, ssl.SSLObject):
        raise OSError("only what it is wrapped around can be cut")
    assert isinstance(found, socket.socket)  # noqa: S101
    return found
