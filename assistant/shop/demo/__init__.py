"""A made-up shop, made from a written-down truth: the same shop for the same day, byte for byte."""

from assistant.shop.demo.making import make

__all__ = ["make"]
