"""A model file is ours, whole, and cannot run code, or it is refused in words."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from assistant.errors import ModelError
from assistant.store.database import Connection, Home
from assistant.suggest import Model, load_model
from assistant.suggest.model import read, write


@pytest.fixture
def path(shop_home: Home, model: Model) -> Path:
    return shop_home.models / f"{model.model_id}.safetensors"


def test_what_is_written_is_read(model: Model, tmp_path: Path) -> None:
    again = read(write(model, tmp_path / "elsewhere"))
    assert (again.model_id, again.product_ids) == (model.model_id, model.product_ids)
    for name in ("usual", "starts", "add_ons", "weights", "proven_starts", "proven_add_ons", "again"):
        np.testing.assert_array_equal(getattr(again, name), getattr(model, name))


def test_before_the_first_training_there_is_none(shop_home: Home) -> None:
    assert load_model(shop_home) is None


@pytest.mark.parametrize("share", [0.0, 0.02, 0.5, 0.99])
def test_a_cut_off_file(shop_home: Home, path: Path, share: float) -> None:
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(ModelError, match="assistant train"):
        load_model(shop_home)


@pytest.mark.parametrize("place", [4, 60, -1, -40, -400])
def test_a_single_changed_byte(shop_home: Home, path: Path, place: int) -> None:
    raw = bytearray(path.read_bytes())
    raw[place] ^= 0x40
    path.write_bytes(raw)
    with pytest.raises(ModelError):
        load_model(shop_home)


@pytest.mark.parametrize("content", [b"", b"just text", pickle.dumps({"weights": [1]}), b"\x00" * 64])
def test_something_else_under_the_name(shop_home: Home, path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(ModelError, match=path.name):
        load_model(shop_home)


def test_somebody_elses_safetensors(shop_home: Home, path: Path) -> None:
    save_file({"weight": np.zeros(4, np.float32)}, path, metadata={"format": "pt"})
    with pytest.raises(ModelError, match="not a model of the assistant"):
        load_model(shop_home)


def test_another_format_under_our_header(shop_home: Home, path: Path) -> None:
    save_file({"weight": np.zeros(4, np.float32)}, path, metadata={"header": json.dumps({"format": "x"})})
    with pytest.raises(ModelError, match="not a model of the assistant"):
        load_model(shop_home)


def test_a_newer_version(shop_home: Home, path: Path, model: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.suggest.model.VERSION", 99)
    write(model, shop_home.models)
    monkeypatch.undo()
    with pytest.raises(ModelError, match="version 99"):
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


@pytest.mark.parametrize(
    "change",
    [
        {"add_ons": 10_000},
        {"add_ons": -1},
        {"proven_add_ons": 10_000},
        {"starts": 5},
    ],
)
def test_arrays_that_would_run_out_of_each_other(
    model: Model, tmp_path: Path, change: dict[str, int]
) -> None:
    ((name, value),) = change.items()
    array = getattr(model, name).copy()
    array[0] = value
    with pytest.raises(ModelError, match="do not fit"):
        read(write(replace(model, **{name: array}), tmp_path))


def test_a_folder_that_cannot_be_written_keeps_the_old_model(model: Model, tmp_path: Path) -> None:
    blocked = tmp_path / "models"
    blocked.write_text("a file where the folder should be")
    with pytest.raises(ModelError, match="stays in use"):
        write(model, blocked)


def test_asking_starts_without_numpy() -> None:
    code = "import sys, assistant.suggest; print(sorted({'numpy', 'pandas', 'scipy'} & set(sys.modules)))"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"


def test_a_model_without_the_shop_still_answers(model: Model, shop: Connection) -> None:
    assert set(model.place) == set(model.product_ids)
    assert all(model.product_ids[place] == product for product, place in model.place.items())
