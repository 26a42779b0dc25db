"""Drafts the next migration from what the tables say now and the migrations don't (`make migration`, maintainers).

The draft is compared on SQLite. Read it before committing: a renamed column looks like one dropped and one added, and
what rows need is for a person to write.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any, Literal

from alembic import command
from alembic.autogenerate.api import AutogenContext
from alembic.autogenerate.render import renderers
from alembic.autogenerate.rewriter import Rewriter
from alembic.operations import ops
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

from engine import append_only, schema, uncompressed
from engine.database import Database

rewriter = Rewriter()


class AfterwardsOp(ops.MigrateOperation):
    """Stands for `protect(op.get_bind(), table)` in a draft, or another function of a module of ours."""

    def __init__(self, module: str, function: str, table: str) -> None:
        self.module, self.function, self.table = module, function, table


@rewriter.rewrites(ops.CreateTableOp)
def _completed(_context: Any, _revision: Any, operation: ops.CreateTableOp) -> list[ops.MigrateOperation]:
    """An append-only table comes with its triggers, one of large values with how they are kept."""
    made: list[ops.MigrateOperation] = [operation]
    if operation.table_name in append_only.PROTECTED:
        made.append(AfterwardsOp("engine.append_only", "protect", operation.table_name))
    if operation.table_name in uncompressed.UNCOMPRESSED:
        made.append(AfterwardsOp("engine.uncompressed", "keep_plain", operation.table_name))
    return made


@renderers.dispatch_for(AfterwardsOp)
def _render(context: AutogenContext, operation: AfterwardsOp) -> str:
    context.imports.add(f"from {operation.module} import {operation.function}")
    return f'{operation.function}(op.get_bind(), "{operation.table}")'


def plain(kind: str, item: object, _context: AutogenContext) -> str | Literal[False]:
    """Write SQLModel's own types as what the database stores, so that a migration outlives changes of SQLModel."""
    if kind == "type" and isinstance(item, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, AutoString):
        return "sa.String()" if item.length is None else f"sa.String(length={item.length})"
    return False


def main(message: str) -> None:
    """Write `versions/NNNN_message.py`, the difference between the migrations and the tables."""
    number = f"{len(schema.revisions()) + 1:04}"
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'draft.sqlite3'}", durable=False)
        schema.bring_up(database)
        with database.reshape() as connection:
            command.revision(schema.alembic(connection), message=message, autogenerate=True, rev_id=number)
        database.dispose()


if __name__ == "__main__":
    main(" ".join(sys.argv[1:]))
