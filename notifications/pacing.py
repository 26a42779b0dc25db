"""How many letters may leave within a minute, counted in the database for all senders of a house together.

Whoever claims letters is granted so many of the relay's minute, and of the minute of each domain they go to, in the
transaction in which it claims them. A grant says until when its letters may leave, and counts as if they left in that
last moment until the sender says when they did; what did not leave is given back then, and the grant of a sender that
died ends by itself. So no sixty seconds see more than the limit whatever happens to whom, and nothing is held while
letters are on the wire. `Limits` are of the settings; without any, nothing of this touches the database.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Integer,
    Table,
    bindparam,
    delete,
    func,
    insert,
    or_,
    select,
    text,
)
from sqlmodel import Field, SQLModel

from notifications.doors import Stop

A_MINUTE = timedelta(minutes=1)
VALID = timedelta(minutes=5)  # within which the letters of a grant may leave
STEP = timedelta(seconds=5)  # so exactly is it remembered when a letter left, and so often told while a round goes on
PARTS = 10  # a sender takes the relay's minute by tenths, so that several share it
LOCK = (20231204, 1)  # PostgreSQL: a space of two-number locks beside those of the engine


class PostGrant(SQLModel, table=True):
    """So many letters leave by `until` at the latest, within the limit of one relay or one domain."""

    __tablename__ = "post_grant"

    id: int | None = Field(
        default=None, sa_column=Column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    )
    scope: str
    token: str = Field(index=True)
    until: datetime
    letters: int
    per_minute: int


POST_GRANT: Table = SQLModel.metadata.tables["post_grant"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """How many letters a minute the relay of that name takes, and how many each domain, or those that are named."""

    relay: str = ""
    per_minute: int | None = None
    domain_per_minute: int | None = None
    domains: Mapping[str, int] = field(default_factory=dict)

    @property
    def by_domain(self) -> bool:
        return self.domain_per_minute is not None or bool(self.domains)

    @property
    def none(self) -> bool:
        return self.per_minute is None and not self.by_domain

    def of(self, domain: str) -> int | None:
        """The limit of one domain."""
        return self.domains.get(domain, self.domain_per_minute)

    def within(self, domains: Iterable[str]) -> Iterable[tuple[str, int]]:
        """Every limit that a letter to each of these domains counts towards."""
        for domain in domains:
            if self.per_minute is not None:
                yield self.relay, self.per_minute
            if (limit := self.of(domain)) is not None:
                yield scope_of(domain), limit


NO_LIMITS = Limits()


def scope_of(domain: str) -> str:
    """What a domain is called here; no relay is called so."""
    return f"@{domain}"


@dataclass(kw_only=True, slots=True)
class Allowance:
    """What may be claimed at `at`; `taken` is how many have left or may leave, and the first instant that frees any."""

    limits: Limits
    at: datetime
    taken: Counter[str]
    frees: Mapping[str, datetime]

    def most(self, wanted: int) -> int:
        """How many letters at all, of so many."""
        limit = self.limits.per_minute
        if limit is None:
            return wanted
        return max(0, min(wanted, limit - self.taken[self.limits.relay], max(1, limit // PARTS)))

    @property
    def full(self) -> list[str]:
        """The domains to which none may leave now."""
        found = (scope[1:] for scope in self.taken if scope.startswith("@"))
        return [domain for domain in found if not self._room(domain)]

    def take(self, domain: str) -> bool:
        """Count one more letter to that domain, or say that it would be one too many."""
        if not self._room(domain):
            return False
        self.taken[scope_of(domain)] += 1
        return True

    def _room(self, domain: str) -> bool:
        limit = self.limits.of(domain)
        return limit is None or self.taken[scope_of(domain)] < limit

    def free(self, domains: Collection[str]) -> datetime | None:
        """When the next letter to one of these may leave."""
        return min((self.frees.get(scope_of(domain), self.at + A_MINUTE) for domain in domains), default=None)

    def stop(self) -> Stop:
        """Why none may be claimed at all."""
        most, frees = self.limits.per_minute, self.frees.get(self.limits.relay, self.at + A_MINUTE)
        return Stop(
            kind="pace", alarm=False, per_minute=most,
            zh=f"已达到每分钟 {most} 封的发送上限",
            en=f"{most} letters have left within a minute, which is the limit",
            wait=timedelta(seconds=max(1, ceil((frees - self.at).total_seconds()))),
        )  # fmt: skip


def allowance(conn: Connection, limits: Limits, *, at: datetime) -> Allowance:
    """What may leave at `at`, as far as it is known now."""
    rows = () if limits.none else conn.execute(_TAKEN, _around(at)).all()
    return Allowance(
        limits=limits, at=at, taken=Counter({row.scope: row.letters for row in rows}),
        frees={row.scope: min(row.first, at) + A_MINUTE for row in rows},  # what is still open is told soon
    )  # fmt: skip


def begin(conn: Connection, limits: Limits, *, at: datetime) -> Allowance:
    """The same while no other sender may be granted anything, until this transaction ends."""
    if not limits.none:
        if conn.dialect.name == "postgresql":  # SQLite has one writer
            conn.execute(_LOCK, {"space": LOCK[0], "key": LOCK[1]})
        conn.execute(_FORGET, _around(at))
    return allowance(conn, limits, at=at)


def _around(at: datetime) -> dict[str, datetime]:
    """What counts. A grant that lies far ahead was made by a clock that was set back since: it would hold up all."""
    return {"since": at - A_MINUTE, "ahead": at + 2 * VALID}


@dataclass(frozen=True, kw_only=True, slots=True)
class Full:
    """A domain that has had its minute, as its senders wrote it down; the next letter to it leaves at `again_at`."""

    domain: str
    per_minute: int
    again_at: datetime


def full(conn: Connection, *, at: datetime) -> list[Full]:
    """The domains to which no letter may leave now, for whoever looks and does not know the limits."""
    return [
        Full(domain=row.scope[1:], per_minute=row.per_minute, again_at=min(row.first, at) + A_MINUTE)
        for row in conn.execute(_TAKEN.order_by(POST_GRANT.c.scope), _around(at))
        if row.scope.startswith("@") and row.letters >= row.per_minute
    ]


class Tab:
    """What one claim was granted, and when its letters left; on the caller's transactions."""

    def __init__(
        self, limits: Limits = NO_LIMITS, token: str = "", domains: Collection[str] = (), *, at: datetime
    ) -> None:
        self._limits = limits
        self._token = token
        self._until = at + VALID
        self._told = at
        self._open: Counter[str] = Counter(scope for scope, _ in limits.within(domains))
        self._left: Counter[tuple[str, int]] = Counter()
        self._last: dict[tuple[str, int], datetime] = {}

    def may_leave(self, at: datetime) -> bool:
        """Whether a letter may still leave on this grant."""
        return not self._token or at < self._until

    def left(self, domain: str, at: datetime) -> None:
        """Note that a letter to that domain left, or was offered."""
        for scope, _ in self._limits.within([domain]):
            place = scope, int(at.timestamp() // STEP.total_seconds())
            self._open[scope] -= 1
            self._left[place] += 1
            self._last[place] = at

    def due(self, at: datetime, *, over: bool) -> bool:
        """Whether it is time to tell what has left so far: now and then, and when the round is `over`."""
        return bool(self._token) and (over or at - self._told >= STEP)

    def store(self, conn: Connection, *, at: datetime, over: bool) -> None:
        """Tell what left when; and if the round is `over`, give back what did not."""
        self._told = at
        conn.execute(_MINE_AWAY, {"mine": self._token})
        rows = [self._row(scope, self._last[scope, step], n) for (scope, step), n in self._left.items()]
        rows += [] if over else [self._row(scope, self._until, n) for scope, n in self._open.items()]
        if kept := [row for row in rows if row["letters"] > 0 and row["until"] > at - A_MINUTE]:
            conn.execute(insert(POST_GRANT), kept)

    def _row(self, scope: str, until: datetime, letters: int) -> dict[str, Any]:
        limit = self._limits.of(scope[1:]) if scope.startswith("@") else self._limits.per_minute
        return {"scope": scope, "token": self._token, "until": until, "letters": letters, "per_minute": limit}


def granted(conn: Connection, limits: Limits, token: str, domains: Collection[str], *, at: datetime) -> Tab:
    """Grant a letter to each of these domains, as often as it is named; in the transaction that claims them."""
    if limits.none or not domains:
        return Tab(at=at)
    tab = Tab(limits, token, domains, at=at)
    tab.store(conn, at=at, over=False)
    return tab


_COUNTS = POST_GRANT.c.until > bindparam("since"), POST_GRANT.c.until <= bindparam("ahead")
_TAKEN = (
    select(
        POST_GRANT.c.scope,
        func.sum(POST_GRANT.c.letters).label("letters"),
        func.min(POST_GRANT.c.until).label("first"),
        func.max(POST_GRANT.c.per_minute).label("per_minute"),
    )
    .where(*_COUNTS)
    .group_by(POST_GRANT.c.scope)
)
_FORGET = delete(POST_GRANT).where(
    or_(POST_GRANT.c.until <= bindparam("since"), POST_GRANT.c.until > bindparam("ahead"))
)
_MINE_AWAY = delete(POST_GRANT).where(POST_GRANT.c.token == bindparam("mine"))
_LOCK = text("SELECT pg_advisory_xact_lock(:space, :key)")
