"""The files of `assistant suggest --batch`: baskets read from one, answers written to another."""

from __future__ import annotations

import contextlib
import csv
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from assistant.doors import errand
from assistant.errors import InputError, KnownError
from assistant.records import Progress as Say
from assistant.suggest.batch import Asked, group


def answer_file(files: tuple[Path, Path], say: Say, answer: Any) -> dict[str, Any]:
    """Read the baskets, write the answers; the file gets its name when it is complete. Says how many."""
    source, target = files
    asked = _read_batch(source)
    # What is no file, such as /dev/stdout or a pipe, is written to and never replaced.
    whole = target.is_file() or not target.exists()
    if whole and target.exists() and target.samefile(source):
        raise InputError(f"{target} is both what is asked and where the answers go; name another file.")
    target = target.resolve() if whole else target
    temporary = target.with_name(f"{target.name}.{os.getpid()}.new") if whole else target
    rows = 0
    try:
        with errand.ended_like_an_interrupt(), temporary.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(("basket_id", "rank", "product_id", "score"))
            for done, (basket_id, ranked) in enumerate(answer(asked), 1):
                writer.writerows((basket_id, r, p, f"{s:.6g}") for r, (p, s) in enumerate(ranked, 1))
                rows += len(ranked)
                if done % 200 == 0:
                    say("Answering baskets", done, len(asked))
        if whole:
            temporary.replace(target)
    except OSError as problem:
        raise KnownError(f"{target} cannot be written: {problem.strerror}.") from problem
    finally:
        if whole:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)
    say("Answering baskets", len(asked), len(asked))
    return {"baskets": len(asked), "rows": rows, "out": str(target)}


def _read_batch(source: Path) -> list[Asked]:
    try:
        with source.open(newline="", encoding="utf-8-sig") as file:
            return group(_rows(source, file))
    except OSError as problem:
        raise InputError(f"{source} cannot be read: {problem.strerror}.") from problem
    except UnicodeDecodeError as problem:
        raise InputError(f"{source} is not UTF-8 text.") from problem
    except csv.Error as problem:
        raise InputError(f"{source} is not a CSV file: {problem}.") from problem


def _rows(source: Path, file: Any) -> Iterator[Mapping[str, str]]:
    reader = csv.DictReader(file, restval="", strict=True)
    names = reader.fieldnames or ()
    missing = {"basket_id", "product_id"} - set(names)
    if missing:
        raise InputError(f"{source} has no column {' and no column '.join(sorted(missing))}.")
    for name in ("basket_id", "customer_id", "at", "product_id"):
        if list(names).count(name) > 1:
            raise InputError(f"{source} has the column {name} twice.")
    for row in reader:
        if not row["basket_id"]:
            raise InputError(f"{source}, line {reader.line_num}: the basket has no number.")
        yield {"customer_id": "", "at": "", **row}
