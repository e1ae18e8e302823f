"""A shop of 100,000 products: a small server on a socket of its own that repeats a page recorded from a real
Vendure, with other ids; all that is asked besides products it passes on to the real one.
"""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from assistant.shop import vendure_queries as queries
from tests.shop.live import vendure

PAGE = 1_000


@dataclass(frozen=True, slots=True)
class Door:
    """Where a shop is, and who may come in."""

    url: str
    user: str
    password: str = field(repr=False)


class Recorded:
    """What a real shop told of its first products, told `copies` times over."""

    def __init__(self, shop: vendure.Shop, full: str, copies: int) -> None:
        self._shop, self._full = shop, full
        said = self._ask(full, {"options": {"take": PAGE, "skip": 0, "sort": {"id": "ASC"}}})
        self._rows: list[dict[str, Any]] = said["productVariants"]["items"]
        self._ids = {row["id"] for row in self._rows}
        self._collections: dict[str, list[str]] = {}
        self._copies = copies

    def answer(self, query: str, values: Mapping[str, Any]) -> dict[str, Any]:
        """The data of an answer."""
        options = values.get("options") or {}
        if query == queries.OF_COLLECTION:
            ids = self._of_collection(values["id"])
            return {"collection": {"productVariants": self._page([{"id": one} for one in ids], options)}}
        if query == queries.IDS["products"]:
            return {"productVariants": self._page([{"id": one["id"]} for one in self._rows], options)}
        if query == self._full:
            return {"productVariants": self._page(self._rows, options)}
        answer: dict[str, Any] = self._ask(query, values)
        return answer

    def _page(self, rows: list[dict[str, Any]], options: Mapping[str, Any]) -> dict[str, Any]:
        total, skip = len(rows) * self._copies, options.get("skip", 0)
        wanted = range(skip, min(skip + options["take"], total))
        return {"totalItems": total, "items": [_copy(rows[n % len(rows)], n // len(rows)) for n in wanted]}

    def _of_collection(self, collection: str) -> list[str]:
        if collection not in self._collections:
            ids: list[str] = []
            total = 1
            skip = 0
            while skip < total:
                options = {"take": PAGE, "skip": skip}
                said = self._ask(queries.OF_COLLECTION, {"id": collection, "options": options})
                page = said["collection"]["productVariants"]
                ids += (row["id"] for row in page["items"] if row["id"] in self._ids)
                total, skip = page["totalItems"], skip + PAGE
            self._collections[collection] = ids
        return self._collections[collection]

    def _ask(self, query: str, values: Mapping[str, Any]) -> Any:
        return self._shop.receives(query, **values).json()["data"]


def _copy(row: Mapping[str, Any], copy: int) -> dict[str, Any]:
    other = dict(row)
    for key in ("id", "sku", "name"):
        if key in row:
            other[key] = f"{row[key]}{'0' if key == 'id' else ' '}{copy:03}"
    return other


@contextlib.contextmanager
def serving(recorded: Recorded, shop: vendure.Shop) -> Iterator[Door]:
    """Where it is served until the end; who signs in at the real shop does so here."""
    one_at_a_time = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
            with one_at_a_time:
                data = recorded.answer(asked["query"], asked.get("variables") or {})
            body = json.dumps({"data": data}).encode()
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("vendure-auth-token", "let in")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_words: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield Door(f"http://127.0.0.1:{server.server_port}", shop.user, shop.password)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
