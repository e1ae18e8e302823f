"""The tests' real shops in the same words: who comes in, what they take, what lies in their basket."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from assistant.shop.connector import Connector
from assistant.shop.live import Address
from assistant.shop.tryton import Tryton
from assistant.shop.vendure import Login, Vendure
from tests.shop.live import tryton, vendure


class Shopper(Protocol):
    """Somebody with a basket."""

    def takes(self, product: str) -> str:
        """One more of a product; the basket's number."""
        ...

    def sees(self) -> dict[str, int]:
        """What lies in the basket: quantity by product."""
        ...


class Real(Protocol):
    """A running shop."""

    url: str

    @property
    def products(self) -> Sequence[str]:
        """Some products that can be bought."""
        ...

    @property
    def secret(self) -> str:
        """What signs in."""
        ...

    def address(self, url: str) -> Address:
        """Where it is, spoken to under this address."""
        ...

    def connector(self, url: str) -> Connector:
        """Our side of it."""
        ...

    def shopper(self) -> Shopper:
        """Somebody comes in."""
        ...


@dataclass(frozen=True)
class RealVendure:
    """Shoppers fill their baskets on the web."""

    shop: vendure.Shop

    @property
    def url(self) -> str:
        return self.shop.url

    @property
    def products(self) -> Sequence[str]:
        return [self.shop.variant(sku) for sku in ("L2201308", "L2201508", "L2201316", "L2201516")]

    @property
    def secret(self) -> str:
        return self.shop.password

    def address(self, url: str) -> Address:
        return Address("vendure", url, self.shop.user)

    def connector(self, url: str) -> Connector:
        return Vendure(url, Login(user=self.shop.user, password=self.shop.password))

    def shopper(self) -> Shopper:
        return self.shop.shopper()


@dataclass
class AtTheTill:
    """Somebody whose things are scanned at a till."""

    shop: tryton.Shop
    codes: Mapping[str, str]
    sale: str = ""

    def takes(self, product: str) -> str:
        if self.sale:
            self.shop.adds(self.sale, self.codes[product])
        else:
            self.sale = self.shop.rings_up(self.codes[product])
        return self.sale

    def sees(self) -> dict[str, int]:
        return {product: int(pieces) for product, pieces in self.shop.lies_in(self.sale).items()}


@dataclass(frozen=True)
class RealTryton:
    """Things are scanned at the tills."""

    shop: tryton.Shop
    codes: Mapping[str, str] = field(init=False)

    def __post_init__(self) -> None:
        some = ("CAM-R50", "CRD-128", "BAG-9", "SUN-1")
        object.__setattr__(self, "codes", {self.shop.product(code): code for code in some})

    @property
    def url(self) -> str:
        return self.shop.url

    @property
    def products(self) -> Sequence[str]:
        return list(self.codes)

    @property
    def secret(self) -> str:
        return self.shop.key

    def address(self, url: str) -> Address:
        return Address("tryton", url, channel=self.shop.database)

    def connector(self, url: str) -> Connector:
        return Tryton(url, self.shop.key, database=self.shop.database)

    def shopper(self) -> Shopper:
        return AtTheTill(self.shop, self.codes)


KINDS = ("vendure", "tryton")


@contextlib.contextmanager
def running(kind: str) -> Iterator[Real]:
    """A shop of a kind, stopped at the end."""
    if kind == "vendure":
        with vendure.running() as shop:
            yield RealVendure(shop)
    else:
        with tempfile.TemporaryDirectory() as folder, tryton.running(Path(folder)) as till:
            yield RealTryton(till)
