"""Tables whose rows are added and never changed: the database itself refuses the rest.

This stops mistakes. Whoever owns the database can take a trigger away; what shows that is the seal (`engine.audit`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, text

ERASABLE = ("event_word",)  # the words of the history: never changed, but on a person's request they are erased
TABLES = ("event", "seal", "sealed_event", "milestone_revision", "campaign_version")
PROTECTED = (*TABLES, *ERASABLE)

REFUSAL = "只能追加，不能修改或删除 / append-only, never changed or deleted"

_SQLITE = """CREATE TRIGGER {table}_never_{verb} BEFORE {verb} ON {table}
BEGIN SELECT RAISE(ABORT, '{table}: {refusal}'); END"""

_POSTGRESQL_FUNCTION = """CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '%: {refusal}', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation'; END $$"""

_POSTGRESQL = """CREATE TRIGGER {table}_never_changed BEFORE {verbs} ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"""


def protect(connection: Connection, table: str) -> None:
    """From here on rows of `table` can only be added (or deleted, where it is `ERASABLE`).

    For a migration, once after it made or rebuilt the table.

    On SQLite REPLACE INTO still gets by, because it fires no trigger.
    """
    for statement in _statements(connection.dialect.name, table):
        connection.execute(text(statement))


def unprotected(connection: Connection) -> list[str]:
    """The tables whose protection was taken away or changed."""
    if connection.dialect.name == "sqlite":
        there = set(connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE type = 'trigger'").scalars())
        return [table for table in PROTECTED if not there.issuperset(_statements("sqlite", table))]
    on = set(connection.exec_driver_sql("SELECT tgname FROM pg_trigger WHERE tgenabled <> 'D'").scalars())
    return [table for table in PROTECTED if f"{table}_never_changed" not in on]


@contextmanager
def lifted(connection: Connection, table: str) -> Iterator[None]:
    """Rows of `table` can be changed in the block: for the erasure of a person, and nothing else.

    In one transaction, so nobody else ever sees the table without its protection.
    """
    sqlite = connection.dialect.name == "sqlite"
    names = (f"{table}_never_update", f"{table}_never_delete") if sqlite else (f"{table}_never_changed",)
    for name in names:
        connection.execute(text(f"DROP TRIGGER {name}" + ("" if sqlite else f" ON {table}")))
    yield
    protect(connection, table)


def _statements(dialect: str, table: str) -> Iterator[str]:
    verbs = ("update",) if table in ERASABLE else ("update", "delete", "truncate")
    if dialect == "sqlite":  # it has no TRUNCATE
        yield from (_SQLITE.format(table=table, verb=verb, refusal=REFUSAL) for verb in verbs if verb != "truncate")
    else:
        yield _POSTGRESQL_FUNCTION.format(refusal=REFUSAL)
        yield _POSTGRESQL.format(table=table, verbs=" OR ".join(verbs).upper())
