"""The Review page: a call, what the customer owns and is due, what to talk about, and the next step."""

from assistant.ui.review.page import ReviewPage

__all__ = ["ReviewPage"]
