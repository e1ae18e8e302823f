"""A real Tryton for the tests: installed once from PyPI into an environment of its own, its database made
once and copied for every start, and somebody at its till.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

from assistant.shop.tryton_api import plain

HERE = Path(__file__).parent
PACKAGES = ("trytond==8.2.1", "proteus==8.2.0", "trytond-sale-point==8.2.0")
STARTS_WITHIN = 60.0
DATABASE = "shop"


def installed() -> Path:
    """The folder with Tryton and the made database, made at the first call."""
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "sales-assistant-tests"
    wanted = "\n".join((*PACKAGES, (HERE / "seed.py").read_text()))
    folder = cache / "tryton-8.2"
    if (folder / "ready").is_file() and (folder / "ready").read_text() == wanted:
        return folder
    shutil.rmtree(folder, ignore_errors=True)  # an environment cannot be moved, so it is made in its place
    folder.mkdir(parents=True)
    python = folder / "environment" / "bin" / "python"
    try:
        _run([sys.executable, "-m", "venv", str(folder / "environment")])
        _run([str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *PACKAGES])
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as problem:
        shutil.rmtree(folder)
        pytest.skip(f"Tryton's packages could not be had from PyPI: {problem}")
    told = _run([str(python), str(HERE / "seed.py"), str(folder / f"{DATABASE}.sqlite")])
    (folder / "told.json").write_text(told.splitlines()[-1])
    (folder / "ready").write_text(wanted)
    return folder


def _run(words: list[str]) -> str:
    return subprocess.run(words, check=True, capture_output=True, text=True, timeout=500).stdout


@dataclass
class Shop:
    """A running Tryton, and what the people in its shop do."""

    url: str
    told: Mapping[str, Any]
    key: str = field(repr=False)
    other_key: str = field(repr=False)
    database: str = DATABASE

    def __post_init__(self) -> None:
        self._client = httpx.Client(
            base_url=f"{self.url}/{self.database}/rest/model/",
            headers={
                "Authorization": f"bearer {self.key}",
                "X-Tryton-Context": _packed({"company": self.told["company"]}),
            },
            timeout=600,
        )

    def close(self) -> None:
        """Let go of the connection."""
        self._client.close()

    def product(self, code: str) -> str:
        """The id of a product."""
        return str(self.told["products"][code])

    def rings_up(self, code: str, quantity: float = 1, *, point: str = "Harbour Street") -> str:
        """Somebody at the till scans the first thing; the sale's id as we name it."""
        made = self._post("sale.point.sale", {
            "point": self.told["points"][point],
            "employee": self.told["employees"]["Priya Nair"],
            "lines": [["create", [self._line(code, quantity)]]],
        })  # fmt: skip
        return f"till-{made['id']}"

    def adds(self, sale: str, code: str, quantity: float = 1) -> None:
        """Somebody at the till scans another thing; only the line is written."""
        self._post("sale.point.sale.line", {"sale": _number(sale), **self._line(code, quantity)})

    def pays(self, sale: str) -> None:
        """The customer pays what there is to pay, in cash."""
        (row,) = self.rows("sale.point.sale", [["id", "=", _number(sale)]], "total")
        paid = {"sale": _number(sale), "method": self.told["cash"], "amount": row["total"]}
        self._post("sale.point.payment", paid)
        self._post(f"sale.point.sale/{_number(sale)}/process", {})

    def posts(self, sale: str) -> None:
        """The evening's work: what was paid goes into the books, and off the shelves."""
        self._post(f"sale.point.sale/{_number(sale)}/post", {})

    def lies_in(self, sale: str) -> dict[str, float]:
        """What lies in a till's sale: quantity by product."""
        lines = self.rows("sale.point.sale.line", [["sale", "=", _number(sale)]], "product", "quantity")
        found: dict[str, float] = {}
        for line in lines:
            found[str(line["product"])] = found.get(str(line["product"]), 0) + line["quantity"]
        return found

    def orders(self, party: str | int, code: str, quantity: float = 1, *, confirmed: bool = False) -> str:
        """A sale to a party, by telephone."""
        (product,) = self.rows(
            "product.product", [["id", "=", int(self.product(code))]], "sale_uom", "list_price_used"
        )
        line = {
            "product": product["id"], "quantity": quantity, "unit": product["sale_uom"],
            "unit_price": product["list_price_used"],
        }  # fmt: skip
        party = party if isinstance(party, int) else int(self.told["parties"][party])
        of_party = [["party", "=", party]]
        (address, *_) = self.rows("party.address", of_party)
        made = self._post("sale.sale", {
            "party": party, "company": self.told["company"],
            "invoice_address": address["id"], "shipment_address": address["id"],
            "lines": [["create", [line]]],
        })  # fmt: skip
        if confirmed:
            for button in ("quote", "confirm"):
                self._post(f"sale.sale/{made['id']}/{button}", {})
        return f"sale-{made['id']}"

    def changes(self, model: str, row: int, **values: Any) -> None:
        """Somebody in the office changes something."""
        self._put(model, row, values)

    def deletes(self, model: str, row: int) -> None:
        """Somebody in the office deletes something."""
        self._client.delete(f"{model}/{row}").raise_for_status()

    def makes_one(self, party: int, remains: int) -> None:
        """Somebody in the office replaces a party by another of the same name, by Tryton's own wizard."""
        session, company = self._office(), {"company": self.told["company"]}
        (wizard, *_) = self._calls("wizard.party.replace.create", company, session=session)
        chosen = {"ask": {"source": party, "destination": remains}}
        self._calls("wizard.party.replace.execute", wizard, chosen, "replace", company, session=session)

    def _office(self) -> str:
        """The administrator signed in at a desk: wizards are not for applications."""
        (admin,) = self.rows("res.user", [["login", "=", "admin"]])
        word = secrets.token_hex(16)
        self.changes("res.user", admin["id"], password=word)
        (user, key, *_) = self._calls("common.db.login", "admin", {"password": word})
        return b64encode(f"admin:{user}:{key}".encode()).decode()

    def _calls(self, method: str, *given: Any, session: str | None = None) -> Any:
        answer = httpx.post(
            f"{self.url}/{self.database}/rpc/",
            json={"id": 0, "method": method, "params": given},
            headers={} if session is None else {"Authorization": f"Session {session}"},
            timeout=600,
        )
        said = answer.json()
        assert "error" not in said, said
        return said["result"]

    def makes(self, model: str, **values: Any) -> int:
        """Somebody in the office adds something; its id."""
        return int(self._post(model, values)["id"])

    def count(self, model: str, *domain: Any) -> int:
        """How many rows of a model there are."""
        return len(self.rows(model, list(domain)))

    def rows(self, model: str, domain: list[Any], *fields: str) -> list[dict[str, Any]]:
        """Rows as the shop has them."""
        sent = [("d", _packed(domain)), *(("f", one) for one in fields)]
        answer = self._client.get(model, params=sent)
        answer.raise_for_status()
        return [plain(row) for row in answer.json()]

    def _line(self, code: str, quantity: float) -> dict[str, Any]:
        price = {"__class__": "Decimal", "decimal": "42.90"}
        return {
            "product": int(self.product(code)), "quantity": quantity,
            "unit_list_price": price, "unit_gross_price": price,
        }  # fmt: skip

    def _post(self, path: str, values: Mapping[str, Any]) -> Any:
        answer = self._client.post(path, json=_typed(values))
        assert answer.status_code == 200, answer.text
        return answer.json()

    def _put(self, model: str, row: int, values: Mapping[str, Any]) -> None:
        answer = self._client.put(f"{model}/{row}", json=_typed(values))
        assert answer.status_code == 200, answer.text


