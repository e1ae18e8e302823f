"""The follow-ups as a list model: today, this week, later; a row keeps its number and place when answered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from assistant.records import FollowUp
from assistant.ui import dates
from assistant.ui.followups import words
from assistant.ui.followups.reading import Task
from assistant.ui.wording import tr

ENTRY = Qt.ItemDataRole.UserRole + 1
FEW_LATER = 2
Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Entry:
    """A heading, a numbered row of today, or a line of another day."""

    kind: Literal["head", "today", "line"]
    title: str = ""
    second: str = ""
    task: Task | None = None
    number: int = 0
    more: bool = False  # the heading opens the rest

    @property
    def key(self) -> str:
        return self.task.key if self.task else self.title


class Tasks(QAbstractListModel):
    """Rows in the order of their days; an answer changes a row where it stands."""

    def __init__(self, now: Callable[[], datetime], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._now = now
        self._entries: list[Entry] = []
        self._tasks: tuple[Task, ...] = ()
        self._history: list[str] = []
        self.all_later = False

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._entries)

    def flags(self, index: Index) -> Qt.ItemFlag:
        entry: Entry | None = index.data(ENTRY)
        if entry is None or entry.task is None:
            return Qt.ItemFlag.ItemIsEnabled
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._entries):
            return None
        entry = self._entries[index.row()]
        if role == ENTRY:
            return entry
        if role == Qt.ItemDataRole.DisplayRole:
            return entry.title or (entry.task.customer.name if entry.task else "")
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._spoken(entry)
        return None

    def _spoken(self, entry: Entry) -> str:
        if entry.task is None:
            return f"{entry.title}, {entry.second}"
        count = sum(one.kind == "today" for one in self._entries)
        place = tr("{n} of {count}").format(n=entry.number, count=count)
        if entry.kind == "line":
            place = dates.weekday(entry.task.follow_up.due)
        return words.spoken_task(entry.task, self._now(), place)

    @property
    def entries(self) -> Sequence[Entry]:
        return tuple(self._entries)

    @property
    def tasks(self) -> Sequence[Task]:
        return self._tasks

    @property
    def today(self) -> list[Task]:
        return [entry.task for entry in self._entries if entry.kind == "today" and entry.task]

    def show_tasks(self, tasks: Sequence[Task]) -> None:
        """Show these."""
        self._tasks = tuple(tasks)
        self.beginResetModel()
        self._entries = self._arranged()
        self.endResetModel()

    def show_all_later(self) -> None:
        """Show the rest of what is later."""
        self.all_later = True
        self.show_tasks(self._tasks)

    def clear(self) -> None:
        """Nobody is signed in."""
        self._history, self.all_later = [], False
        self.show_tasks(())

    def answered(self, follow_up: FollowUp) -> None:
        """A step is on disk: the row changes in place, and stays there even if it was moved."""
        self._tasks = tuple(_with(task, follow_up) for task in self._tasks)
        for place, entry in enumerate(self._entries):
            if entry.task is not None and entry.key == follow_up.follow_up_id:
                task = _with(entry.task, follow_up)
                self._entries[place] = Entry(entry.kind, entry.title, entry.second, task, entry.number)
                self.dataChanged.emit(self.index(place), self.index(place))
        key, stands = follow_up.follow_up_id, follow_up.state != "open" or follow_up.moved
        self._history = [one for one in self._history if one != key] + ([key] if stands else [])

    @property
    def latest(self) -> Task | None:
        """What was answered last here: the one that can be taken back."""
        key = self._history[-1] if self._history else None
        return next((task for task in self._tasks if task.key == key), None)

    def place(self, key: str) -> int | None:
        """Where a follow-up stands."""
        return next((i for i, entry in enumerate(self._entries) if entry.task and entry.key == key), None)

    def at_number(self, number: int) -> int | None:
        """Where the row of a painted number stands."""
        found = (i for i, entry in enumerate(self._entries) if entry.number == number)
        return next(found, None)

    def next_open(self, after: int = -1) -> int | None:
        """The next row that is open, going round; today's first."""
        count = len(self._entries)
        places = [place % count for place in range(after + 1, after + 1 + count)] if count else []
        for kind in ("today", "line"):
            for place in places:
                entry = self._entries[place]
                if entry.kind == kind and entry.task and entry.task.open and not self._is_moved(entry.task):
                    return place
        return None

    def _is_moved(self, task: Task) -> bool:
        return task.key in self._history

    def moved_here(self, task: Task) -> bool:
        """Whether it was moved to another day since the page was read."""
        return task.open and self._is_moved(task)

    def _arranged(self) -> list[Entry]:
        now = self._now().astimezone()
        today = now.date()
        sunday = today + timedelta(days=6 - today.weekday())
        by: dict[str, list[Task]] = {"today": [], "week": [], "later": []}
        for task in self._tasks:
            day = task.follow_up.due.astimezone().date()
            closed = not task.open or self._is_moved(task)
            group = "today" if day <= today or closed else "week" if day <= sunday else "later"
            by[group].append(task)
        entries = [Entry("head", tr("Today"), dates.long_weekday(now))]
        entries += [Entry("today", task=task, number=n) for n, task in enumerate(by["today"], 1)]
        if by["week"]:
            entries.append(Entry("head", tr("This week"), tr("until Sunday")))
            entries += [Entry("line", task=task) for task in by["week"]]
        if by["later"]:
            shown = by["later"] if self.all_later else by["later"][:FEW_LATER]
            of = tr("{n} of {count}").format(n=len(shown), count=len(by["later"]))
            more = len(shown) < len(by["later"])
            entries.append(Entry("head", tr("Later"), of if more else "", more=more))
            entries += [Entry("line", task=task) for task in shown]
        return entries


def _with(task: Task, follow_up: FollowUp) -> Task:
    if task.key != follow_up.follow_up_id:
        return task
    return Task(follow_up, task.customer, task.way, task.product, task.stock)
