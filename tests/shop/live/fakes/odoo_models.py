"""The models of Odoo's apps, with those of their fields that are played here, as documented."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

# of each model its fields that are links, and where to
LINKS: Mapping[str, Mapping[str, str]] = {
    "res.company": {"currency_id": "res.currency"},
    "res.currency": {},
    "res.users": {},
    "res.partner": {},
    "res.partner.category": {},
    "mail.blacklist": {},
    "hr.employee": {"user_id": "res.users"},
    "hr.employee.public": {"user_id": "res.users"},
    "product.category": {},
    "product.template": {"categ_id": "product.category"},
    "product.product": {
        "product_tmpl_id": "product.template", "currency_id": "res.currency", "categ_id": "product.category",
    },
    "product.attribute": {},
    "product.template.attribute.value": {"attribute_id": "product.attribute"},
    "stock.warehouse": {},
    "stock.location": {"warehouse_id": "stock.warehouse"},
    "stock.quant": {"product_id": "product.product", "location_id": "stock.location"},
    "stock.move": {"product_id": "product.product"},
    "sale.order": {
        "partner_id": "res.partner", "user_id": "res.users", "warehouse_id": "stock.warehouse",
        "currency_id": "res.currency",
    },
    "sale.order.line": {"order_id": "sale.order", "product_id": "product.product"},
    "account.move": {},
    "account.move.line": {"move_id": "account.move"},
    "pos.config": {"warehouse_id": "stock.warehouse"},
    "pos.order": {
        "partner_id": "res.partner", "user_id": "res.users", "employee_id": "hr.employee",
        "config_id": "pos.config", "currency_id": "res.currency", "refunded_order_id": "pos.order",
    },
    "pos.order.line": {
        "order_id": "pos.order", "product_id": "product.product", "refunded_orderline_id": "pos.order.line",
    },
}  # fmt: skip
# of each model its fields that are many, and where to
MANY: Mapping[tuple[str, str], str] = {
    ("sale.order", "order_line"): "sale.order.line",
    ("pos.order", "lines"): "pos.order.line",
    ("product.template", "product_variant_ids"): "product.product",
}
APPS = {
    "sale": ("sale.order", "sale.order.line"),
    "point_of_sale": ("pos.config", "pos.order", "pos.order.line"),
    "stock": ("stock.warehouse", "stock.location", "stock.quant", "stock.move"),
    "hr": ("hr.employee", "hr.employee.public"),
    "account": ("account.move", "account.move.line"),
}
PLAIN: Mapping[str, Sequence[str]] = {
    "product.product": ("name", "display_name", "default_code", "barcode", "lst_price", "standard_price",
                        "active", "sale_ok", "is_storable", "product_template_attribute_value_ids"),
    "product.template": ("name", "optional_product_ids", "pos_optional_product_ids", "product_variant_ids"),
    "res.partner": ("name", "email", "email_normalized", "phone", "type", "category_id", "country_code",
                    "is_blacklisted", "active"),
    "res.users": ("name", "share", "active"),
    "mail.blacklist": ("email", "active"),
    "product.category": ("complete_name",),
    "stock.location": ("usage",),
    "stock.quant": ("quantity", "reserved_quantity"),
    "sale.order": ("state", "date_order", "order_line"),
    "sale.order.line": ("product_uom_qty", "price_unit", "discount"),
    "account.move": ("move_type",),
    "account.move.line": ("quantity", "sale_line_ids", "parent_state"),
    "pos.order": ("state", "date_order", "pos_reference", "lines"),
    "pos.order.line": ("qty", "price_unit", "discount"),
    "hr.employee": ("active",),
    "hr.employee.public": ("active",),
}  # fmt: skip
ALWAYS = ("id", "name", "write_date", "create_date")
