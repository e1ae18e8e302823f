"""The sales assistant: what goes well with a basket, why, and what came of saying so."""

__version__ = "0.1.0"
