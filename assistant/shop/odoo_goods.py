"""Odoo's products: variants with what their templates, categories and warehouses say of them.

A variant's time of change stands still when its template changes, or its stock: each is asked for by its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cached_property

from assistant.shop import odoo_rows as rows
from assistant.shop.calling import RefusedError
from assistant.shop.connector import Aside, Page
from assistant.shop.odoo_api import PAGE, AbsentError, Api, Domain, Row, either, link, name, since, text
from assistant.shop.understanding import each
from assistant.store.things import Goods

_OPTIONAL = ("optional_product_ids", "pos_optional_product_ids")


class Products:
    """The products of one database."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._since: tuple[datetime, Domain] | None = None

    def page(self, at: datetime | None, after: str | None) -> Page:
        """A page of what changed since then (None = all), in the order of the ids."""
        if after is None:
            self.__dict__.pop("_paths", None)  # a category may have moved
            self.__dict__.pop("_warehouses", None)
            self._since = None
        changed = [] if at is None else self._changed(at)
        found = self._api.rows(
            "product.product",
            [["id", ">", int(after or 0)], *changed],
            rows.GOODS,
            limit=PAGE,
            active_test=False,
            display_default_code=False,
        )
        total = self._total() if at is None else None
        following = str(found[-1]["id"]) if len(found) == PAGE else None
        return Page(self._goods(found), following, total)

    def _total(self) -> int:
        return self._api.count("product.product", [], active_test=False)

    def _changed(self, at: datetime) -> Domain:
        if self._since is None or self._since[0] != at:
            self._since = at, self._changed_since(at)
        return self._since[1]

    def _changed_since(self, at: datetime) -> Domain:
        parts = [since("write_date", at), since("product_tmpl_id.write_date", at)]
        try:
            moved = self._api.everything("stock.move", [since("write_date", at)], ["product_id"])
            parts.append(["id", "in", sorted({link(row["product_id"]) or 0 for row in moved})])
        except (AbsentError, RefusedError):
            pass
        return either(*parts)

    def _goods(self, found: Sequence[Row]) -> tuple[Goods | Aside, ...]:
        at = self._api.now()
        stock = self._stock(found)
        attributes = self._attributes(found)
        links = self._links(found)

        def goods(row: Row) -> Goods:
            return rows.goods(
                row,
                category=self._paths.get(link(row.get("categ_id")) or 0),
                stock=stock.get(row["id"], {}),
                attributes=attributes.get(row["id"], {}),
                links=links.get(link(row.get("product_tmpl_id")) or 0, ()),
                at=at,
            )

        return each(found, goods)

    def _stock(self, found: Sequence[Row]) -> dict[int, dict[str, float]]:
        """What lies in each warehouse and is not promised; of what is counted, none where there is none."""
        if not self._api.has("stock.quant"):
            return {}
        every = dict.fromkeys(self._warehouses.values(), 0.0)
        stock = {row["id"]: dict(every) for row in found if row.get("is_storable")}
        fields = ("product_id", "location_id", "quantity", "reserved_quantity")
        for quant in self._api.of("stock.quant", "product_id", [row["id"] for row in found], fields):
            location = link(quant["location_id"]) or 0
            if location not in self._warehouses:
                continue  # at a supplier's, a customer's, or on its way
            of = stock.setdefault(link(quant["product_id"]) or 0, dict(every))
            free = float(quant["quantity"]) - float(quant.get("reserved_quantity") or 0)
            of[self._warehouses[location]] += free
        return stock

    @cached_property
    def _warehouses(self) -> Mapping[int, str]:
        """Of each place that goods lie in the warehouse it is part of; "" = of none."""
        inside = self._api.everything(
            "stock.location", [["usage", "=", "internal"]], ["warehouse_id"], active_test=False
        )
        return {row["id"]: str(link(row.get("warehouse_id")) or "") for row in inside}

    def _attributes(self, found: Sequence[Row]) -> dict[int, dict[str, str]]:
        model, field = "product.template.attribute.value", "product_template_attribute_value_ids"
        wanted = {one for row in found for one in row.get(field) or ()}
        if not wanted:
            return {}
        values = {v["id"]: v for v in self._api.of(model, "id", wanted, ("name", "attribute_id"))}
        return {
            row["id"]: {
                name(value["attribute_id"]) or "": text(value["name"]) or ""
                for value in (values[one] for one in row.get(field) or () if one in values)
            }
            for row in found
        }

    def _links(self, found: Sequence[Row]) -> dict[int, list[tuple[str, str]]]:
        """What is optional with a template, by the variants the others are sold as."""
        templates = {link(row.get("product_tmpl_id")) or 0 for row in found}
        told = [*self._api.of("product.template", "id", templates, _OPTIONAL)]
        named = {row["id"]: {one for field in _OPTIONAL for one in row.get(field) or ()} for row in told}
        others = {one for optional in named.values() for one in optional}
        sold = {
            row["id"]: [str(one) for one in row["product_variant_ids"]]
            for row in self._api.of("product.template", "id", others, ("product_variant_ids",))
        }
        return {
            template: [(part, "accessory") for one in sorted(optional) for part in sold.get(one, ())]
            for template, optional in named.items()
        }

    @cached_property
    def _paths(self) -> Mapping[int, str | None]:
        told = {
            row["id"]: str(row["complete_name"])
            for row in self._api.everything("product.category", [], ["complete_name"])
        }
        root = rows.root(told.values())
        return {one: rows.path(whole, root) for one, whole in told.items()}
