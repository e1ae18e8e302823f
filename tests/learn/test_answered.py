"""What learning starts from: that the newest sales are not told by what of them came back already."""

from __future__ import annotations

import contextlib
from datetime import timedelta

from assistant.store import counting, preferences
from assistant.store.answered import answered
from assistant.store.database import Home, open_home, stamp
from tests.measure.made import large


def test_what_can_still_be_brought_back_says_nothing_even_where_it_was(home: Home) -> None:
    large(home, 4_000, days=60)
    with contextlib.closing(open_home(home)) as log:
        window = timedelta(days=preferences.number(log, "return.days"))
        to = counting.complete_to(log)
        assert to is not None
        over = stamp(to - window)
        told = [(one.shown_at, one.kept) for one in answered(log) if one.kind == "accepted"]
        (early,) = log.execute(
            "SELECT count(*) FROM outcomes JOIN receipts USING (n) WHERE state = 'returned' AND paid_at > ?",
            (over,),
        ).fetchone()
    assert early, "some of the newest came back"
    # A receipt is at most five minutes younger than its offer here.
    old = [kept for at, kept in told if at + 300_000 <= over]
    young = [kept for at, kept in told if at > over]
    assert True in old and False in old, "of the older both are known"
    assert set(young) == {None}
