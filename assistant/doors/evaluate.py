"""`assistant evaluate`: how much of what customers really bought the suggestions would have named."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from assistant.doors import errand
from assistant.store.database import Home

if TYPE_CHECKING:
    from assistant.learn.evaluate import Difference, Estimate, Evaluation, Ranked

_QUESTIONS: Mapping[str, str] = {
    "cross": "other kinds of things, never bought before",
    "new": "never bought before by a known customer",
    "all": "everything",
    "hist": "everything, known customers",
    "nohist": "everything, first-time or unnamed customers",
}
_NAMES: Mapping[str, str] = {
    "assistant": "the assistant",
    "popularity": "best sellers",
    "confidence": "best pairing (confidence)",
    "lift": "rarest pairing (lift)",
    "item_knn": "most alike products (item kNN)",
    "ease": "all pairs weighed at once (EASE)",
}
_SENTENCES: Mapping[str, str] = {
    "cross": "Of the other kinds of things they bought for the first time, the first five named {}.",
    "new": "Of what known customers had never bought before, the first five named {}.",
    "all": "Of the add-ons customers really bought, the first five named {}.",
}
_HEADS: Mapping[str, str] = {
    "cross": "other kinds, first time",
    "new": "first time",
    "all": "everything",
}
_WIDTH = 110
_SMALL = 0.1


@click.command(
    epilog="\b\nThe questions (--json has them all):\n"
    + "\n".join(f"  {name:7s} {words}" for name, words in _QUESTIONS.items())
    + "\n\n\b\n"
    "'cross' is what an associate offers at the counter: products of another category (second level\n"
    "of the path) than everything in the basket. Shares are averaged over orders; an order that hides\n"
    "more than five products cannot be named whole by the first five. nDCG@10 says how far up the right\n"
    "ones stand among the first ten: 1 is all of them, at the top. Ranges are 95 % intervals over orders.\n"
    "\n\b\n"
    "The peers: best sellers; the best pairing of any basket line, by its shrunk share or by its lift;\n"
    "the products most alike by the orders they are in (Sarwar and others, 2001); all pairs weighed at\n"
    "once (EASE, Steck, 2019; up to 20,000 products)."
)
@click.option("--peers", is_flag=True, help="Ask published ways of ranking the same, and say who is better.")
@errand.json_option
@errand.progress_option
@errand.pass_home
def evaluate(home: Home, peers: bool, as_json: bool, progress_kind: str) -> None:
    """Try the suggestions on the shop's own newest orders, without changing anything.

    Learns from the earlier nine tenths of the orders, shows half of each later order of three products or
    more, and looks how much of the hidden half is named. The model in use stays as it is. At least 100 later
    orders are needed; on a big shop this takes as long as training, and longer with --peers.
    """
    from assistant.learn.evaluate import evaluate as tried

    errand.ready(home)
    with errand.progress(progress_kind) as say:
        found = tried(home, peers=peers, progress=say)
    if as_json:
        errand.print_json(as_document(found))
    elif progress_kind != "json":
        _print(found)


def as_document(found: Evaluation) -> dict[str, Any]:
    """An evaluation as the JSON document that other programs read."""
    return {
        "orders": {
            "learned": found.learned,
            "asked": found.asked,
            "from": _stamp(found.since),
            "asked_from": _stamp(found.cut),
            "to": _stamp(found.until),
        },
        "rankings": [_ranking(one) for one in found.rankings],
        "differences": [_difference(one) for one in found.differences],
        "left_out": [{"name": name, "why": why} for name, why in found.left_out.items()],
    }


def _ranking(one: Ranked) -> dict[str, Any]:
    segments = {
        name: {"n": segment.n, **_figures(segment.metrics), "coverage@5": segment.coverage}
        for name, segment in one.segments.items()
    }
    return {
        "name": one.name,
        "segments": segments,
        "seconds": round(one.learning_seconds + one.answering_seconds, 2),
        "learning_seconds": round(one.learning_seconds, 2),
    }


def _difference(one: Difference) -> dict[str, Any]:
    segments = {name: _figures(metrics) for name, metrics in one.segments.items()}
    return {"of": "assistant", "less": one.peer, "segments": segments}


def _figures(metrics: Mapping[str, Estimate]) -> dict[str, Any]:
    return {
        **{metric: estimate.value for metric, estimate in metrics.items()},
        "low": {metric: estimate.low for metric, estimate in metrics.items()},
        "high": {metric: estimate.high for metric, estimate in metrics.items()},
    }


def _stamp(at: datetime | None) -> str | None:
    return None if at is None else at.date().isoformat()


def _print(found: Evaluation) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console(width=None if sys.stdout.isatty() else _WIDTH)
    for line in _said(found):
        console.print(line, highlight=False, markup=False)
    names = [name for name in _SENTENCES if name in found.rankings[0].segments]
    heads = [f"{_HEADS[name]}\n({found.rankings[0].segments[name].n:,} orders)" for name in names]

    def show(title: str, rows: Iterable[tuple[str, Iterable[str]]]) -> None:
        table = Table("", *heads, title=title, title_justify="left", title_style="bold")
        for name, cells in rows:
            table.add_row(_NAMES.get(name, name), *cells)
        if table.row_count:
            console.print(table)

    def cells(word: Callable[[Estimate], str], metric: str) -> Iterator[tuple[str, list[str]]]:
        for one in found.rankings:
            yield one.name, [word(one.segments[name].metrics[metric]) for name in names]

    show("Of what is hidden, the first five name", cells(_share, "recall@5"))
    show("How far up the right ones stand (nDCG@10)", cells(_place, "ndcg@10"))
    show(
        "How many points more the assistant's first five name than those of",
        ((d.peer, [_points(d.segments[name]["recall@5"]) for name in names]) for d in found.differences),
    )
    for name, why in found.left_out.items():
        console.print(f"Left out: {_NAMES.get(name, name)}: {why}", highlight=False, markup=False)


def _said(found: Evaluation) -> Iterator[str]:
    """The sentences: what was asked, and what the first five named."""
    learned = f" before {found.cut:%Y-%m-%d}" if found.cut else ""
    asked = f" up to {found.until:%Y-%m-%d}" if found.until else ""
    yield (
        f"Learned from {found.learned:,} orders{learned}; asked of {found.asked:,} later ones{asked}, "
        "half of each hidden."
    )
    own = found.rankings[0].segments
    for name, words in _SENTENCES.items():
        if name in own:
            yield words.format(_share(own[name].metrics["recall@5"]))
    if "cross" not in own:
        yield "Without categories, or with all orders in one, nothing can be said of other kinds of things."


def _points(found: Estimate) -> str:
    """A difference in points with its interval, and what it comes to."""
    verdict = "better" if found.low > 0 else "worse" if found.high < 0 else "no telling"
    return f"{100 * found.value:+.1f} ({100 * found.low:+.1f} to {100 * found.high:+.1f})\n{verdict}"


def _place(found: Estimate) -> str:
    return f"{found.value:.3f} ({found.low:.3f}–{found.high:.3f})"


def _share(found: Estimate) -> str:
    """A share in percent with its interval, finer where it is small."""
    digits = 0 if found.value >= _SMALL else 1
    low, high = (f"{100 * bound:.{digits}f}" for bound in (found.low, found.high))
    return f"{100 * found.value:.{digits}f} % ({low}–{high} %)"
