"""What a suggestion is worth beyond how well it fits: is it accepted, is it kept, and what does it earn.

Learned from the log's answers by `learn.acceptance`, kept in a file of arrays and JSON that cannot run code.
Its parts are logarithms that sum to that of P(accepted if offered) × P(kept if accepted) × margin^a. What
is offered is accepted where nothing stands in the way (having one already, the price) and it is then liked.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import math
import os
import shutil
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.errors import ModelError
from assistant.records import Product, Touchpoint
from assistant.store.database import Home
from assistant.suggest.likelihood import Likelihood, Table, built, flat

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FORMAT = "sales-assistant answers"
VERSION = 2
NEW, LAST_GOOD = "answers.safetensors", "answers.before.safetensors"
WORDS = ("touchpoint", "family", "product", "pairing", "known")
NUMBERS = ("fit", "price")
LEAST_MARGIN = 0.05  # of the price: what is sold at a loss counts as this little
NO_WORD = ""
_SURELY = Likelihood(30.0)


@dataclass(frozen=True, slots=True)
class Offered:
    """What is looked at of one product that could be offered: how well it fits are the ranker's log-odds."""

    product: Product
    anchor_id: str | None
    fit: float


@dataclass(frozen=True, slots=True, eq=False)
class Acceptance:
    """What answers taught. `could` says how likely an offer meets nobody who has one or finds it too dear,
    `accepted` how likely it is then taken. `margins` are the shares of the price that families earn in the
    median, `""` all of them; `typical` is what one sale earns in the median. `learned` says from what, in
    JSON."""

    offered: Likelihood
    accepted: Likelihood
    kept: Likelihood
    margins: Mapping[str, float] = field(default_factory=dict)
    typical: float = 0.0
    learned: Mapping[str, Any] = field(default_factory=dict)
    could: Likelihood = _SURELY

    def taken(self, table: Table) -> list[float]:
        """The logarithm of the chance that each is accepted once it is offered."""
        both = zip(self.could.log_odds(table).tolist(), self.accepted.log_odds(table).tolist(), strict=True)
        return [log_share(could) + log_share(accepted) for could, accepted in both]

    def worth(
        self, some: Sequence[Offered], touchpoint: Touchpoint, *, known: bool, power: float
    ) -> list[dict[str, float]]:
        """The logarithms that make up what each is worth."""
        if not some:
            return []
        table = case_table(some, touchpoint, known=known)
        said = zip(some, self.taken(table), self.kept.log_odds(table).tolist(), strict=True)
        return [
            {
                "accepted": taken,
                "kept": log_share(kept),
                "margin": self._margin(one.product, power),
            }
            for one, taken, kept in said
        ]

    def _margin(self, product: Product, power: float) -> float:
        """`power` × the logarithm of the margin beside a typical one; nothing where the law looks closely."""
        if product.regulated or not product.price or product.price <= 0 or self.typical <= 0:
            return 0.0
        if product.cost is not None:
            margin = float(product.price - product.cost)
        else:
            share = self.margins.get(product.family or NO_WORD, self.margins.get(NO_WORD))
            if share is None:
                return 0.0
            margin = share * product.price
        return power * math.log(max(margin, LEAST_MARGIN * product.price) / self.typical)


def case_table(some: Sequence[Offered], touchpoint: Touchpoint, *, known: bool) -> Table:
    """The columns that answers are learned by."""
    return {
        "touchpoint": [touchpoint] * len(some),
        "family": [one.product.family or NO_WORD for one in some],
        "product": [one.product.product_id for one in some],
        "pairing": [pairing(one.anchor_id, one.product.product_id) for one in some],
        "known": ["yes" if known else "no"] * len(some),
        "fit": [one.fit for one in some],
        "price": [log_price(one.product.price) for one in some],
    }


def pairing(anchor_id: str | None, product_id: str) -> str:
    """One word for an anchor and its add-on."""
    return json.dumps([anchor_id, product_id])


def log_price(price: int | None) -> float | None:
    """The logarithm of a price; None where it is unknown or nothing."""
    return math.log(price) if price and price > 0 else None


def log_share(log_odds: float) -> float:
    """The logarithm of a probability, from its log-odds."""
    return -math.log1p(math.exp(-log_odds)) if log_odds > 0 else log_odds - math.log1p(math.exp(log_odds))


