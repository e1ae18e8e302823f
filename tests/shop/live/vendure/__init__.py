"""A real Vendure shop for the tests: installed once from the npm registry, started on a free port, its
sample catalog in memory, and a shopper to go with it.
"""

from __future__ import annotations

import contextlib
import csv
import os
import secrets
import shutil
import socket
import subprocess
import tarfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

HERE = Path(__file__).parent
SAMPLE = "@vendure/create@3.7.3"  # the package that carries the sample catalog
STARTS_WITHIN = 120.0


def installed() -> Path:
    """The folder with the shop's packages and its sample catalog, made at the first call."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        pytest.skip("a real Vendure shop needs node and npm")
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "sales-assistant-tests"
    wanted = (HERE / "package.json").read_text()
    folder = cache / "vendure-3.7.3"
    if (folder / "ready").is_file() and (folder / "ready").read_text() == wanted:
        return folder
    fresh = cache / f"vendure-{secrets.token_hex(4)}"
    fresh.mkdir(parents=True)
    (fresh / "package.json").write_text(wanted)
    quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    try:
        subprocess.run([npm, "install", *quiet], cwd=fresh, check=True, capture_output=True, timeout=600)
        packed = subprocess.run(
            [npm, "pack", SAMPLE, "--loglevel=error"],
            cwd=fresh, check=True, capture_output=True, text=True, timeout=600,
        )  # fmt: skip
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as problem:
        shutil.rmtree(fresh)
        pytest.skip(f"Vendure's packages could not be had from the npm registry: {problem}")
    with tarfile.open(fresh / packed.stdout.split()[-1]) as archive:
        archive.extractall(fresh, filter="data")
    _without_pictures(fresh / "package" / "assets" / "products.csv")
    (fresh / "ready").write_text(wanted)
    shutil.rmtree(folder, ignore_errors=True)
    fresh.replace(folder)
    return folder


def _without_pictures(products: Path) -> None:
    """The sample's pictures need a storage that the shop does without."""
    with products.open(newline="") as file:
        rows = list(csv.reader(file, skipinitialspace=True))
    header = [name.strip() for name in rows[0]]
    for row in rows[1:]:
        for name in ("assets", "variantAssets"):
            row[header.index(name)] = ""
    with products.open("w", newline="") as file:
        csv.writer(file).writerows([header, *([cell.strip() for cell in row] for row in rows[1:])])


@dataclass
class Shop:
    """A running shop, and what a shop's own people do in it."""

    url: str
    user: str
    password: str = field(repr=False)
    pid: int = 0

    def __post_init__(self) -> None:
        self._client = httpx.Client(base_url=self.url, timeout=600)
        answer = self._client.post("/admin-api", json={
            "query": "mutation ($u: String!, $p: String!) "
            "{ login(username: $u, password: $p) { __typename } }",
            "variables": {"u": self.user, "p": self.password},
        })  # fmt: skip
        self._client.headers["Authorization"] = f"Bearer {answer.headers['vendure-auth-token']}"

    def close(self) -> None:
        """Let go of the connection."""
        self._client.close()

    def ask(self, query: str, **values: Any) -> Any:
        """What the administrator asks or says; the answer's first field."""
        return _first(self._client.post("/admin-api", json={"query": query, "variables": values}))

    def receives(self, query: str, **values: Any) -> httpx.Response:
        """The same, as it came and not read."""
        return self._client.post("/admin-api", json={"query": query, "variables": values})

    def shopper(self) -> Shopper:
        """Somebody who comes in."""
        return Shopper(self.url)

    def customer(self, first: str, last: str, email: str, phone: str = "", **own: Any) -> str:
        """A customer of the shop; the id."""
        given = {"firstName": first, "lastName": last, "emailAddress": email, "phoneNumber": phone}
        if own:
            given["customFields"] = own
        made = self.ask(
            "mutation ($input: CreateCustomerInput!) { createCustomer(input: $input) "
            "{ ... on Customer { id } ... on ErrorResult { message } } }",
            input=given,
        )
        return str(made["id"])

    def variant(self, sku: str) -> str:
        """The id of a variant."""
        query = "query ($o: ProductVariantListOptions) { productVariants(options: $o) { items { id } } }"
        return str(self.ask(query, o={"filter": {"sku": {"eq": sku}}})["items"][0]["id"])

    def basket(self, code: str) -> dict[str, int]:
        """What lies in a basket or order: quantity by variant."""
        query = (
            "query ($o: OrderListOptions) { orders(options: $o) "
            "{ items { lines { quantity productVariant { id } } } } }"
        )
        (order,) = self.ask(query, o={"filter": {"code": {"eq": code}}})["items"]
        return {line["productVariant"]["id"]: line["quantity"] for line in order["lines"] if line["quantity"]}


