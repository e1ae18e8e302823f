"""A network that breaks between us and a real shop: nothing is lost, nothing doubled."""

from __future__ import annotations

import pytest

from assistant.shop import calling
from assistant.store.database import Home
from tests.proofs import faults, network, shops


@pytest.mark.slow
@pytest.mark.parametrize("kind", shops.KINDS)
def test_each_accepted_add_on_is_in_its_basket_once_whatever_breaks(
    kind: str, home: Home, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    monkeypatch.setattr(calling, "LONGEST_WAIT", 0.05)
    if kind == "vendure":  # the session has one already
        shop: shops.Real = shops.RealVendure(request.getfixturevalue("vendure_shop"))
        proof = faults.run(shop, home, steps=60, seed=7)
    else:
        with shops.running(kind) as shop:
            proof = faults.run(shop, home, steps=60, seed=7)
    assert proof.wrong == []
    assert sum(proof.met[fault] for fault in network.FAULTS) > 10, proof.told()
    assert any(visit.accepted for visit in proof.visits)
