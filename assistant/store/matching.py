"""Which accepted offers are on a paid receipt: each offer and order line at most once, always alike.

The whole log is matched whatever the period of the question, so that an offer has the same receipt in every
report. What is found lies in a temporary table `matched` of the connection.
"""

from __future__ import annotations

from assistant.store.database import Connection

# The category path down to its second level, as `records.family_of` says it.
_CATEGORY = "substr(category, instr(category, '/') + 1)"
_FAMILIES = f"""
  INSERT INTO temp.families SELECT product_id, CASE WHEN instr({_CATEGORY}, '/') > 0
    THEN substr(category, 1, instr(category, '/') + instr({_CATEGORY}, '/') - 1) ELSE category END
  FROM products WHERE category <> ''"""


# An answer counts as long as no later one, an undo among them, follows it.
IS_LAST = """AND NOT EXISTS (
  SELECT 1 FROM answers AS b WHERE b.suggestion_id = a.suggestion_id AND b.sequence > a.sequence)"""

# A better one of the anchor's own family is a step-up, never counted with add-ons.
ADD_ON = """(s.anchor_id IS NULL OR NOT EXISTS (
  SELECT 1 FROM temp.families AS f JOIN temp.families AS g ON g.family = f.family
  WHERE f.product_id = s.product_id AND g.product_id = s.anchor_id))"""


def match(connection: Connection, days: int) -> None:
    """Fill the temporary tables `families` and `matched` (offer, visit_id, order_id, line_no).

    An offer looks first on the order of its visit's basket. Where it is not there, it looks on the orders of
    its visit's customer, from the visit's start for so many days. Earlier offers choose first, each the
    earliest line that is still free; baskets are done before customers.
    """
    connection.execute(
        "CREATE TEMP TABLE families (product_id TEXT PRIMARY KEY, family TEXT NOT NULL) WITHOUT ROWID"
    )
    connection.execute(_FAMILIES)
    connection.execute(
        "CREATE TEMP TABLE matched (offer INTEGER PRIMARY KEY, visit_id TEXT NOT NULL, "
        "order_id TEXT NOT NULL, line_no INTEGER NOT NULL)"
    )
    _accepted(connection)
    taken: dict[int, tuple[str, str, int]] = {}
    lines: set[tuple[str, int]] = set()
    for candidates in (_BY_BASKET, _BY_CUSTOMER):
        for offer, visit_id, order_id, line_no in connection.execute(candidates, {"ms": days * 86_400_000}):
            if offer not in taken and (order_id, line_no) not in lines:
                taken[offer] = (visit_id, order_id, line_no)
                lines.add((order_id, line_no))
    connection.executemany(
        "INSERT INTO temp.matched VALUES (?, ?, ?, ?)", ((offer, *line) for offer, line in taken.items())
    )
    connection.execute("CREATE UNIQUE INDEX temp.matched_line ON matched(order_id, line_no)")


def _accepted(connection: Connection) -> None:
    connection.execute(
        "CREATE TEMP TABLE accepted AS "
        "SELECT s.rowid AS offer, s.sequence, s.product_id, v.visit_id, v.basket_id, v.customer_id, "
        "v.started_at "
        "FROM answers AS a CROSS JOIN suggestions AS s ON s.suggestion_id = a.suggestion_id "
        "CROSS JOIN visits AS v ON v.visit_id = s.visit_id "
        f"WHERE a.kind = 'accepted' {IS_LAST} AND {ADD_ON}"
    )


_BY_BASKET = """
  SELECT a.offer, a.visit_id, l.order_id, l.line_no
  FROM temp.accepted AS a
  CROSS JOIN orders AS o ON o.basket_id = a.basket_id
  CROSS JOIN order_lines AS l ON l.order_id = o.order_id
  WHERE l.product_id = a.product_id AND l.quantity > 0
  ORDER BY a.started_at, a.sequence, o.ordered_at, l.order_id, l.line_no"""

_BY_CUSTOMER = """
  SELECT a.offer, a.visit_id, l.order_id, l.line_no
  FROM temp.accepted AS a
  CROSS JOIN orders AS o ON o.customer_id = a.customer_id
    AND o.ordered_at >= a.started_at AND o.ordered_at <= a.started_at + :ms
  CROSS JOIN order_lines AS l ON l.order_id = o.order_id
  WHERE l.product_id = a.product_id AND l.quantity > 0
  ORDER BY a.started_at, a.sequence, o.ordered_at, l.order_id, l.line_no"""
