"""SQLModel as in its tutorial: select a row, change the object, add it, commit, refresh it. No version is checked."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Column, DateTime, Integer
from sqlmodel import Field, Session, SQLModel, col, select

from bench import protocol
from bench.peers.common import AT, BATCH, Peer, decide
from bench.peers.tables import opened

BIG = BigInteger().with_variant(Integer, "sqlite")


class Item(SQLModel, table=True):
    """A nomination."""

    id: int | None = Field(default=None, sa_column=Column(BIG, primary_key=True))
    public_id: str
    unit_id: int
    track: str
    title: str
    applicant: str
    state: str
    version: int
    changed_at: datetime = Field(sa_column=Column(DateTime(timezone=True)))
    flow: str


class Event(SQLModel, table=True):
    """One line of the history."""

    id: int | None = Field(default=None, sa_column=Column(BIG, primary_key=True))
    item_id: int | None = Field(default=None, sa_column=Column(BIG))
    at: datetime = Field(sa_column=Column(DateTime(timezone=True)))
    actor: str
    verb: str
    from_state: str
    to_state: str


class Tutorial(Peer):
    """The tutorial's way."""

    def open(self, url: str) -> None:
        self.engine = opened(url)

    def step(self, public_id: str, verb: str) -> None:
        with Session(self.engine) as session:
            item = session.exec(select(Item).where(Item.public_id == public_id)).one()
            self._move(session, item, verb)
            session.commit()
            session.refresh(item)

    def _move(self, session: Session, item: Item, verb: str) -> None:
        source = item.state
        item.state, item.version, item.changed_at = decide(source, verb), item.version + 1, AT
        session.add(item)
        session.add(
            Event(item_id=item.id, at=AT, actor="unit", verb=verb, from_state=source, to_state=item.state)
        )  # fmt: skip

    def lapse_all(self) -> None:
        last = 0
        while True:
            with Session(self.engine) as session:
                drafts = select(Item).where(Item.state == "drafted", col(Item.id) > last).order_by(col(Item.id))
                items = session.exec(drafts.limit(BATCH)).all()
                if not items:
                    return
                last = items[-1].id or 0
                for item in items:
                    self._move(session, item, "lapse")
                session.commit()


if __name__ == "__main__":
    protocol.serve(Tutorial())
