"""Which kind of sale each was is counted like every other sum: kept by day or made at once, all the same."""

from __future__ import annotations

import contextlib
from collections import Counter
from datetime import timedelta

from assistant.measure import period
from assistant.store import cases, counting, preferences, schema
from assistant.store.database import Home, moment, open_home
from assistant.store.gathering import gathered
from tests.measure import made


def test_hours_are_the_shops_and_every_sale_with_an_anchor_is_of_one_kind(home: Home):
    schema.prepare(home)
    made.large(home, 1_500)
    with contextlib.closing(open_home(home)) as connection:
        preferences.put(connection, "shop.timezone", "Europe/Berlin")
        asked = period.scope(connection, made.START, made.START + timedelta(days=84))
        with gathered(connection, asked):
            at_once = cases.kinds(connection)
        counting.count(home)
        with gathered(connection, asked):
            kept = cases.kinds(connection)
            (anchored,) = connection.execute(
                "SELECT total(anchored) FROM temp.takings WHERE associate_id IS NOT NULL"
            ).fetchone()
        zone = period.zone(connection)
        sold = connection.execute(
            "SELECT paid_at, store_id FROM receipts WHERE associate_id IS NOT NULL AND n IN "
            "(SELECT n FROM receipt_lines WHERE anchor)"
        ).fetchall()
        values = connection.execute(
            "SELECT total(CASE WHEN (n, line_no) NOT IN (SELECT n, line_no FROM outcomes WHERE n NOT NULL) "
            "THEN net END) FROM receipt_lines GROUP BY n HAVING max(anchor)"
        ).fetchall()
    assert at_once == kept
    assert sum(one.sales for one in kept) == anchored > 0
    told: Counter[tuple[str, str]] = Counter()
    for one in kept:
        told[one.levels[0], one.levels[1]] += one.sales
    expected = Counter((store, str(moment(at).astimezone(zone).hour)) for at, store in sold)
    assert told == expected
    assert {one.levels[2].split()[0] for one in kept} == {"Photo/Kind"}
    bands: Counter[str] = Counter()
    for one in kept:
        bands[one.levels[3]] += one.sales
    # What was paid without accepted add-ons: under 10, from 10, from 25, from 50; what came back is nothing.
    assert bands == Counter(str(sum(net >= bound * 10_000 for bound in (10, 25, 50))) for (net,) in values)
