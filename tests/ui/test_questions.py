"""Questions: answered on the main thread, in order, the newest of a key only, troubles in words."""

from __future__ import annotations

import threading

from assistant.errors import InputError
from assistant.store import catalog
from assistant.store.database import Connection, Home
from assistant.ui.questions import Questions


def test_the_job_runs_elsewhere_and_the_answer_arrives_here(qtbot, questions):
    seen = {}

    def job(connection: Connection) -> str:
        seen["job"] = threading.current_thread()
        return catalog.by_code(connection, "CAM-R50").name

    def then(name: str) -> None:
        seen["then"], seen["name"] = threading.current_thread(), name

    with qtbot.waitSignal(questions.idle):
        questions.ask(job, then)
        assert questions.busy
    assert seen["name"] == "Lumo R50 mirrorless kit"
    assert seen["then"] is threading.main_thread()
    assert seen["job"] is not threading.main_thread()
    assert not questions.busy


def test_answers_come_in_the_order_asked(qtbot, questions):
    told = []
    with qtbot.waitSignal(questions.idle):
        for n in range(50):
            questions.ask(lambda _, n=n: n, told.append)
    assert told == list(range(50))


def test_of_one_key_only_the_newest_is_answered(qtbot, questions):
    told, asked, held = [], [], threading.Event()

    def slow(_: Connection, n: int) -> int:
        asked.append(n)
        held.wait(10)
        return n

    with qtbot.waitSignal(questions.idle):
        for n in range(5):
            questions.ask(lambda c, n=n: slow(c, n), told.append, key="find")
        held.set()
    assert told == [4]
    assert 4 in asked
    assert len(asked) <= 2, "what was typed past is not even asked"


def test_a_known_problem_goes_to_who_asked(qtbot, questions):
    problems = []

    def job(_: Connection) -> None:
        raise InputError("There is no basket B-1.")

    with qtbot.waitSignal(questions.idle):
        questions.ask(job, lambda _: problems.append("answered"), failed=problems.append)
    assert [str(problem) for problem in problems] == ["There is no basket B-1."]


def test_a_known_problem_nobody_asked_about_is_said(qtbot, questions):
    def job(_: Connection) -> None:
        raise InputError("There is no basket B-1.")

    with qtbot.waitSignal(questions.trouble) as said:
        questions.ask(job, lambda _: None)
    assert said.args == ["There is no basket B-1."]


def test_our_own_mistake_is_reported_with_its_trace_and_the_next_question_is_answered(qtbot, questions):
    told = []

    def job(_: Connection) -> None:
        raise ZeroDivisionError("planted")

    with qtbot.waitSignal(questions.crashed) as said:
        questions.ask(job, told.append)
    assert "ZeroDivisionError: planted" in said.args[0]
    assert "in job" in said.args[0]
    with qtbot.waitSignal(questions.idle):
        questions.ask(lambda _: "still here", told.append)
    assert told == ["still here"]


def test_a_home_that_cannot_be_opened_is_a_known_problem(qtbot, qapp, tmp_path):
    questions = Questions(Home(tmp_path / "nowhere"))
    try:
        with qtbot.waitSignal(questions.trouble) as said:
            questions.ask(catalog.stores, lambda _: None)
        assert "key" in said.args[0]
    finally:
        questions.close()


def test_closing_waits_for_what_was_asked_and_delivers_nothing_more(qapp, shop_home):
    questions, done, told = Questions(shop_home), [], []
    for n in range(20):
        questions.ask(lambda _, n=n: done.append(n), told.append)
    questions.close()
    qapp.processEvents()
    assert done == list(range(20))
    assert told == []
