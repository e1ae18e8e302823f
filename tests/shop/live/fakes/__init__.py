"""Shops that cannot be run here, played by small servers on real sockets as their documentation has them."""

from __future__ import annotations

import json
import socket
import ssl
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True)
class Asked:
    """One request as it came."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: Any


@dataclass(frozen=True)
class Answered:
    """What is answered to it."""

    status: int
    body: Any
    headers: Mapping[str, str] = field(default_factory=dict)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Who was hung up on is not worth a word; our own mistakes are."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class Fake:
    """A server that answers by `answer`; `trouble` holds what befalls the requests to come, one each.

    `busy`: 429. `lost`: done, but the answer never arrives. `twice`: done two times. `fine`: nothing.
    """

    scheme = "http"

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        self.trouble: list[str] = []
        self.asked: list[Asked] = []
        self.clock_is_late_by = 0.0
        self._lock = threading.Lock()
        fake = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True  # head and body are two writes: the second would wait 40 ms

            def do_GET(self) -> None:
                fake.serve(self)

            def do_POST(self) -> None:
                fake.serve(self)

            def do_PUT(self) -> None:
                fake.serve(self)

            def date_time_string(self, timestamp: float | None = None) -> str:
                return formatdate(time.time() + fake.clock_is_late_by, usegmt=True)

            def log_message(self, *_words: object) -> None:
                pass

        self._server = _Server(("127.0.0.1", 0), Handler)
        if context is not None:
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
            self.scheme = "https"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def answer(self, asked: Asked) -> Answered:
        raise NotImplementedError

    def serve(self, handler: BaseHTTPRequestHandler) -> None:
        parts = urlsplit(handler.path)
        raw = handler.rfile.read(int(handler.headers.get("content-length") or 0))
        asked = Asked(
            handler.command,
            parts.path,
            dict(parse_qsl(parts.query, keep_blank_values=True)),
            {name.lower(): value for name, value in handler.headers.items()},
            _read(raw, handler.headers.get("content-type") or ""),
        )
        with self._lock:
            self.asked.append(asked)
            trouble = self.trouble.pop(0) if self.trouble else "fine"
            if trouble == "busy":
                answered = Answered(429, {"code": "busy"}, {"retry-after": "0"})
            else:
                answered = self.answer(asked)
                if trouble == "twice":
                    self.answer(asked)
        if trouble == "lost":
            handler.connection.shutdown(socket.SHUT_RDWR)
            handler.close_connection = True
            return
        body = answered.body if isinstance(answered.body, bytes) else json.dumps(answered.body).encode()
        handler.send_response(answered.status)
        for name, value in {"content-type": "application/json; charset=utf-8", **answered.headers}.items():
            handler.send_header(name, value)
        handler.send_header("content-length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)


def _read(raw: bytes, kind: str) -> Any:
    """What was sent: JSON, or a form."""
    if "form" in kind:
        return dict(parse_qsl(raw.decode(), keep_blank_values=True))
    return json.loads(raw) if raw else None
