"""The Counter page: who is served, what is being bought, what to suggest next, and what was said to it."""

from assistant.ui.counter.page import CounterPage

__all__ = ["CounterPage"]
