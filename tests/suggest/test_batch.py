"""Many baskets at once: the answers of single questions, files that are whole, times that are meant."""

from __future__ import annotations

import contextlib
import csv
import json
import os
import signal
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import get_args

import pytest

from assistant.doors.batch import answer_file
from assistant.errors import KnownError, ModelError
from assistant.store import people, visits
from assistant.store.database import Home, open_catalog, open_home
from assistant.suggest import Question, ask, load_model, sharing
from assistant.suggest.batch import Asked, batch, group
from assistant.suggest.question import Rules
from tests.shops import NOW
from tests.suggest.conftest import Call, Fill, known


def batch_file(folder: Path, *rows: str, head: str = "basket_id,customer_id,at,product_id") -> Path:
    path = folder / "in.csv"
    path.write_text("\n".join((head, *rows)) + "\n", encoding="utf-8")
    return path


def answers(path: Path) -> dict[str, list[tuple[str, float]]]:
    found: dict[str, list[tuple[str, float]]] = {}
    with path.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            ranked = found.setdefault(row["basket_id"], [])
            ranked.append((row["product_id"], float(row["score"])))
            assert int(row["rank"]) == len(ranked)
    return found


@pytest.mark.parametrize("at", ["", "2026-06-14T14:30:00Z", "2025-08-25", "2031-01-01T00:00:00+14:00"])
@pytest.mark.parametrize("rules", ["all", "none"])
@pytest.mark.parametrize("customer", [None, "C-10412", "C-10413", "C-10414", "nobody"])
def test_a_batch_answers_as_single_questions_do(
    trained: Call, shop_home: Home, fill: Fill, tmp_path: Path, rules: Rules, customer: str | None, at: str
) -> None:
    baskets = {"1": ["P1"], "2": ["P1", "P8"], "3": ["P11"], "4": ["??"], "5": ["P3", "P8", "P1", "P7"]}
    with contextlib.closing(open_catalog(shop_home)) as catalog:
        catalog.execute("UPDATE orders SET customer_id = 'C-10414' WHERE order_id IN ('O7', 'O13')")
    rows = [f"{b},{customer or ''},{at},{p}" for b, products in baskets.items() for p in products]
    if customer:
        baskets["6"] = []
        rows.append(f"6,{customer},{at},")
    source, target = batch_file(tmp_path, *rows), tmp_path / "out.csv"
    assert trained("suggest", "--batch", str(source), str(target), "--rules", rules).exit_code == 0
    found = answers(target)
    model = load_model(shop_home)
    now = moment_of(at)
    with contextlib.closing(open_home(shop_home)) as connection:
        for basket_id, products in baskets.items():
            single = ask(
                connection, model, Question(fill(*products), customer, rules=rules, now=now)
            ).suggestions
            assert [p for p, _ in found.get(basket_id, [])] == [s.product.product_id for s in single]
            assert [s for _, s in found.get(basket_id, [])] == pytest.approx(
                [s.score for s in single], rel=1e-4
            )


def moment_of(text: str) -> datetime:
    """The time that a row names, in UTC; now where it names none."""
    if not text:
        return datetime.now(UTC)
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def test_a_batch_is_asked_at_the_time_it_names(trained: Call, tmp_path: Path) -> None:
    """Paper was bought with the printer in August: enough for two weeks, not until June."""
    source = batch_file(
        tmp_path, "early,C-10412,2025-09-02T09:00:00Z,P8", "late,C-10412,2026-06-14T14:30:00Z,P8"
    )
    trained("suggest", "--batch", str(source), str(tmp_path / "out.csv"))
    found = {basket: [p for p, _ in ranked] for basket, ranked in answers(tmp_path / "out.csv").items()}
    assert "P9" not in found["early"]
    assert "P9" in found["late"]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2026-06-14T14:30:00Z", datetime(2026, 6, 14, 14, 30, tzinfo=UTC)),
        ("2026-06-14T16:30:00+02:00", datetime(2026, 6, 14, 14, 30, tzinfo=UTC)),
        ("2026-06-14 14:30:00", datetime(2026, 6, 14, 14, 30, tzinfo=UTC)),
        ("2026-06-14", datetime(2026, 6, 14, tzinfo=UTC)),
        ("20260614T143000.250Z", datetime(2026, 6, 14, 14, 30, 0, 250_000, tzinfo=UTC)),
        ("", None),
    ],
)
def test_times_of_a_batch(written: str, meant: datetime | None) -> None:
    row = {"basket_id": "1", "customer_id": "", "product_id": "P1", "at": written}
    (one,) = group([row, {**row, "product_id": "P2"}])
    assert one.at == meant
    assert list(one.product_ids) == ["P1", "P2"]


