"""The Team page: what came of the offers, by associate and by week."""

from assistant.ui.team.page import TeamPage

__all__ = ["TeamPage"]
