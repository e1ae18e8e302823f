"""Slates for the log's tests: a few products to suggest, with no model behind them."""

from __future__ import annotations

from assistant.records import Basket, Evidence, Line, Slate, Suggestion, TalkingPoint
from assistant.store import catalog
from assistant.store.database import Connection

ANCHOR = Basket("B-20418", (Line("P1", "CAM-R50", "Lumo R50 mirrorless kit", 1),))


def slate(connection: Connection, *product_ids: str) -> Slate:
    """A slate of these products, in this order."""
    known = catalog.products(connection, product_ids)
    return Slate(
        model_id="m1",
        basket=ANCHOR,
        suggestions=tuple(
            Suggestion(
                product=known[product_id],
                rank=rank,
                score=0.5,
                parts={"pairing": 0.0},
                talking_point=TalkingPoint("plain", "It fits."),
                evidence=(Evidence("accessory", "P1", "Lumo R50 mirrorless kit"),),
            )
            for rank, product_id in enumerate(product_ids, 1)
        ),
        step_ups=(),
        held_back=(),
        checked=len(product_ids),
        candidates_hash="c0ffee",
    )