def test_the_first_time_and_customer_of_a_basket_count() -> None:
    def row(basket_id: str, customer_id: str, at: str, product_id: str) -> dict[str, str]:
        return {"basket_id": basket_id, "customer_id": customer_id, "at": at, "product_id": product_id}

    first, second = group(
        [
            row("1", "", "", "P1"),
            row("2", "C2", "2026-01-01", "P9"),
            row("1", "C1", "2026-02-02", "P1"),
            row("1", "C3", "2026-03-03", "P2"),
            row("1", "", "", ""),
        ]
    )
    assert (first.basket_id, first.customer_id, first.at) == ("1", "C1", datetime(2026, 2, 2, tzinfo=UTC))
    assert list(first.product_ids) == ["P1", "P2"]
    assert (second.basket_id, second.customer_id) == ("2", "C2")


def test_a_decline_counts_from_the_time_a_batch_names(
    trained: Call, shop_home: Home, fill: Fill, tmp_path: Path
) -> None:
    with contextlib.closing(open_home(shop_home)) as connection:
        visit = visits.begin(connection, associate_id="A1", touchpoint="counter", customer_id="C-10413")
        slate = ask(connection, load_model(shop_home), Question(fill("P1"), "C-10413"))
        for s in visits.show(connection, visit.visit_id, slate):
            if s.product.product_id == "P3" and s.suggestion_id:
                visits.answer(connection, s.suggestion_id, "declined", associate_id="A1")
    now = datetime.now(UTC)
    times = {"soon": now + timedelta(days=1), "later": now + timedelta(days=91)}
    source = batch_file(tmp_path, *(f"{b},C-10413,{at.isoformat()},P1" for b, at in times.items()))
    trained("suggest", "--batch", str(source), str(tmp_path / "out.csv"))
    found = {basket: [p for p, _ in ranked] for basket, ranked in answers(tmp_path / "out.csv").items()}
    assert "P3" not in found["soon"]
    assert "P3" in found["later"]


def test_without_rules_a_batch_fills_up_to_the_limit(trained: Call, tmp_path: Path) -> None:
    source, target = batch_file(tmp_path, "1,,,P11", "2,,,P1"), tmp_path / "out.csv"
    trained("suggest", "--batch", str(source), str(target), "--limit", "6", "--rules", "none")
    assert {b: len(ranked) for b, ranked in answers(target).items()} == {"1": 6, "2": 6}
    for ranked in answers(target).values():
        scores = [score for _, score in ranked]
        assert scores == sorted(scores, reverse=True)  # in the first ten places kinds take no turns


def test_rows_of_a_basket_need_not_stand_together(trained: Call, tmp_path: Path) -> None:
    apart = batch_file(tmp_path, "1,,,P1", "2,,,P11", "1,,,P8")
    trained("suggest", "--batch", str(apart), str(tmp_path / "a.csv"))
    together = batch_file(tmp_path, "1,,,P1", "1,,,P8", "2,,,P11")
    trained("suggest", "--batch", str(together), str(tmp_path / "b.csv"))
    assert answers(tmp_path / "a.csv") == answers(tmp_path / "b.csv")


