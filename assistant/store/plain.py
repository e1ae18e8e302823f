"""The tables of both files in one plain SQLite file, with or without what tells who the customers are."""

from __future__ import annotations

import re
from pathlib import Path

from assistant.store.database import Connection

# Secrets stay where they are, and hashes of PINs too: four digits are soon found out from one.
_LEFT_OUT = re.compile(
    r"sqlite_|_sqlite_migrations|indexed$|phones$|(product|customer)_words|(product|customer|phone|sale)_parts|"
    r"pins$|pin_tries$|erased$|secrets$|holdout_key$"
)
_HIDDEN = {
    "customers": ("name", "email", "phone", "note"),
    "visits": ("note",),
    "follow_ups": ("note",),
    "follow_up_steps": ("reason",),
    "calls": ("number",),
    "call_steps": ("words",),
    "asked_for": ("words",),
}
# The number of what is due again is made of the customer's own.
_EMPTIED = {
    "consents": "FALSE",
    "outbox": "record <> 'consent'",
    "follow_up_steps": "follow_up_id NOT LIKE 'due-%'",
}


def write(connection: Connection, file: Path, *, customers: bool) -> None:
    """Copy the tables that a counter's connection sees into `file`, as they are at one moment."""
    connection.execute("ATTACH ? AS plain KEY ''", (f"{file.resolve().as_uri()}?mode=rwc",))
    connection.execute("BEGIN")
    try:
        if not customers:
            _draw_pseudonyms(connection)
        for source in ("main", "catalog"):
            for name, sql in _made(connection, source, "table"):
                connection.execute(_in_plain(sql))
                _fill(connection, source, name, customers=customers)
        for kind in ("index", "view"):
            for source in ("main", "catalog"):
                for _, sql in _made(connection, source, kind):
                    connection.execute(_in_plain(sql))
        connection.execute("COMMIT")
    except BaseException:
        connection.rollback()
        raise
    connection.execute("DETACH plain")


def _made(connection: Connection, source: str, kind: str) -> list[tuple[str, str]]:
    rows = connection.execute(
        f"SELECT name, sql, tbl_name FROM {source}.sqlite_master WHERE type = ? AND sql IS NOT NULL", (kind,)
    )
    return [(name, sql) for name, sql, table in rows if not _LEFT_OUT.match(table)]


def _in_plain(sql: str) -> str:
    return re.sub(r"^CREATE ((?:UNIQUE )?\w+) ", r"CREATE \1 plain.", sql, count=1)


def _columns(connection: Connection, source: str, table: str) -> list[str]:
    return [row[1] for row in connection.execute(f"PRAGMA {source}.table_info({table})")]


def _fill(connection: Connection, source: str, table: str, *, customers: bool) -> None:
    columns = _columns(connection, source, table)
    values, where = list(columns), "TRUE"
    if not customers:
        hidden = _HIDDEN.get(table, ())
        values = ["NULL" if c in hidden else _pseudonym(c) for c in columns]
        where = _EMPTIED.get(table, "TRUE")
    connection.execute(
        f"INSERT INTO plain.{table} ({', '.join(columns)}) "
        f"SELECT {', '.join(values)} FROM {source}.{table} t WHERE {where}"
    )


def _pseudonym(column: str) -> str:
    if column != "customer_id":
        return column
    return "(SELECT p.pseudonym FROM temp.pseudonyms p WHERE p.customer_id = t.customer_id)"


def _draw_pseudonyms(connection: Connection) -> None:
    connection.execute(
        "CREATE TEMP TABLE pseudonyms (customer_id TEXT PRIMARY KEY, pseudonym TEXT NOT NULL) WITHOUT ROWID"
    )
    for source in ("main", "catalog"):
        for table, _ in _made(connection, source, "table"):
            if "customer_id" in _columns(connection, source, table):
                connection.execute(
                    "INSERT OR IGNORE INTO temp.pseudonyms SELECT DISTINCT customer_id, "
                    f"lower(hex(randomblob(10))) FROM {source}.{table} WHERE customer_id IS NOT NULL"
                )
