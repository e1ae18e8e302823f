"""A model file is ours, whole, and cannot run code, or it is refused in words."""

from __future__ import annotations

import hashlib
import json
import pickle
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors import safe_open
from safetensors.numpy import save, save_file

from assistant.errors import ModelError
from assistant.store.database import Connection, Home
from assistant.suggest import Model, Question, ask, load_model
from assistant.suggest.forest import Forest
from assistant.suggest.knowledge import Knowledge
from assistant.suggest.model import read, write
from assistant.suggest.shortlist import KINDS, Kind
from assistant.suggest.tables import Table
from tests.shops import NOW
from tests.suggest import tiny
from tests.suggest.conftest import Fill

SHARED = tiny.stump("weighed", 0.2, -1.0, 1.5)
FORESTS: dict[Kind, Forest] = {
    "other": SHARED,
    "alike": tiny.stump("usual", -2.0, -0.5, 0.5),
    "again": SHARED,
}


@pytest.fixture
def path(shop_home: Home, model: Model) -> Path:
    return shop_home.models / f"{model.model_id}.safetensors"


@pytest.fixture
def grown(tmp_path: Path) -> Path:
    """The file of a hand-made model with forests."""
    return write(Model("grown", tiny.knowledge(), FORESTS), tmp_path / "grown")


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


def test_what_is_written_is_read(model: Model, tmp_path: Path) -> None:
    for chosen in (
        model,
        replace(model, forests=FORESTS, grown={"from": "orders", "n": 5}),
        Model("bare", tiny.without_categories()),
        Model("none", tiny.nothing(), {"again": SHARED}),
        Model("signs", tiny.knowledge(product_ids=('"', "é ü", "\\", "\n", "", "𝄞"))),
    ):
        assert_same(read(write(chosen, tmp_path / "elsewhere")), chosen)


def test_the_same_model_gives_the_same_bytes(model: Model, tmp_path: Path) -> None:
    chosen = replace(model, forests=FORESTS)
    first = write(chosen, tmp_path / "a")
    second = write(chosen, tmp_path / "b")
    third = write(read(first), tmp_path / "c")
    assert first.read_bytes() == second.read_bytes() == third.read_bytes()


def test_a_forest_that_kinds_share_is_written_once(tmp_path: Path) -> None:
    def size(forests: dict[Kind, Forest]) -> int:
        return write(Model("m", tiny.knowledge(), forests), tmp_path).stat().st_size

    one = sum(getattr(SHARED, name).nbytes for name in Forest.ARRAYS)
    shared = size(dict.fromkeys(KINDS, SHARED))
    apart = size({kind: replace(SHARED) for kind in KINDS})
    assert apart - shared >= 2 * one
    size(dict.fromkeys(KINDS, SHARED))
    again = read(tmp_path / "m.safetensors").forests
    assert again["other"] is again["alike"] is again["again"]


def test_arrays_are_looked_at_in_the_file_and_cannot_be_changed(grown: Path) -> None:
    model = read(grown)
    arrays = [getattr(model.knowledge, name) for name in Knowledge.ARRAYS]
    arrays += [getattr(model.knowledge.weights, part) for part in ("starts", "others", "values")]
    arrays += [getattr(model.forests["other"], name) for name in Forest.ARRAYS]
    for array in arrays:
        assert isinstance(array, np.memmap)
        assert not array.flags.writeable
        assert array.flags.aligned


def test_before_the_first_training_there_is_none(shop_home: Home) -> None:
    assert load_model(shop_home) is None


# damaged files


@pytest.mark.parametrize("share", [0.0, 0.02, 0.5, 0.99])
def test_a_cut_off_file(shop_home: Home, path: Path, share: float) -> None:
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(ModelError, match="assistant train"):
        load_model(shop_home)


@pytest.mark.parametrize("length", [0, 1, 7, 8, 9, 40])
def test_a_file_cut_off_at_its_head(grown: Path, length: int) -> None:
    grown.write_bytes(grown.read_bytes()[:length])
    refused(grown)


