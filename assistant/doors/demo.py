"""`assistant demo`: a made-up shop to look around in, made where it is not there yet."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import click

from assistant.doors import errand
from assistant.store.database import Home


@click.command()
@click.option(
    "--shop",
    default="camera",
    show_default=True,
    help="Which made-up shop: camera, burger, bank or software.",
)
@click.option(
    "--today",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="YYYY-MM-DD",
    help="The day the shop's story ends; the same day gives the same shop.  [default: today]",
)
@click.option("--no-window", is_flag=True, help="Only make it.")
@click.option(
    "--picture",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write what the window shows to this file and exit.",
)
@errand.progress_option
@click.pass_context
def demo(
    ctx: click.Context,
    shop: str,
    today: datetime | None,
    no_window: bool,
    picture: Path | None,
    progress_kind: str,
) -> None:
    """Look around in a made-up shop.

    The camera shop has three stores, 400 products, 6,000 customers and two years of orders; the burger bar
    has two places, and is open from breakfast until late; the bank and the maker of business software sell
    what is signed for once and kept for years. Each lies in a home folder of its own. People, brands and
    figures are invented; telephone numbers are ones that nobody has.
    """
    home = _home(ctx, shop)
    day = today.date() if today else date.today()  # noqa: DTZ011 - the day on the wall is meant
    if _make(home, day, shop, progress_kind):
        click.echo(f"The demo shop of {day} is ready in {home.folder}.", err=True)
    if no_window:
        return
    from assistant import app
    from assistant.shop.demo.truth import load

    status = app.run(home, picture=picture, basket=load(shop).baskets[0]["id"] if picture else None)
    if picture is not None and status == 0:
        click.echo(f"What the window shows is in {picture}.", err=True)
    ctx.exit(status)


def _home(ctx: click.Context, shop: str) -> Home:
    """The home that was named, else the demo's own place beside a person's real one."""
    given: Home = ctx.obj
    if ctx.parent is not None and ctx.parent.params.get("home") is not None:
        return given
    beside = "demo" if shop == "camera" else f"demo-{shop}"
    return Home(given.folder.with_name(f"{given.folder.name}-{beside}"))


def _make(home: Home, day: date, shop: str, progress_kind: str) -> bool:
    from assistant.learn.train import train
    from assistant.shop.demo import make

    with errand.progress(progress_kind) as progress:
        return make(
            home,
            today=day,
            shop=shop,
            progress=progress,
            learn=lambda making: train(making, progress=progress),
        )
