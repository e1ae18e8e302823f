"""Opening a product: one that is not in stock is noted as asked for, without a word on the screen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from assistant.store import asking, catalog
from assistant.store.database import Connection
from assistant.ui.counter import serving
from assistant.ui.counter.serving import Served

AGAIN = timedelta(minutes=10)  # looked at once more by the same person meanwhile is no other customer


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, and for whom: the visit in progress and its customer, if there is one."""

    associate_id: str
    store_id: str | None
    visit_id: str | None = None
    customer_id: str | None = None


def open_product(connection: Connection, product_id: str, asker: Asker | None, at: datetime) -> Served:
    """One product looked at; asked for where it is not in stock. Raises InputError for an unknown one."""
    served = serving.open_product(connection, product_id)
    stock = catalog.stock(connection, [product_id], asker.store_id if asker else None).get(product_id)
    if asker is None or stock is None or stock.quantity is None or stock.quantity > 0:
        return served
    if not asking.noted_since(connection, asker.associate_id, product_id, asker.customer_id, at - AGAIN):
        asking.note(
            connection,
            associate_id=asker.associate_id,
            product_id=product_id,
            visit_id=asker.visit_id,
            store_id=asker.store_id,
            customer_id=asker.customer_id,
            at=at,
        )
    return served
