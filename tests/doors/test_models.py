"""`assistant models` in a shop that has learned twice: what is listed, and what a decision changes."""

from __future__ import annotations

import contextlib
import json
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from assistant.__main__ import doors
from assistant.learn import examples, train
from assistant.store import copies
from assistant.store.database import Home, open_home
from assistant.suggest import load_model
from tests.learn.test_refresh import LATER, NEW, sell_more, small_trees, trained  # noqa: F401
from tests.learn.test_train import quiet


@pytest.fixture(scope="module")
def twice(trained: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:  # noqa: F811
    """A shop whose second model was learned in full, with more orders."""
    home = copies.duplicate(trained, tmp_path_factory.mktemp("twice") / "home")
    sell_more(home, 10 * NEW, ["T0", "T3", "T5"])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(examples, "BLOCKS", 4)  # so many that a hundred are kept out
        train(home, progress=quiet, now=LATER + timedelta(days=1), full=True)
    return home


@pytest.fixture
def shop(twice: Home, tmp_path: Path) -> Home:
    return copies.duplicate(twice, tmp_path / "home")


def run(home: Home, *words: str) -> str:
    found = CliRunner().invoke(doors, ["--home", str(home.folder), "models", *words], catch_exceptions=False)
    assert found.exit_code == 0, found.output
    return found.output


def refused(home: Home, *words: str) -> str:
    found = CliRunner().invoke(doors, ["--home", str(home.folder), "models", *words])
    assert found.exit_code != 0
    return str(found.exception) + found.output


def listed(home: Home) -> dict[int, dict]:  # type: ignore[type-arg]
    return {one["number"]: one for one in json.loads(run(home, "list", "--json"))["models"]}


def test_the_second_was_judged_beside_the_first(shop: Home) -> None:
    found = listed(shop)
    assert set(found) == {1, 2}
    assert found[1]["verdict"]["word"] == "first"
    verdict = found[2]["verdict"]
    assert verdict["against"] == 1
    assert verdict["baskets"]["n"] >= 100
    installs = verdict["word"] in ("ready", "too_few")
    assert (found[2]["state"], found[1]["state"]) == (
        ("in_use", "earlier") if installs else ("waiting", "in_use")
    )
    checks = {check["name"]: check for check in verdict["checks"]}
    assert checks["limits"]["passed"] is True
    assert checks["limits"]["n"] > 0
    assert checks["enough"]["value"] == 0


def test_rolled_back_pinned_and_let_go(shop: Home) -> None:
    if listed(shop)[2]["state"] == "waiting":
        run(shop, "install", "2", "--reason", "to try it")
    now = load_model(shop)
    assert "Model 1 is in use again" in run(shop, "rollback", "--reason", "fewer filters")
    found = listed(shop)
    assert (found[1]["state"], found[1]["pinned"], found[1]["reason"]) == ("in_use", True, "fewer filters")
    before = load_model(shop)
    assert before is not None
    assert now is not None
    assert before.model_id == found[1]["model_id"] != now.model_id
    sell_more(shop, NEW, ["T1", "T2"], "Y")
    result = train(shop, progress=quiet, now=LATER + timedelta(days=2))
    assert (result.pinned, result.number) == (True, 1)
    after = load_model(shop)
    assert after is not None
    assert after.model_id == before.model_id, "a pinned model is not even counted anew"
    run(shop, "unpin")
    result = train(shop, progress=quiet, now=LATER + timedelta(days=3))
    assert not result.pinned
    run(shop, "install", "2", "--reason", "back to the newer one")
    assert listed(shop)[2]["state"] == "in_use"


def test_what_cannot_be_is_said_in_a_sentence(shop: Home) -> None:
    assert "there are 1 to 2" in refused(shop, "show", "9")
    used = next(number for number, one in listed(shop).items() if one["state"] == "in_use")
    assert "in use already" in refused(shop, "install", str(used), "--reason", "again")
    assert "reason is needed" in refused(shop, "install", str(3 - used))
    assert "only a waiting one" in refused(shop, "discard", str(used), "--reason", "no")


def test_a_damaged_file_is_not_put_to_use(shop: Home) -> None:
    found = listed(shop)
    other = next(one for one in found.values() if one["state"] != "in_use")
    path = shop.models / f"{other['model_id']}.safetensors"
    path.write_bytes(path.read_bytes()[:-100])
    before = load_model(shop)
    assert "damaged" in refused(shop, "install", str(other["number"]), "--reason", "why not")
    after = load_model(shop)
    assert before is not None
    assert after is not None
    assert after.model_id == before.model_id


def test_where_the_file_in_use_is_damaged_an_earlier_one_serves(shop: Home) -> None:
    found = listed(shop)
    used = next(one for one in found.values() if one["state"] == "in_use")
    if used["number"] == 1:
        run(shop, "install", "2", "--reason", "to have one before it")
        used = listed(shop)[2]
    path = shop.models / f"{used['model_id']}.safetensors"
    path.write_bytes(b"\0" * 1_000)
    model = load_model(shop)
    assert model is not None
    assert model.model_id != used["model_id"]
    assert model.trouble is not None
    assert "An earlier model serves" in model.trouble


def test_people_read_what_was_seen(shop: Home, tmp_path: Path) -> None:
    assert "in use" in run(shop)
    told = run(shop, "show", "2")
    assert "beside model 1" in told
    assert "not worse on the newest baskets" in told
    card = tmp_path / "card.md"
    run(shop, "card", "2", str(card))
    text = card.read_text()
    with contextlib.closing(open_home(shop)) as connection:
        (orders,) = connection.execute("SELECT count(*) FROM orders").fetchone()
    assert text.startswith("# Model 2\n")
    assert f"- {orders:,} orders of 40 known customers" in text


def test_before_the_first_training(home: Home) -> None:
    assert "No model yet" in run(home)
    assert json.loads(run(home, "list", "--json")) == {"models": []}
    assert "No model is in use yet" in refused(home, "pin")
    assert "no earlier model" in refused(home, "rollback")