def test_a_batch_respects_consent(trained: Call, shop_home: Home, tmp_path: Path) -> None:
    source = batch_file(tmp_path, "1,C-10412,,P8")
    trained("suggest", "--batch", str(source), str(tmp_path / "a.csv"))
    with contextlib.closing(open_home(shop_home)) as connection:
        people.set_consent(connection, "C-10412", "personal_suggestions", False, "A1")
    trained("suggest", "--batch", str(source), str(tmp_path / "b.csv"))
    owned = [{p for p, _ in answers(tmp_path / name)["1"]} for name in ("a.csv", "b.csv")]
    assert "P10" not in owned[0]
    assert "P10" in owned[1]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "no column basket_id"),
        (b"basket_id,customer_id\n1,2\n", "no column product_id"),
        (b"basket_id,product_id,product_id\n1,P1,P2\n", "the column product_id twice"),
        (b"basket_id,product_id\n,P1\n", "line 2: the basket has no number"),
        (b"basket_id,product_id\n\xff\xfe,P1\n", "not UTF-8"),
        (b'basket_id,product_id\n1,"P1\n', "not a CSV file"),
        (b"basket_id,at,product_id\n1,,P1\n2,yesterday,P1\n", "Basket 2: yesterday is not a time"),
        (b"basket_id,at,product_id\n1,2026-02-30,P1\n", "2026-02-30 is not a time"),
        (b"basket_id,at,product_id\n1,0001-01-01T00:00:00+14:00,P1\n", "between 1900 and 2200"),
        (b"basket_id,at,product_id\n1,9999-12-31T23:59:59-12:00,P1\n", "between 1900 and 2200"),
    ],
)
def test_a_bad_batch_file_changes_nothing(
    trained: Call, tmp_path: Path, content: bytes, sentence: str
) -> None:
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_bytes(content)
    target.write_text("as it was", encoding="utf-8")
    result = trained("suggest", "--batch", str(source), str(target))
    assert sentence in known(result)
    assert "\n" not in known(result)
    assert target.read_text(encoding="utf-8") == "as it was"
    assert {p.name for p in tmp_path.iterdir() if p.suffix == ".new"} == set()


def test_a_request_to_end_leaves_no_half_written_file(tmp_path: Path) -> None:
    source, target = batch_file(tmp_path, "1,,,P1"), tmp_path / "out.csv"

    def ended(asked: list[Asked]) -> Iterator[tuple[str, list[tuple[str, float]]]]:
        yield "1", [("P2", 0.5)]
        assert list(tmp_path.glob("*.new"))
        signal.raise_signal(signal.SIGTERM)

    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(KeyboardInterrupt):
        answer_file((source, target), lambda *_: None, ended)
    assert {path.name for path in tmp_path.iterdir()} == {source.name}
    assert signal.getsignal(signal.SIGTERM) is before


def test_a_batch_refuses_a_touchpoint(trained: Call, tmp_path: Path) -> None:
    source, target = batch_file(tmp_path, "1,,,P1"), tmp_path / "out.csv"
    words = ("suggest", "--batch", str(source), str(target), "--touchpoint", "review")
    assert "--touchpoint cannot be given" in trained(*words).output
    assert not target.exists()


def test_a_place_that_cannot_be_written(trained: Call, tmp_path: Path) -> None:
    source = batch_file(tmp_path, "1,,,P1")
    result = trained("suggest", "--batch", str(source), str(tmp_path / "no" / "out.csv"))
    assert "cannot be written" in known(result, KnownError)


def test_a_batch_says_how_many_as_one_document(trained: Call, tmp_path: Path) -> None:
    source = batch_file(tmp_path, "1,,,P1", "2,,,P1")
    result = trained("suggest", "--batch", str(source), str(tmp_path / "out.csv"), "--json")
    document = json.loads(result.stdout)
    lines = (tmp_path / "out.csv").read_text(encoding="utf-8").splitlines()
    assert (document["baskets"], document["rows"]) == (2, len(lines) - 1)


