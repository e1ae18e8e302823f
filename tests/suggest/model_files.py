"""A hand-made model with forests, and what is expected of its file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from assistant.errors import ModelError
from assistant.suggest import Model
from assistant.suggest.forest import Forest
from assistant.suggest.knowledge import Knowledge
from assistant.suggest.model import read
from assistant.suggest.shortlist import Kind
from tests.suggest import tiny

SHARED = tiny.stump("weighed", 0.2, -1.0, 1.5)
FORESTS: dict[Kind, Forest] = {
    "other": SHARED,
    "alike": tiny.stump("usual", -2.0, -0.5, 0.5),
    "again": SHARED,
}


def refused(path: Path) -> str:
    """The one sentence about a file, and what to do, without a word of Python."""
    with pytest.raises(ModelError) as raised:
        read(path)
    said = str(raised.value)
    assert path.name in said
    assert said.count("assistant train") == 1
    assert "\n" not in said
    assert "Error" not in said
    return said


def assert_same(one: Model, other: Model) -> None:
    assert (one.model_id, one.knowledge.product_ids) == (other.model_id, other.knowledge.product_ids)
    assert one.knowledge.categories == other.knowledge.categories
    for name in Knowledge.ARRAYS:
        np.testing.assert_array_equal(getattr(one.knowledge, name), getattr(other.knowledge, name))
    for name in Knowledge.TABLES:
        for part in ("starts", "others", "values"):
            first, second = (getattr(getattr(m.knowledge, name), part) for m in (one, other))
            np.testing.assert_array_equal(first, second)
    assert (one.forests.keys(), one.grown) == (other.forests.keys(), other.grown)
    for kind in one.forests:
        assert one.forests[kind].groups == other.forests[kind].groups
        assert one.forests[kind].features == other.forests[kind].features
        for name in Forest.ARRAYS:
            first, second = (getattr(m.forests[kind], name) for m in (one, other))
            np.testing.assert_array_equal(first, second)
