"""Real shops, a Vendure and a Tryton, behind a network that breaks: at the end both sides are equal, and each
accepted add-on is in its basket exactly once. The sync is killed now and then.
"""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from assistant.errors import KnownError
from assistant.records import Basket, Slate, Suggestion, TalkingPoint
from assistant.shop import calling, live
from assistant.shop.connector import Connector
from assistant.shop.pull import Pull
from assistant.shop.push import push
from assistant.store import basket_writes, catalog, schema, visits
from assistant.store.database import Connection, Home, open_home
from tests.proofs import shops
from tests.proofs.network import Network
from tests.proofs.shops import Real, Shopper


@dataclass
class Visit:
    """A shopper at the counter, and what should lie in the basket: their own things and what was accepted."""

    shopper: Shopper
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


def run(shop: Real, home: Home, *, steps: int, seed: int) -> Proof:
    """So many steps drawn from a seed, then peace, and what is wrong then."""
    dice = random.Random(seed)
    with contextlib.closing(Network(shop.url, random.Random(seed + 1))) as network:
        live.connect(home, shop.address(network.url), shop.secret)
        connector = shop.connector(network.url)
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
    shop: Real,
    home: Home,
    connector: Connector,
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


def _comes_in(dice: random.Random, shop: Real, log: Connection) -> Visit:
    first, *others = dice.sample(products := shop.products, len(products))
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
    """Run it on each kind of shop in a home of its own, and print what came of it."""
    calling.LONGEST_WAIT = 0.05  # the shop is next door, and a proof need not be polite
    wrong = False
    for kind in shops.KINDS:
        with shops.running(kind) as shop, tempfile.TemporaryDirectory() as folder:
            home = Home(Path(folder) / "home")
            schema.prepare(home)
            began = time.monotonic()
            proof = run(shop, home, steps=steps, seed=seed)
            print(f"{kind}: {proof.told()}; {time.monotonic() - began:.0f} s", flush=True)
            wrong = wrong or bool(proof.wrong)
    return int(wrong)
