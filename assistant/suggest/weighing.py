"""What each candidate of a slate is worth, once answers have taught anything; before, the ranker decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from assistant.records import Evidence
from assistant.store import preferences
from assistant.store.database import Connection
from assistant.suggest.acceptance import Offered
from assistant.suggest.eligibility import Case
from assistant.suggest.model import Model
from assistant.suggest.question import Question


def weighs(model: Model | None, question: Question) -> bool:
    """Whether there is anything to weigh by; a comparison of rankings is left as it was scored."""
    return model is not None and model.acceptance is not None and question.rules == "all"


def worths(
    connection: Connection,
    model: Model | None,
    question: Question,
    cases: Sequence[Case],
    proofs: Mapping[str, Sequence[Evidence]],
) -> dict[str, dict[str, float]]:
    """For each product the logarithms that make up what it is worth."""
    if model is None or model.acceptance is None:
        return {}
    power = float(preferences.get(connection, "worth.margin"))
    some = []
    for case in cases:
        first = next(iter(proofs[case.product.product_id]), None)
        anchor = first.anchor_id if first else None
        some.append(Offered(case.product, anchor, case.candidate.log_odds))
    known = question.customer_id is not None
    told = model.acceptance.worth(some, question.touchpoint, known=known, power=power)
    return {case.product.product_id: parts for case, parts in zip(cases, told, strict=True)}
