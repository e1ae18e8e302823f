"""`assistant models`: which models there are, how they compare, and which of them is in use."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import click

from assistant.doors import errand, signing
from assistant.measure.model_page import plain
from assistant.store import models as register
from assistant.store.access import Permit
from assistant.store.database import Connection, Home, open_home
from assistant.store.models import Check, Compared, Entry, Verdict

_STATES = {
    "in_use": "in use",
    "waiting": "waits",
    "earlier": "used before",
    "replaced": "replaced before it was used",
    "discarded": "discarded",
}
_WORDS = {
    "first": "the first one: there was none to be compared with",
    "ready": "not worse than the one in use",
    "not_certain": "it may be worse than the one in use",
    "worse": "worse than the one in use",
    "too_few": "too little to judge by; installed, as it has learned from more",
}
_CHECKS = {
    "chances": "its chances come true",
    "groups": "no group is left without suggestions",
    "limits": "consent and contact limits are kept",
    "baskets": "not worse on the newest baskets",
    "offers": "not worse by the answers of the log",
    "enough": "enough answers to judge",
}
_MARKS = {True: "yes", False: "no", None: "cannot be told"}

_number = click.argument("number", type=click.IntRange(1))
_reason = click.option("--reason", help="Why; kept in the register.")


@click.group(invoke_without_command=True)
@click.pass_context
def models(ctx: click.Context) -> None:
    """List the models that were learned, compare them, and decide which one is in use.

    Without a command they are listed. `assistant train` learns a model, judges it beside the one in use and
    installs it where it is not worse; what is decided here is taken up by the counter at its next visit.

    \b
    Examples:
        assistant models
        assistant models show 3
        assistant models rollback --as A-7
        assistant models install 4 --as A-7 --reason "New range since Monday"
    """
    if ctx.invoked_subcommand is None:
        ctx.invoke(list_models)


@models.command("list")
@errand.json_option
@errand.pass_home
def list_models(home: Home, as_json: bool = False) -> None:
    """List the models, the newest first."""
    with _opened(home) as connection:
        found = register.register(connection)
    if as_json:
        errand.print_json({"models": [plain(asdict(one)) for one in found]})
        return
    if not found:
        click.echo("No model yet: suggestions stand on the shop's own links. `assistant train` learns one.")
        return
    for one in found:
        pinned = ", pinned" if one.pinned else ""
        click.echo(
            f"{one.number:>4}  {_STATES[one.state]}{pinned}  learned {one.learned_at:%Y-%m-%d} from "
            f"{one.learned.orders:,} orders  {_WORDS[one.verdict.word] if one.verdict else ''}".rstrip()
        )


@models.command()
@_number
@errand.json_option
@errand.pass_home
def show(home: Home, number: int, as_json: bool) -> None:
    """Say what a model was learned from, how it compares with the one before it, and what was checked."""
    with _opened(home) as connection:
        one = register.entry(connection, number)
    if as_json:
        errand.print_json(plain(asdict(one)))
        return
    for line in _told(one):
        click.echo(line)


@models.command()
@_number
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@errand.pass_home
def card(home: Home, number: int, file: Path) -> None:
    """Write a model's card into FILE.md: data, checks and limits, for whoever has to answer for it."""
    from assistant.measure import export
    from assistant.measure.model_card import model_card

    with _opened(home) as connection:
        one = register.entry(connection, number)
    export.write_whole(file, model_card(one))
    click.echo(f"The card of model {number} is in {file}.")


@models.command()
@_number
@_reason
@signing.as_option
@signing.pin_option
@errand.pass_home
def install(home: Home, number: int, reason: str | None, who: str | None, pin_stdin: bool) -> None:
    """Put a model to use whatever its verdict says; a reason is needed. One that broke a rule stays out."""
    from assistant.suggest import choosing

    with _opened(home) as connection:
        one = choosing.install(home, connection, number, _permit(connection, who, pin_stdin), reason)
    click.echo(f"Model {one.number} is in use from the next visit on.")


@models.command()
@_reason
@signing.as_option
@signing.pin_option
@errand.pass_home
def rollback(home: Home, reason: str | None, who: str | None, pin_stdin: bool) -> None:
    """Put the model that was in use before back, and pin it. Nothing is lost; `unpin` lets training go on."""
    from assistant.suggest import choosing

    with _opened(home) as connection:
        one = choosing.roll_back(home, connection, _permit(connection, who, pin_stdin), reason)
    click.echo(f"Model {one.number} is in use again from the next visit on, and pinned.")


