"""Made-up shops with their logs, put straight into the two files: small and tangled, or large and plain.

The small one is made to collide: few customers and few products, so that several accepted offers want one
line; undone answers, orders without associate, basket or price, two currencies, products without category.
"""

from __future__ import annotations

import contextlib
import random
from datetime import UTC, datetime, timedelta

from assistant.store import counting
from assistant.store.database import Home, open_catalog, open_home, stamp, transaction

START = datetime(2026, 3, 23, tzinfo=UTC)
DAY = 86_400_000
CATEGORIES = ("Photo/Cameras/Compact", "Photo/Cameras", "Photo/Bags", "Photo/Cards/SD", "Print", None)
REASONS = ("has_one", "not_now", "too_expensive", "no_time", "other_brand", "does_not_fit", None)
KINDS = ("accepted", "accepted", "declined", "later", "not_offered")


def tangled(home: Home, seed: int, *, orders: int = 60, visits: int = 50) -> None:
    """Fill both files with a small shop in which offers and receipts collide."""
    dice = random.Random(seed)
    with contextlib.closing(open_catalog(home)) as catalog, transaction(catalog):
        _goods(catalog, dice, products=9)
        for n in range(orders):
            _order(catalog, dice, n)
        catalog.execute(
            "INSERT INTO sync_state VALUES ('synced_at', ?)", (stamp(START + timedelta(days=30)),)
        )
    with contextlib.closing(open_home(home)) as log, transaction(log):
        sequence = iter(range(1, 1_000_000))
        for n in range(visits):
            _visit(log, dice, n, sequence)
        log.execute("UPDATE terminal SET sequence = 1000000")
    counting.count(home)


def _goods(catalog, dice: random.Random, products: int) -> None:
    catalog.executemany("INSERT INTO stores VALUES (?, ?)", [("S1", "Harbour Street"), ("S2", "Mill Lane")])
    catalog.executemany(
        "INSERT INTO associates (associate_id, name, store_id) VALUES (?, ?, ?)",
        [("A1", "Priya Nair", "S1"), ("A2", "Owen Bright", "S1"), ("A3", "Lena Fischer", "S2")],
    )
    for n in range(products):
        catalog.execute(
            "INSERT INTO products (product_id, sku, name, category) VALUES (?, ?, ?, ?)",
            (f"P{n}", f"SKU{n}", f"Product {n}", dice.choice(CATEGORIES)),
        )
    for _ in range(products):
        anchor, add_on = dice.sample(range(products), 2)
        kind = dice.choice(("accessory", "requires", "kit", "alternative", "incompatible"))
        catalog.execute("INSERT OR IGNORE INTO links VALUES (?, ?, ?)", (f"P{anchor}", f"P{add_on}", kind))
    for _ in range(products // 2):
        anchor, add_on = dice.sample(range(products), 2)
        catalog.execute(
            "INSERT OR IGNORE INTO pairings VALUES (?, ?, 10, 40, 0.25, 2.0, 35, NULL, NULL)",
            (f"P{anchor}", f"P{add_on}"),
        )


def _order(catalog, dice: random.Random, n: int) -> None:
    at = stamp(START) + dice.randrange(28 * DAY)
    catalog.execute(
        "INSERT INTO orders VALUES (?, ?, ?, ?, ?, 'till', ?, ?)",
        (
            f"O{n}",
            dice.choice(("C1", "C2", "C3", None)),
            dice.choice(("A1", "A2", "A3", None)),
            dice.choice(("S1", "S1", "S2", None)),
            at if dice.random() < 0.97 else None,
            dice.choice((f"B{dice.randrange(40)}", None)),
            dice.choice(("GBP", "GBP", "EUR")),
        ),
    )
    for line_no in range(1, dice.randint(1, 5)):
        quantity = dice.choice((1, 1, 2, 3, 0.5, -1))
        catalog.execute(
            "INSERT INTO order_lines VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                f"O{n}", line_no, f"P{dice.randrange(9)}", quantity,
                dice.choice((199_000, 450_000, None)), dice.choice((0, 10_000, None)),
                dice.choice((0, 0, 0, abs(quantity), 1)),
            ),
        )  # fmt: skip


def _visit(log, dice: random.Random, n: int, sequence) -> None:
    at = stamp(START) + dice.randrange(28 * DAY)
    log.execute(
        "INSERT INTO visits VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL, ?, NULL)",
        (
            f"V{n}", next(sequence), dice.choice(("A1", "A2", "A3")), dice.choice(("S1", "S2", None)),
            dice.choice(("C1", "C2", "C3", None)), dice.choice((f"B{dice.randrange(40)}", None)),
            dice.choice(("counter", "review")), at, dice.choice((None, 1, 3, 4, 5)),
        ),
    )  # fmt: skip
    for anchor in dice.sample(range(9), dice.choice((0, 0, 1, 2))):
        log.execute("INSERT INTO visit_anchors VALUES (?, ?)", (f"V{n}", f"P{anchor}"))
    for slot in range(1, dice.randint(1, 6)):
        suggestion = f"V{n}-{slot}"
        log.execute(
            "INSERT INTO suggestions VALUES (?, ?, ?, ?, ?, ?, 0.5, '{}', 1.0, NULL, '', 't', NULL, NULL, ?)",
            (
                suggestion, next(sequence), f"V{n}", slot, f"P{dice.randrange(9)}",
                dice.choice((f"P{dice.randrange(9)}", None)), at + slot,
            ),
        )  # fmt: skip
        for turn in range(dice.choice((0, 1, 1, 2, 3))):
            kind = dice.choice(KINDS) if turn % 2 == 0 else dice.choice(("undone", "accepted"))
            log.execute(
                "INSERT INTO answers VALUES (?, ?, ?, ?, ?, ?, ?, NULL, ?)",
                (
                    f"{suggestion}-{turn}", next(sequence), suggestion, f"V{n}",
                    dice.choice(("A1", "A2", "A3")), kind,
                    dice.choice({"declined": REASONS, "not_offered": ("no_offers", None)}.get(kind, (None,))),
                    at + slot + turn,
                ),
            )  # fmt: skip


