"""Why a product is suggested: the shop's links, what orders counted, what the customer bought before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from assistant.records import Evidence, Pairing, Product
from assistant.store import catalog, curating, pairings
from assistant.store.curating import Rate
from assistant.store.database import Connection
from assistant.suggest.eligibility import Case
from assistant.suggest.features import Situation
from assistant.suggest.model import Model

EVIDENCE = 3  # facts of one product at most
_STRENGTH = {"requires": 0, "proposed": 2}  # which link is named first; the others lie between
LOOKED_UP = 12  # pairings of one product whose counts are read


def evidence(
    connection: Connection, model: Model | None, situation: Situation, cases: Sequence[Case]
) -> dict[str, tuple[Evidence, ...]]:
    """Why each chosen product: the shop's links first, then what was counted, the strongest first.

    Where no pairing of the product itself was counted, its category's speaks for it, or, for a new product
    without one, that of its lookalike.
    """
    counted = pairings.strongest(
        connection,
        tuple(situation.all_anchors),
        [c.product.product_id for c in cases],
        EVIDENCE,
        known=None if model is None else _known(model, situation, cases),
        first={(anchor, c.product.product_id) for c in cases for _, anchor in c.candidate.links},
        last=situation.owned_anchors,
    )
    proposed = {
        (a, c.product.product_id) for c in cases for kind, a in c.candidate.links if kind == "proposed"
    }
    rates = curating.rates(connection, proposed)
    said = {
        case.product.product_id: _proofs(situation, case, counted.get(case.product.product_id, ()), rates)
        for case in cases
    }
    silent = [case for case in cases if not said[case.product.product_id] and case.product.category]
    if silent:
        said |= _category_proofs(connection, situation, silent)
    new = [case for case in cases if case.candidate.like and not said[case.product.product_id]]
    if new:
        said |= _lookalike_proofs(connection, situation, new)
    return said


def _known(model: Model, situation: Situation, cases: Sequence[Case]) -> list[tuple[str, str]]:
    """The learned pairings, as (anchor, add-on), that lead to these products and are worth looking up: of
    each product the strongest once steadied, those of the basket first, and those that the shop links."""
    import numpy as np

    knowledge = model.knowledge
    anchors = [anchor for anchor in situation.all_anchors if anchor in knowledge.place]
    wanted = np.zeros(knowledge.count, dtype=np.bool_)
    wanted[[place for c in cases if (place := knowledge.place.get(c.product.product_id)) is not None]] = True
    add_ons, steadied, sizes = knowledge.pairs.rows([knowledge.place[anchor] for anchor in anchors])
    led = wanted[add_ons].nonzero()[0]
    of, speaker = add_ons[led], np.arange(len(anchors)).repeat(sizes)[led]
    owned = np.array([anchor in situation.owned_anchors for anchor in anchors], dtype=np.bool_)
    order = np.lexsort((-steadied[led], owned[speaker], of))
    of, speaker = of[order], speaker[order]
    nth = np.arange(len(of)) - of.searchsorted(of)  # among the anchors of one product
    links = {c.product.product_id: {anchor for _, anchor in c.candidate.links} for c in cases}
    found = (
        (anchors[who], knowledge.product_ids[place], n < LOOKED_UP)
        for who, place, n in zip(speaker.tolist(), of.tolist(), nth.tolist(), strict=True)
    )
    return [(anchor, add_on) for anchor, add_on, strong in found if strong or anchor in links[add_on]]


def _proofs(
    situation: Situation, case: Case, pairs: Sequence[Pairing], rates: Mapping[tuple[str, str], Rate]
) -> tuple[Evidence, ...]:
    facts = [
        _linked(situation, kind, anchor, rates.get((anchor, case.product.product_id)))
        for kind, anchor in sorted(
            case.candidate.links,
            key=lambda link: (link[1] not in situation.anchors, _STRENGTH.get(link[0], 1)),
        )
    ]
    before = _before(situation, case)
    counted = (_counted(pair, situation) for pair in pairs)
    return tuple([*facts, *before, *counted][:EVIDENCE])


def _linked(situation: Situation, kind: str, anchor: str, rate: Rate | None) -> Evidence:
    """That a link says so; of a proposal also how its offers went."""
    fact = Evidence(kind, anchor, situation.all_anchors[anchor].name, owned=anchor in situation.owned_anchors)
    if kind != "proposed" or rate is None:
        return fact
    share = rate.accepted / rate.offered if rate.offered else None
    return replace(fact, n=rate.accepted, base=rate.offered, share=share)


def _counted(pair: Pairing, situation: Situation) -> Evidence:
    return Evidence(
        kind="bought_together",
        anchor_id=pair.anchor_id,
        anchor_name=situation.all_anchors[pair.anchor_id].name,
        n=pair.n,
        base=pair.base,
        share=pair.share,
        lift=pair.lift,
        customers=pair.customers,
        since=pair.since,
        until=pair.until,
        owned=pair.anchor_id in situation.owned_anchors,
    )


def _before(situation: Situation, case: Case) -> list[Evidence]:
    """That the customer bought this very product before, where that may be used."""
    bought = situation.bought.get(case.product.product_id)
    if bought is None or not situation.consent:
        return []
    return [
        Evidence(
            kind="again",
            anchor_id=bought.product_id,
            anchor_name=case.product.name,
            n=bought.orders,
            until=bought.last,
            every_days=case.habit.every_days,
            owned=True,
        )
    ]


def _category_proofs(
    connection: Connection, situation: Situation, cases: Sequence[Case]
) -> dict[str, tuple[Evidence, ...]]:
    """How often the categories of the basket's lines are bought with the categories of these products."""
    of: dict[str, Product] = {}
    for anchor in situation.anchors.values():
        if anchor.category:
            of.setdefault(anchor.category, anchor)
    counted = pairings.category_evidence(connection, tuple(of), [str(c.product.category) for c in cases])
    said: dict[str, tuple[Evidence, ...]] = {}
    for case in cases:
        pairs = [p for (_, category), p in counted.items() if category == case.product.category]
        pairs.sort(key=lambda p: (-p.share, p.anchor))
        said[case.product.product_id] = tuple(
            Evidence(
                kind="category_together",
                anchor_id=of[pair.anchor].product_id,
                anchor_name=of[pair.anchor].name,
                n=pair.n,
                base=pair.base,
                share=pair.share,
                lift=pair.lift,
                customers=pair.customers,
                since=pair.since,
                until=pair.until,
                anchor_category=pair.anchor,
                category=pair.category,
            )
            for pair in pairs[:EVIDENCE]
        )
    return said


def _lookalike_proofs(
    connection: Connection, situation: Situation, cases: Sequence[Case]
) -> dict[str, tuple[Evidence, ...]]:
    """How often the lookalikes of these new products are bought with the anchors."""
    like = {case.product.product_id: str(case.candidate.like) for case in cases}
    known = catalog.products(connection, set(like.values()))
    counted = pairings.strongest(
        connection, tuple(situation.all_anchors), list(known), EVIDENCE, last=situation.owned_anchors
    )
    return {
        product_id: tuple(
            replace(_counted(pair, situation), kind="like_together", like_id=of, like_name=known[of].name)
            for pair in counted.get(of, ())
        )
        for product_id, of in like.items()
    }
