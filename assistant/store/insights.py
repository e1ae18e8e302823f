"""What receipts and answers tell of the goods: what leaves together, what is asked for, what never sells.

Counted on receipts of one period and store, or of all; nothing here names a customer or an associate.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from assistant.store import curating, linking
from assistant.store.database import Connection
from assistant.store.families import ADD_ON
from assistant.store.outcomes import IS_LAST


@dataclass(frozen=True, slots=True)
class Together:
    """Two categories or products on the same receipts: `n` of the `base` that hold the first hold both.

    `others` of all `receipts` hold the second: what is usual.
    """

    anchor: str
    other: str
    n: int
    base: int
    others: int
    receipts: int

    @property
    def share(self) -> float:
        """Of the receipts with the first, how many also hold the second."""
        return self.n / self.base

    @property
    def usual(self) -> float:
        """Of all receipts, how many hold the second."""
        return self.others / self.receipts

    @property
    def times(self) -> float:
        """How many times the usual that is."""
        return self.share / self.usual


@dataclass(frozen=True, slots=True)
class Suggested:
    """A pairing as it was offered: how often, taken how often, paid how often, and the reason given most."""

    anchor_id: str
    product_id: str
    offered: int
    accepted: int
    paid: int
    reason: str | None


@contextlib.contextmanager
def held(connection: Connection, since: int, until: int, store_id: str | None = None) -> Iterator[int]:
    """What each receipt of a period (milliseconds) holds, for the questions below; how many receipts."""
    connection.execute("BEGIN")
    try:
        connection.execute(
            "CREATE TEMP TABLE held AS SELECT DISTINCT r.n, l.product_id, c.family FROM receipts AS r "
            "CROSS JOIN receipt_lines AS l ON l.n = r.n "
            "LEFT JOIN counted_products AS c ON c.product_id = l.product_id "
            "WHERE r.paid_at >= ?1 AND r.paid_at < ?2 AND (?3 IS NULL OR r.store_id = ?3) "
            "AND l.quantity > l.back",
            (since, until, store_id),
        )
        (receipts,) = connection.execute("SELECT count(DISTINCT n) FROM temp.held").fetchone()
        yield int(receipts)
    finally:
        connection.execute("ROLLBACK")


def families(connection: Connection, receipts: int, most: int) -> list[Together]:
    """Each pair of the most frequent categories, both ways, those never seen together included."""
    connection.execute(
        "CREATE TEMP TABLE of_family AS SELECT DISTINCT n, family FROM temp.held WHERE family <> ''"
    )
    bases = dict(
        connection.execute(
            "SELECT family, count(*) FROM temp.of_family GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT ?", (most,)
        ).fetchall()
    )
    connection.execute("CREATE INDEX temp.of_family_n ON of_family(n, family)")
    both = {
        (a, b): n
        for a, b, n in connection.execute(
            "SELECT a.family, b.family, count(*) FROM temp.of_family AS a CROSS JOIN temp.of_family AS b "
            "ON b.n = a.n AND b.family <> a.family WHERE a.family IN (SELECT value FROM json_each(?1)) "
            "AND b.family IN (SELECT value FROM json_each(?1)) GROUP BY 1, 2",
            (json.dumps(list(bases)),),
        )
    }
    connection.execute("DROP TABLE temp.of_family")
    return [
        Together(a, b, both.get((a, b), 0), bases[a], bases[b], receipts)
        for a in bases
        for b in bases
        if a != b
    ]


def counts(connection: Connection, most: int) -> dict[str, int]:
    """How many receipts hold each of the most frequent categories, the most frequent first."""
    return dict(
        connection.execute(
            "SELECT family, count(DISTINCT n) FROM temp.held WHERE family <> '' "
            "GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT ?",
            (most,),
        ).fetchall()
    )


def unsuggested(connection: Connection, receipts: int, fewest: int, most: int) -> list[Together]:
    """Products of different categories bought together so often, that nothing offers together; most first."""
    connection.execute("CREATE INDEX temp.held_n ON held(n, product_id)")
    connection.execute(
        "CREATE TEMP TABLE bases AS SELECT product_id, count(*) AS n FROM temp.held "
        "GROUP BY 1 HAVING count(*) >= ?",
        (fewest,),
    )
    connection.execute("CREATE UNIQUE INDEX temp.bases_product ON bases(product_id)")
    found = connection.execute(
        """SELECT w.a, w.b, w.n, x.n, y.n FROM (
             SELECT a.product_id AS a, b.product_id AS b, count(*) AS n
             FROM temp.held AS a CROSS JOIN temp.held AS b ON b.n = a.n AND b.product_id <> a.product_id
             WHERE a.family IS NOT b.family AND a.product_id IN (SELECT product_id FROM temp.bases)
               AND b.product_id IN (SELECT product_id FROM temp.bases)
             GROUP BY 1, 2 HAVING count(*) >= ?1) AS w
           JOIN temp.bases AS x ON x.product_id = w.a JOIN temp.bases AS y ON y.product_id = w.b
           WHERE (x.n < y.n OR (x.n = y.n AND w.a < w.b)) AND w.n * ?2 > 1.0 * x.n * y.n
             AND NOT EXISTS (SELECT 1 FROM pairings AS p WHERE p.anchor_id = w.a AND p.product_id = w.b)
             AND NOT EXISTS (SELECT 1 FROM pairings AS p WHERE p.anchor_id = w.b AND p.product_id = w.a)
             AND NOT EXISTS (SELECT 1 FROM links AS k WHERE k.product_id = w.a AND k.linked_id = w.b)
             AND NOT EXISTS (SELECT 1 FROM links AS k WHERE k.product_id = w.b AND k.linked_id = w.a)
           ORDER BY w.n - 1.0 * x.n * y.n / ?2 DESC, 1, 2 LIMIT ?3""",
        (fewest, receipts, most),
    ).fetchall()
    return [Together(a, b, n, base, others, receipts) for a, b, n, base, others in found]


def of_cell(
    connection: Connection, receipts: int, anchor: str, other: str, fewest: int, most: int
) -> list[Together]:
    """The products behind a pair of categories: those bought together, the most often first."""
    found = connection.execute(
        """WITH first AS (SELECT n, product_id FROM temp.held WHERE family = ?1),
             second AS (SELECT n, product_id FROM temp.held WHERE family = ?2)
           SELECT a.product_id, b.product_id, count(*),
             (SELECT count(*) FROM first WHERE product_id = a.product_id),
             (SELECT count(*) FROM second WHERE product_id = b.product_id)
           FROM first AS a JOIN second AS b ON b.n = a.n
           GROUP BY 1, 2 HAVING count(*) >= ?3 ORDER BY 3 DESC, 1, 2 LIMIT ?4""",
        (anchor, other, fewest, most),
    ).fetchall()
    return [Together(a, b, n, base, others, receipts) for a, b, n, base, others in found]


def aisles(connection: Connection, families: Iterable[str]) -> dict[str, str]:
    """In which aisle most of a category's products stand, where the shop says it of its products."""
    found = connection.execute(
        """SELECT family, aisle FROM (
             SELECT family, aisle, row_number() OVER (PARTITION BY family ORDER BY n DESC, aisle) AS place
             FROM (SELECT c.family, p.attributes ->> '$.aisle' AS aisle, count(*) AS n
                   FROM counted_products AS c JOIN products AS p ON p.product_id = c.product_id
                   WHERE c.family IN (SELECT value FROM json_each(?)) AND p.active
                     AND json_valid(p.attributes)
                   GROUP BY 1, 2)
             WHERE aisle <> '')
           WHERE place = 1""",
        (json.dumps(sorted(set(families))),),
    )
    return {family: str(aisle) for family, aisle in found}


