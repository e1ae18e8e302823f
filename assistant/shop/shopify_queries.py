"""What is asked of Shopify's Admin API; people and staff are left out where the app is not told of them."""

from __future__ import annotations

from collections.abc import Mapping

from assistant.shop.connector import Entity

ACCESS = "query { shop { name currencyCode } currentAppInstallation { accessScopes { handle } } }"
NOW = "query { shop { id } }"

COUNTS: Mapping[str, str] = {
    "products": "query { productVariantsCount(limit: null) { count } }",
    "customers": "query { customersCount { count } }",
    "orders": "query { ordersCount(limit: null) { count } }",
    "open drafts": "query ($query: String) { draftOrdersCount(limit: null, query: $query) { count } }",
    "places": "query { locationsCount(limit: null) { count } }",
}

TRY_PEOPLE = "query { customers(first: 1) { nodes { id displayName defaultPhoneNumber { phoneNumber } } } }"
TRY_STAFF = "query { staffMembers(first: 1) { nodes { id } } }"

STORES = """query ($first: Int!, $after: String) {
  locations(first: $first, after: $after, sortKey: ID, includeLegacy: true) {
    nodes { id name }
    pageInfo { hasNextPage endCursor }
  }
}"""

STAFF = """query ($first: Int!, $after: String) {
  staffMembers(first: $first, after: $after, sortKey: ID) {
    nodes { id name active }
    pageInfo { hasNextPage endCursor }
  }
}"""

_VARIANT = """id title sku barcode price
  selectedOptions { name value }
  product {
    id title status productType vendor
    category { fullName }
    complementary: metafield(namespace: "shopify--discovery--product_recommendation", key: "complementary_products") {
      value
    }
  }
  inventoryItem { id tracked unitCost { amount } %s }"""  # noqa: E501

_LEVEL = 'location { id } quantities(names: ["available"]) { quantity }'

VARIANTS = f"""query ($first: Int!, $query: String) {{
  productVariants(first: $first, query: $query, sortKey: ID) {{
    nodes {{
      {_VARIANT % f"inventoryLevels(first: 20) {{ nodes {{ id {_LEVEL} }} pageInfo {{ hasNextPage }} }}"}
    }}
    pageInfo {{ hasNextPage }}
  }}
}}"""

LEVELS = f"""query ($id: ID!, $after: String) {{
  inventoryItem(id: $id) {{
    inventoryLevels(first: 100, after: $after) {{
      nodes {{ id {_LEVEL} }}
      pageInfo {{ hasNextPage endCursor }}
    }}
  }}
}}"""

LINKED = """query ($ids: [ID!]!) {
  nodes(ids: $ids) { ... on Product { id variants(first: 1) { nodes { id } } } }
}"""

_PERSON = """id firstName lastName createdAt note
  defaultEmailAddress { emailAddress marketingState }
  defaultPhoneNumber { phoneNumber smsMarketingConsent { state } }"""

CUSTOMERS = f"""query ($first: Int!, $query: String) {{
  customers(first: $first, query: $query, sortKey: ID) {{
    nodes {{ {_PERSON} }}
    pageInfo {{ hasNextPage }}
  }}
}}"""

_ORDER = """id createdAt processedAt cancelledAt test currencyCode sourceName displayFinancialStatus
  retailLocation { id } %s"""

_SOLD = """id quantity currentQuantity variant { id }
  originalUnitPriceSet { shopMoney { amount } }
  discountedUnitPriceAfterAllDiscountsSet { shopMoney { amount } }"""


def _of_order(people: bool, staff: bool) -> str:
    return _ORDER % f"{'customer { id }' * people} {'staffMember { id }' * staff}"


def _order(people: bool, staff: bool) -> str:
    return f"""{_of_order(people, staff)}
      lineItems(first: 10) {{ nodes {{ {_SOLD} }} pageInfo {{ hasNextPage endCursor }} }}"""


def orders(*, people: bool, staff: bool) -> str:
    """A page of orders with their lines."""
    return f"""query ($first: Int!, $query: String) {{
  orders(first: $first, query: $query, sortKey: ID) {{
    nodes {{ {_order(people, staff)} }}
    pageInfo {{ hasNextPage }}
  }}
}}"""


