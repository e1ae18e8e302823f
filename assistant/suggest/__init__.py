"""What to offer and why: candidates, rules, ranking and talking points; no screen, no frames, no SQL."""

from assistant.suggest.ask import Standing, ask, why_not
from assistant.suggest.model import Model, load_model
from assistant.suggest.question import Drawing, Question

__all__ = ["Drawing", "Model", "Question", "Standing", "ask", "load_model", "why_not"]