TEAM = (
    # name, how often they serve, how often an offer of theirs is accepted and paid
    ("Priya Nair", 418, 0.175),
    ("Owen Bright", 402, 0.115),
    ("Jonas Keller", 466, 0.105),
    ("Sofia Marin", 391, 0.1),
    ("Callum Reid", 437, 0.098),
    ("Aisha Rahman", 448, 0.09),
    ("Lena Fischer", 372, 0.05),
    ("Marek Dolan", 84, 0.065),
    ("Tess Howard", 22, 0.1),
)


def large(
    home: Home,
    offers: int,
    *,
    days: int = 84,
    seed: int = 1,
    people: tuple[tuple[str, int, float], ...] = tuple((f"Associate {n}", 1, 0.134) for n in range(30)),
) -> None:
    """Fill both files with a plain shop: four offers a visit, six orders to five visits, 2.4 lines each.

    Nine accepted offers in ten reach the receipt. `people` in three stores, 400 products in 20 categories.
    """
    dice = random.Random(seed)
    visits = offers // 4
    span = days * DAY - 3_600_000
    lines: list[tuple[object, ...]] = []
    orders: list[tuple[object, ...]] = []
    shown: list[tuple[object, ...]] = []
    answers: list[tuple[object, ...]] = []
    served: list[tuple[object, ...]] = []
    anchors: list[tuple[object, ...]] = []
    sequence = 0
    for n in range(visits * 6 // 5):
        at = stamp(START) + span * n // (visits * 6 // 5)
        who = dice.choices(range(len(people)), [person[1] for person in people])[0]
        anchor = dice.randrange(200)
        basket = [anchor, *(dice.randrange(400) for _ in range(dice.choice((0, 1, 1, 2))))]
        if n % 6:
            visit, sequence = f"0198{n:032d}", sequence + 1
            served.append(
                (visit, sequence, f"A{who}", f"S{who % 3}", None, f"B{n}",
                 ("counter", "review")[who % 4 // 2], at, at + 200_000,
                 dice.choice((None, None, None, 3, 4, 5, 5, 5)), None)
            )  # fmt: skip
            anchors.append((visit, f"P{anchor}"))
            for slot in range(1, 5):
                product = 200 + dice.randrange(200)
                suggestion, sequence = f"0199{n:028d}{slot:04d}", sequence + 2
                shown.append(
                    (suggestion, sequence - 1, visit, slot, f"P{product}", f"P{anchor}", 0.3, "{}", 1.0, None,
                     "", "t", None, None, at)
                )  # fmt: skip
                kind = dice.choices(
                    ("accepted", "declined", "later", "not_offered"), (people[who][2] * 20 / 0.9, 9, 2, 5)
                )[0]
                reason = dice.choice(REASONS) if kind == "declined" else None
                answers.append(
                    (
                        f"019a{n:028d}{slot:04d}",
                        sequence,
                        suggestion,
                        visit,
                        f"A{who}",
                        kind,
                        reason,
                        None,
                        at,
                    )
                )
                if kind == "accepted" and dice.random() < 0.9:
                    basket.append(product)
        orders.append((f"O{n:08d}", None, f"A{who}", f"S{who % 3}", at + 300_000, "till", f"B{n}", "GBP"))
        lines += [
            (f"O{n:08d}", number, f"P{product}", 1, 199_000, 0, int(dice.random() < 0.03))
            for number, product in enumerate(basket, 1)
        ]
    with contextlib.closing(open_catalog(home)) as catalog, transaction(catalog):
        catalog.executemany(
            "INSERT INTO stores VALUES (?, ?)",
            [("S0", "Harbour Street"), ("S1", "Mill Lane"), ("S2", "Station Road")],
        )
        catalog.executemany(
            "INSERT INTO associates (associate_id, name, store_id) VALUES (?, ?, ?)",
            [(f"A{n}", person[0], f"S{n % 3}") for n, person in enumerate(people)],
        )
        catalog.executemany(
            "INSERT INTO products (product_id, sku, name, category) VALUES (?, ?, ?, ?)",
            [(f"P{n}", f"P{n}", f"Product {n}", f"Photo/Kind {n // 20}/Sort {n}") for n in range(400)],
        )
        catalog.executemany(
            "INSERT OR IGNORE INTO pairings VALUES (?, ?, 10, 40, 0.25, 2.0, 35, NULL, NULL)",
            [(f"P{n}", f"P{200 + dice.randrange(200)}") for n in range(200) for _ in range(20)],
        )
        catalog.executemany("INSERT INTO orders VALUES (?, ?, ?, ?, ?, ?, ?, ?)", orders)
        catalog.executemany("INSERT INTO order_lines VALUES (?, ?, ?, ?, ?, ?, ?)", lines)
        catalog.execute(
            "INSERT INTO sync_state VALUES ('synced_at', ?)", (stamp(START + timedelta(days=days)),)
        )
    with contextlib.closing(open_home(home)) as log, transaction(log):
        log.executemany("INSERT INTO visits VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", served)
        log.executemany("INSERT INTO visit_anchors VALUES (?, ?)", anchors)
        log.executemany(f"INSERT INTO suggestions VALUES ({', '.join('?' * 15)})", shown)
        log.executemany("INSERT INTO answers VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", answers)
        log.execute("UPDATE terminal SET sequence = ?", (sequence,))
    counting.count(home)
