"""The model file: knowledge and forests learned from orders, as plain arrays that cannot run code.

What may be *said* of a pairing is not here but in the `pairings` tables; this file only orders candidates.
It is memory-mapped, so that opening it takes no longer than reading it through once to know it is whole.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.errors import ModelError
from assistant.records import InstalledModel
from assistant.store import models, pairings
from assistant.store.database import Home, open_home
from assistant.suggest import acceptance
from assistant.suggest.acceptance import Acceptance
from assistant.suggest.forest import Forest
from assistant.suggest.knowledge import Knowledge
from assistant.suggest.ranking import FEATURES
from assistant.suggest.shortlist import KINDS, Kind
from assistant.suggest.tables import Table

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FORMAT = "sales-assistant model"
VERSION = 3
KEPT_MODELS = 5
STILL_WRITTEN = 600  # seconds

Arrays = dict[str, "NDArray[Any]"]
Together = tuple[tuple[tuple[int, tuple[int, ...]], ...], int]
"""Sets of products with the sales that held them all, and of how many sales with their anchor."""


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """What was learned: knowledge of every product, and a forest for each kind of candidate that has one.

    `acceptance` is what answers taught, from a file of its own; `trouble` says why its newest is not in use.
    `grown` is what training notes for the next training, of which suggestions know nothing: JSON values.
    `kits` is what was worked out of the knowledge while it is open, by anchor.
    """

    model_id: str
    knowledge: Knowledge
    forests: Mapping[Kind, Forest] = field(default_factory=dict)
    grown: Mapping[str, Any] = field(default_factory=dict)
    acceptance: Acceptance | None = None
    trouble: str | None = None
    kits: dict[int, Together] = field(default_factory=dict, compare=False, repr=False)


def load_model(home: Home) -> Model | None:
    """The model in use, or None before the first training.

    Where its file is missing, damaged or not one of ours, the newest one before it that can be read serves,
    and `trouble` says so; with none, ModelError is raised.
    """
    with contextlib.closing(open_home(home)) as connection:
        row = pairings.installed(connection)
        before = models.files_before(connection, row.model_id) if row else ()
    if row is None:
        return None
    try:
        model, trouble = installed(home, row), None
    except ModelError as problem:
        found = _first_whole(home, before)
        if found is None:
            raise
        model, trouble = found, f"{str(problem).removesuffix(_AGAIN)}{_EARLIER}"
    learned, unheard = acceptance.load(home)
    return replace(model, acceptance=learned, trouble=trouble or unheard)


def installed(home: Home, row: InstalledModel) -> Model:
    """The ranker that is in use and no other. Raises ModelError as `read` does."""
    model = read(home.models / row.file)
    if model.model_id != row.model_id:
        raise ModelError(f"The file {row.file} holds another model than the one in use. {_AGAIN}")
    return model


def _first_whole(home: Home, model_ids: Sequence[str]) -> Model | None:
    for model_id in model_ids:
        with contextlib.suppress(ModelError):
            return named(home, model_id)
    return None


def named(home: Home, model_id: str) -> Model:
    """The model of that name, in use or not. Errors as of `read`."""
    return read(home.models / file_of(model_id))


def file_of(model_id: str) -> str:
    """What the file of a model is called."""
    return f"{model_id}.safetensors"


_EARLIER = "An earlier model serves until `assistant train` has run again; nothing is lost."
_AGAIN = "Suggestions from learned pairings wait until `assistant train` has run again; nothing else is lost."
_DTYPES = {"F64": "f8", "F32": "f4", "I64": "i8", "I32": "i4", "U32": "u4", "U8": "u1"}


def read(path: Path) -> Model:
    """A model out of its file. Raises ModelError when the file is missing, damaged or not one of ours."""
    import numpy as np

    try:
        raw = np.asarray(np.memmap(path, np.uint8, "r")) if path.stat().st_size else np.zeros(0, np.uint8)
    except FileNotFoundError as problem:
        raise ModelError(f"The model file {path.name} is missing. {_AGAIN}") from problem
    except OSError as problem:
        raise ModelError(
            f"The model file {path.name} cannot be read: {problem.strerror}. {_AGAIN}"
        ) from problem
    try:
        described, header, body = _opened(raw)
    except (AttributeError, KeyError, ValueError, TypeError, RecursionError) as problem:
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
    if header.get("digest") != hashlib.sha256(body.data).hexdigest():
        raise ModelError(f"The model file {path.name} is damaged. {_AGAIN}")
    try:
        model = _built(str(header["model_id"]), header, _arrays(described, body))
    except (AttributeError, KeyError, ValueError, TypeError, RecursionError) as problem:
        raise ModelError(f"The model file {path.name} does not hold what it should. {_AGAIN}") from problem
    if not _fits(model):
        raise ModelError(f"The arrays of the model file {path.name} do not fit together. {_AGAIN}")
    return model


def _opened(raw: NDArray[np.uint8]) -> tuple[dict[str, Any], dict[str, Any], NDArray[np.uint8]]:
    """What a safetensors file says of its arrays, our own header, and the bytes of all arrays."""
    length = int.from_bytes(raw[:8].tobytes(), "little")
    if len(raw) < 8 or length > len(raw) - 8:
        raise ValueError
    described = json.loads(raw[8 : 8 + length].tobytes())
    header = json.loads(described.pop("__metadata__")["header"])
    if not isinstance(header, dict):
        raise TypeError
    return described, header, raw[8 + length :]


def _arrays(described: Mapping[str, Any], body: NDArray[np.uint8]) -> Arrays:
    found = {}
    for name, said in described.items():
        start, end = said["data_offsets"]
        if not 0 <= start <= end <= len(body) or len(said["shape"]) != 1:
            raise ValueError
        found[name] = body[start:end].view(_DTYPES[said["dtype"]])
    return found


def _built(model_id: str, header: Mapping[str, Any], arrays: Arrays) -> Model:
    known: dict[str, Any] = {name: arrays[name] for name in Knowledge.ARRAYS}
    for name in ("product_ids", "categories"):
        known[name] = tuple(json.loads(arrays[name].tobytes()))
    for name in Knowledge.TABLES:
        known[name] = Table(arrays[f"{name}.starts"], arrays[f"{name}.others"], arrays[f"{name}.values"])
    return Model(model_id, Knowledge(**known), forests_of(header, arrays), dict(header.get("grown", {})))


def forests_of(header: Mapping[str, Any], arrays: Arrays) -> dict[Kind, Forest]:
    """The forests that `flat_forests` laid out; KeyError or TypeError where something is not there."""
    stored: dict[str, Forest] = {}
    forests: dict[Kind, Forest] = {}
    for kind in KINDS:
        if kind in header["forests"]:
            of = header["forests"][kind]
            own = {name: arrays[f"{of}.{name}"] for name in Forest.ARRAYS}
            forest = Forest(tuple(header["features"]), tuple(header["groups"][kind]), **own)
            forests[kind] = stored.setdefault(of, forest)
    return forests


def flat_forests(forests: Mapping[Kind, Forest]) -> tuple[Arrays, dict[str, Any]]:
    """The arrays of all forests, and what a header must say of them.

    Kinds with few cases share one forest, which is there once.
    """
    arrays: Arrays = {}
    stored: dict[int, Kind] = {}
    for kind, forest in forests.items():
        if stored.setdefault(id(forest), kind) == kind:
            arrays |= {f"{kind}.{name}": getattr(forest, name) for name in Forest.ARRAYS}
    return arrays, {
        "features": FEATURES,
        "forests": {kind: stored[id(forest)] for kind, forest in forests.items()},
        "groups": {kind: forest.groups for kind, forest in forests.items()},
    }


def write(model: Model, folder: Path) -> Path:
    """Write a model under a name of its own; it is on disk, whole, before the name exists."""
    from safetensors.numpy import save

    arrays, header = _flat(model)
    # One key only: the library keeps its metadata in no order, and the same model must give the same bytes.
    raw = save(arrays)
    header["digest"] = hashlib.sha256(memoryview(raw)[8 + int.from_bytes(raw[:8], "little") :]).hexdigest()
    raw = save(arrays, metadata={"header": json.dumps(header, sort_keys=True)})
    path = folder / file_of(model.model_id)
    # The process's number: two trainings begun in one second learn a model of one name.
    temporary = path.with_suffix(f".{os.getpid()}.new")
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


def _flat(model: Model) -> tuple[Arrays, dict[str, Any]]:
    import numpy as np

    knowledge = model.knowledge
    arrays: Arrays = {name: getattr(knowledge, name) for name in Knowledge.ARRAYS}
    for name in Knowledge.TABLES:
        table: Table = getattr(knowledge, name)
        arrays |= {f"{name}.{part}": getattr(table, part) for part in ("starts", "others", "values")}
    for name in ("product_ids", "categories"):
        text = json.dumps(getattr(knowledge, name), ensure_ascii=False, separators=(",", ":"))
        arrays[name] = np.frombuffer(text.encode("utf-8"), dtype=np.uint8)
    grown, header = flat_forests(model.forests)
    arrays |= grown
    header |= {
        "format": FORMAT,
        "version": VERSION,
        "model_id": model.model_id,
        "grown": dict(model.grown),
    }
    return {name: np.ascontiguousarray(array) for name, array in arrays.items()}, header


def forget_old(folder: Path, kept: Collection[str]) -> None:
    """Remove every model file but those of the models `kept`, and what a killed training left.

    What was begun less than `STILL_WRITTEN` ago may be what another training is writing now.
    """
    names = {file_of(model_id) for model_id in kept}
    old = [path for path in folder.glob("*.safetensors") if path.name not in names]
    for path in [*old, *_left_behind(folder)]:
        # A file that another process still looks at cannot be removed everywhere; the next training does.
        with contextlib.suppress(PermissionError):
            path.unlink(missing_ok=True)


def _left_behind(folder: Path) -> Iterator[Path]:
    before = time.time() - STILL_WRITTEN
    for path in folder.glob("*.new"):
        with contextlib.suppress(FileNotFoundError):  # the other training has just finished it
            if path.stat().st_mtime < before:
                yield path


def _fits(model: Model) -> bool:
    """Whether every index stays inside its array, so that no question can run out of it."""
    return model.knowledge.fits() and all(
        forest.features == FEATURES and forest.fits() for forest in model.forests.values()
    )