@models.command()
@_reason
@signing.as_option
@signing.pin_option
@errand.pass_home
def pin(home: Home, reason: str | None, who: str | None, pin_stdin: bool) -> None:
    """Keep the model in use as it is: training goes on counting, and replaces nothing."""
    from assistant.suggest import choosing

    with _opened(home) as connection:
        one = choosing.pin(connection, _permit(connection, who, pin_stdin), reason)
    click.echo(f"Model {one.number} is pinned.")


@models.command()
@_reason
@signing.as_option
@signing.pin_option
@errand.pass_home
def unpin(home: Home, reason: str | None, who: str | None, pin_stdin: bool) -> None:
    """Let training replace the model in use again, where a new one is not worse."""
    from assistant.suggest import choosing

    with _opened(home) as connection:
        one = choosing.unpin(connection, _permit(connection, who, pin_stdin), reason)
    click.echo(f"Model {one.number} is no longer pinned.")


@models.command()
@_number
@_reason
@signing.as_option
@signing.pin_option
@errand.pass_home
def discard(home: Home, number: int, reason: str | None, who: str | None, pin_stdin: bool) -> None:
    """Take a model that waits out of the running; a reason is needed."""
    from assistant.suggest import choosing

    with _opened(home) as connection:
        one = choosing.discard(connection, number, _permit(connection, who, pin_stdin), reason)
    click.echo(f"Model {one.number} is discarded.")


@contextlib.contextmanager
def _opened(home: Home) -> Iterator[Connection]:
    errand.ready(home)
    with contextlib.closing(open_home(home)) as connection:
        yield connection


def _permit(connection: Connection, who: str | None, pin_stdin: bool) -> Permit | None:
    return signing.permit(connection, who, pin_stdin, right="models")


def _told(one: Entry) -> Iterator[str]:
    learned = one.learned
    span = (
        f" of {learned.since:%Y-%m-%d} to {learned.until:%Y-%m-%d}" if learned.since and learned.until else ""
    )
    yield f"Model {one.number}: {_STATES[one.state]}{', pinned' if one.pinned else ''}"
    yield f"  learned on {one.learned_at:%Y-%m-%d} from {learned.orders:,} orders{span}"
    if learned.answers:
        yield f"  and from {learned.answers:,} answers to offers"
    if one.counted_at:
        yield f"  orders last counted on {one.counted_at:%Y-%m-%d}"
    if one.reason:
        yield f"  reason given: {one.reason}"
    if one.verdict:
        yield from _judged(one.verdict)


def _judged(verdict: Verdict) -> Iterator[str]:
    beside = f", beside model {verdict.against}" if verdict.against else ""
    yield f"Judged on {verdict.at:%Y-%m-%d}{beside}: {_WORDS[verdict.word]}"
    for check in verdict.checks:
        yield f"  {_CHECKS[check.name]}: {_MARKS[check.passed]}{_value(check)}"
    if verdict.baskets:
        yield f"  newest baskets, nDCG@10: {_compared(verdict.baskets, 3)}"
    if verdict.offers:
        yield f"  accepted of each slate: {_compared(verdict.offers, 3)}"


def _value(check: Check) -> str:
    if check.value is None:
        return ""
    if check.name in ("baskets", "offers"):
        return f" (at worst {check.value:+.1%}, limit {check.limit:+.0%}, of {check.n:,})"
    if check.name == "chances":
        return f" (off by {100 * check.value:.1f} of 100, limit {100 * check.limit:.0f})"
    if check.name == "limits":
        return f" ({check.value:.0f} of {check.n:,} broke one)"
    if check.name == "groups":
        return f" (the smallest {check.value:.1f} a visit)"
    return f" ({check.value:,.0f} of {check.limit:,.0f} effective answers)"


def _compared(found: Compared, digits: int) -> str:
    now, then, less = (
        f"{one.value:{sign}.{digits}f} ({one.low:{sign}.{digits}f} to {one.high:{sign}.{digits}f})"
        for one, sign in ((found.candidate, ""), (found.in_use, ""), (found.difference, "+"))
    )
    return f"{now}; in use {then}; difference {less}; {found.n:,} of them"
