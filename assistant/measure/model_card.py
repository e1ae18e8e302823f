"""The card of a model, for whoever has to answer for it: its purpose, data, checks and limits, in Markdown.

After "Model Cards for Model Reporting" (Mitchell and others, 2019).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from assistant.store.models import Check, Compared, Entry, Interval

STATES: Mapping[str, str] = {
    "in_use": "in use",
    "waiting": "waits to be judged again or decided on",
    "earlier": "was used before",
    "replaced": "was replaced before it came into use",
    "discarded": "was discarded",
}
VERDICTS: Mapping[str, str] = {
    "first": "There was no model to compare it with.",
    "ready": "It is not worse than the model in use by more than one per cent, with 95 % confidence.",
    "not_certain": "It may be worse than the model in use; it waits.",
    "worse": "It is worse than the model in use, or failed a check.",
    "too_few": "There was too little to compare it by; it was installed, having learned from more.",
}
CHECKS: Mapping[str, str] = {
    "chances": "What it says comes true: mean distance of a stated chance from what came",
    "groups": "No group is left without suggestions: suggestions a visit in the group that gets least",
    "limits": "Suggestions that broke consent or contact limits",
    "baskets": "On the newest baskets, at worst beside the model in use",
    "offers": "By the answers of the log, at worst beside the model in use",
    "enough": "Effective answers of the log",
}
PARTS: Mapping[str, str] = {
    "usual": "how often a product sells",
    "together": "what it is bought together with",
    "basket": "the basket as a whole",
    "category": "the categories of the basket",
    "customer": "what the customer buys",
    "again": "what the customer bought before, and when it is due",
}
_PASSED = {True: "yes", False: "no", None: "cannot be told"}


def model_card(one: Entry) -> str:
    """The card of one model."""
    return "\n".join(_lines(one)) + "\n"


def _lines(one: Entry) -> Iterator[str]:
    learned = one.learned
    yield f"# Model {one.number}"
    yield ""
    yield f"It {STATES[one.state]}." if one.state != "in_use" else "It is in use."
    yield ""
    yield "## What it is for"
    yield ""
    yield (
        "It puts add-ons for a basket and a customer in order. It decides on no price and on no person: "
        "rules of stock, fit, age, licence, consent and contact are the program's, whatever a model says."
    )
    yield ""
    yield "## What it learned from"
    yield ""
    yield f"- learned on {one.learned_at:%Y-%m-%d %H:%M} UTC; its file is `{one.model_id}`"
    yield f"- {learned.orders:,} orders of {learned.customers:,} known customers"
    if learned.since and learned.until:
        yield f"- orders of {learned.since:%Y-%m-%d} to {learned.until:%Y-%m-%d}"
    yield f"- {learned.answers:,} answers to offers"
    yield f"- {learned.kept_out:,} baskets were kept out of what it learned, to judge it by"
    yield from _judged(one)
    yield from _chances(one)
    yield from _moves(learned.moves)
    yield ""
    yield "## What it does not know"
    yield ""
    yield "- whether an offer causes a sale: only a holdout tells"
    yield "- what was never sold or linked; such products wait for their first orders"
    yield "- anything of customers who did not allow their history to be used, when it serves them"


def _judged(one: Entry) -> Iterator[str]:
    if one.verdict is None:
        return
    yield ""
    beside = f", beside model {one.verdict.against}" if one.verdict.against else ""
    yield f"## How it was judged on {one.verdict.at:%Y-%m-%d}{beside}"
    yield ""
    yield VERDICTS[one.verdict.word]
    yield ""
    yield "| what was looked at | passed | found | limit |"
    yield "|---|---|---|---|"
    for check in one.verdict.checks:
        yield f"| {CHECKS[check.name]} | {_PASSED[check.passed]} | {_found(check)} | {_limit(check)} |"
    for name, compared in (
        ("nDCG@10 of a basket", one.verdict.baskets),
        ("accepted a slate", one.verdict.offers),
    ):
        if compared is not None:
            yield ""
            yield from _compared(name, compared)
    if one.reason:
        yield ""
        yield f"A person decided on it, with this reason: {one.reason}"


def _compared(name: str, one: Compared) -> Iterator[str]:
    yield f"| {name}, {one.n:,} of them | value | 95 % from | to |"
    yield "|---|---|---|---|"
    yield _row("this model", one.candidate)
    yield _row("the model in use", one.in_use)
    yield _row("difference", one.difference)


def _row(name: str, one: Interval) -> str:
    return f"| {name} | {one.value:.4f} | {one.low:.4f} | {one.high:.4f} |"


def _chances(one: Entry) -> Iterator[str]:
    if not one.learned.groups:
        return
    yield ""
    yield "## Do its chances come true?"
    yield ""
    yield "| said | came | of |"
    yield "|---|---|---|"
    for group in one.learned.groups:
        yield f"| {group.said:.1%} | {group.seen:.1%} | {group.n:,} |"


def _moves(moves: Mapping[str, float]) -> Iterator[str]:
    if not moves:
        return
    yield ""
    yield "## What moves a score"
    yield ""
    yield "Mean change of the log-odds, the strongest first."
    yield ""
    for name, by in moves.items():
        yield f"- {PARTS.get(name, name)}: {by:.2f}"


def _found(check: Check) -> str:
    if check.value is None:
        return "–"
    if check.name in ("baskets", "offers"):
        return f"{check.value:+.1%} of {check.n:,}"
    if check.name == "chances":
        return f"{100 * check.value:.1f} of 100"
    return f"{check.value:,.1f}" if check.name == "groups" else f"{check.value:,.0f} of {check.n:,}"


def _limit(check: Check) -> str:
    if check.name in ("baskets", "offers"):
        return f"{check.limit:+.0%}"
    if check.name == "chances":
        return f"{100 * check.limit:.0f} of 100"
    return f"{check.limit:,.1f}" if check.name == "groups" else f"{check.limit:,.0f}"