def _number(sale: str) -> int:
    return int(sale.partition("-")[2])


def _typed(values: Mapping[str, Any]) -> dict[str, Any]:
    def one(value: Any) -> Any:
        if isinstance(value, Decimal):
            return {"__class__": "Decimal", "decimal": str(value)}
        if isinstance(value, list):
            return [one(x) for x in value]
        return _typed(value) if isinstance(value, Mapping) else value

    return {name: one(value) for name, value in values.items()}


def _packed(value: Any) -> str:
    return urlsafe_b64encode(json.dumps(value).encode()).decode()


@contextlib.contextmanager
def running(place: Path) -> Iterator[Shop]:
    """A shop of its own on a free port, with a copy of the made database; stopped at the end."""
    folder = installed()
    shutil.copy(folder / f"{DATABASE}.sqlite", place / f"{DATABASE}.sqlite")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    config = place / "trytond.conf"
    config.write_text(f"[database]\nuri=sqlite://\npath={place}\n[web]\nlisten=127.0.0.1:{port}\n")
    log = place / "trytond.log"
    with log.open("w") as out:
        process = subprocess.Popen(
            [str(folder / "environment" / "bin" / "trytond"), "-c", str(config), "-d", DATABASE],
            stdout=out, stderr=subprocess.STDOUT,
        )  # fmt: skip
    told = json.loads((folder / "told.json").read_text())
    try:
        url = f"http://127.0.0.1:{port}"
        _wait_until_ready(process, url, log)
        with contextlib.closing(Shop(url, told, told["keys"][0], told["keys"][1])) as shop:
            yield shop
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_ready(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    until = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < until:
        assert process.poll() is None, log.read_text()[-2_000:]
        with contextlib.suppress(httpx.TransportError):
            if httpx.get(f"{url}/{DATABASE}/rest/model/res.user", timeout=5).status_code == 401:
                return
        time.sleep(0.2)
    raise AssertionError(f"Tryton did not start: {log.read_text()[-2_000:]}")
