"""Shopify: what is asked of it before its own schema, and a sync with a shop that answers by that schema."""