def test_a_batch_never_replaces_what_was_asked_or_what_is_no_file(trained: Call, tmp_path: Path) -> None:
    source = batch_file(tmp_path, "1,,,P1")
    asked = source.read_bytes()
    assert "name another file" in known(trained("suggest", "--batch", str(source), str(source)))
    assert source.read_bytes() == asked
    assert trained("suggest", "--batch", str(source), os.devnull).exit_code == 0
    assert not Path(os.devnull).is_file()


def test_a_folder_that_is_a_file_is_said(trained: Call, tmp_path: Path) -> None:
    source = batch_file(tmp_path, "1,,,P1")
    assert "cannot be written" in known(
        trained("suggest", "--batch", str(source), str(source / "out.csv")), KnownError
    )


def test_a_long_batch_is_answered_by_several_processes_as_by_one(
    trained: Call, shop_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = [Asked(f"B{i}", (None, "C-10412")[i % 2], NOW, {f"P{i % 12}": None}) for i in range(70)]
    monkeypatch.setattr(sharing, "WORTH", 20)
    monkeypatch.setattr(sharing, "PART", 8)
    model = load_model(shop_home)
    with contextlib.closing(open_home(shop_home)) as connection:
        for rules in get_args(Rules):
            alone = list(batch(connection, model, asked, 4, rules))
            assert list(sharing.shared(shop_home, connection, model, asked, 4, rules, 2)) == alone
            assert any(ranked for _, ranked in alone)


def test_what_goes_wrong_in_a_process_is_said_as_by_one(
    trained: Call, shop_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = [Asked(f"B{i}", None, NOW, {"P1": None}) for i in range(30)]
    monkeypatch.setattr(sharing, "WORTH", 20)
    model = load_model(shop_home)
    with contextlib.closing(open_home(shop_home)) as connection:
        for file in shop_home.models.glob("*.safetensors"):
            file.unlink()
        with pytest.raises(ModelError, match=r"The model file .* is missing"):
            list(sharing.shared(shop_home, connection, model, asked, 4, "all", 2))


@pytest.mark.skipif(sys.platform == "win32", reason="there is no such signal on Windows")
def test_processes_are_started_deaf_to_ctrl_c_which_is_heard_afterwards(
    trained: Call, shop_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    deaf = []

    class Pool:
        """A pool in which somebody presses Ctrl+C while a process is being started."""

        def __init__(self, *_: object, **__: object) -> None:
            pass

        def submit(self, *_: object) -> Future[None]:
            deaf.append(signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, ()))
            # Sent to this thread alone: to the process, any other thread might take it and not wake this one.
            signal.pthread_kill(threading.get_ident(), signal.SIGINT)
            return Future()

        def shutdown(self, **_: object) -> None:
            deaf.append(signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, ()))

    monkeypatch.setattr(sharing, "WORTH", 20)
    monkeypatch.setattr(sharing, "ProcessPoolExecutor", Pool)
    asked = [Asked(f"B{i}", None, NOW, {"P1": None}) for i in range(20)]
    with contextlib.closing(open_home(shop_home)) as connection:
        told = sharing.shared(shop_home, connection, load_model(shop_home), asked, 4, "all", 2)
        with pytest.raises(KeyboardInterrupt):
            next(told)
    assert deaf == [True, False]


def test_a_short_batch_starts_no_process(
    trained: Call, shop_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sharing, "ProcessPoolExecutor", None)
    asked = [Asked(f"B{i}", None, NOW, {"P1": None}) for i in range(sharing.WORTH - 1)]
    with contextlib.closing(open_home(shop_home)) as connection:
        told = sharing.shared(shop_home, connection, load_model(shop_home), asked, 4, "all", 2)
        assert [basket_id for basket_id, _ in told] == [one.basket_id for one in asked]
