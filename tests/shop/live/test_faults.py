"""A network that breaks between us and a real shop: nothing is lost, nothing doubled."""

from __future__ import annotations

import pytest

from assistant.shop import calling
from assistant.store.database import Home
from tests.proofs import faults
from tests.shop.live import vendure


@pytest.mark.slow
def test_each_accepted_add_on_is_in_its_basket_once_whatever_breaks(
    vendure_shop: vendure.Shop, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calling, "LONGEST_WAIT", 0.05)
    proof = faults.run(vendure_shop, home, steps=60, seed=7)
    assert proof.wrong == []
    assert sum(proof.met[fault] for fault in faults.FAULTS) > 10, proof.told()
    assert any(visit.accepted for visit in proof.visits)
