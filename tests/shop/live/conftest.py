"""One real Vendure shop for all the tests that sync with one, and the program's front door."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator

import pytest

from assistant import __main__ as front
from assistant.shop.vendure import Login, Vendure
from assistant.store.database import Home
from tests.shop.live import vendure
from tests.shop.live.fakes.played import Played


@pytest.fixture(scope="session")
def vendure_shop() -> Iterator[vendure.Shop]:
    """A running Vendure shop with its sample catalog; skips in words where it cannot be had."""
    with vendure.running() as shop:
        yield shop


@pytest.fixture(params=["woocommerce", "odoo", "shopify"])
def played(request: pytest.FixtureRequest) -> Iterator[Played]:
    """A shop of a kind that cannot run here, played from its documentation."""
    made = Played(request.param)
    yield made
    made.close()


@pytest.fixture
def connector(vendure_shop: vendure.Shop) -> Iterator[Vendure]:
    """Our side of it."""
    made = Vendure(
        vendure_shop.url, Login(user=vendure_shop.user, password=vendure_shop.password), country="GB"
    )
    yield made
    made.close()


@pytest.fixture
def call(
    monkeypatch: pytest.MonkeyPatch, home: Home, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str]]:
    """Call the program in this process, with something on its standard input: exit status and all it said."""

    def run(*words: str, said: str = "") -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["assistant", "--home", str(home.folder), *words])
        monkeypatch.setattr(sys, "stdin", io.StringIO(said))
        with pytest.raises(SystemExit) as left:
            front.main()
        printed = capsys.readouterr()
        return int(left.value.code or 0), printed.out + printed.err

    return run
