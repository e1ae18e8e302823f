"""What a candidate is judged by in this shop: its own log, and the counter's questions asked of it."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from assistant.learn import acceptance, gate, off_policy
from assistant.learn.growing import Grown
from assistant.learn.off_policy import Slots
from assistant.learn.replaying import Counter, replayed
from assistant.records import Basket, Line, Progress
from assistant.store import catalog, draws, history, models, pairings, people, preferences, purchases
from assistant.store.database import Connection, Home, open_home
from assistant.store.draws import AnsweredDraw
from assistant.store.models import Change, Check, Compared, Entry, Interval, Verdict
from assistant.suggest import Drawing, Question, ask
from assistant.suggest.features import past_of
from assistant.suggest.model import Model

MOST_SLATES = 4_000  # the newest; more make the interval narrower than anybody asks
ASKED = 200  # baskets, as the counter asks
LEAST_ASKED = 10  # of a group
GROUPS = ("known", "unknown", "one", "several")
LEAST_SHOWN = 30  # of a pairing, to speak of it
MOST_CHANGES = 3  # each way
_SAYING = "Trying at the counter"


@dataclass(frozen=True, slots=True, eq=False)
class Beside:
    """The model in use: its entry in the register, and itself with the knowledge of now."""

    entry: Entry
    model: Model


def judge(
    home: Home, candidate: Model, beside: Beside, grown: Grown, progress: Progress, at: datetime
) -> Verdict:
    """Judge a candidate on baskets kept out, on the log, and at the counter."""
    with contextlib.closing(open_home(home)) as connection:
        compared, changes = _offers(connection, candidate, beside, progress, at)
        others = (gate.chances(grown.calibration), *_at_the_counter(connection, candidate, beside, progress))
    return gate.judge(
        at, beside.entry.number, baskets=grown.baskets, offers=compared, others=others, changes=changes
    )


def judge_again(
    home: Home, candidate: Model, beside: Beside, last: Verdict, progress: Progress, at: datetime
) -> Verdict:
    """The same candidate, after more was answered; what its baskets said stands."""
    with contextlib.closing(open_home(home)) as connection:
        compared, changes = _offers(connection, candidate, beside, progress, at)
        counter = _at_the_counter(connection, candidate, beside, progress)
    others = (*(check for check in last.checks if check.name == "chances"), *counter)
    return gate.judge(
        at, beside.entry.number, baskets=last.baskets, offers=compared, others=others, changes=changes
    )


def _offers(
    connection: Connection, candidate: Model, beside: Beside, progress: Progress, at: datetime
) -> tuple[Compared | None, tuple[Change, ...]]:
    """What the log of the model in use tells, and of which pairings most.

    What answers taught the candidate ends where the slates begin that it is judged by: the later half of
    those since the model in use came to be so.
    """
    files = models.files_of(connection, beside.entry.number)
    since = beside.entry.since or beside.entry.learned_at
    slates = draws.answered(connection, files, since, MOST_SLATES)
    slates = slates[len(slates) // 2 :]
    if not slates:
        return None, ()
    cut = slates[0].at
    taught = acceptance.learned_until(connection, cut, at)
    beside_both = _beside(connection, slates, beside.model)
    slots, of = replayed(slates, replace(candidate, acceptance=taught), beside.model, beside_both, progress)
    return gate.on_offers(slots), _changes(slots, of)


def _beside(connection: Connection, slates: Sequence[AnsweredDraw], model: Model) -> Counter:
    customers = {slate.customer_id for slate in slates if slate.customer_id}
    may = [customer for customer in sorted(customers) if people.may_use_history(connection, customer)]
    pasts = {
        customer: past
        for customer, bought in purchases.bought(connection, may).items()
        if (past := past_of(bought, model.knowledge)) is not None
    }
    products = {one.product_id for slate in slates for one in slate.draw.among}
    anchors = {anchor for slate in slates for anchor in slate.anchors}
    found = pairings.strongest(connection, sorted(anchors), sorted(products), len(anchors))
    shares = {(one.anchor_id, one.product_id): one.share for some in found.values() for one in some}
    power = float(preferences.get(connection, "worth.margin"))
    return Counter(pasts, catalog.products(connection, sorted(products)), shares, power)


def _changes(slots: Slots, of: Sequence[tuple[str | None, str]]) -> tuple[Change, ...]:
    """The pairings whose acceptance would change most, each way; of each slot shown, with its interval."""
    if not len(slots.reward):
        return ()
    own, _, _ = off_policy.weights(slots)
    usual = slots.expected if slots.usual is None else slots.usual
    added = slots.expected - usual + (own - 1) * (slots.reward - slots.said)
    rows: dict[tuple[str | None, str], list[int]] = {}
    for row, pair in enumerate(of):
        rows.setdefault(pair, []).append(row)
    found = []
    for (anchor_id, product_id), some in rows.items():
        if len(some) < LEAST_SHOWN:
            continue
        mean, spread = float(added[some].mean()), float(added[some].std(ddof=1)) / len(some) ** 0.5
        between = Interval(mean, mean - 1.96 * spread, mean + 1.96 * spread)
        found.append(Change(anchor_id, product_id, len(some), between))
    found.sort(key=lambda one: -one.difference.value)
    more = [one for one in found if one.difference.value > 0][:MOST_CHANGES]
    fewer = [one for one in reversed(found) if one.difference.value < 0][:MOST_CHANGES]
    return (*more, *fewer)


def _at_the_counter(
    connection: Connection, candidate: Model, beside: Beside, progress: Progress
) -> tuple[Check, Check]:
    """Whether every group of customers still gets suggestions, and every one of them keeps to the rules."""
    asked = history.newest_baskets(connection, ASKED)
    named: dict[str, list[tuple[int, int]]] = {group: [] for group in GROUPS}
    broke = said = 0
    progress(_SAYING, 0, len(asked))
    for done, (customer_id, product_ids) in enumerate(asked, 1):
        basket = Basket(None, _lines(product_ids[: (len(product_ids) + 1) // 2]))
        question = Question(basket, customer_id, drawing=Drawing(5))
        slate, before = (ask(connection, one, question) for one in (candidate, beside.model))
        consent = customer_id is not None and people.may_use_history(connection, customer_id)
        declined = {held.product.product_id for held in slate.held_back if held.rule == "declined_before"}
        for one in slate.suggestions:
            said += 1
            from_basket = all(e.anchor_id in (None, *basket.product_ids) for e in one.evidence)
            broke += one.product.product_id in (*basket.product_ids, *declined) or not (
                consent or from_basket
            )
        both = (len(slate.suggestions), len(before.suggestions))
        named["unknown" if customer_id is None else "known"].append(both)
        named["one" if len(basket.lines) == 1 else "several"].append(both)
        progress(_SAYING, done, len(asked))
    return _groups(named), Check("limits", broke == 0 if said else None, float(broke), 0.0, said)


def _groups(named: Mapping[str, Sequence[tuple[int, int]]]) -> Check:
    """The group that gets least, beside the least that a group gets from the model in use."""
    means = [np.mean(both, axis=0) for both in named.values() if len(both) >= LEAST_ASKED]
    if not means:
        return Check("groups", None, None, 0.0, 0)
    least, before = (float(min(values)) for values in zip(*means, strict=True))
    limit = gate.FEWER * before
    return Check("groups", least >= limit, least, limit, sum(map(len, named.values())) // 2)


def _lines(product_ids: Sequence[str]) -> tuple[Line, ...]:
    return tuple(Line(product_id, product_id, "", 1.0) for product_id in product_ids)
