"""On the sales of a real shop: what goes with the cake stand, and every number true."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.records import Basket, Line
from assistant.resources import resource
from assistant.store import catalog
from assistant.store.database import Home, open_home
from assistant.suggest import Question, ask, load_model
from assistant.suggest.talking_points import MOST_WORDS
from tests.suggest.test_talking_points import check_numbers


@pytest.fixture(scope="module")
def wholesaler(sales_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A UK gift wholesaler, synced and trained by the commands a person would type."""
    home = Home(tmp_path_factory.mktemp("wholesaler") / "home")
    mapping = resource("mappings", "online_retail.toml")
    for words in (
        ("connect", "csv", str(sales_data / "online_retail"), "--mapping", str(mapping)),
        ("sync",),
        ("train",),
    ):
        done = subprocess.run(
            [sys.executable, "-m", "assistant", "--home", str(home.folder), *words],
            capture_output=True,
            text=True,
            timeout=200,
            check=False,
        )
        assert done.returncode in (0, 3), done.stderr
    return home


def test_what_goes_with_the_cake_stand(wholesaler: Home) -> None:
    question = ("suggest", "--product", "22423", "--json")
    said = subprocess.run(
        [sys.executable, "-m", "assistant", *("--home", str(wholesaler.folder)), *question],
        capture_output=True,
        text=True,
        check=True,
    )
    document = json.loads(said.stdout)
    names = [s["name"] for s in document["suggestions"]]
    assert len(names) == 5
    # The stand is sold with the Regency teacups of three colours.
    assert sum("REGENCY TEACUP" in name for name in names) >= 2
    assert all(e["anchor"] == "22423" for s in document["suggestions"] for e in s["evidence"])
    assert document["checked"] >= 5


def test_every_number_is_true_for_a_sample_of_the_shop(wholesaler: Home) -> None:
    with contextlib.closing(open_home(wholesaler)) as connection:
        model = load_model(wholesaler)
        assert model is not None
        told = 0
        for product_id in model.product_ids[::151]:
            basket = Basket(None, (Line(product_id, product_id, product_id, 1),))
            told += check_numbers(connection, ask(connection, model, Question(basket)))
        assert told > 50


def test_every_sentence_is_short_for_the_whole_shop(wholesaler: Home) -> None:
    with contextlib.closing(open_home(wholesaler)) as connection:
        model = load_model(wholesaler)
        assert model is not None
        said = 0
        names = catalog.products(connection, model.product_ids)
        for product_id in model.product_ids[::5]:
            basket = Basket(None, (Line(product_id, product_id, names[product_id].name, 1),))
            for s in ask(connection, model, Question(basket, limit=10)).suggestions:
                said += 1
                assert len(s.talking_point.text.split()) <= MOST_WORDS
                assert "%" not in s.talking_point.text
                assert not s.talking_point.text.isupper()
        assert said > 1000
