"""What every command does alike: make the home ready, say how far it is, print its one JSON document."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import signal
import sys
from collections.abc import Callable, Iterator
from typing import Any

import click

from assistant.errors import InputError, KnownError, RefusedError, StoreError, UnreachedError
from assistant.records import Progress
from assistant.store.database import DatabaseError, Home, in_words

_REFUSALS = frozenset({
    errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO,
    errno.ENAMETOOLONG, errno.ELOOP, errno.ENOTDIR, errno.EISDIR, errno.EMFILE,
})  # fmt: skip
"""What a disk or a system refuses whatever the program does; a file that is not there is our own mistake."""


class NamedPath(click.Path):
    """A path that has to be named: an empty one, as of a variable not set, is not where one stands."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path. Fails where nothing is named."""
        if value == "":
            self.fail("it is empty.", param, ctx)
        return super().convert(value, param, ctx)


pass_home = click.make_pass_decorator(Home)

json_option = click.option(
    "--json", "as_json", is_flag=True, help="Print one JSON document on standard output."
)
progress_option = click.option(
    "--progress",
    "progress_kind",
    type=click.Choice(["people", "json", "none"]),
    default="people",
    help="How to say how far it is: a bar for people, a JSON line each for programs, or nothing.",
)


def ready(home: Home, *, say_recovery_key: bool = True) -> None:
    """Make a home ready; at its first run say the recovery key once, on standard error."""
    from assistant.store import keys, preferences, schema
    from assistant.store.database import open_home

    new_key = schema.prepare(home)
    if new_key is None:
        return
    if say_recovery_key:
        click.echo(
            f"A new home was made in {home.folder}; its files are encrypted.\n"
            "Write this recovery key down and keep it apart: without it a lost key is a lost log.\n\n"
            f"    {keys.recovery_key(new_key)}\n",
            err=True,
        )
    with contextlib.closing(open_home(home)) as connection:
        preferences.put(connection, "recovery.shown", True)


def print_json(document: Any) -> None:
    """The one JSON document a command prints."""
    click.echo(json.dumps(document, ensure_ascii=False, indent=2))


@contextlib.contextmanager
def progress(kind: str) -> Iterator[Progress]:
    """A way to say how far an errand is, in the form asked for.

    JSON lines go to standard output and close with a `done` or an `error` line; the bar for people goes to
    standard error, so that it never mixes with what a command prints.
    """
    if kind == "json":
        yield from _json_lines()
    elif kind == "none" or not sys.stderr.isatty():
        yield lambda what, done, total: None
    else:
        with _bar() as say:
            yield say


def _json_lines() -> Iterator[Progress]:
    def line(t: str, what: str, done: int, total: int | None, **more: str) -> None:
        said = {"t": t, "what": what, "done": done, "total": total, **more}
        print(json.dumps(said), flush=True)  # noqa: T201

    last = ("", 0, None)

    def say(what: str, done: int, total: int | None) -> None:
        nonlocal last
        last = (what, done, total)  # type: ignore[assignment]
        try:
            line("progress", what, done, total)
        except BrokenPipeError as gone:  # who asked for the errand is gone, and with them the wish for it
            fall_silent()
            raise KeyboardInterrupt from gone

    try:
        yield say
    except Exception as problem:
        what = str(known(problem) or "a mistake of the program's own")
        line("error", what, last[1], last[2], kind=_kind(problem))
        raise
    line("done", *last)


def fall_silent() -> None:
    """Where nobody reads any more, what is left to say goes nowhere: the interpreter says it at its exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _kind(problem: Exception) -> str:
    """What may be done about it: wait for the shop, give it another key, or read the sentence."""
    if isinstance(problem, UnreachedError):
        return "unreached"
    return "refused" if isinstance(problem, RefusedError) else "other"


@contextlib.contextmanager
def _bar() -> Iterator[Progress]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as RichProgress

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeElapsedColumn(),
    )
    with RichProgress(*columns, console=Console(stderr=True)) as bar:
        tasks: dict[str, Any] = {}

        def say(what: str, done: int, total: int | None) -> None:
            if what not in tasks:
                tasks[what] = bar.add_task(what, total=total, rate="")
            task = next(t for t in bar.tasks if t.id == tasks[what])
            rate = f"{task.speed:,.0f}/s" if task.speed else ""
            bar.update(tasks[what], completed=done, total=total, rate=rate)

        yield say


def known(problem: Exception) -> KnownError | None:
    """What went wrong as the world's fault, in a sentence; None where it is our own mistake."""
    if isinstance(problem, KnownError):
        return problem
    if isinstance(problem, DatabaseError):
        return in_words(problem)
    if isinstance(problem, OSError) and problem.errno in _REFUSALS:
        where = f"{problem.filename} cannot be used" if problem.filename else "The system refused"
        return StoreError(f"{where}: {problem.strerror}.")
    if isinstance(problem, UnicodeEncodeError) and "surrogates" in problem.reason:
        return InputError("What was typed is no text in this system's encoding, so it names nothing we know.")
    return None


def run_known(work: Callable[[], int]) -> int:
    """Run a command: its exit status, with a known problem said in one sentence on standard error."""
    try:
        return work()
    except KnownError as problem:
        click.echo(str(problem), err=True)
        return 1


@contextlib.contextmanager
def ended_like_an_interrupt() -> Iterator[None]:
    """A request to end (SIGTERM) rolls back like Ctrl+C, instead of leaving that to the next start."""

    def interrupt(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
