"""`assistant train` learns from the shop's orders; `assistant suggest` says what goes with a basket."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from assistant.doors import errand
from assistant.doors.batch import answer_file
from assistant.errors import InputError
from assistant.records import (
    TOUCHPOINTS,
    Basket,
    Evidence,
    HeldBack,
    Kit,
    Line,
    Product,
    Slate,
    Touchpoint,
    money_text,
)
from assistant.store import catalog, people
from assistant.store.database import Connection, Home, open_home
from assistant.store.models import Verdict
from assistant.suggest import Question, Standing, ask, load_model, why_not
from assistant.suggest.question import Rules
from assistant.suggest.sharing import cores, shared
from assistant.suggest.talking_points import FEWEST_CUSTOMERS, span


@click.command()
@errand.json_option
@errand.progress_option
@click.option("--full", is_flag=True, help="Learn everything anew, however little is new.")
@errand.pass_home
def train(home: Home, as_json: bool, progress_kind: str, full: bool) -> None:
    """Learn from the orders which products go together, and put what was learned to use.

    Where little is new, everything is counted anew and the way of ranking stays as it was. A new way of
    ranking is judged beside the one in use, on the newest baskets and on the answers of the log, and waits
    where it may be worse (`assistant models` shows it). Stopping half-way changes nothing, and the next time
    goes on there.
    """
    from assistant import learn
    from assistant.store import counting

    errand.ready(home)
    with errand.progress(progress_kind) as say:
        result = learn.train(home, progress=say, full=full)
        counting.count(home, say)  # what was paid before anything was known to go together
    span = None if result.since is None or result.until is None else (result.since, result.until)
    if as_json:
        errand.print_json(
            {
                "model": result.model_id,
                "orders": result.orders,
                "products": result.products,
                "pairings": result.pairings,
                "from": span and span[0].date().isoformat(),
                "to": span and span[1].date().isoformat(),
                "seconds": round(result.seconds, 2),
                "calibration": asdict(result.calibration),
                "answers": result.answers,
                "installed": not result.pinned,
                "refreshed": result.refreshed,
                "number": result.number,
                "judged": _verdict(result.judged),
            }
        )
    elif progress_kind != "json":
        click.echo(_learned(result.orders, result.products, result.pairings, result.seconds, span))
        for line in _became(result.number, result.judged, result.pinned):
            click.echo(line)
        if result.answers:
            click.echo(f"Learned from {result.answers:,} answers what is accepted and kept.")
        for group in result.calibration.groups:
            click.echo(
                f"  scores of about {group.said:.0%} came true in {group.seen:.0%} of {group.n:,} later cases"
            )


def _verdict(judged: tuple[int, Verdict] | None) -> dict[str, Any] | None:
    if judged is None:
        return None
    number, verdict = judged
    checks = [asdict(check) for check in verdict.checks]
    return {"number": number, "verdict": verdict.word, "installed": verdict.installs, "checks": checks}


def _became(used: int, judged: tuple[int, Verdict] | None, pinned: bool) -> Iterator[str]:
    """What became of a new model, where it is more than the first."""
    if pinned:
        yield f"Model {used} is pinned and stays as it is; `assistant models unpin` lets it learn again."
        return
    if judged is None or judged[1].word == "first":
        return
    number, verdict = judged
    if verdict.installs:
        why = "is not worse than" if verdict.word == "ready" else "could not be told from"
        yield f"Model {number} {why} model {verdict.against} and is in use."
    else:
        how = "is worse than" if verdict.word == "worse" else "may be worse than"
        yield (
            f"Model {number} {how} model {verdict.against}, which stays in use, counted anew; "
            f"`assistant models show {number}` says why."
        )


def _learned(orders: int, products: int, count: int, seconds: float, span: Any) -> str:
    if not orders:
        return "There are no orders to learn from yet; suggestions stand on the shop's own links."
    when = f" of {span[0].date()} to {span[1].date()}" if span else ""
    learned = f"Learned {count:,} pairings of {products:,} products"
    return f"{learned} from {orders:,} orders{when} in {seconds:.1f} s."


@click.command()
@click.option("--basket", "basket_id", help="An open basket's number.")
@click.option("--product", "skus", multiple=True, help="A product's SKU, barcode or id; may be repeated.")
@click.option("--customer", "customer_id", help="Whom it is for.")
@click.option("--touchpoint", type=click.Choice(TOUCHPOINTS), default="counter", show_default=True)
@click.option("--limit", type=click.IntRange(1, 1000), default=5, show_default=True)
@click.option(
    "--rules",
    type=click.Choice(["all", "none"]),
    default="all",
    show_default=True,
    help="none: leave out the rules of eligibility, to compare rankings.",
)
@click.option(
    "--why-not", "sku_not", help="Name the rule that keeps this SKU off the list, or say where it stands."
)
@click.option(
    "--batch",
    "files",
    nargs=2,
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="IN.csv OUT.csv",
    help="Answer many baskets: in basket_id,customer_id,at,product_id; out basket_id,rank,product_id,score.",
)
@errand.json_option
@errand.progress_option
@errand.pass_home
def suggest(
    home: Home,
    basket_id: str | None,
    skus: tuple[str, ...],
    customer_id: str | None,
    touchpoint: Touchpoint,
    limit: int,
    rules: Rules,
    sku_not: str | None,
    files: tuple[Path, Path] | None,
    as_json: bool,
    progress_kind: str,
) -> None:
    """Say what goes with a basket, or with products alone, and why."""
    if sum((bool(basket_id), bool(skus), bool(files))) > 1:
        raise click.UsageError("Give one of --basket, --product and --batch.")
    if files and (customer_id or sku_not):
        raise click.UsageError("With --batch, the file names the customers, and --why-not cannot be asked.")
    said = click.get_current_context().get_parameter_source("touchpoint")
    if files and said is not ParameterSource.DEFAULT:
        raise click.UsageError("With --batch, --touchpoint cannot be given: it is the counter.")
    if not (basket_id or skus or files or customer_id):
        raise click.UsageError("Say what for: --basket, --product, --customer or --batch.")
    errand.ready(home)
    model = load_model(home)
    with contextlib.closing(open_home(home)) as connection:
        if files:
            with errand.progress(progress_kind) as say:
                done = answer_file(
                    files, say, lambda asked: shared(home, connection, model, asked, limit, rules, cores())
                )
            if as_json:
                errand.print_json({"model": model and model.model_id, **done})
            elif files[1].is_file():
                baskets = "1 basket" if done["baskets"] == 1 else f"{done['baskets']:,} baskets"
                click.echo(f"The answers to {baskets} are in {files[1]}.", err=True)
            return
        basket = _basket(connection, basket_id, skus)
        customer_id = customer_id or basket.customer_id
        if customer_id and people.customer(connection, customer_id) is None:
            raise InputError(f"There is no customer {customer_id}.")
        question = Question(basket, customer_id, touchpoint, limit, rules)
        if sku_not:
            _say_why(why_not(connection, model, question, sku_not), sku_not, as_json)
            return
        slate = ask(connection, model, question)
    if as_json:
        errand.print_json(as_document(slate))
    else:
        _print_table(slate)


def _basket(connection: Connection, basket_id: str | None, skus: tuple[str, ...]) -> Basket:
    if basket_id:
        basket = catalog.basket(connection, basket_id)
        if basket is None:
            raise InputError(f"There is no open basket {basket_id}.")
        return basket
    return Basket(None, tuple(_line(catalog.asked_for(connection, sku)) for sku in skus))


def _line(product: Product) -> Line:
    return Line(product.product_id, product.sku, product.name, 1, product.price, None, product.category)


def as_document(slate: Slate) -> dict[str, Any]:
    """A slate as the JSON document that other programs read."""
    return {
        "model": slate.model_id,
        "basket": {
            "basket_id": slate.basket.basket_id,
            "customer_id": slate.basket.customer_id,
            "lines": [
                {"product_id": li.product_id, "sku": li.sku, "name": li.name, "quantity": li.quantity}
                for li in slate.basket.lines
            ],
        },
        "suggestions": [
            _named(s.product)
            | {
                "rank": s.rank,
                "score": s.score,
                "parts": dict(s.parts),
                "worth": dict(s.worth),
                "talking_point": s.talking_point.text,
                "evidence": [_evidence(e) for e in s.evidence],
                "needed": s.needed,
            }
            for s in slate.suggestions
        ],
        "step_ups": [_named(s.product) | {"instead_of": s.instead_of.product_id} for s in slate.step_ups],
        "held_back": [_held(h) for h in slate.held_back],
        "checked": slate.checked,
    }


def _named(product: Product) -> dict[str, Any]:
    return {"product_id": product.product_id, "sku": product.sku, "name": product.name}


def _evidence(e: Evidence) -> dict[str, Any]:
    return {
        "kind": e.kind,
        "anchor": e.anchor_id,
        "n": e.n,
        "base": e.base,
        "share": e.share,
        "lift": e.lift,
        "from": e.since and e.since.date().isoformat(),
        "to": e.until and e.until.date().isoformat(),
        "unit": None if e.n is None else "offers" if e.kind == "proposed" else "orders",
        "customers": e.customers,
        "owned": e.owned,
        "anchor_category": e.anchor_category,
        "category": e.category,
        "every_days": e.every_days,
        "like": e.like_id,
    }


def _held(held: HeldBack) -> dict[str, Any]:
    return _named(held.product) | {"rule": held.rule, "why": held.why}


def _say_why(said: HeldBack | Standing, sku: str, as_json: bool) -> None:
    if isinstance(said, HeldBack):
        document: dict[str, Any] = {"rule": said.rule, "why": said.why}
        words = f"{said.why} ({said.rule})"
    else:
        document = {"rule": None, "why": None, "rank": said.rank, "score": said.score}
        document |= {"last_shown": said.last_shown, "lacks": dict(said.lacks)}
        words = _standing(said)
    if as_json:
        errand.print_json({"sku": sku, "product_id": said.product.product_id, **document})
    else:
        click.echo(words)


_PARTS: Mapping[str, str] = {
    "usual": "how often it sells",
    "together": "how often it is bought with this",
    "basket": "how it fits the whole basket",
    "category": "how its category goes with these",
    "customer": "what this customer buys",
    "again": "how this customer bought it before",
    "link": "the shop's own links",
    "proposed": "a colleague's proposal",
    "start": "where products of its kind start",
}


def _standing(said: Standing) -> str:
    """Where a product stands among what may be offered, and what keeps it from being shown."""
    if not said.lacks:
        return f"It may be offered: number {said.rank}, at {said.score:.1%}."
    lacks = ", ".join(f"{_PARTS.get(name, name)} ({by:+.1f})" for name, by in said.lacks.items())
    return (
        f"It may be offered, as number {said.rank}, at {said.score:.1%}; the last one shown has "
        f"{said.last_shown:.1%}. It is behind in: {lacks}."
    )


def _print_table(slate: Slate) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    console = Console()
    if not slate.suggestions:
        console.print(f"Nothing worth suggesting; {slate.checked} were checked.", highlight=False)
    else:
        table = Table("", "SKU", "Product", "Say", "Why")
        for s in slate.suggestions:
            name = f"{s.product.name} (needed)" if s.needed else s.product.name
            why = "\n".join(map(proven, s.evidence))
            table.add_row(str(s.rank), *map(escape, (s.product.sku, name, s.talking_point.text, why)))
        console.print(table)
    if slate.kit is not None:
        console.print(_kit(slate.kit), highlight=False, markup=False)
    for step in slate.step_ups:
        console.print(
            f"Step-up: {step.product.name} ({step.product.sku}) instead of {step.instead_of.name}.",
            highlight=False,
            markup=False,
        )
    for held in slate.held_back:
        console.print(f"Held back: {held.product.name}: {held.why}", highlight=False, markup=False)


def _kit(kit: Kit) -> str:
    """A kit as the table's foot says it."""
    price = money_text(kit.price, kit.currency)
    if kit.saving:
        price += f" instead of {money_text(kit.separately, kit.currency)}"
    names = " + ".join(one.product.name for one in kit.suggestions)
    return f"Kit: {names}{', ' if price else ''}{price}. {kit.talking_point.text}"


def proven(e: Evidence) -> str:
    """A fact as the table says it."""
    if e.kind == "again":
        return _bought_before(e)
    if e.kind == "proposed":
        said = f"proposed by a colleague for {e.anchor_name}"
        return f"{said}, {e.n:,} of {e.base:,} offers accepted" if e.base else said
    if e.n is None:
        return {"requires": "needed by", "kit": "in a kit with"}.get(
            e.kind, "goes with"
        ) + f" {e.anchor_name}"
    share = f" ({e.share:.0%})" if e.share is not None and (e.customers or 0) >= FEWEST_CUSTOMERS else ""
    what = f"with {e.anchor_name}"
    if e.kind == "category_together":
        what = f"with {e.anchor_category} had {e.category} too"
    elif e.kind == "like_together":
        what += f" had {e.like_name}, which it is like"
    return f"{e.n:,} of {e.base:,} orders {what}{share}, {e.lift:.1f}× the usual"


def _bought_before(e: Evidence) -> str:
    said = f"bought in {e.n:,} orders before" if (e.n or 0) > 1 else "bought once before"
    if e.until is not None:
        said += f", last on {e.until.date()}"
    return said if e.every_days is None else f"{said}, usually again after {span(e.every_days)}"
