"""A proxy that drops, delays, cuts and doubles requests, and answers with errors and with a sign-in page."""

from __future__ import annotations

import contextlib
import random
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx

FAULTS = ("dropped", "lost", "cut", "doubled", "late", "busy", "broken", "page")
SHARE = 0.25  # of requests that meet with a fault
QUIET = ("keep-alive", "transfer-encoding", "connection", "content-encoding", "content-length")


class Network:
    """The proxy; `on` while it breaks things."""

    def __init__(self, to: str, dice: random.Random) -> None:
        self.met: Counter[str] = Counter()
        self.on = False
        network, lock = self, threading.Lock()
        client = httpx.Client(base_url=to, timeout=60)

        class Handler(BaseHTTPRequestHandler):
            def _handle(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                with lock:
                    fault = dice.choice(FAULTS) if network.on and dice.random() < SHARE else "none"
                    network.met[fault] += 1
                self.close_connection = True
                if fault == "dropped":
                    return
                if fault in ("busy", "broken", "page"):
                    self._say({"busy": 429, "broken": 500, "page": 200}[fault], b"<html>Sign in", "text/html")
                    return
                headers = {k: v for k, v in self.headers.items() if k.lower() not in (*QUIET, "host")}
                answer = client.request(self.command, self.path, content=body, headers=headers)
                if fault == "doubled":
                    answer = client.request(self.command, self.path, content=body, headers=headers)
                if fault == "late":
                    time.sleep(0.3)
                if fault != "lost":
                    self._pass(answer, cut=fault == "cut")

            do_GET = do_POST = do_PUT = do_DELETE = _handle  # noqa: N815 - the base class calls them so

            def handle(self) -> None:
                with contextlib.suppress(OSError):  # whoever asked was killed, or did not wait
                    super().handle()

            def _pass(self, answer: httpx.Response, *, cut: bool) -> None:
                self.send_response(answer.status_code)
                for name, value in answer.headers.items():
                    if name.lower() not in QUIET:
                        self.send_header(name, value)
                self.send_header("content-length", str(len(answer.content)))
                self.end_headers()
                self.wfile.write(answer.content[: len(answer.content) // 2] if cut else answer.content)

            def _say(self, status: int, body: bytes, kind: str) -> None:
                self.send_response(status)
                self.send_header("content-type", kind)
                self.send_header("content-length", str(len(body)))
                self.send_header("retry-after", "0")
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_words: object) -> None:
                pass

        self._client = client
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self._client.close()
