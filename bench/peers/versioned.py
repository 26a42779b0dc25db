"""SQLAlchemy's ORM with a version column, which the mapper checks in every UPDATE."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from bench import protocol
from bench.peers.common import AT, BATCH, Peer, decide
from bench.peers.tables import Event, Item, opened, told


class Versioned(Peer):
    """One session for each transition; for the closing one for each batch."""

    def open(self, url: str) -> None:
        self.session: Callable[[], Session] = sessionmaker(opened(url))

    def step(self, public_id: str, verb: str) -> None:
        with self.session() as session, session.begin():
            item = session.scalars(select(Item).where(Item.public_id == public_id)).one()
            self.move(session, item, verb)

    def move(self, session: Session, item: Item, verb: str) -> None:
        """Change the object and add the event; a machine in between is what subclasses are for."""
        source, item.changed_at = item.state, AT
        self.decide(item, verb)
        session.add(Event(**told(item, verb, source)))

    def decide(self, item: Item, verb: str) -> None:
        """Where it goes."""
        item.state = decide(item.state, verb)

    def lapse_all(self) -> None:
        last = 0
        drafts = select(Item).where(Item.state == "drafted").order_by(Item.id).limit(BATCH)
        while True:
            with self.session() as session, session.begin():
                items = session.scalars(drafts.where(Item.id > last)).all()
                if not items:
                    return
                last = items[-1].id
                for item in items:
                    self.move(session, item, "lapse")


if __name__ == "__main__":
    protocol.serve(Versioned())
