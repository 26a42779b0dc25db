"""Holding a house still: the database itself refuses every change of every table, whoever asks.

Not only to those who know of the move: a desk that was started before it began, an older version, a person with the
database's own shell. What the triggers say becomes a refusal in `engine.relocation.refusals`.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, Table, text

from engine.relocation.refusals import ARRIVING, MOVED, MOVING, SAID
from engine.relocation.tables import Relocation

OWN = str(Relocation.__tablename__)
SETTING = "bangdan.arriving"  # of the one session on PostgreSQL that may fill a house

_SQLITE = """CREATE TRIGGER held_{table}_{verb} BEFORE {verb} ON "{table}"
BEGIN SELECT CASE WHEN EXISTS (SELECT 1 FROM {own} WHERE outcome = 'moved' AND NOT arriving)
THEN RAISE(ABORT, '{moved}') ELSE RAISE(ABORT, '{moving}') END; END"""

_FUNCTION = """CREATE OR REPLACE FUNCTION refuse_while_arriving() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '{arriving}' USING ERRCODE = 'object_not_in_prerequisite_state'; END $$"""

_POSTGRESQL = """CREATE TRIGGER held_{table} BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON "{table}"
FOR EACH STATEMENT WHEN (current_setting('{setting}', true) IS DISTINCT FROM '{token}')
EXECUTE FUNCTION refuse_while_arriving()"""


def hold_leaving(connection: Connection, tables: list[Table]) -> None:
    """From the end of this transaction on nothing is stored in the SQLite house that is left."""
    said = {"own": OWN, "moved": f"{SAID}{MOVED.code}", "moving": f"{SAID}{MOVING.code}"}
    for table in tables:
        for verb in ("insert", "update", "delete"):
            connection.exec_driver_sql(_SQLITE.format(table=table.name, verb=verb, **said))


def hold_arriving(connection: Connection, tables: list[Table], token: str) -> None:
    """Nobody stores anything in the PostgreSQL house that is moved to, but the session that knows the token."""
    connection.execute(text(_FUNCTION.format(arriving=f"{SAID}{ARRIVING.code}")))
    for table in tables:
        connection.execute(text(_POSTGRESQL.format(table=table.name, setting=SETTING, token=token)))


def let_fill(connection: Connection, token: str) -> None:
    """This session, as long as it lasts, is the one that fills the house."""
    connection.execute(text("SELECT set_config(:setting, :token, false)"), {"setting": SETTING, "token": token})


def let_go(connection: Connection) -> None:
    """Whatever is held is free again, when this transaction ends."""
    for statement in list(_undoing(connection)):
        connection.exec_driver_sql(statement)


def _undoing(connection: Connection) -> Iterator[str]:
    if connection.dialect.name == "sqlite":
        held = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'held\\_%' ESCAPE '\\'"
        for name in connection.exec_driver_sql(held).scalars():
            yield f'DROP TRIGGER "{name}"'
    else:
        yield "DROP FUNCTION IF EXISTS refuse_while_arriving() CASCADE"  # and with it the triggers that call it
