"""DBOS: a transition is a workflow with one transaction, the closing a workflow for each batch with one for each draft.

Its own tables lie in the same database on PostgreSQL, and in a file of their own on SQLite, which it locks.
"""

from __future__ import annotations

from typing import Any

from dbos import DBOS, SQLAlchemyDatasource
from sqlalchemy import insert, select, update

from bench import protocol
from bench.peers.common import AT, BATCH, Peer, decide
from bench.peers.tables import Event, Item, opened


class Durable(Peer):
    """The functions are registered once the database is known."""

    def open(self, url: str) -> None:
        engine = opened(url)
        system = url.replace(".sqlite3", "-dbos.sqlite3") if self.sqlite else url
        DBOS(config={"name": "bench", "system_database_url": system, "log_level": "ERROR"})
        source = SQLAlchemyDatasource.create(url, engine=engine)

        @source.transaction
        def move(public_id: str, verb: str) -> str:
            session = source.sql_session()
            row = session.execute(select(Item.id, Item.state, Item.version).where(Item.public_id == public_id)).one()
            target, table = decide(row.state, verb), Item.__table__
            mine = (table.c.id == row.id, table.c.version == row.version)
            values = {"state": target, "version": row.version + 1, "changed_at": AT}
            if session.execute(update(table).where(*mine).values(values)).rowcount != 1:
                raise RuntimeError("changed meanwhile")
            line = {"item_id": row.id, "at": AT, "actor": "unit", "verb": verb, "from_state": row.state}
            session.execute(insert(Event).values(**line, to_state=target))
            return target

        @DBOS.workflow()
        def change(public_id: str, verb: str) -> str:
            return str(move(public_id, verb))

        @DBOS.workflow()
        def lapse(public_ids: list[str]) -> int:
            for public_id in public_ids:
                move(public_id, "lapse")
            return len(public_ids)

        self._engine, self._change, self._lapse = engine, change, lapse
        DBOS.launch()

    def step(self, public_id: str, verb: str) -> None:
        self._change(public_id, verb)

    def lapse_all(self) -> None:
        while drafts := self._drafts():
            self._lapse(drafts)

    def _drafts(self) -> list[str]:
        query: Any = select(Item.public_id).where(Item.state == "drafted").order_by(Item.id).limit(BATCH)
        with self._engine.connect() as connection:
            return list(connection.scalars(query))


if __name__ == "__main__":
    protocol.serve(Durable())
