"""The register of models: numbers, steps and verdicts come back as they were entered."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from assistant.errors import AccessError, InputError
from assistant.records import InstalledModel
from assistant.store import models, pairings
from assistant.store.database import Connection, Home, open_catalog, open_home
from assistant.store.models import Change, Check, Compared, Group, Interval, Learned, Verdict

AT = datetime(2026, 6, 3, 9, tzinfo=UTC)
NONE = Interval(0.0, -0.1, 0.1)
LEARNED = Learned(
    34_118, 9_402, 978, AT - timedelta(days=700), AT, 120, (Group(0.1, 0.12, 300),), {"together": 0.4}
)
VERDICT = Verdict(
    "not_certain",
    AT,
    1,
    (Check("enough", None, 214.0, 400.0, 900), Check("limits", True, 0.0, 0.0, 9_400)),
    None,
    Compared(900, NONE, NONE, NONE, 214.0),
    (Change("P1", "P2", 82, Interval(0.04, -0.01, 0.09)), Change(None, "P3", 31, NONE)),
)


@pytest.fixture
def log(home: Home) -> Iterator[Connection]:
    with contextlib.closing(open_home(home)) as connection:
        yield connection


def use(home: Home, model_id: str) -> None:
    with contextlib.closing(open_catalog(home)) as catalog:
        pairings.use(catalog, InstalledModel(model_id, f"{model_id}.safetensors", AT, 1, None, None))


def test_what_was_entered_is_read_back(home: Home, log: Connection) -> None:
    number = models.enter(log, "m-1", LEARNED, AT)
    models.note(log, number, "judged", at=AT, verdict=VERDICT)
    found = models.entry(log, number)
    assert (found.learned, found.verdict, found.learned_at, found.state) == (LEARNED, VERDICT, AT, "waiting")
    assert found.since is None
    assert models.in_use(log) is None
    assert models.waiting(log) == found


def test_states_follow_from_what_happened(home: Home, log: Connection) -> None:
    one = models.enter(log, "m-1", LEARNED, AT)
    models.note(log, one, "installed", at=AT, model_id="m-1")
    use(home, "m-1")
    two = models.enter(log, "m-2", LEARNED, AT)
    three = models.enter(log, "m-3", LEARNED, AT)
    assert [entry.state for entry in models.register(log)] == ["waiting", "replaced", "in_use"]
    later = AT + timedelta(days=1)
    models.note(log, one, "counted", at=later, model_id="m-1b")
    use(home, "m-1b")
    assert models.entry(log, one).counted_at == later
    assert models.in_use(log) == models.entry(log, one)
    models.note(log, three, "installed", at=later, model_id="m-3")
    use(home, "m-3")
    assert [entry.state for entry in models.register(log)] == ["in_use", "replaced", "earlier"]
    assert models.used_before(log, three) == one
    assert models.used_before(log, one) is None
    assert models.files_before(log, "m-3") == ("m-1b", "m-1")
    assert models.files(log, 2) == {"m-3", "m-2"}
    assert two == 2


def test_decisions_need_a_manager_once_anybody_keeps_the_home(
    log: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = models.enter(log, "m-1", LEARNED, AT)
    models.decide(log, number, "pinned", None, at=AT)
    assert models.entry(log, number).pinned
    monkeypatch.setattr("assistant.store.access.has_keeper", lambda connection: True)
    with pytest.raises(AccessError, match="manager"):
        models.decide(log, number, "unpinned", None, at=AT)
    assert models.entry(log, number).pinned


def test_reasons_are_asked_for_and_kept_short(log: Connection) -> None:
    number = models.enter(log, "m-1", LEARNED, AT)
    for reason in (None, "  "):
        with pytest.raises(InputError, match="reason is needed"):
            models.decide(log, number, "discarded", None, at=AT, reason=reason)
    with pytest.raises(InputError, match="at most"):
        models.decide(log, number, "discarded", None, at=AT, reason="x" * (models.LONGEST + 1))
    models.decide(log, number, "discarded", None, at=AT, reason=" too \n old ")
    assert (models.entry(log, number).state, models.entry(log, number).reason) == ("discarded", "too old")
    assert [one.step for one in models.history(log)] == ["discarded", "learned"]


def test_a_number_that_is_not_there(log: Connection) -> None:
    with pytest.raises(InputError, match="none was learned yet"):
        models.entry(log, 3)
    models.enter(log, "m-1", LEARNED, AT)
    with pytest.raises(InputError, match="there are 1 to 1"):
        models.entry(log, 3)
