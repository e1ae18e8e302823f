"""A model file is ours, whole, and cannot run code, or it is refused in words."""

from __future__ import annotations

import json
import os
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
from assistant.suggest import Model, Question, ask, load_model
from assistant.suggest.forest import Forest
from assistant.suggest.knowledge import Knowledge
from assistant.suggest.model import forget_old, read, write
from assistant.suggest.shortlist import KINDS, Kind
from tests.shops import NOW
from tests.suggest import tiny
from tests.suggest.conftest import Fill
from tests.suggest.model_files import FORESTS, SHARED, assert_same, refused


@pytest.fixture
def path(shop_home: Home, model: Model) -> Path:
    return shop_home.models / f"{model.model_id}.safetensors"


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
        assert not array.flags.owndata
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


# writing


def test_a_folder_that_cannot_be_written_keeps_the_old_model(model: Model, tmp_path: Path) -> None:
    blocked = tmp_path / "models"
    blocked.write_text("a file where the folder should be")
    with pytest.raises(ModelError, match="stays in use"):
        write(model, blocked)


def test_nothing_half_written_is_left(model: Model, tmp_path: Path) -> None:
    path = write(model, tmp_path / "elsewhere")
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_two_trainings_that_end_in_one_moment_both_have_their_model(
    model: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second writes a model of the same name, and tidies up, when the first is about to name its own."""
    folder = tmp_path / "models"
    sync = os.fsync

    def other_training(descriptor: int) -> None:
        sync(descriptor)
        monkeypatch.setattr(os, "fsync", sync)
        monkeypatch.setattr(os, "getpid", lambda: -1)
        forget_old(folder, write(model, folder).name)

    monkeypatch.setattr(os, "fsync", other_training)
    path = write(model, folder)
    assert list(folder.iterdir()) == [path]
    assert_same(read(path), model)


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