def suggested(connection: Connection, since: int, until: int, store_id: str | None = None) -> list[Suggested]:
    """Every pairing that was offered in a period (milliseconds), the most offered first."""
    found = connection.execute(
        f"""WITH told AS MATERIALIZED (
             SELECT s.anchor_id, s.product_id, a.reason, count(*) AS offered,
               sum(a.kind = 'accepted') AS accepted, count(o.n) AS paid
             FROM visits AS v CROSS JOIN suggestions AS s ON s.visit_id = v.visit_id
             CROSS JOIN answers AS a ON a.suggestion_id = s.suggestion_id {IS_LAST}
             LEFT JOIN outcomes AS o ON o.suggestion_id = s.suggestion_id
             WHERE v.started_at >= ?1 AND v.started_at < ?2 AND (?3 IS NULL OR v.store_id = ?3)
               AND s.anchor_id IS NOT NULL AND a.kind IN ('accepted', 'declined', 'later') AND {ADD_ON}
             GROUP BY 1, 2, 3),
           ranked AS (
             SELECT *, row_number() OVER (PARTITION BY anchor_id, product_id
               ORDER BY reason IS NULL, offered DESC, reason) AS place FROM told)
           SELECT anchor_id, product_id, sum(offered), sum(accepted), sum(paid),
             max(CASE WHEN place = 1 THEN reason END)
           FROM ranked GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2""",
        (since, until, store_id),
    )
    return [Suggested(*row) for row in found]


