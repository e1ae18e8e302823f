"""Looking at the first rows of a folder's files, as a sync would read them; nothing is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.shop import files
from assistant.shop.mapping import Mapping
from assistant.shop.reading import Batch, Written, open_csv
from assistant.shop.result import shortened
from assistant.shop.sifting import Sieve

SAMPLE = 200


@dataclass(frozen=True, slots=True)
class Checked:
    """What the first rows of one file say."""

    table: str
    file: str
    rows: int
    good: int
    columns: tuple[str, ...]
    unused: tuple[str, ...]
    left_out: dict[str, int]
    problems: tuple[str, ...]


def check_folder(folder: Path, mapping: Mapping) -> list[Checked]:
    """Look at the first rows of every file of a folder."""
    checked = []
    for table, found in files.find(folder, mapping).items():
        lookups = {lookup: files.read_lookup(lookup, paths) for lookup, paths in found.lookups.items()}
        for path in found.files:
            with open_csv(path, Written(found.source.encoding, found.source.delimiter)) as file:
                sieve = Sieve(mapping, found.source, path.name, file.header, lookups)
                batch = next(file.batches(SAMPLE), Batch([], 1, 1))
                checked.append(_checked(table, file.header, sieve, batch))
    return checked


def _checked(table: str, header: Sequence[str], sieve: Sieve, batch: Batch) -> Checked:
    sifted = sieve.sift(batch)
    return Checked(
        table=table,
        file=sifted.file,
        rows=sum(1 for row in batch.rows if row) + len(batch.unreadable),
        good=len(sifted) + len(sifted.returns.get("quantity", ())),
        columns=sieve.fields,
        unused=tuple(column for column in header if column not in sieve.columns_read),
        left_out=dict(sifted.left_out),
        problems=tuple(
            f"line {r.line}: {f'{r.column} {r.value!r} ' if r.column else ''}{r.reason}"
            for r in map(shortened, sifted.rejects)
        ),
    )
