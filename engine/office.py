"""One transaction of one campaign: what every verb, query and turn is handed.

`Office.write` opens it, `Work` carries it: the connection, the definition, the calendar in force, who acts and when.
The state change, its event, its letters and its idempotency row are all made through one `Work`, so they are stored
together or not at all.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select
from sqlmodel import col

from engine.access import Actor, may_change, not_found
from engine.calendars import in_force
from engine.database import Database, lock_alone, lock_shared
from engine.tables import Campaign, Request
from workflows.definition import Definition
from workflows.loading import load
from workflows.nomination import Shape, shape
from workflows.reasons import Reason, Refused
from workflows.timeline import Calendar, InForce, Occasion, occasions
from workflows.workdays import Workdays

Standing = tuple[InForce, ...]
_CAMPAIGN = select(col(Campaign.id), col(Campaign.digest)).where(col(Campaign.key) == bindparam("key"))


@dataclass(kw_only=True)
class Work:
    """One open transaction. `at` is the acceptance instant of what is being done in it."""

    connection: Connection
    campaign_id: int
    definition: Definition
    shape: Shape
    workdays: Workdays
    actor: Actor
    at: datetime
    derived: dict[Standing, tuple[Occasion, ...]] = field(default_factory=dict)

    @cached_property
    def calendar(self) -> Calendar:
        """The milestones in force, read once in this transaction."""
        return in_force(self.connection, self.campaign_id, self.definition)

    @property
    def occasions(self) -> tuple[Occasion, ...]:
        """Every letter that the calendar in force asks for; derived once for each calendar there was."""
        standing = tuple(self.calendar.values())
        if standing not in self.derived:
            self.derived.clear()
            self.derived[standing] = occasions(self.definition, self.calendar, self.workdays)
        return self.derived[standing]

    def forget_calendar(self) -> None:
        """Read the calendar anew next time: a milestone was changed in this transaction."""
        self.__dict__.pop("calendar", None)


@dataclass(kw_only=True)
class Office:
    """A database and what is needed to open transactions on its campaigns. Definitions are parsed once per source."""

    database: Database
    workdays: Workdays = field(default_factory=Workdays)
    _definitions: dict[str, tuple[Definition, Shape]] = field(default_factory=dict)
    _derived: dict[str, dict[Standing, tuple[Occasion, ...]]] = field(default_factory=dict)

    @contextmanager
    def write(self, campaign: str, actor: Actor, *, at: datetime, alone: bool = False) -> Iterator[Work]:
        """A transaction that changes the campaign with key `campaign`.

        `alone` waits for every other verb and holds them off (closing, extension). Raises NotFound, Refused.
        """
        may_change(actor)
        with self.database.write() as connection:
            work = self.work(connection, campaign, actor, at)
            (lock_alone if alone else lock_shared)(connection, work.campaign_id)
            yield work

    @contextmanager
    def read(self, campaign: str, actor: Actor, *, at: datetime) -> Iterator[Work]:
        """A consistent look at the campaign with key `campaign`. Raises NotFound."""
        with self.database.read() as connection:
            yield self.work(connection, campaign, actor, at)

    def work(self, connection: Connection, campaign: str, actor: Actor, at: datetime) -> Work:
        """A work in a transaction that is already open. Raises NotFound."""
        row = connection.execute(_CAMPAIGN, {"key": campaign}).first()
        if row is None:
            raise not_found(campaign)
        definition, machine = self._defined(connection, row.id, row.digest)
        return Work(
            connection=connection, campaign_id=row.id, definition=definition, shape=machine,
            workdays=self.workdays, actor=actor, at=at, derived=self._derived.setdefault(row.digest, {}),
        )  # fmt: skip

    def _defined(self, connection: Connection, campaign_id: int, digest: str) -> tuple[Definition, Shape]:
        known = self._definitions.get(digest)
        if known is None:
            query = select(col(Campaign.source), col(Campaign.source_name)).where(col(Campaign.id) == campaign_id)
            source, name = connection.execute(query).one()
            definition = load(source, name=name).definition
            known = self._definitions[digest] = (definition, shape(definition.stages))
        return known


def once(work: Work, key: str | None, content: Any, do: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Carry `do` out unless this caller's request `key` was carried out before; then give its first answer again.

    `content` is what was asked, as plain values. Raises Refused (API-11) when the key stood for something else.
    """
    if key is None:
        return do()
    fingerprint = hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    query = select(col(Request.fingerprint), col(Request.answer), col(Request.at)).where(
        col(Request.campaign_id) == work.campaign_id,
        col(Request.caller) == work.actor.caller,
        col(Request.key) == key,
    )
    earlier = work.connection.execute(query).first()
    if earlier is None:
        answer = do()
        values = {"campaign_id": work.campaign_id, "caller": work.actor.caller, "key": key,
                  "fingerprint": fingerprint, "answer": answer, "at": work.at}  # fmt: skip
        work.connection.execute(insert(Request), values)
        return answer
    if earlier.fingerprint != fingerprint:
        raise Refused(
            Reason(
                code="API-11",
                zh=f"此请求编号已用于另一请求（{earlier.at.isoformat()}）：{key[:60]!r}",
                en=f"this key was used for another request at {earlier.at.isoformat()}: {key[:60]!r}",
            )
        )
    return dict(earlier.answer)
