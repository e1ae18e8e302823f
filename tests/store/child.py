"""What the fault tests run in a child process and kill: `python -m tests.store.child answer|restore HOME …`.

Each line on standard output is an acknowledgement: it is printed after the store returned.
"""

from __future__ import annotations

import itertools
import sys
from pathlib import Path

from assistant.store import copies, visits
from assistant.store.database import Home, open_home
from tests.store.slates import slate


def answer(home: Home) -> None:
    """Answer the suggestions of a visit again and again."""
    connection = open_home(home)
    visit = visits.begin(connection, associate_id="A1", touchpoint="counter", anchors=("P1",))
    shown = visits.show(connection, visit.visit_id, slate(connection, "P3", "P5", "P6"))
    for suggestion in itertools.cycle(shown):
        for kind in ("declined", "undone", "accepted"):
            given = (
                visits.undo(connection, str(suggestion.suggestion_id), associate_id="A1")
                if kind == "undone"
                else visits.answer(connection, str(suggestion.suggestion_id), kind, associate_id="A1")  # type: ignore[arg-type]
            )
            print(given.answer_id, flush=True)


def restore(home: Home, *backups: str) -> None:
    """Restore one backup after the other."""
    for file in itertools.cycle(backups):
        print("restoring", flush=True)
        copies.restore(home, Path(file))


if __name__ == "__main__":
    {"answer": answer, "restore": restore}[sys.argv[1]](Home(Path(sys.argv[2])), *sys.argv[3:])