def reasons(
    connection: Connection, since: int, until: int, store_id: str | None = None
) -> dict[tuple[str, str | None], int]:
    """How often each product was declined for each reason; None = without one."""
    found = connection.execute(
        "SELECT s.product_id, a.reason, count(*) FROM visits AS v "
        "CROSS JOIN suggestions AS s ON s.visit_id = v.visit_id "
        f"CROSS JOIN answers AS a ON a.suggestion_id = s.suggestion_id {IS_LAST} "
        "WHERE v.started_at >= ?1 AND v.started_at < ?2 AND (?3 IS NULL OR v.store_id = ?3) "
        f"AND a.kind = 'declined' AND {ADD_ON} GROUP BY 1, 2",
        (since, until, store_id),
    )
    return {(product, reason): int(n) for product, reason, n in found}


def names(connection: Connection, product_ids: set[str]) -> dict[str, str]:
    """What products are called."""
    found = connection.execute(
        "SELECT j.value, coalesce(p.name, c.name, j.value) FROM json_each(?) AS j "
        "LEFT JOIN products AS p ON p.product_id = j.value "
        "LEFT JOIN counted_products AS c ON c.product_id = j.value",
        (json.dumps(sorted(product_ids)),),
    )
    return dict(found.fetchall())


def offered_pairings(connection: Connection, most: int) -> list[tuple[object, ...]]:
    """The pairings that are offered, for product pages: anchor, add-on, kind, n, base, share, lift, span.

    What a manager took out, or what is in question, is left out; what was put in or linked here is there.
    """
    anchors = curating.anchors_spoken_of(connection)
    said = dict[tuple[str, str], str](curating.words_on(connection, anchors))
    words = [[*pair, word] for pair, word in (said | linking.written(connection)).items()]
    return connection.execute(
        """WITH word AS (
             SELECT value ->> 0 AS anchor_id, value ->> 1 AS product_id, value ->> 2 AS kind
             FROM json_each(?1)),
           every AS (
             SELECT anchor_id, product_id, 'learned' AS kind, n, base, share, lift, since, until FROM pairings
             UNION ALL
             SELECT w.anchor_id, w.product_id, CASE w.kind WHEN 'requires' THEN w.kind ELSE 'accessory' END,
               p.n, p.base, p.share, p.lift, p.since, p.until
             FROM word AS w
             LEFT JOIN pairings AS p ON p.anchor_id = w.anchor_id AND p.product_id = w.product_id
             WHERE w.kind IN ('put_in', 'accessory', 'requires')
             UNION ALL
             SELECT k.product_id, k.linked_id, k.kind, p.n, p.base, p.share, p.lift, p.since, p.until
             FROM links AS k
             LEFT JOIN pairings AS p ON p.anchor_id = k.product_id AND p.product_id = k.linked_id
             WHERE k.kind IN ('accessory', 'requires')),
           told AS (
             SELECT * FROM every AS e WHERE NOT EXISTS (
               SELECT 1 FROM word AS w WHERE w.anchor_id = e.anchor_id AND w.product_id = e.product_id
                 AND w.kind IN ('taken_out', 'does_not_fit', 'alternative'))),
           ranked AS (
             SELECT *, row_number() OVER (PARTITION BY anchor_id ORDER BY kind = 'requires' DESC,
               kind = 'accessory' DESC, share DESC, product_id) AS rank
             FROM (SELECT *, row_number() OVER (PARTITION BY anchor_id, product_id
                     ORDER BY kind = 'requires' DESC, kind = 'accessory' DESC) AS first FROM told)
             WHERE first = 1)
           SELECT r.anchor_id, a.sku, r.product_id, b.sku, r.rank, r.kind, r.n, r.base, r.share, r.lift,
             r.since, r.until
           FROM ranked AS r JOIN products AS a ON a.product_id = r.anchor_id
           JOIN products AS b ON b.product_id = r.product_id
           WHERE r.rank <= ?2 AND a.active AND b.active ORDER BY 1, 5""",
        (json.dumps(words), most),
    ).fetchall()
