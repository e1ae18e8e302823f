"""The model file: scores learned from orders, as plain arrays with a JSON header that cannot run code.

What may be *said* of a pairing is not here but in the `pairings` table; this file only orders candidates.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import math
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.errors import ModelError
from assistant.store import pairings
from assistant.store.database import Home, open_home

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FORMAT = "sales-assistant model"
VERSION = 1
KEPT_FILES = 5


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """What was learned, product by product in the order of `product_ids`.

    `usual` is the share of orders that hold a product. Anchor `a` adds `weights[i]` to the probability of
    `add_ons[i]`, for i from `starts[a]` to `starts[a + 1]`. `proven_add_ons`, cut likewise by
    `proven_starts`, are the add-ons whose pairing with the anchor has the evidence to be spoken of, and
    `proven_shares` the steadied shares of the anchor's orders that hold them. `again` says which products
    people buy again and again. `calibration` is the slope and the intercept that make log-odds come true.
    """

    model_id: str
    product_ids: tuple[str, ...]
    usual: NDArray[np.float32]
    starts: NDArray[np.int64]
    add_ons: NDArray[np.int32]
    weights: NDArray[np.float32]
    proven_starts: NDArray[np.int64]
    proven_add_ons: NDArray[np.int32]
    proven_shares: NDArray[np.float32]
    again: NDArray[np.bool_]
    calibration: NDArray[np.float64]
    place: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "place", {p: i for i, p in enumerate(self.product_ids)})


_ARRAYS = {
    "usual": "float32",
    "starts": "int64",
    "add_ons": "int32",
    "weights": "float32",
    "proven_starts": "int64",
    "proven_add_ons": "int32",
    "proven_shares": "float32",
    "again": "bool",
    "calibration": "float64",
}


def load_model(home: Home) -> Model | None:
    """The model in use, or None before the first training.

    Raises ModelError when its file is missing, damaged or not one of ours.
    """
    with contextlib.closing(open_home(home)) as connection:
        row = pairings.installed(connection)
    if row is None:
        return None
    model = read(home.models / row.file)
    if model.model_id != row.model_id:
        raise ModelError(f"The file {row.file} holds another model than the one in use. {_AGAIN}")
    return model


_AGAIN = "Suggestions from learned pairings wait until `assistant train` has run again; nothing else is lost."


def read(path: Path) -> Model:
    """A model out of its file. Raises ModelError when the file is missing, damaged or not one of ours."""
    import numpy as np
    from safetensors import SafetensorError
    from safetensors.numpy import load

    try:
        raw = path.read_bytes()
    except FileNotFoundError as problem:
        raise ModelError(f"The model file {path.name} is missing. {_AGAIN}") from problem
    except OSError as problem:
        raise ModelError(
            f"The model file {path.name} cannot be read: {problem.strerror}. {_AGAIN}"
        ) from problem
    try:
        arrays = load(raw)
        header = json.loads(_metadata(raw)["header"])
        if not isinstance(header, dict):
            raise TypeError
    except (SafetensorError, KeyError, ValueError, TypeError, UnicodeDecodeError) as problem:
        raise ModelError(
            f"The file {path.name} is damaged or not a model of the assistant. {_AGAIN}"
        ) from problem
    if header.get("format") != FORMAT:
        raise ModelError(f"The file {path.name} is not a model of the assistant. {_AGAIN}")
    if header.get("version") != VERSION:
        found = header.get("version")
        raise ModelError(
            f"The model file {path.name} has version {found}, this program reads {VERSION}. {_AGAIN}"
        )
    if header.get("digest") != _digest(arrays):
        raise ModelError(f"The model file {path.name} is damaged. {_AGAIN}")
    names = arrays.get("product_names", np.zeros(0, np.uint8))
    try:
        product_ids = tuple(json.loads(names.tobytes().decode("utf-8")))
        model = Model(
            model_id=str(header["model_id"]),
            product_ids=product_ids,
            usual=arrays["usual"],
            starts=arrays["starts"],
            add_ons=arrays["add_ons"],
            weights=arrays["weights"],
            proven_starts=arrays["proven_starts"],
            proven_add_ons=arrays["proven_add_ons"],
            proven_shares=arrays["proven_shares"],
            again=arrays["again"],
            calibration=arrays["calibration"],
        )
    except (KeyError, ValueError, TypeError, UnicodeDecodeError) as problem:
        raise ModelError(f"The model file {path.name} does not hold what it should. {_AGAIN}") from problem
    if not _fits(model):
        raise ModelError(f"The arrays of the model file {path.name} do not fit together. {_AGAIN}")
    return model


def write(model: Model, folder: Path) -> Path:
    """Write a model under a name of its own; it is on disk, whole, before the name exists."""
    import numpy as np
    from safetensors.numpy import save

    arrays: dict[str, NDArray[Any]] = {
        name: np.ascontiguousarray(getattr(model, name), dtype=kind) for name, kind in _ARRAYS.items()
    }
    names = json.dumps(model.product_ids, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
    arrays["product_names"] = np.frombuffer(names, dtype=np.uint8)
    header = {"format": FORMAT, "version": VERSION, "model_id": model.model_id, "digest": _digest(arrays)}
    # One key only: the library keeps its metadata in no order, and the same model must give the same bytes.
    raw = save(arrays, metadata={"header": json.dumps(header, sort_keys=True)})
    path = folder / f"{model.model_id}.safetensors"
    temporary = path.with_suffix(".new")
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        with temporary.open("wb") as file:
            file.write(raw)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as problem:
        raise ModelError(
            f"The model cannot be written to {folder}: {problem.strerror}; the old one stays in use."
        ) from problem
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
    return path


def forget_old(folder: Path, in_use: str) -> None:
    """Keep the newest model files and the one in use; remove the others and what a killed training left."""
    files = sorted(folder.glob("*.safetensors"), key=lambda path: (path.stat().st_mtime_ns, path.name))
    for path in [*(f for f in files[:-KEPT_FILES] if f.name != in_use), *folder.glob("*.new")]:
        path.unlink(missing_ok=True)


def _metadata(raw: bytes) -> dict[str, str]:
    length = int.from_bytes(raw[:8], "little")
    found = json.loads(raw[8 : 8 + length])["__metadata__"]
    if not isinstance(found, dict):
        raise TypeError
    return found


def _digest(arrays: Mapping[str, NDArray[Any]]) -> str:
    told = hashlib.sha256()
    for name in sorted(arrays):
        told.update(name.encode())
        told.update(str(arrays[name].dtype).encode())
        told.update(arrays[name].tobytes())
    return told.hexdigest()


def _fits(model: Model) -> bool:
    """Whether every index stays inside its array, so that no question can run out of it."""
    products = len(model.product_ids)
    if len(model.place) != products or any(
        getattr(model, name).dtype != kind or getattr(model, name).ndim != 1 for name, kind in _ARRAYS.items()
    ):
        return False
    return (
        len(model.usual) == len(model.again) == products
        and len(model.weights) == len(model.add_ons)
        and len(model.proven_shares) == len(model.proven_add_ons)
        and len(model.calibration) == 2
        and math.isfinite(float(model.calibration.sum()))
        and float(model.calibration[0]) > 0
        and _cut(model.starts, model.add_ons, products)
        and _cut(model.proven_starts, model.proven_add_ons, products)
    )


def _cut(starts: NDArray[np.int64], add_ons: NDArray[np.int32], products: int) -> bool:
    return (
        len(starts) == products + 1
        and int(starts[0]) == 0
        and int(starts[-1]) == len(add_ons)
        and bool((starts[1:] >= starts[:-1]).all())
        and (len(add_ons) == 0 or (int(add_ons.min()) >= 0 and int(add_ons.max()) < products))
    )
