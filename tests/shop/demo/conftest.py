"""One drawn shop that all tests of the demo read, and a small truth for what must be made again and again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from assistant.shop.demo.drawing import Drawn, draw
from assistant.shop.demo.truth import Truth, load

TODAY = date(2026, 6, 14)


@pytest.fixture(scope="session")
def truth() -> Truth:
    return load("camera")


@pytest.fixture(scope="session")
def small(truth: Truth) -> Truth:
    """The same shop with fewer people and orders."""
    return replace(truth, size={**truth.size, "customers": 1300, "orders": 1500})


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo") / "shop"


@pytest.fixture(scope="session")
def drawn(truth: Truth, folder: Path) -> Drawn:
    """The shop of 14 June 2026, its CSV files in `folder`."""
    return draw(folder, truth, TODAY)
