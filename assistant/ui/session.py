"""Who works here now, and where: passed to every page, changed in one place."""

from __future__ import annotations

from datetime import UTC, datetime

from PySide6.QtCore import QObject, Signal

from assistant.records import Associate
from assistant.store import access
from assistant.store.access import Permit
from assistant.store.database import Home


class Session(QObject):
    """The signed-in associate, the store and the counter; signals say what changed."""

    associate_changed = Signal()
    shop_changed = Signal()  # another shop, or the same with another key
    data_changed = Signal()  # a sync or a training brought something new

    def __init__(self, home: Home, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.home = home
        self.associate: Associate | None = None
        self.pages = access.PAGES  # what this associate is offered
        self.store_id: str | None = None
        self.store_name = ""
        self.counter_name = ""
        self.currency: str | None = None
        self.permit: Permit | None = None  # of whoever showed who they are, while it is good

    def sign_in(self, associate: Associate | None) -> None:
        """Sign an associate in; None signs out."""
        self.associate, self.permit = associate, None  # whoever comes next begins without a permit
        self.associate_changed.emit()

    def good_permit(self) -> Permit | None:
        """The permit, as long as it is good."""
        if self.permit is not None and self.now() >= self.permit.until:
            self.permit = None
        return self.permit

    def now(self) -> datetime:
        """The time that ages and "last visit" are told from."""
        return datetime.now(UTC)
