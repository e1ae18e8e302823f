"""The front door: `assistant [--home DIR] COMMAND`; without a command, the window.

Commands lie in `doors`, one file per errand, and are loaded only when they are called, so that the window
does not pay for what an errand needs.
"""

from __future__ import annotations

from assistant import interrupted

# isort: split
import contextlib
import importlib
import io
import os
import sys
import tempfile
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from assistant import __version__
from assistant.doors import errand
from assistant.errors import KeyMissingError, KnownError
from assistant.store.database import Home

_DOORS = {
    "demo": "demo",
    "connect": "shops",
    "sync": "connect",
    "train": "suggest",
    "suggest": "suggest",
    "evaluate": "evaluate",
    "models": "models",
    "report": "report",
    "export-pairings": "pairings",
    "open": "open_window",
    "backup": "keep",
    "restore": "keep",
    "unlock": "keep",
    "export-db": "keep",
    "doctor": "keep",
}


class _Doors(click.Group):
    """A group that loads a command's file when the command is called, and reports a crash in one sentence."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_DOORS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _DOORS:
            return None
        module = importlib.import_module(f"assistant.doors.{_DOORS[cmd_name]}")
        command = getattr(module, "open_window" if cmd_name == "open" else cmd_name.replace("-", "_"))
        assert isinstance(command, click.Command)  # noqa: S101
        return command

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        with _reader_may_go():
            return super().make_context(info_name, args, parent, **extra)

    def invoke(self, ctx: click.Context) -> object:
        with _reader_may_go():
            return self._invoke(ctx)

    def _invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except KeyMissingError:
            from assistant.store import checks

            if isinstance(ctx.obj, Home):
                checks.refuse_damaged_mirror(ctx.obj)
            raise
        except (KnownError, click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise
        except Exception as mistake:
            known = errand.known(mistake)
            if known is not None:
                raise known from mistake
            home = ctx.obj if isinstance(ctx.obj, Home) else Home(default_home())
            raise _OwnMistake(_crash_report(home)) from mistake


@contextlib.contextmanager
def _reader_may_go() -> Iterator[None]:
    """Where the reader of our output (a pager, `head`) has what it wanted, that is no fault."""
    try:
        yield
    except BrokenPipeError:
        errand.fall_silent()
        raise click.exceptions.Exit(0) from None


class _OwnMistake(click.ClickException):
    """The program's own fault: the sentence says where the details are."""

    exit_code = 70

    def __init__(self, report: Path | None) -> None:
        where = f"The details are in {report}" if report else "The details could not be written anywhere"
        super().__init__(
            "The assistant made a mistake of its own; what was saved before is safe. "
            f"{where}; nothing was sent anywhere."
        )


def _crash_report(home: Home) -> Path | None:
    """Write the current exception into the home's crash folder, else where temporary files go; its path."""
    name = f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}.txt"
    for folder in (home.crashes, Path(tempfile.gettempdir()) / f"sales-assistant-crashes-{os.getpid()}"):
        try:
            if folder == home.crashes:
                home.make()
            folder.mkdir(mode=0o700, exist_ok=True)
            (folder / name).write_text(traceback.format_exc(), encoding="utf-8")
        except (OSError, KnownError):
            continue
        return folder / name
    return None


def default_home() -> Path:
    """Where a person's data lies on this system when no `--home` is given."""
    from platformdirs import user_data_path

    return user_data_path("sales-assistant", appauthor=False)


@click.group(cls=_Doors, invoke_without_command=True)
@click.option(
    "--home",
    type=errand.NamedPath(file_okay=False, path_type=Path),
    envvar="ASSISTANT_HOME",
    help="The folder that keeps this shop's data (or the variable ASSISTANT_HOME).",
)
@click.version_option(__version__, prog_name="assistant")
@click.pass_context
def doors(ctx: click.Context, home: Path | None) -> None:
    """Look up a customer and a basket, see what completes it, note the answers, see what came of them.

    Without a command the window opens. To look around with made-up data: assistant demo. With your own:
    assistant connect csv FOLDER, then assistant sync, assistant train, assistant.

    Exit status: 0 done; 1 one sentence on standard error, nothing changed; 2 wrong usage; 3 done, with
    rejected rows; 130 cancelled.
    """
    ctx.obj = Home(home or default_home())
    if ctx.invoked_subcommand is None:
        from assistant import app

        ctx.exit(app.run(ctx.obj))


def main() -> None:
    """The console script."""
    _open_mouth()
    sys.exit(errand.run_known(_run))


def _open_mouth() -> None:
    """Make sure that every name can be said, wherever the output goes: programs read UTF-8."""
    if sys.stdout is None:  # closed by whoever called
        sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
    if sys.stderr is None:
        sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if not isinstance(stream, io.TextIOWrapper):
            continue
        if stream.isatty():
            stream.reconfigure(errors="replace")
        else:
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _run() -> int:
    try:
        return int(doors.main(prog_name="assistant", standalone_mode=False) or 0)
    except click.exceptions.Exit as leave:
        return int(leave.exit_code)
    except click.ClickException as problem:
        problem.show()
        return problem.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo(interrupted.SENTENCE, err=True)
        return 130


if __name__ == "__main__":
    main()
