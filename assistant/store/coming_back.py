"""Who came back for it: a customer with an anchor on one receipt and what goes with it on a later one."""

from __future__ import annotations

import json
from collections.abc import Sequence

from assistant.store.database import Connection
from assistant.store.days import DAY, Calendar, open_days
from assistant.store.families import GO_TOGETHER

CAME_BACK_DAYS = 14

# A pair of receipts: c later than r, and with goods that go with an anchor of r.
_CAME_BACK = f"""
  SELECT r.n AS n, c.n AS later_n, r.paid_at AS paid_at
  FROM json_each(:changed) AS x CROSS JOIN receipts AS {{mine}} ON {{mine}}.n = x.value
  CROSS JOIN receipts AS {{other}} ON {{other}}.customer_id = {{mine}}.customer_id
  WHERE r.able AND c.paid_at > r.paid_at AND c.paid_at <= r.paid_at + {CAME_BACK_DAYS * DAY}
    AND EXISTS (
      SELECT 1 FROM (SELECT k.product_id AS a, l.product_id AS b FROM receipt_lines AS k, receipt_lines AS l
                     WHERE k.n = r.n AND k.anchor AND l.n = c.n AND l.quantity > l.back)
      WHERE {GO_TOGETHER})"""


def note(connection: Connection, calendar: Calendar, numbers: Sequence[int | None]) -> None:
    """Look anew at whom these receipts brought back, and who came back after them."""
    changed = {"changed": json.dumps(list(numbers))}
    for mine, other in (("r", "c"), ("c", "r")):
        found = connection.execute(_CAME_BACK.format(mine=mine, other=other), changed).fetchall()
        connection.executemany(
            "INSERT OR IGNORE INTO came_back VALUES (?, ?)", [(n, later) for n, later, _ in found]
        )
        open_days(connection, calendar, (at for _, _, at in found))


def forget(connection: Connection, calendar: Calendar, n: int | None) -> None:
    """A receipt is another now, or gone: who came back by it, or for it, is not known any more."""
    # Whom it brought back is counted with the day of the earlier receipt.
    earlier = connection.execute(
        "SELECT r.paid_at FROM came_back AS c JOIN receipts AS r ON r.n = c.n WHERE c.later_n = ?", (n,)
    ).fetchall()
    open_days(connection, calendar, (at for (at,) in earlier))
    connection.execute("DELETE FROM came_back WHERE later_n = ?1 OR n = ?1", (n,))