def test_any_changed_byte_of_the_arrays(grown: Path) -> None:
    whole = grown.read_bytes()
    start = 8 + int.from_bytes(whole[:8], "little")
    for place in [*range(start, len(whole), (len(whole) - start) // 40), len(whole) - 1]:
        grown.write_bytes(whole[:place] + bytes([whole[place] ^ 0x40]) + whole[place + 1 :])
        assert "damaged" in refused(grown)


def test_any_changed_byte_of_the_head_is_refused_or_changes_nothing(grown: Path) -> None:
    """What is said of the arrays is not in the digest: a change there must still come out as words."""
    whole, model = grown.read_bytes(), read(grown)
    for place in range(0, 8 + int.from_bytes(whole[:8], "little"), 37):
        grown.write_bytes(whole[:place] + bytes([whole[place] ^ 0x01]) + whole[place + 1 :])
        try:
            found = read(grown)
        except ModelError as problem:
            assert grown.name in str(problem)
        else:
            assert found.knowledge.count == model.knowledge.count


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"just text",
        pickle.dumps({"weights": [1]}),
        b"\x00" * 64,
        *(
            len(text).to_bytes(8, "little") + text
            for text in (
                b"[]",
                b"5",
                b'"text"',
                b"null",
                b"{}",
                b'{"__metadata__": []}',
                b'{"__metadata__": {}}',
                b'{"__metadata__": {"header": 5}}',
                b'{"__metadata__": {"header": "[]"}}',
                b'{"__metadata__": {"header": "{}"}}',
                b"[" * 100_000,
                b"\xff\xfe",
            )
        ),
    ],
)
def test_something_else_under_the_name(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "model.safetensors"
    path.write_bytes(content)
    refused(path)


def test_somebody_elses_safetensors(shop_home: Home, path: Path) -> None:
    save_file({"weight": np.zeros(4, np.float32)}, path, metadata={"format": "pt"})
    with pytest.raises(ModelError, match="not a model of the assistant"):
        load_model(shop_home)


def test_another_format_under_our_header(shop_home: Home, path: Path) -> None:
    save_file({"weight": np.zeros(4, np.float32)}, path, metadata={"header": json.dumps({"format": "x"})})
    with pytest.raises(ModelError, match="not a model of the assistant"):
        load_model(shop_home)


@pytest.mark.parametrize("version", [1, 99])
def test_another_version(
    shop_home: Home, path: Path, model: Model, monkeypatch: pytest.MonkeyPatch, version: int
) -> None:
    monkeypatch.setattr("assistant.suggest.model.VERSION", version)
    write(model, shop_home.models)
    monkeypatch.undo()
    with pytest.raises(ModelError, match=f"version {version}"):
        load_model(shop_home)


def test_a_missing_file(shop_home: Home, path: Path) -> None:
    path.unlink()
    with pytest.raises(ModelError, match="missing"):
        load_model(shop_home)


def test_a_folder_under_the_name(shop_home: Home, path: Path) -> None:
    path.unlink()
    path.mkdir()
    with pytest.raises(ModelError, match="cannot be read"):
        load_model(shop_home)


def test_another_model_under_the_name(shop_home: Home, path: Path, model: Model) -> None:
    write(replace(model, model_id="another"), shop_home.models).replace(path)
    with pytest.raises(ModelError, match="another model"):
        load_model(shop_home)


# files that are whole, and wrong

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


# writing


def test_a_folder_that_cannot_be_written_keeps_the_old_model(model: Model, tmp_path: Path) -> None:
    blocked = tmp_path / "models"
    blocked.write_text("a file where the folder should be")
    with pytest.raises(ModelError, match="stays in use"):
        write(model, blocked)


def test_nothing_half_written_is_left(model: Model, tmp_path: Path) -> None:
    path = write(model, tmp_path / "elsewhere")
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_asking_starts_without_numpy() -> None:
    code = "import sys, assistant.suggest; print(sorted({'numpy', 'pandas', 'scipy'} & set(sys.modules)))"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"


def test_a_model_out_of_its_file_answers_as_before_it_was_written(
    model: Model, shop: Connection, fill: Fill, tmp_path: Path
) -> None:
    question = Question(fill("P1", "P8"), "C-10412", now=NOW)
    for chosen in (model, replace(model, forests=FORESTS)):
        again = read(write(chosen, tmp_path))
        assert ask(shop, again, question) == ask(shop, chosen, question)
