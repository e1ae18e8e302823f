"""What is asked of Vendure's Admin API, word by word; the custom fields are the shop's own."""

from __future__ import annotations

from collections.abc import Mapping

LOGIN = """mutation ($user: String!, $password: String!) {
  login(username: $user, password: $password) {
    ... on CurrentUser { id }
    ... on ErrorResult { errorCode message }
  }
}"""

CHANNEL = "{ activeChannel { id code defaultCurrencyCode } }"

CUSTOM = '{ __type(name: "%sCustomFields") { fields { name } } }'

STORES = """query ($options: StockLocationListOptions) {
  stockLocations(options: $options) { totalItems items { id name } }
}"""

ASSOCIATES = """query ($options: AdministratorListOptions) {
  administrators(options: $options) { totalItems items { id firstName lastName emailAddress } }
}"""

COLLECTIONS = """query ($options: CollectionListOptions) {
  collections(options: $options) { totalItems items { id breadcrumbs { name } } }
}"""

OF_COLLECTION = """query ($id: ID!, $options: ProductVariantListOptions) {
  collection(id: $id) { productVariants(options: $options) { totalItems items { id } } }
}"""

CATEGORIES = """query ($options: ProductVariantListOptions) {
  productVariants(options: $options) {
    totalItems items { id product { collections { breadcrumbs { name } } } }
  }
}"""

BASKET = """query ($options: OrderListOptions) {
  orders(options: $options) { items { id state lines { id quantity productVariant { id } } } }
}"""

_SAID = "{ __typename ... on ErrorResult { errorCode message } }"

ADD = f"""mutation ($order: ID!, $variant: ID!, $quantity: Int!) {{
  addItemToDraftOrder(orderId: $order, input: {{ productVariantId: $variant, quantity: $quantity }}) {_SAID}
}}"""

ADJUST = f"""mutation ($order: ID!, $line: ID!, $quantity: Int!) {{
  adjustDraftOrderLine(orderId: $order, input: {{ orderLineId: $line, quantity: $quantity }}) {_SAID}
}}"""

REMOVE = f"""mutation ($order: ID!, $line: ID!) {{
  removeDraftOrderLine(orderId: $order, orderLineId: $line) {_SAID}
}}"""

IDS: Mapping[str, str] = {
    entity: f"query ($options: {kind}ListOptions) {{ "
    f"{name}(options: $options) {{ totalItems items {{ {key} }} }} }}"
    for entity, kind, name, key in (
        ("stores", "StockLocation", "stockLocations", "id"),
        ("associates", "Administrator", "administrators", "id"),
        ("products", "ProductVariant", "productVariants", "id"),
        ("customers", "Customer", "customers", "id"),
        ("sales", "Order", "orders", "code"),
    )
}

_READ = (
    ("products", "ReadCatalog", "productVariants"),
    ("customers", "ReadCustomer", "customers"),
    ("orders and baskets", "ReadOrder", "orders"),
    ("people who sell", "ReadAdministrator", "administrators"),
    ("stock places", "ReadStockLocation", "stockLocations"),
)
TRIED = tuple(
    (name, permission, f"{{ {field}(options: {{ take: 1 }}) {{ totalItems items {{ id }} }} }}")
    for name, permission, field in _READ
)
"""What a sync reads, and the permission each needs."""

NEEDS: Mapping[str, str] = {
    **{field: permission for _, permission, field in _READ},
    "collections": "ReadCatalog",
    "collection": "ReadCatalog",
    "addItemToDraftOrder": "UpdateOrder",
    "adjustDraftOrderLine": "UpdateOrder",
    "removeDraftOrderLine": "UpdateOrder",
}
"""The permission that a question's field needs."""


SOLD_GOODS = """query ($options: OrderListOptions) {
  orders(options: $options) { totalItems items { lines { productVariant { id } } } }
}"""


def products(*custom: str) -> str:
    """Variants, with the custom fields that are there."""
    return f"""query ($options: ProductVariantListOptions) {{
  productVariants(options: $options) {{ totalItems items {{
    id sku name priceWithTax currencyCode enabled
    facetValues {{ name facet {{ code }} }}
    product {{ enabled facetValues {{ name facet {{ code }} }} }}
    stockLevels {{ stockLocationId stockOnHand stockAllocated }} {_own(custom)}
  }} }}
}}"""


def customers(*custom: str) -> str:
    """Customers, with the custom fields that are there."""
    return f"""query ($options: CustomerListOptions) {{
  customers(options: $options) {{ totalItems items {{
    id firstName lastName emailAddress phoneNumber createdAt groups {{ name }} {_own(custom)}
  }} }}
}}"""


def sales(*custom: str) -> str:
    """Orders from the open basket on, with their lines and what was refunded."""
    return f"""query ($options: OrderListOptions) {{
  orders(options: $options) {{ totalItems items {{
    code state updatedAt orderPlacedAt currencyCode customer {{ id }} {_own(custom)}
    lines {{
      id quantity orderPlacedQuantity unitPriceWithTax proratedUnitPriceWithTax productVariant {{ id }}
    }}
    payments {{ refunds {{ lines {{ orderLineId quantity }} }} }}
  }} }}
}}"""


def _own(custom: tuple[str, ...]) -> str:
    names = " ".join(filter(None, custom))
    return f"customFields {{ {names} }}" if names else ""
