"""A new product's lookalike is the established one with the most alike name, and nothing is made up."""

from __future__ import annotations

import numpy as np
import pytest

from assistant.learn import lookalikes as module
from assistant.learn.lookalikes import ESTABLISHED, lookalikes

OLD = ESTABLISHED
NEW = ESTABLISHED - 1


def found(goods: dict[str, int], category: list[int] | None = None) -> dict[str, str]:
    """Which name stands for which, of names and the orders that hold them."""
    names = tuple(goods)
    of = np.full(len(names), -1) if category is None else np.array(category)
    new, like = lookalikes(names, np.array(list(goods.values())), of.astype(np.int32))
    assert new.dtype == like.dtype == np.int32
    assert new.tolist() == sorted(new.tolist())
    return {names[a]: names[b] for a, b in zip(new.tolist(), like.tolist(), strict=True)}


def test_the_name_with_the_most_words_in_common() -> None:
    goods = {
        "Blue enamel mug": 0,
        "Red enamel mug": OLD,
        "Red enamel plate, large": OLD,
        "Garden hose": OLD,
        "Green garden lantern with a candle": NEW,
    }
    assert found(goods) == {"Blue enamel mug": "Red enamel mug"}


def test_case_order_and_punctuation_do_not_matter_and_of_equals_the_one_sold_most() -> None:
    goods = {"MUG - ENAMEL; RED": 1, "red enamel mug": OLD, "Enamel mug, red": 5 * OLD}
    assert found(goods) == {"MUG - ENAMEL; RED": "Enamel mug, red"}


def test_what_has_a_category_or_is_sold_already_needs_none() -> None:
    goods = {"Blue enamel mug": 0, "Red enamel mug": OLD, "Garden hose": OLD}
    assert found(goods, [0, -1, -1]) == {}
    assert found(goods, [-1, 0, -1]) == {"Blue enamel mug": "Red enamel mug"}  # which may have one
    assert found(dict.fromkeys(goods, OLD)) == {}
    assert found(dict.fromkeys(goods, NEW)) == {}


@pytest.mark.parametrize("names", [("", "", " "), ("1", "+", "?"), ("mug", "plate", "cup")])
def test_names_without_words_in_common_find_nobody(names: tuple[str, ...]) -> None:
    new, like = lookalikes(names, np.array([0, OLD, OLD]), np.full(3, -1, dtype=np.int32))
    assert len(new) == len(like) == 0


def test_a_shop_without_products_has_none() -> None:
    new, like = lookalikes((), np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int32))
    assert len(new) == len(like) == 0


def test_a_word_that_many_share_finds_nobody_but_still_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    goods = {"black enamel mug": 0, "black cap": OLD, "enamel mug": 2 * OLD, "enamel mug black": OLD}
    goods |= {"black teapot": OLD, "black hose": OLD}
    assert found(goods) == {"black enamel mug": "enamel mug black"}
    monkeypatch.setattr(module, "COMMON", 2)
    assert found(goods) == {"black enamel mug": "enamel mug black"}
    monkeypatch.setattr(module, "COMMON", 0)
    assert found(goods) == {}


def test_parts_give_what_the_whole_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = np.random.default_rng(2)
    words = [f"word{n}" for n in range(30)]
    goods = {" ".join(drawn.choice(words, 3)): int(drawn.choice([0, OLD, 2 * OLD])) for _ in range(200)}
    whole = found(goods)
    assert len(whole) > 20
    monkeypatch.setattr(module, "_AT_ONCE", 7)
    assert found(goods) == whole
