"""One transaction of one campaign: what every verb, query and turn is handed.

`Office.write` opens it, `Work` carries it: the connection, the definition, the calendar in force, who acts and when.
The state change, its event, its letters and its idempotency row are all made through one `Work`, so they are stored
together or not at all.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, bindparam, select, update
from sqlmodel import col

from engine import classes
from engine.access import Actor, may_change, not_found
from engine.calendars import in_force
from engine.clock import Clock, now
from engine.database import INSERTS, Database
from engine.personal import words
from engine.personal.terms import Terms
from engine.quotas import with_changes
from engine.tables import Campaign, Request, Seal
from engine.timekeeping import baseline
from engine.timekeeping.watch import Doubt, Watch
from notifications.clauses import at_most
from notifications.prepared import Part, Prepared, part
from workflows.definition import Definition
from workflows.loading import load
from workflows.nomination import Shape, Shapes, shapes
from workflows.reasons import Reason, Refused
from workflows.timeline import Calendar, InForce, Occasion, occasions
from workflows.workdays import Workdays

Standing = tuple[InForce, ...]
C = Campaign
_ID = select(col(C.id)).where(col(C.key) == bindparam("key"))
_SEALED = (
    select(col(Seal.digest))
    .where(col(Seal.campaign_id) == bindparam("campaign"))
    .order_by(col(Seal.id).desc())
    .limit(at_most(1))
    .scalar_subquery()
)
_CAMPAIGN = Prepared(select(
    col(C.digest), col(C.calendar_version), col(C.closed), col(C.quota_version), col(C.organiser_id),
    _SEALED.label("sealed"), words.MARK.label("mark"),
).where(col(C.id) == bindparam("campaign")))  # fmt: skip
_NEXT_VERSION = update(C).where(col(C.id) == bindparam("campaign")).values(calendar_version=col(C.calendar_version) + 1)
_NEXT_QUOTAS = update(C).where(col(C.id) == bindparam("campaign")).values(quota_version=col(C.quota_version) + 1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Moves:
    """When what was done first and last, by verb, as `engine.queries.actuals` read it when `newest` was the last event.

    Transactions from the number `begun` on had not begun then; whatever was on its way has events behind `since`.
    """

    found: Mapping[str, tuple[datetime, datetime]] = field(default_factory=dict)
    newest: int = 0
    begun: int = 0
    since: int = 0


@dataclass(kw_only=True)
class Memory:
    """What an office has worked out before and may use again, because it follows from what the keys say."""

    ids: dict[str, int] = field(default_factory=dict)
    definitions: dict[str, tuple[Definition, Shapes]] = field(default_factory=dict)
    changed: dict[tuple[str, int, int], Definition] = field(default_factory=dict)
    latest: dict[int, Definition] = field(default_factory=dict)
    with_classes: dict[tuple[int, str, int, int], Definition] = field(default_factory=dict)
    calendars: dict[tuple[int, int], Calendar] = field(default_factory=dict)
    occasions: dict[tuple[int, str, Standing], tuple[Occasion, ...]] = field(default_factory=dict)
    moves: dict[int, Moves] = field(default_factory=dict)
    letterheads: dict[str, dict[str, Any]] = field(default_factory=dict)  # by the file's digest
    mail: dict[int, tuple[str, str | None]] = field(default_factory=dict)  # in whose name a campaign writes


@dataclass(kw_only=True)
class Work:
    """One open transaction. `at` is the acceptance instant of what is being done in it; `digest` is the file's.

    `filed` is the file's, with the quotas as they were changed since; `definition` also holds the classes that were
    made. While the clock is in `doubt`, `at` is what the house carries on by. `sealed` is the newest seal's digest.
    """

    connection: Connection
    campaign_id: int
    organiser_id: int
    filed: Definition
    definition: Definition
    shapes: Shapes
    workdays: Workdays
    actor: Actor
    at: datetime
    calendar_version: int
    closed: Mapping[str, int]
    memory: Memory
    digest: str = ""
    sealed: str = ""
    alone: bool = False
    doubt: Doubt | None = None
    _changed: bool = False
    witnessed: list[list[str | None]] = field(default_factory=list)  # changed rows that no event has told of yet
    marks: dict[tuple[str, str], str] = field(default_factory=dict)  # of who acts here, by holder and name

    @property
    def shape(self) -> Shape:
        """Every list's machine in one: for words, columns and drawings. Where something goes, `shape_of` says."""
        return self.shapes.whole

    def shape_of(self, track: str) -> Shape:
        """The machine of a nomination on that track."""
        return self.shapes.by_list[self.definition.tracks[track].list.key]

    @cached_property
    def calendar(self) -> Calendar:
        """The milestones in force. Read only when they are not known yet, or were changed in this transaction."""
        known = self.memory.calendars
        key = (self.campaign_id, self.calendar_version)
        if self._changed:  # may yet be rolled back, so nobody else may know it
            return in_force(self.connection, self.campaign_id, self.definition, self.workdays)
        if key not in known:
            known[key] = in_force(self.connection, self.campaign_id, self.definition, self.workdays)
        return known[key]

    @property
    def occasions(self) -> tuple[Occasion, ...]:
        """Every letter that the calendar in force asks for; derived once for each calendar there was."""
        standing = tuple(self.calendar.values())
        known, key = self.memory.occasions, (self.campaign_id, self.digest, standing)
        if key not in known:
            known[key] = occasions(self.definition, self.calendar, self.workdays)
        return known[key]

    @contextmanager
    def part(self) -> Iterator[Part]:
        """A part of the transaction that can be taken back alone, with what was witnessed and kept in it."""
        before, marks, kept = list(self.witnessed), dict(self.marks), False
        try:
            with part(self.connection) as opened:
                yield opened
                stays = opened.is_active
            kept = stays
        finally:
            if not kept:  # the list itself, and the dictionary: copies of this work share them
                self.witnessed[:] = before
                self.marks.clear()
                self.marks.update(marks)

    def must_be_alone(self) -> None:
        """A deadline is moved while nobody else compares with it. Raises RuntimeError where a caller forgot to be."""
        if not self.alone:
            raise RuntimeError("this needs a transaction that is alone: office.write(..., alone=True)")

    def calendar_changed(self) -> None:
        """A milestone was changed in this transaction: everybody is to read the calendar anew."""
        self.connection.execute(_NEXT_VERSION, {"campaign": self.campaign_id})
        self._changed = True
        self.definition = classes.in_force(self.connection, self.campaign_id, self.filed)
        self.__dict__.pop("calendar", None)

    def file_changed(self, filed: Definition, digest: str) -> None:
        """Another file is in force from this transaction on; the campaign's row says so already."""
        self.filed, self.shapes, self.digest = filed, shapes(filed), digest
        self.quotas_changed()
        self.calendar_changed()

    def quotas_changed(self) -> None:
        """A quota was changed in this transaction: everybody is to read them anew."""
        self.connection.execute(_NEXT_QUOTAS, {"campaign": self.campaign_id})
        self.filed = with_changes(self.connection, self.campaign_id, self.filed)
        self.definition = classes.in_force(self.connection, self.campaign_id, self.filed)


