"""Model files that are whole, digest and all, and still wrong: each is refused in one sentence."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors import safe_open
from safetensors.numpy import save

from assistant.suggest import Model
from assistant.suggest.forest import Forest
from assistant.suggest.knowledge import Knowledge
from assistant.suggest.model import read, write
from assistant.suggest.shortlist import KINDS
from assistant.suggest.tables import Table
from tests.suggest import tiny
from tests.suggest.model_files import SHARED, assert_same, refused

Change = Callable[[dict[str, Any], dict[str, Any]], None]


def forged(path: Path, change: Change) -> Path:
    """The same file with its arrays or its header changed, and a digest that is right for them."""
    with safe_open(path, "np") as file:
        arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        header = json.loads(file.metadata()["header"])
    change(arrays, header)
    raw = save(arrays)
    header["digest"] = hashlib.sha256(raw[8 + int.from_bytes(raw[:8], "little") :]).hexdigest()
    path.write_bytes(save(arrays, metadata={"header": json.dumps(header)}))
    return path


def test_a_forger_changes_nothing_by_mistake(grown: Path) -> None:
    before = read(grown)
    assert_same(read(forged(grown, lambda arrays, header: None)), before)


@pytest.mark.parametrize(
    "name",
    [
        *Knowledge.ARRAYS,
        *(f"{table}.{part}" for table in Knowledge.TABLES for part in ("starts", "others", "values")),
        *(f"other.{name}" for name in Forest.ARRAYS),
    ],
)
def test_arrays_of_another_kind_of_number(grown: Path, name: str) -> None:
    whole = grown.read_bytes()
    for kind in ("float64", "float32", "int64", "int32", "uint32", "uint8", "float16", "int16"):
        grown.write_bytes(whole)

        def change(arrays: dict[str, Any], header: object, kind: str = kind) -> None:
            other = np.nan_to_num(arrays[name], posinf=9.0, neginf=0.0).clip(0, 9).astype(kind)
            arrays[name] = arrays[name] if arrays[name].dtype == kind else other

        expected = read(grown)
        forged(grown, change)
        with safe_open(grown, "np") as file:
            same = str(file.get_tensor(name).dtype) == str(_array(expected, name).dtype)
        if same:
            read(grown)
        else:
            refused(grown)


def _array(model: Model, name: str) -> Any:
    holder, _, part = name.partition(".")
    if holder == "other":
        return getattr(model.forests["other"], part)
    found = getattr(model.knowledge, holder)
    return getattr(found, part) if isinstance(found, Table) else found


@pytest.mark.parametrize("name", ["usual", "pairs.others", "product_ids", "categories", "other.masks"])
def test_an_array_that_is_not_there(grown: Path, name: str) -> None:
    assert "does not hold" in refused(forged(grown, lambda arrays, header: arrays.pop(name)))


@pytest.mark.parametrize("name", ["usual", "pairs.values", "popular", "again.leaves"])
def test_an_array_that_is_no_list(grown: Path, name: str) -> None:
    name = name.replace("again.", "other.")  # the shared forest is under the first kind that has it
    refused(forged(grown, lambda arrays, header: arrays.update({name: arrays[name][None, :]})))


@pytest.mark.parametrize(
    "text", ["{", "5", "null", "[[1]]", '{"a": 1}', '["a"]', '["a","a","b","c","d","e"]']
)
def test_products_that_are_no_list_of_their_names(grown: Path, text: str) -> None:
    refused(
        forged(
            grown,
            lambda arrays, header: arrays.update(product_ids=np.frombuffer(text.encode(), dtype=np.uint8)),
        )
    )


@pytest.mark.parametrize(
    "said",
    [
        {"forests": None},
        {"forests": ["other"]},
        {"forests": {"other": "elsewhere"}},
        {"forests": {"other": 5}},
        {"groups": {}},
        {"groups": {kind: ["usual"] for kind in KINDS}},
        {"groups": dict.fromkeys(KINDS, 5)},
        {"features": 5},
        {"features": ["usual"]},
        {"grown": 5},
        {"digest": None},
        {"version": None},
    ],
)
def test_a_header_that_says_something_else(grown: Path, said: dict[str, Any]) -> None:
    if "digest" in said:
        with safe_open(grown, "np") as file:
            arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
            header = json.loads(file.metadata()["header"]) | said
        grown.write_bytes(save(arrays, metadata={"header": json.dumps(header)}))
    else:
        forged(grown, lambda arrays, header: header.update(said))
    refused(grown)


def test_forests_grown_on_other_features(tmp_path: Path) -> None:
    names = tuple(f"{name}?" for name in SHARED.features)
    chosen = Model("m", tiny.knowledge(), {"other": replace(SHARED, features=names)})
    path = write(chosen, tmp_path)
    read(path)  # the header names the program's own features,
    forged(path, lambda arrays, header: header.update(features=list(names)))  # not these
    assert "do not fit" in refused(path)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("weights.others", 10_000),
        ("weights.others", -1),
        ("pairs.others", 10_000),
        ("weights.starts", 5),
        ("category", 10_000),
        ("popular", -1),
        ("shelves.others", 10_000),
        ("category_weights.others", 10_000),
        ("price", np.nan),
        ("until", np.inf),
        ("weights.values", np.nan),
        ("other.starts", 9),
        ("other.used", 10_000),
        ("other.masks", 0),
        ("other.leaves", np.nan),
    ],
)
def test_arrays_that_would_run_out_of_each_other(grown: Path, name: str, value: float) -> None:
    def change(arrays: dict[str, Any], header: object) -> None:
        arrays[name] = arrays[name].copy()
        arrays[name][0] = value

    assert "do not fit" in refused(forged(grown, change))
