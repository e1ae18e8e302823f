"""A real Vendure shop behind a network that breaks: at the end both sides are equal, and each accepted add-on
is in its basket exactly once.

Between the two stands a proxy that drops, delays, cuts and doubles requests, and answers with errors and with
a sign-in page; the sync is killed now and then.
"""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx

from assistant.errors import KnownError
from assistant.records import Basket, Slate, Suggestion, TalkingPoint
from assistant.shop import calling, live
from assistant.shop.pull import Pull
from assistant.shop.push import push
from assistant.shop.vendure import Login, Vendure
from assistant.store import basket_writes, catalog, schema, visits
from assistant.store.database import Connection, Home, open_home
from tests.shop.live import vendure

FAULTS = ("dropped", "lost", "cut", "doubled", "late", "busy", "broken", "page")
SHARE = 0.25  # of requests that meet with a fault
SKUS = ("L2201308", "L2201508", "L2201316", "L2201516")
QUIET = ("keep-alive", "transfer-encoding", "connection", "content-encoding", "content-length")


class Network:
    """The proxy; `on` while it breaks things."""

    def __init__(self, to: str, dice: random.Random) -> None:
        self.met: Counter[str] = Counter()
        self.on = False
        network, lock = self, threading.Lock()
        client = httpx.Client(base_url=to, timeout=60)

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
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
                answer = client.post(self.path, content=body, headers=headers)
                if fault == "doubled":
                    answer = client.post(self.path, content=body, headers=headers)
                if fault == "late":
                    time.sleep(0.3)
                if fault != "lost":
                    self._pass(answer, cut=fault == "cut")

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


@dataclass
class Visit:
    """A shopper at the counter, and what should lie in the basket: their own things and what was accepted."""

    shopper: vendure.Shopper
    code: str
    suggestions: dict[str, str]  # by product
    own: dict[str, int]
    accepted: set[str] = field(default_factory=set)

    @property
    def wanted(self) -> dict[str, int]:
        return self.own | dict.fromkeys(self.accepted, 1)


@dataclass
class Proof:
    """What came of it."""

    steps: int
    met: Counter[str]
    killed: int
    visits: list[Visit]
    wrong: list[str]

    def told(self) -> str:
        faults = ", ".join(f"{n} {name}" for name, n in sorted(self.met.items()))
        accepted = sum(len(visit.accepted) for visit in self.visits)
        return (
            f"{self.steps} steps, {len(self.visits)} baskets, {accepted} add-ons accepted, "
            f"{self.killed} syncs killed; requests: {faults}; wrong: {self.wrong or 'nothing'}"
        )


def run(shop: vendure.Shop, home: Home, *, steps: int, seed: int) -> Proof:
    """So many steps drawn from a seed, then peace, and what is wrong then."""
    dice = random.Random(seed)
    with contextlib.closing(Network(shop.url, random.Random(seed + 1))) as network:
        live.connect(home, live.Address("vendure", network.url, shop.user), shop.password)
        connector = Vendure(network.url, Login(user=shop.user, password=shop.password))
        with contextlib.closing(connector), contextlib.closing(open_home(home)) as log:
            Pull(home, connector).run(_quiet)
            network.on = True
            opened: list[Visit] = []
            killed = 0
            for _ in range(steps):
                killed += _step(dice, shop, home, connector, log, opened)
            network.on = False
            push(home, connector)
            Pull(home, connector).run(_quiet)
            return Proof(steps, network.met, killed, opened, list(_wrong(log, opened)))


def _step(
    dice: random.Random,
    shop: vendure.Shop,
    home: Home,
    connector: Vendure,
    log: Connection,
    opened: list[Visit],
) -> int:
    """One thing that happens at a counter; whether a sync was killed."""
    what = dice.random()
    if not opened or what < 0.08:
        opened.append(_comes_in(dice, shop, log))
        return 0
    visit = dice.choice(opened)
    if what < 0.45:
        product, suggestion = dice.choice(sorted(visit.suggestions.items()))
        if product in visit.accepted:
            visits.undo(log, suggestion, associate_id="1")
            visit.accepted.discard(product)
        else:
            visits.answer(log, suggestion, "accepted", associate_id="1")
            visit.accepted.add(product)
    elif what < 0.55:
        (product,) = dice.sample(sorted(visit.own), 1)
        visit.shopper.takes(product)
        visit.own[product] += 1
    elif what < 0.97:
        # What cannot be done now is done at the next step that syncs.
        with contextlib.suppress(KnownError):
            push(home, connector)
        with contextlib.suppress(KnownError):
            Pull(home, connector).run(_quiet, due_only=True)
    else:
        return _kill_a_sync(home, dice)
    return 0


def _comes_in(dice: random.Random, shop: vendure.Shop, log: Connection) -> Visit:
    first, *others = dice.sample([shop.variant(sku) for sku in SKUS], len(SKUS))
    shopper = shop.shopper()
    code = shopper.takes(first)
    visit = visits.begin(log, associate_id="1", touchpoint="counter", basket_id=code)
    known, point = catalog.products(log, others), TalkingPoint("look", "Would you like to have a look?")
    shown = tuple(Suggestion(known[p], n, 0.1, {}, point, ()) for n, p in enumerate(others, 1))
    logged = visits.show(log, visit.visit_id, Slate(None, Basket(code, ()), shown, (), (), len(shown)))
    return Visit(
        shopper, code, {s.product.product_id: str(s.suggestion_id) for s in logged}, {first: 1}
    )  # fmt: skip


def _kill_a_sync(home: Home, dice: random.Random) -> int:
    words = [sys.executable, "-m", "assistant", "--home", str(home.folder), "sync", "--progress", "none"]
    silent = subprocess.DEVNULL
    process = subprocess.Popen(words, env=os.environ, stdout=silent, stderr=silent)
    time.sleep(dice.uniform(0.3, 1.5))
    process.send_signal(signal.SIGKILL)
    process.wait()
    return 1


def _wrong(log: Connection, opened: list[Visit]) -> Iterator[str]:
    """Where the shop, the mirror and what was answered differ."""
    left = basket_writes.waiting(log)
    if left:
        yield f"{len(left)} writes wait"
    for visit in opened:
        there = visit.shopper.sees()
        if there != visit.wanted:
            yield f"{visit.code} holds {there}, not {visit.wanted}"
        rows = log.execute(
            "SELECT product_id, sum(quantity) FROM basket_lines WHERE basket_id = ? GROUP BY 1", (visit.code,)
        )
        mirrored = dict(rows.fetchall())
        if mirrored != there:
            yield f"{visit.code} is mirrored as {mirrored}, not {there}"


def _quiet(what: str, done: int, total: int | None) -> None:
    pass


def main(*, steps: int, seed: int) -> int:
    """Run it on a shop and a home of its own, and print what came of it."""
    calling.LONGEST_WAIT = 0.05  # the shop is next door, and a proof need not be polite
    with vendure.running() as shop, tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder) / "home")
        schema.prepare(home)
        began = time.monotonic()
        proof = run(shop, home, steps=steps, seed=seed)
        print(f"{proof.told()}; {time.monotonic() - began:.0f} s")
    return int(bool(proof.wrong))
