"""The Model tab: which suggestions are made, and how it is known that they are good."""

from assistant.ui.team.model.page import ModelTab

__all__ = ["ModelTab"]
