"""Drawing a made-up shop for a day: its CSV folder, its shelves and its past visits, always the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random

from assistant.records import Progress
from assistant.shop.demo import folder
from assistant.shop.demo.goods import Fit, items
from assistant.shop.demo.orders import Order, Simulation
from assistant.shop.demo.people import people
from assistant.shop.demo.truth import Truth
from assistant.shop.demo.visits import Visits
from assistant.store.replay import PastVisit


@dataclass(frozen=True, slots=True)
class Drawn:
    """What was drawn: the orders as they are in the folder, and what lies in no file."""

    fit: Fit
    orders: list[Order]
    shelves: Mapping[tuple[str, str], int]  # (product, store) → how many
    visits: list[PastVisit]


def draw(into: Path, truth: Truth, today: date, progress: Progress = lambda what, done, total: None) -> Drawn:
    """Write the shop's CSV folder and give back what was drawn."""
    fit = Fit(items(truth.shop), truth)
    customers = people(truth, today, _chance(truth, today, "people"))
    progress("orders", 0, truth.size["orders"])
    history = Simulation(truth, fit, customers, today, _chance(truth, today, "orders")).run()
    progress("orders", len(history.orders), truth.size["orders"])
    visits = Visits(truth, fit, history, today, _chance(truth, today, "visits")).run()
    shelves = folder.shelves(truth, fit.goods, _chance(truth, today, "shelves"))
    folder.write(into, truth, fit, customers, history.orders, shelves, today)
    return Drawn(fit, history.orders, shelves, visits)


def _chance(truth: Truth, today: date, part: str) -> Random:
    # One stream for each part, so that a change to one leaves the others as they were.
    return Random(f"{truth.shop} {today} {part}")  # noqa: S311
