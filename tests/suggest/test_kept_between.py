"""A question is answered the same whatever was asked before it."""

from __future__ import annotations

import contextlib
import random

from assistant.store.database import open_home, transaction
from assistant.suggest import Question, ask, load_model
from tests import shops

BASKETS = (("P1",), ("P1", "P3"), ("P9",), ("P2", "P5", "P8"), ("unknown",), (), ("P1", "P4", "P6", "P9"))


def test_what_was_asked_before_changes_no_slate(shop_home, shop, catalog, model, fill):
    with transaction(catalog):
        catalog.execute("UPDATE customers SET personal_suggestions = 1")
    people = [None, *(row[0] for row in shop.execute("SELECT customer_id FROM customers"))]
    asked = [
        Question(fill(*basket), person, store_id="S1", now=shops.NOW, visit_id="V")
        for basket in BASKETS
        for person in people
    ]
    random.Random(3).shuffle(asked)
    for question in asked:
        with contextlib.closing(open_home(shop_home)) as fresh:
            alone = ask(fresh, load_model(shop_home), question)
        assert ask(shop, model, question) == ask(shop, model, question) == alone
