"""Everything that is asked of a Shopify shop holds before Shopify's own schema; and a shop's address."""

from __future__ import annotations

import itertools

import pytest
from graphql import parse, validate

from assistant.errors import ShopError
from assistant.shop import shopify_queries as queries
from assistant.shop.shopify_api import address
from tests.shop.live.shopify.schema import schema


def questions() -> dict[str, str]:
    """Everything that is ever asked of a shop, by a name."""
    asked = {
        name: value
        for name, value in vars(queries).items()
        if isinstance(value, str) and not name.startswith("_") and value.startswith(("query", "mutation"))
    }
    asked |= {f"count {name}": query for name, query in queries.COUNTS.items()}
    asked |= {f"ids of {entity}": query for entity, query in queries.IDS.items()}
    for people, staff in itertools.product((True, False), repeat=2):
        known = f"people={people}, staff={staff}"
        asked[f"orders, {known}"] = queries.orders(people=people, staff=staff)
        asked[f"orders by id, {known}"] = queries.orders_by_id(people=people, staff=staff)
        asked[f"drafts, {known}"] = queries.drafts(people=people)
        asked[f"drafts by id, {known}"] = queries.drafts_by_id(people=people)
        for entity in ("products", "customers", "sales"):
            asked[f"all {entity}, {known}"] = queries.whole(entity, people=people, staff=staff)  # type: ignore[arg-type]
    return asked


@pytest.mark.parametrize("query", questions().values(), ids=questions().keys())
def test_everything_that_is_asked_holds_before_shopifys_own_schema(query: str) -> None:
    assert validate(schema(), parse(query)) == []


def test_a_question_that_shopify_would_refuse_is_seen() -> None:
    assert validate(schema(), parse(queries.NOW.replace("{ id }", "{ ident }")))


@pytest.mark.parametrize(
    "written",
    [
        "lamps",
        "lamps.myshopify.com",
        "https://lamps.myshopify.com/",
        "https://admin.shopify.com/store/lamps/x",
    ],
)
def test_a_shop_is_found_by_its_name_or_any_of_its_addresses(written: str) -> None:
    assert address(written) == "https://lamps.myshopify.com"


@pytest.mark.parametrize("written", ["https://lamps.example", "", "https://x.myshopify.com.example", "a b"])
def test_another_address_is_told_in_words(written: str) -> None:
    with pytest.raises(ShopError, match=r"NAME\.myshopify\.com"):
        address(written)
