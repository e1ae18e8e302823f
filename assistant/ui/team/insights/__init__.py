"""The Insights tab of the Team page: what receipts and answers tell of the goods, with nobody's name."""

from assistant.ui.team.insights.page import InsightsTab

__all__ = ["InsightsTab"]
