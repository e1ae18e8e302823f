"""Random baskets against the rules: nothing refused is shown, and every rule is needed for that."""

from __future__ import annotations

import pytest

from assistant.suggest import eligibility
from tests.proofs.eligibility import asked


def test_nothing_that_the_rules_refuse_is_shown_or_left_to_chance() -> None:
    found = sum((asked(seed, 150) for seed in range(4)), start=asked(4, 150))
    assert found.shown > found.baskets
    assert found.drawn > 0
    assert (found.refused, found.regulated_drawn) == (0, 0)


@pytest.mark.parametrize("rule", eligibility.RULES)
def test_without_any_one_of_the_rules_something_refused_is_shown(
    rule: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(eligibility, "RULES", {**eligibility.RULES, rule: lambda case: None})
    assert sum(asked(seed, 150).refused for seed in range(4)) > 0
