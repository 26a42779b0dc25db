"""Back-off of sign-in: who guesses waits, longer each time, and nobody can lock anybody else out.

Three counters of passwords, each forgotten a day after the last failure: of an account from one address, of an address
whatever the account, and of an account wherever it is tried from. The last one does not hold where the account has
signed in before with success, and a mail link always opens, so strangers who guess at somebody's password shut out only
themselves. A fourth one counts codes of the second factor: who gets as far as guessing at them has the password or the
mailbox already, so the first wait is an alarm at once, and the owner waits too.
An attempt is counted before the password is compared, so that a thousand at once are no way around.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network
from typing import Any

from sqlalchemy import Connection, Row, delete, select, update
from sqlmodel import col

from engine.accounts.tables import SignInFailure, SignInPlace
from engine.database import insert_into
from workflows.reasons import Reason

F = SignInFailure
FORGOTTEN = timedelta(days=1)  # after the last failure


@dataclass(frozen=True, slots=True)
class Limit:
    """So many failures are free; then one waits `first`, twice as long after each more, `longest` at most."""

    free: int
    first: timedelta
    longest: timedelta

    def wait(self, failures: int) -> timedelta:
        """How long to wait after the last of so many failures."""
        if failures < self.free:
            return timedelta()
        doubled: timedelta = self.first * 2 ** min(failures - self.free, 20)
        return min(doubled, self.longest)


PAIR = Limit(5, timedelta(seconds=15), timedelta(minutes=15))  # an account from one address
PLACE = Limit(30, timedelta(seconds=30), timedelta(hours=1))  # an address; a whole office may share one
ACCOUNT = Limit(20, timedelta(minutes=1), timedelta(hours=1))  # an account from anywhere
SECOND = Limit(5, timedelta(seconds=30), timedelta(hours=1))  # codes, of whoever has the first factor already
LIMITS = {"pair": PAIR, "place": PLACE, "account": ACCOUNT, "second": SECOND}
OF_ACCOUNTS = ("account", "second")  # counters that say at whom is guessed, wherever it is done from


@dataclass(frozen=True, kw_only=True, slots=True)
class Attempt:
    """One attempt to sign in: at which account, from where. `known`: it has signed in from there before."""

    email_key: str
    place: str
    known: bool = False

    @property
    def keys(self) -> list[str]:
        """The counters that it is counted in."""
        mine = [f"pair:{self.email_key}|{self.place}", f"place:{self.place}"]
        return mine if self.known else [*mine, f"account:{self.email_key}"]


def place_of(address: str) -> str:
    """What is counted as one address: of IPv6 the network that one customer is given."""
    try:
        read = ip_address(address)
    except ValueError:
        return "?"
    return str(ip_network((read, 64), strict=False)) if read.version == 6 else str(read)


def count(connection: Connection, keys: Sequence[str], *, at: datetime) -> tuple[Reason | None, list[str]]:
    """Count one more attempt, unless one of these counters says wait: then the reason (AUT-02), and nothing is counted.

    Also names the counters that have just reached their limit, for the alarm.
    """
    connection.execute(delete(F).where(col(F.last_at) < at - FORGOTTEN))
    found = _held(connection, keys, at)
    if wait := max((_left(row, at) for row in found), default=timedelta()):
        return later(wait), []
    counted = update(F).where(col(F.key).in_(keys)).values(failures=col(F.failures) + 1, last_at=at)
    connection.execute(counted)
    return None, [row.key for row in found if row.failures + 1 == _limit(row.key).free]


def _held(connection: Connection, keys: Sequence[str], at: datetime) -> Sequence[Row[Any]]:
    """The counters, made where they are new, for this transaction alone; always in one order, or two could wait for
    each other.
    """
    for key in sorted(keys):
        added = insert_into(connection, F).values(key=key, failures=0, since=at, last_at=at)
        connection.execute(added.on_conflict_do_nothing(index_elements=["key"]))
    return connection.execute(select(F).where(col(F.key).in_(keys)).order_by(col(F.key)).with_for_update()).all()


def _limit(key: str) -> Limit:
    return LIMITS[key.partition(":")[0]]


def _left(row: Row[Any], at: datetime) -> timedelta:
    until: datetime = row.last_at + _limit(row.key).wait(row.failures)
    return max(until - at, timedelta())


def later(left: timedelta) -> Reason:
    """The answer to whoever has to wait so long."""
    seconds = max(1, -(-left // timedelta(seconds=1)))
    zh = f"{seconds}秒" if seconds < 60 else f"{-(-seconds // 60)}分钟"
    en = f"{seconds} seconds" if seconds < 60 else f"{-(-seconds // 60)} minutes"
    return Reason(
        code="AUT-02",
        zh=f"尝试次数过多，请{zh}后再试；也可以改用邮件登录链接，不受此限制",
        en=f"too many attempts; try again in {en}, or ask for a link by mail, which is not held up",
        facts={"seconds": seconds},
    )


def succeeded(connection: Connection, attempt: Attempt, account_id: int, *, at: datetime) -> None:
    """It was the right person: the attempt is uncounted, and the address is known as theirs."""
    pair, *rest = attempt.keys
    connection.execute(delete(F).where(col(F.key) == pair))
    connection.execute(update(F).where(col(F.key).in_(rest)).values(failures=col(F.failures) - 1))
    know(connection, account_id, attempt.place, at=at)


def know(connection: Connection, account_id: int, place: str, *, at: datetime) -> None:
    """Remember that an account signed in from there."""
    values = {"account_id": account_id, "place": place, "at": at}
    added = insert_into(connection, SignInPlace).values(values)
    connection.execute(added.on_conflict_do_update(index_elements=["account_id", "place"], set_={"at": at}))


def is_known(connection: Connection, account_id: int | None, place: str) -> bool:
    """Whether the account has signed in from there before."""
    # Nobody's account is looked for by the same statement, or the answer would take another time.
    where = col(SignInPlace.account_id) == (account_id or 0), col(SignInPlace.place) == place
    return connection.execute(select(col(SignInPlace.place)).where(*where)).first() is not None


@dataclass(frozen=True, kw_only=True, slots=True)
class Alarm:
    """Many failures at one account, or from one address. `of` is the account's address, or the network address.

    `kind`: `account`, `place`, or `second` for codes, which whoever has the password or the mailbox already guesses at.
    """

    kind: str
    of: str
    failures: int
    since: datetime
    last_at: datetime


def alarms(connection: Connection, *, at: datetime) -> list[Alarm]:
    """Accounts and addresses at which a limit was reached within a day, the worst first."""
    query = select(F).where(col(F.last_at) >= at - FORGOTTEN).order_by(col(F.failures).desc(), col(F.key))
    return list(_alarming(connection.execute(query).all()))


def _alarming(rows: Iterable[Row[Any]]) -> Iterable[Alarm]:
    for row in rows:
        kind, _, of = row.key.partition(":")
        if kind in (*OF_ACCOUNTS, "place") and row.failures >= _limit(row.key).free:
            yield Alarm(kind=kind, of=of, failures=row.failures, since=row.since, last_at=row.last_at)