@dataclass(kw_only=True)
class Office:
    """A database and what is needed to open transactions on its campaigns. Definitions are parsed once per source.

    `watch` is the clock that its instants are read from, if that is a real one.
    """

    database: Database
    workdays: Workdays = field(default_factory=Workdays)
    terms: Terms = field(default_factory=Terms)
    memory: Memory = field(default_factory=Memory)
    watch: Watch | None = None

    @property
    def clock(self) -> Clock:
        """What says which instant it is in this house."""
        return self.watch or now

    def reckoned(self, wall: datetime) -> datetime:
        """The house's instant for one that was read from the wall clock just now."""
        return self.watch.reckoned(wall) if self.watch else wall

    def no_later(self, at: datetime) -> datetime:
        """`at`, unless the house's clock was set back since that was read: what is not due yet must not be done."""
        return min(at, self.watch()) if self.watch else at

    def doubt(self) -> Doubt | None:
        """Whether the clock is in doubt now."""
        return self.watch.doubt() if self.watch else None

    @contextmanager
    def write(self, campaign: str, actor: Actor, *, at: datetime, alone: bool = False) -> Iterator[Work]:
        """A transaction that changes the campaign with key `campaign`.

        `alone` waits for every other verb and holds them off (closing, extension). Raises NotFound, Refused.
        """
        may_change(actor)
        # The lock before the look: what is read about the calendar holds until this transaction ends.
        with self.database.write(campaign_id := self._known(campaign), alone=alone) as connection:
            work = self._work(connection, campaign_id, actor, at, self.memory)
            work.alone = alone
            yield work
            if work.witnessed:
                raise RuntimeError(f"changed, and no event tells of it: {work.witnessed}")

    @contextmanager
    def beside(self, campaign: str, actor: Actor, *, at: datetime) -> Iterator[Work]:
        """A transaction about what is the actor's own and nothing of the campaign: a supervisor has that as well.

        A closing or an erasure holds it off, as it does every verb. Raises NotFound.
        """
        with self.database.write(campaign_id := self._known(campaign)) as connection:
            yield self._work(connection, campaign_id, actor, at, self.memory)

    @contextmanager
    def read(self, campaign: str, actor: Actor, *, at: datetime) -> Iterator[Work]:
        """A consistent look at the campaign with key `campaign`. Raises NotFound."""
        with self.database.read() as connection:
            yield self._work(connection, self._id(connection, campaign), actor, at, self.memory)

    def work(
        self, connection: Connection, campaign: str, actor: Actor, at: datetime, *, uncommitted: bool = False
    ) -> Work:
        """A work in a transaction that is open already. Raises NotFound.

        `uncommitted`: that transaction has changed the calendar, or made the campaign; nobody else may know it yet.
        """
        if uncommitted:
            return self._work(connection, _find(connection, campaign), actor, at, Memory())
        return self._work(connection, self._id(connection, campaign), actor, at, self.memory)

    def _work(self, connection: Connection, campaign_id: int, actor: Actor, at: datetime, memory: Memory) -> Work:
        asked = {"campaign": campaign_id, "whose": actor.caller, "words": actor.name}
        (row,) = _CAMPAIGN.rows(connection, asked)
        filed, machines = self._defined(connection, campaign_id, row.digest)
        if row.quota_version:
            filed = _changed(connection, campaign_id, filed, (row.digest, row.quota_version), memory)
        key = (campaign_id, row.digest, row.calendar_version, row.quota_version)
        definition = memory.with_classes.get(key)
        if definition is None:
            definition = memory.with_classes[key] = classes.in_force(connection, campaign_id, filed)
        memory.latest[campaign_id] = definition
        return Work(
            connection=connection, campaign_id=campaign_id, organiser_id=row.organiser_id, filed=filed,
            definition=definition, shapes=machines,
            workdays=self.workdays, actor=actor, at=at, calendar_version=row.calendar_version,
            closed=row.closed, memory=memory, digest=row.digest, doubt=self._doubt(connection),
            sealed=row.sealed or "", marks={(actor.caller, actor.name): row.mark} if row.mark else {},
        )  # fmt: skip

    def _doubt(self, connection: Connection) -> Doubt | None:
        """Whether the clock is in doubt. A person may have ended that in another process; the next reading knows."""
        doubt = self.doubt()
        if doubt is not None and self.watch is not None:
            baseline.refresh(connection, self.watch)
        return doubt

    def _known(self, campaign: str) -> int:
        if campaign not in self.memory.ids:
            with self.database.read() as connection:
                return self._id(connection, campaign)
        return self.memory.ids[campaign]

    def _id(self, connection: Connection, campaign: str) -> int:
        if campaign not in self.memory.ids:
            self.memory.ids[campaign] = _find(connection, campaign)
        return self.memory.ids[campaign]

    def _defined(self, connection: Connection, campaign_id: int, digest: str) -> tuple[Definition, Shapes]:
        known = self.memory.definitions.get(digest)
        if known is None:
            query = select(col(Campaign.source), col(Campaign.source_name)).where(col(Campaign.id) == campaign_id)
            source, name = connection.execute(query).one()
            definition = load(source, name=name).definition
            known = self.memory.definitions[digest] = (definition, shapes(definition))
        return known