class Shopper:
    """A shopper without an account: fills a basket, and pays."""

    def __init__(self, url: str) -> None:
        self._url, self._headers = url, dict[str, str]()

    def _ask(self, query: str, **values: Any) -> Any:
        sent = {"query": query, "variables": values}
        answer = httpx.post(f"{self._url}/shop-api", json=sent, headers=self._headers, timeout=600)
        if token := answer.headers.get("vendure-auth-token"):
            self._headers["Authorization"] = f"Bearer {token}"
        return _first(answer)

    def takes(self, variant: str, quantity: int = 1) -> str:
        """Put something into the basket; the basket's code."""
        order = self._ask(
            "mutation ($v: ID!, $q: Int!) { addItemToOrder(productVariantId: $v, quantity: $q) "
            "{ ... on Order { code } ... on ErrorResult { message } } }",
            v=variant, q=quantity,
        )  # fmt: skip
        return str(order["code"])

    def sees(self) -> dict[str, int]:
        """What lies in the basket: quantity by variant."""
        order = self._ask("{ activeOrder { lines { quantity productVariant { id } } } }")
        return {line["productVariant"]["id"]: line["quantity"] for line in order["lines"]}

    def goes_to_pay(self, email: str) -> None:
        """Say who it is and where it goes, and stand before the till."""
        said = self._ask(
            "mutation ($c: CreateCustomerInput!) { setCustomerForOrder(input: $c) "
            "{ ... on Order { id } ... on ErrorResult { message } } }",
            c={"firstName": "Ada", "lastName": "Berg", "emailAddress": email},
        )  # fmt: skip
        assert "id" in said, said
        self._ask(
            'mutation { setOrderShippingAddress(input: { streetLine1: "1 Quay", countryCode: "GB" }) '
            "{ ... on Order { id } ... on ErrorResult { message } } }"
        )
        method = self._ask("{ eligibleShippingMethods { id } }")[0]["id"]
        self._ask(
            "mutation ($m: [ID!]!) { setOrderShippingMethod(shippingMethodId: $m) "
            "{ ... on Order { id } ... on ErrorResult { message } } }",
            m=[method],
        )
        moved = self._ask(
            'mutation { transitionOrderToState(state: "ArrangingPayment") '
            "{ ... on Order { state } ... on OrderStateTransitionError { transitionError } } }"
        )
        assert moved.get("state") == "ArrangingPayment", moved

    def pays(self, email: str = "ada@example.org") -> None:
        """Go through the till."""
        self.goes_to_pay(email)
        paid = self._ask(
            'mutation { addPaymentToOrder(input: { method: "standard-payment", metadata: {} }) '
            "{ ... on Order { state } ... on ErrorResult { message } } }"
        )
        assert paid.get("state") == "PaymentSettled", paid


def _first(answer: httpx.Response) -> Any:
    said = answer.json()
    assert "errors" not in said, said["errors"]
    return next(iter(said["data"].values()))


@contextlib.contextmanager
def running(goods: int = 0) -> Iterator[Shop]:
    """A shop with the sample catalog on a free port, stopped at the end.

    `goods`: at least so many variants, copies of the sample's own rows.
    """
    folder = installed()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    password = secrets.token_hex(8)
    given = {"PORT": str(port), "ADMIN": "keeper", "PASSWORD": password}
    given["GOODS"] = str(goods)
    given["ASSETS"] = str(folder / "package" / "assets")
    given["NODE_PATH"] = str(folder / "node_modules")
    log = folder / f"shop-{port}.log"
    with log.open("w") as out:
        process = subprocess.Popen(
            [str(shutil.which("node")), str(HERE / "server.cjs")],
            cwd=folder, env=os.environ | given, stdout=out, stderr=subprocess.STDOUT,
        )  # fmt: skip
    try:
        _wait_until_ready(process, log)
        with contextlib.closing(Shop(f"http://127.0.0.1:{port}", "keeper", password, process.pid)) as shop:
            yield shop
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        log.unlink()


def _wait_until_ready(process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < until:
        if any('"ready":true' in line for line in log.read_text().splitlines()):
            return
        assert process.poll() is None, log.read_text()[-2_000:]
        time.sleep(0.2)
    raise AssertionError(f"the shop did not start: {log.read_text()[-2_000:]}")