def orders_by_id(*, people: bool, staff: bool) -> str:
    """Certain orders with their lines."""
    return f"query ($ids: [ID!]!) {{ nodes(ids: $ids) {{ ... on Order {{ {_order(people, staff)} }} }} }}"


MORE_SOLD = f"""query ($id: ID!, $after: String) {{
  order(id: $id) {{
    lineItems(first: 100, after: $after) {{ nodes {{ {_SOLD} }} pageInfo {{ hasNextPage endCursor }} }}
  }}
}}"""

_TAKEN = """id quantity variant { id }
  originalUnitPriceSet { shopMoney { amount } }
  discountedTotalSet { shopMoney { amount } }"""

_DRAFT = f"""id status updatedAt currencyCode order {{ id }} %s
  lineItems(first: 10) {{ nodes {{ {_TAKEN} }} pageInfo {{ hasNextPage endCursor }} }}"""

MORE_TAKEN = f"""query ($id: ID!, $after: String) {{
  draftOrder(id: $id) {{
    lineItems(first: 100, after: $after) {{ nodes {{ {_TAKEN} }} pageInfo {{ hasNextPage endCursor }} }}
  }}
}}"""

DRAFT_STATES = """query ($ids: [ID!]!) {
  nodes(ids: $ids) { ... on DraftOrder { id status updatedAt } }
}"""


def drafts(*, people: bool) -> str:
    """A page of draft orders with their lines."""
    return f"""query ($first: Int!, $query: String) {{
  draftOrders(first: $first, query: $query, sortKey: ID) {{
    nodes {{ {_DRAFT % ("customer { id }" * people)} }}
    pageInfo {{ hasNextPage }}
  }}
}}"""


def drafts_by_id(*, people: bool) -> str:
    """Certain draft orders with their lines."""
    wanted = _DRAFT % ("customer { id }" * people)
    return f"query ($ids: [ID!]!) {{ nodes(ids: $ids) {{ ... on DraftOrder {{ {wanted} }} }} }}"


_IDS_OF = """query ($first: Int!, $query: String) {
  %s(first: $first, query: $query, sortKey: ID) { nodes { id } pageInfo { hasNextPage } }
}"""

IDS: Mapping[Entity, str] = {
    "products": _IDS_OF % "productVariants",
    "customers": _IDS_OF % "customers",
    "sales": _IDS_OF % "draftOrders",
}

CHANGED = """query ($first: Int!, $query: String) {
  products(first: $first, query: $query, sortKey: ID) { nodes { id } pageInfo { hasNextPage } }
}"""

BASKET = """query ($id: ID!, $after: String) {
  draftOrder(id: $id) {
    id status
    lineItems(first: 50, after: $after) {
      nodes {
        uuid custom quantity title sku taxable requiresShipping
        variant { id }
        weight { unit value }
        originalUnitPriceWithCurrency { amount currencyCode }
        priceOverride { amount currencyCode }
        customAttributes { key value }
        appliedDiscount { title description value valueType }
        components { uuid }
      }
      pageInfo { hasNextPage endCursor }
    }
  }
}"""

WRITE = """mutation ($id: ID!, $lines: [DraftOrderLineItemInput!]) {
  draftOrderUpdate(id: $id, input: { lineItems: $lines }) {
    draftOrder { id }
    userErrors { field message }
  }
}"""

EXPORT = """mutation ($query: String!) {
  bulkOperationRunQuery(query: $query, groupObjects: true) {
    bulkOperation { id status }
    userErrors { field message code }
  }
}"""

EXPORTED = """query ($id: ID!) {
  bulkOperation(id: $id) { id status errorCode rootObjectCount url }
}"""


def whole(entity: Entity, *, people: bool, staff: bool) -> str:
    """What is exported of an entity: without page sizes, as an export wants it."""
    levels = f"inventoryLevels {{ edges {{ node {{ id {_LEVEL} }} }} }}"
    lines = f"lineItems {{ edges {{ node {{ {_SOLD} }} }} }}"
    row = {
        "products": f"productVariants {{ edges {{ node {{ {_VARIANT % levels} }} }} }}",
        "customers": f"customers {{ edges {{ node {{ {_PERSON} }} }} }}",
        "sales": f"orders {{ edges {{ node {{ {_of_order(people, staff)} {lines} }} }} }}",
    }[entity]
    return f"{{ {row} }}"