def _changed(
    connection: Connection, campaign_id: int, definition: Definition, version: tuple[str, int], memory: Memory
) -> Definition:
    """The definition with its quotas as they were changed; worked out once for each version of them."""
    key = (version[0], campaign_id, version[1])
    if key not in memory.changed:
        memory.changed[key] = with_changes(connection, campaign_id, definition)
    return memory.changed[key]


def every(office: Office, connection: Connection, actor: Actor, at: datetime) -> Iterator[Work]:
    """A work on each campaign of the house, in one transaction."""
    keys = connection.execute(select(col(Campaign.key)).order_by(col(Campaign.id))).scalars().all()
    return (office.work(connection, key, actor, at) for key in keys)


def _find(connection: Connection, campaign: str) -> int:
    campaign_id = connection.execute(_ID, {"key": campaign}).scalar()
    if campaign_id is None:
        raise not_found(campaign)
    return campaign_id


def once(work: Work, key: str | None, content: Any, do: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Carry `do` out unless this caller's request `key` was carried out before; then give its first answer again.

    `content` is what was asked, as plain values. Raises Refused (API-11) when the key stood for something else.
    """
    if key is None:
        return do()
    fingerprint = hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    mine = {"campaign_id": work.campaign_id, "caller": work.actor.caller, "key": key}
    values = {**mine, "fingerprint": fingerprint, "answer": {}, "at": work.at}
    # The claim before the deed: the same request a moment later waits here until this one is stored or taken back.
    with work.part():
        if _CLAIM[work.connection.dialect.name].rows(work.connection, values):
            answer = do()
            _ANSWER.ask(work.connection, {**_named(mine), "answer": answer})
            return answer
    return _first_answer(work, mine, fingerprint)


_ITS = [col(getattr(Request, name)) == bindparam(f"its_{name}") for name in ("campaign_id", "caller", "key")]
_CLAIM = {
    name: Prepared(insert(Request).on_conflict_do_nothing().returning(col(Request.key)))
    for name, insert in INSERTS.items()
}
_ANSWER = Prepared(update(Request).where(*_ITS))
_REQUEST = select(col(Request.fingerprint), col(Request.answer), col(Request.at)).where(*_ITS)


def _named(mine: dict[str, Any]) -> dict[str, Any]:
    return {f"its_{name}": value for name, value in mine.items()}


def _first_answer(work: Work, mine: dict[str, Any], fingerprint: str) -> dict[str, Any]:
    earlier = work.connection.execute(_REQUEST, _named(mine)).one()
    if earlier.fingerprint != fingerprint:
        raise Refused(
            Reason(
                code="API-11",
                zh=f"此请求编号已用于另一请求（{earlier.at.isoformat()}）：{mine['key'][:60]!r}",
                en=f"this key was used for another request at {earlier.at.isoformat()}: {mine['key'][:60]!r}",
            )
        )
    return dict(earlier.answer)
