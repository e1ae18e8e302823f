"""How long the window takes at the counter of a big shop, beside the budgets, and what it spends the time on.

    python -m tests.benchmarks.counter [--folder FOLDER] [--products 1e6] [--customers 1e6] [--rounds 200]

The shop is made up and goes through our own sync and training once, which takes a while for a million; with
`--folder` (or BIG_SHOP) it stays there and is used again. Times run from the scan, from the end of the time
for which keys are held to tell a scan from a hand, and from the end of the pause in typing, until the window
has painted what came of it. Without an own screen it is drawn offscreen.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")

from PySide6.QtCore import Qt

from assistant.ui.shell import Shell
from tests.benchmarks import big_shop
from tests.benchmarks.window import Spent, clocked, opened, press, quiet, ready, until

Limits = tuple[float, float]  # p95 and p99 in milliseconds
SCAN: Limits = (50, 100)
ANSWER: Limits = (20, 50)
SEARCH: Limits = (30, 60)
PHONE: Limits = (10, 25)
SWITCH: Limits = (50, 100)
_TURNS = 5  # of the event loop, in which what has changed is painted
_WORK = 100_000
PAGES = {"review": "2", "followups": "3", "team": "5", "counter": "1"}
Sample = tuple[float, float, float, float]  # all of it, database, ranking, painting; seconds


class Bench:
    """Does one thing after the other to a window, and takes the time of each."""

    def __init__(self, shell: Shell, spent: Spent, products: int, customers: int) -> None:
        self.shell, self.spent = shell, spent
        self.products, self.customers = products, customers
        self.chance = random.Random(11)
        self.took: dict[str, list[Sample]] = {}
        self.paces: list[float] = []

    def take(self, what: str, does: Callable[[], object], done: Callable[[], object]) -> None:
        """The time from doing something until it is done, and painted after that."""
        shell, spent = self.shell, self.spent
        self.settle()
        self.paces.append(pace())
        before, began = spent.parts(), time.perf_counter()
        does()
        until(shell, done)
        ended = time.perf_counter()
        arrived = getattr(done, "paintings", spent.paintings)
        for _ in range(_TURNS):
            if spent.paintings == arrived:
                shell.application.processEvents()
        # Where nothing of it shows, nothing is painted.
        whole = (spent.painted_at if spent.paintings > arrived else ended) - began
        after = spent.parts()
        database, ranking, painting = (b - a for a, b in zip(before, after, strict=True))
        self.took.setdefault(what, []).append((whole, database, ranking, painting))

    def settle(self) -> None:
        """Let everything come to rest that is not measured."""
        until(self.shell, lambda: quiet(self.shell.questions))
        self.shell.settle()

    def visits(self, rounds: int) -> None:
        """Scan two products, answer what is suggested, finish."""
        desk, window = self.shell.window.counter.desk, self.shell.window
        window.show_page("counter")
        for _ in range(rounds):
            for what in ("scan, first", "scan, second"):
                number = min(int(self.products * self.chance.random() ** 3), self.products - 1)
                code, advised = big_shop.barcode(number), _Flag(desk.advised, self.spent)
                self.take(f"{what} → suggestions", lambda c=code: window.scanner.scanned.emit(c), advised)
            window.counter.list.setFocus()
            for key in ("a", "l"):
                if desk.rows.pending:
                    answered = _Flag(desk.answered, self.spent)
                    self.take("key → answer", lambda k=key: press(self.shell, k), answered)
            desk.finish()
            self.settle()

    def searches(self, rounds: int) -> None:
        """Type letter by letter, as customers, numbers and products are looked for."""
        for _ in range(rounds):
            person = self.chance.randrange(self.customers)
            for what, text, begins in _texts(self.shell, person, self.chance.randrange(self.products)):
                for end in range(begins, len(text) + 1):
                    self.search(what, text[:end])

    def search(self, what: str, text: str) -> None:
        """One keystroke, from the end of the pause in typing."""
        field = self.shell.window.bar.field
        field.setFocus()
        field.setText(text)
        whole = "a whole number" if what == "phone" and len(text) >= 11 else what
        shown = _Flag(self.shell.questions.idle, self.spent)
        self.take(f"keystroke → results, {whole}", field._search, shown)
        field.close_results()

    def pages(self, rounds: int) -> None:
        """Go round the pages; the first time each is built."""
        window, control = self.shell.window, Qt.KeyboardModifier.ControlModifier
        for turn in range(rounds):
            for name, key in PAGES.items():
                does = lambda k=key: press(self.shell, k, control)  # noqa: E731
                there = lambda n=name: _in_view(self.shell) == n  # noqa: E731
                self.take("page, the first time" if turn == 0 else "page switch", does, there)
        window.show_page("counter")
        self.settle()


def pace() -> float:
    """How many times longer something takes now than the processor works on it: 1 where nothing else runs."""
    began, worked = time.perf_counter(), time.thread_time()
    sum(range(_WORK))
    return (time.perf_counter() - began) / max(time.thread_time() - worked, 1e-9)


class _Flag:
    """True once a signal came; how often the window had been painted until then."""

    def __init__(self, signal: object, spent: Spent) -> None:
        self.came, self.paintings, self._spent = False, 0, spent
        signal.connect(self._set)  # type: ignore[attr-defined]

    def _set(self, *_given: object) -> None:
        if not self.came:
            self.came, self.paintings = True, self._spent.paintings

    def __call__(self) -> bool:
        return self.came


def _in_view(shell: Shell) -> str:
    window = shell.window
    view = window.pages.currentWidget()
    if view is window.counter:
        return "counter"
    if view is window.team:
        return "team"
    return "review" if window.account.reviewing(view) else "followups"


def _texts(shell: Shell, person: int, product: int) -> Iterator[tuple[str, str, int]]:
    """What is typed for a person and a product: kind, text, and from how many letters on."""
    found: list[tuple[str, str, str]] = []
    sql = (
        "SELECT c.name, c.phone, p.name FROM customers c, products p WHERE customer_id = ? AND product_id = ?"
    )
    ids = (big_shop.customer_id(person), big_shop.product_id(product))
    shell.questions.ask(lambda connection: connection.execute(sql, ids).fetchone(), found.append)
    shell.settle()
    name, phone, goods = found[0]
    yield "name", name, 2
    yield "phone", f"0{phone[3:]}", 3
    yield "phone", phone[-4:], 4
    yield "product", goods, 2
    yield "customer number", ids[0], 2


def main() -> dict[str, tuple[float, float]]:
    """Make or open the big shop, drive its window, print p50, p95, p99 and the shares."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    number = lambda text: int(float(text))  # noqa: E731
    words.add_argument("--folder", type=Path, default=os.environ.get("BIG_SHOP") or None)
    words.add_argument("--products", type=number, default=1_000_000)
    words.add_argument("--customers", type=number, default=1_000_000)
    words.add_argument("--orders", type=number, default=1_000_000)
    words.add_argument("--rounds", type=int, default=100)
    asked = words.parse_args()
    with tempfile.TemporaryDirectory() as work, clocked() as spent:
        home = big_shop.home(Path(asked.folder or work), asked.products, asked.customers, asked.orders)
        ready(home)
        shell = opened(home)
        try:
            bench = Bench(shell, spent, asked.products, asked.customers)
            bench.pages(asked.rounds // 4 + 2)
            bench.visits(asked.rounds)
            bench.searches(max(1, asked.rounds // 8))
        finally:
            shell.close()
    paces = sorted(bench.paces)
    print(
        f"floor: work that has a processor to itself takes 1.0 × its time; here it took "
        f"{statistics.mean(paces):.1f} × on average and {paces[int(len(paces) * 0.95)]:.1f} × at p95"
    )
    return {what: _said(what, samples) for what, samples in bench.took.items()}


def _said(what: str, samples: list[Sample]) -> tuple[float, float]:
    """Print one line; its p95 and p99."""
    limits = {"scan": SCAN, "key ": ANSWER, "page": SWITCH}.get(what[:4], SEARCH)
    limits = PHONE if what.endswith("a whole number") else limits
    whole = sorted(sample[0] * 1000 for sample in samples)

    def at(share: float) -> float:
        return whole[min(len(whole) - 1, int(len(whole) * share))]

    total = sum(sample[0] for sample in samples) or 1.0
    shares = [sum(sample[i] for sample in samples) / total * 100 for i in (1, 2, 3)]
    rest = 100 - sum(shares)
    verdict = "ok" if at(0.95) <= limits[0] and at(0.99) <= limits[1] else "TOO SLOW"
    if what.endswith("the first time"):
        verdict = ""
    print(
        f"{what:38s} p50 {at(0.5):6.1f}  p95 {at(0.95):6.1f}  p99 {at(0.99):6.1f} ms of "
        f"{limits[0]:.0f} / {limits[1]:.0f} {verdict:8s} database {shares[0]:3.0f} %, "
        f"ranking {shares[1]:3.0f} %, painting {shares[2]:3.0f} %, the rest {rest:3.0f} %  ({len(samples)})",
        flush=True,
    )
    return at(0.95), at(0.99)


if __name__ == "__main__":
    main()
