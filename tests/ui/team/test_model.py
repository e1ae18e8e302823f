"""The Model tab acts through the store: roll back, let go on, install with a reason, decide on a proposal."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from assistant.learn import train
from assistant.records import Associate
from assistant.store import copies, curating, models
from assistant.store.database import Home, open_catalog, open_home
from assistant.store.models import Check
from assistant.ui.questions import Questions
from assistant.ui.session import Session
from assistant.ui.team import TeamPage
from assistant.ui.team.model import ModelTab
from assistant.ui.theme import Look
from tests.learn.test_train import NOW, a_shop, quiet, sell

BOSS, CLERK = Associate("A1", "Maya", "S1"), Associate("A2", "Theo", "S1")


@pytest.fixture(scope="module")
def learned(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A small shop in which a first model was replaced by a second one, and a third one waits."""
    from assistant.store import schema

    home = Home(tmp_path_factory.mktemp("learned") / "home")
    schema.prepare(home)
    sell(home, a_shop(200))
    with contextlib.closing(open_catalog(home)) as catalog:
        catalog.executemany(
            "INSERT INTO associates (associate_id, name, store_id, role) VALUES (?, ?, 'S1', ?)",
            [(BOSS.associate_id, BOSS.name, "manager"), (CLERK.associate_id, CLERK.name, "associate")],
        )
    first = train(home, progress=quiet, now=NOW)
    with contextlib.closing(open_home(home)) as log:
        entry = models.entry(log, 1)
        at = NOW + timedelta(days=1)
        for number in (2, 3):
            models.enter(log, first.model_id, entry.learned, at)
            verdict = replace(entry.verdict, word="not_certain", against=number - 1)
            models.note(log, number, "judged", at=at, verdict=verdict)
        models.note(log, 2, "installed", at=at, model_id=first.model_id)
        curating.say(log, "T0", "T5", "proposed", CLERK.associate_id)
    return home


@pytest.fixture
def shop(learned: Home, tmp_path: Path) -> Home:
    return copies.duplicate(learned, tmp_path / "home")


@pytest.fixture
def open_tab(qtbot):
    shown = []

    def show(home: Home, who: Associate) -> ModelTab:
        look, questions, window = Look(QApplication.instance(), "light"), Questions(home), QWidget()
        qtbot.addWidget(window)
        window.resize(1440, 900)
        session = Session(home)
        session.associate = who
        page = TeamPage(look, questions, session, window)
        page.setGeometry(80, 64, 1360, 836)
        shown.append((window, questions, look))
        with qtbot.waitSignal(questions.idle):
            window.show()
        page.open_tab("model")
        qtbot.waitUntil(lambda: not questions.busy)
        assert isinstance(page.tab, ModelTab)
        return page.tab

    yield show
    for window, questions, look in shown:
        window.close()
        questions.close()
        look.deleteLater()


def state(home: Home, number: int) -> str:
    with contextlib.closing(open_home(home)) as log:
        return models.entry(log, number).state


def press(button: QWidget) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def settled(qtbot, tab: ModelTab) -> None:
    qtbot.waitUntil(lambda: not tab._questions.busy)


def test_what_is_in_use_and_what_waits_is_told(open_tab, shop):
    tab = open_tab(shop, BOSS)
    assert tab.in_use.title.text() == "In use: model 2"
    assert tab.in_use.back.text() == "Roll back to model 1"
    assert tab.verdict.title.text() == "Waiting: model 3"


def test_rolled_back_by_a_manager_after_one_question(open_tab, shop, qtbot):
    tab = open_tab(shop, BOSS)
    press(tab.in_use.back)
    assert tab.sure.isVisible()
    assert state(shop, 2) == "in_use", "nothing happens before it is agreed to"
    QTest.keyClick(tab.sure, Qt.Key.Key_Return)
    settled(qtbot, tab)
    assert tab.in_use.title.text() == "In use: model 1"
    assert tab.in_use.unpin.isVisible()
    press(tab.in_use.unpin)
    settled(qtbot, tab)
    assert not tab.in_use.unpin.isVisible()
    with contextlib.closing(open_home(shop)) as log:
        last = models.history(log)[:3]
    assert [one.step for one in last] == ["unpinned", "pinned", "rolled_back"]
    assert {one.associate_id for one in last} == {BOSS.associate_id}


def test_an_associate_changes_nothing(open_tab, shop, qtbot):
    tab = open_tab(shop, CLERK)
    said = []
    tab.said.connect(said.append)
    press(tab.in_use.back)
    QTest.keyClick(tab.sure, Qt.Key.Key_Return)
    settled(qtbot, tab)
    assert state(shop, 2) == "in_use"
    assert any("manager" in sentence for sentence in said)


def test_installed_anyway_with_a_reason_only(open_tab, shop, qtbot):
    tab = open_tab(shop, BOSS)
    press(tab.verdict.install)
    assert tab.reason.isVisible()
    QTest.keyClick(tab.reason.line, Qt.Key.Key_Return)
    settled(qtbot, tab)
    assert state(shop, 3) == "waiting", "without a reason nothing happens"
    press(tab.verdict.install)
    QTest.keyClicks(tab.reason.line, "a new range since Monday")
    QTest.keyClick(tab.reason.line, Qt.Key.Key_Return)
    settled(qtbot, tab)
    assert state(shop, 3) == "in_use"
    with contextlib.closing(open_home(shop)) as log:
        assert models.entry(log, 3).reason == "a new range since Monday"


def test_discarded_with_a_reason(open_tab, shop, qtbot):
    tab = open_tab(shop, BOSS)
    press(tab.verdict.discard)
    QTest.keyClicks(tab.reason.line, "too old")
    QTest.keyClick(tab.reason.line, Qt.Key.Key_Return)
    settled(qtbot, tab)
    assert state(shop, 3) == "discarded"
    assert not tab.verdict.install.isVisible()


def test_a_broken_rule_disables_installing(open_tab, shop):
    with contextlib.closing(open_home(shop)) as log:
        verdict = models.entry(log, 3).verdict
        assert verdict is not None
        broken = replace(verdict, checks=(Check("limits", False, 2.0, 0.0, 400),))
        models.note(log, 3, "judged", at=NOW + timedelta(days=2), verdict=broken)
    assert not open_tab(shop, BOSS).verdict.install.isEnabled()


def test_a_proposal_is_decided_on(open_tab, shop, qtbot):
    tab = open_tab(shop, BOSS)
    assert tab.found is not None
    (proposal,) = tab.found.proposals
    assert (proposal.who, proposal.said.product_id) == (CLERK.name, "T5")
    tab.proposed.decided.emit(proposal, "put_in")
    settled(qtbot, tab)
    assert tab.found.proposals == ()
    with contextlib.closing(open_home(shop)) as log:
        assert curating.words_on(log, ["T0"]) == {("T0", "T5"): "put_in"}


def test_the_history_names_every_step(open_tab, shop):
    tab = open_tab(shop, BOSS)
    press(tab.history)
    assert tab.list.isVisible()
    assert tab.found is not None
    assert len(tab.found.history) == 8


def test_the_card_is_exported(open_tab, shop, tmp_path, qtbot):
    tab = open_tab(shop, BOSS)
    with contextlib.closing(open_home(shop)) as log:
        from assistant.ui.team.tabs import Asked

        path = tab.export(Asked(12), tmp_path / "card.md", "md")(log)
    assert path.read_text(encoding="utf-8").startswith("# Model 2\n")
