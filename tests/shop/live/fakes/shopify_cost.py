"""What a question costs in a Shopify shop, as documented: an object one, a list by how many are asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLList,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    get_named_type,
    get_nullable_type,
    is_leaf_type,
    value_from_ast_untyped,
)


def cost(schema: GraphQLSchema, document: DocumentNode, values: Mapping[str, Any]) -> int:
    """The cost of a document's one operation; a mutation costs ten besides."""
    (operation,) = document.definitions
    assert isinstance(operation, OperationDefinitionNode)
    root = schema.get_root_type(operation.operation)
    begins = 10 if operation.operation.value == "mutation" else 0
    return begins + _of(schema, root, operation.selection_set, values, 1)


def _of(
    schema: GraphQLSchema, kind: Any, chosen: SelectionSetNode | None, values: Mapping[str, Any], many: int
) -> int:
    total = 0
    for one in chosen.selections if chosen else ():
        if isinstance(one, InlineFragmentNode):
            assert one.type_condition is not None
            within = schema.type_map[one.type_condition.name.value]
            total += _of(schema, within, one.selection_set, values, many)
            continue
        assert isinstance(one, FieldNode)
        field = kind.fields.get(one.name.value)
        if field is None or is_leaf_type(get_named_type(field.type)):
            continue
        named = get_named_type(field.type)
        given = {a.name.value: value_from_ast_untyped(a.value, dict(values)) for a in one.arguments or ()}
        if named.name.endswith("Connection"):
            within = _of(schema, named, one.selection_set, values, given.get("first") or 1)
            total += 2 + within
        elif one.name.value in ("nodes", "edges"):
            times = len(given["ids"]) if "ids" in given else many
            total += times * (1 + _of(schema, named, one.selection_set, values, 1))
        elif isinstance(get_nullable_type(field.type), GraphQLList) or named.name != "PageInfo":
            total += 1 + _of(schema, named, one.selection_set, values, 1)
    return total
