"""Loads on the background thread what the first screen does not show, so that no page waits for the disk."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from assistant.store.database import Connection
from assistant.ui.questions import Questions

# In the order in which somebody may need them; what these load in their turn comes with them.
_MODULES = (
    "assistant.ui.rail",
    "assistant.ui.topbar",
    "assistant.ui.hits",
    "assistant.ui.results",
    "assistant.suggest",
    "assistant.suggest.talking_points",
    "assistant.ui.counter.page",
    "assistant.ui.account",
    "assistant.ui.review",
    "assistant.ui.followups.page",
    "assistant.ui.followups.reading",
    "assistant.suggest.replenishment",
    "assistant.ui.team.page",
    "assistant.ui.settings.page",
    "assistant.ui.keysheet",
    "assistant.ui.firstrun",
    "assistant.ui.keeper",
    "assistant.ui.recovery",
    "assistant.ui.handover",
)


def load(questions: Questions, then: Callable[[], None]) -> None:
    """Load it module by module, so that a question that is asked meanwhile comes between; then go on."""
    for name in _MODULES:
        questions.ask(partial(_load, name=name), lambda _nothing: None)
    questions.ask(_phone_formats, lambda _nothing: then())


def _load(_connection: Connection, name: str) -> None:
    # As `from name import …` does it: past that, PySide reads a module's source at the first `import` of it.
    __import__(name, fromlist=[""])


def _phone_formats(_connection: Connection) -> None:
    """How each country writes its numbers is a file of its own, read when the first such number is shown."""
    from phonenumbers import PhoneMetadata

    PhoneMetadata.load_all()