def write(learned: Acceptance, home: Home) -> Path:
    """Put a new file in place of the old one, which stays as the last good one. Raises ModelError."""
    from safetensors.numpy import save

    arrays: dict[str, NDArray[Any]] = {}
    header: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "margins": dict(learned.margins),
        "typical": learned.typical,
        "learned": dict(learned.learned),
    }
    for name in _MODELS:
        own, header[name] = flat(getattr(learned, name))
        arrays |= {f"{name}.{key}": array for key, array in own.items()}
    arrays["signed"] = _signature(arrays, header)
    raw = save(arrays, metadata={"header": json.dumps(header, sort_keys=True)})
    path = _folder(home) / NEW
    temporary = path.with_suffix(f".{os.getpid()}.new")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with temporary.open("wb") as file:
            file.write(raw)
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(ModelError):
            read(path)
            path.replace(path.with_name(LAST_GOOD))
        temporary.replace(path)
    except OSError as problem:
        raise ModelError(
            f"What answers taught cannot be written to {path.parent}: {problem.strerror}."
        ) from problem
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
    return path


def read(path: Path) -> Acceptance:
    """What a file holds. Raises ModelError for one that is missing, damaged, newer or not one of ours."""
    from safetensors import SafetensorError
    from safetensors.numpy import load

    try:
        raw = path.read_bytes()
    except OSError as problem:
        raise ModelError(
            f"What answers taught cannot be read from {path.name}: {problem.strerror}."
        ) from problem
    try:
        length = int.from_bytes(raw[:8], "little")
        header = json.loads(json.loads(raw[8 : 8 + length])["__metadata__"]["header"])
        arrays = load(raw)
        ours = header["format"] == FORMAT
        version = int(header["version"])
    except (AttributeError, KeyError, ValueError, TypeError, RecursionError, SafetensorError) as problem:
        raise ModelError(f"The file {path.name} is damaged or not one of the assistant.") from problem
    if not ours:
        raise ModelError(f"The file {path.name} does not hold what answers taught.")
    if version != VERSION:
        raise ModelError(f"The file {path.name} has version {version}, this program reads {VERSION}.")
    try:
        signed = arrays.pop("signed")
        if signed.tobytes() != _signature(arrays, header).tobytes():
            raise ModelError(f"The file {path.name} is damaged.")
        models = {name: built(_own(arrays, name), header[name]) for name in _MODELS}
        margins = {str(name): float(share) for name, share in header["margins"].items()}
        return Acceptance(
            **models, margins=margins, typical=float(header["typical"]), learned=header["learned"]
        )
    except (AttributeError, KeyError, ValueError, TypeError, RecursionError) as problem:
        raise ModelError(f"The file {path.name} does not hold what it should.") from problem


def set_aside(home: Home, number: int) -> None:
    """Keep what is in use as that of a model, to be brought back with it."""
    path = _folder(home) / NEW
    if path.exists():
        _copy(path, _of(home, number))


def bring_back(home: Home, number: int) -> None:
    """Put what was kept of a model to use; where nothing was, what is in use stays."""
    kept = _of(home, number)
    if kept.exists():
        read(kept)
        _copy(kept, _folder(home) / NEW)


def forget_old(home: Home, kept: Collection[int]) -> None:
    """Remove what was kept of all other models."""
    names = {_of(home, number).name for number in kept} | {NEW, LAST_GOOD}
    for path in _folder(home).glob("*.safetensors"):
        if path.name not in names:
            with contextlib.suppress(PermissionError):
                path.unlink(missing_ok=True)


def _of(home: Home, number: int) -> Path:
    return _folder(home) / f"answers.{number}.safetensors"


def _copy(path: Path, to: Path) -> None:
    temporary = to.with_suffix(f".{os.getpid()}.new")
    try:
        shutil.copyfile(path, temporary)
        temporary.replace(to)
    except OSError as problem:
        raise ModelError(
            f"What answers taught cannot be written to {to.parent}: {problem.strerror}."
        ) from problem
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


def load(home: Home) -> tuple[Acceptance | None, str | None]:
    """What answers taught, if anything, and what is wrong with the newest file, if anything: then it is the
    last good one."""
    path = _folder(home) / NEW
    if not path.exists():
        return None, None
    try:
        return read(path), None
    except ModelError as problem:
        with contextlib.suppress(ModelError):
            return read(path.with_name(LAST_GOOD)), str(problem)
        return None, str(problem)


_MODELS = ("offered", "could", "accepted", "kept")


def _folder(home: Home) -> Path:
    return home.models / "answers"


def _own(arrays: Mapping[str, NDArray[Any]], name: str) -> dict[str, NDArray[Any]]:
    start = f"{name}."
    return {key[len(start) :]: array for key, array in arrays.items() if key.startswith(start)}


def _signature(arrays: Mapping[str, NDArray[Any]], header: Mapping[str, Any]) -> NDArray[np.uint8]:
    import numpy as np

    told = hashlib.sha256(json.dumps(header, sort_keys=True).encode())
    for name in sorted(arrays):
        told.update(f"{name}:{arrays[name].dtype.str}:{arrays[name].shape}".encode())
        told.update(np.ascontiguousarray(arrays[name]).tobytes())
    return np.frombuffer(told.digest(), dtype=np.uint8)
