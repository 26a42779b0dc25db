"""Sessions: who is signed in on which device. They live in the database, so that ending one ends it at once.

A session ends when it is ended, when the account is disabled or gets another password or another role, and by time:
the office and the supervision after two hours without a request and a day in all, everybody else after twelve hours
and seven days. Where the account has a second factor, a session opens nothing until a code of it was shown, and waits
ten minutes for that.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, insert, select, update
from sqlmodel import col

from engine.access import not_found, sees_all
from engine.accounts import rights
from engine.accounts.rights import Seat, seats
from engine.accounts.secret_text import digest_of, random_text
from engine.accounts.tables import Account, AccountHere, DeskSession, SecondFactor
from engine.database import insert_into
from engine.tables import public_id

__all__ = ["Person", "Seat", "Signed", "begin", "end", "end_all", "end_one", "is_new_to", "leave", "limits", "look_up",
           "note", "owing", "prefer", "speak", "touch"]  # fmt: skip

S = DeskSession
LONGEST = timedelta(days=7)
LONGEST_IDLE = timedelta(hours=12)
OFFICE_LONGEST = timedelta(days=1)
OFFICE_IDLE = timedelta(hours=2)
LONGEST_OWING = timedelta(minutes=10)
TOUCH = timedelta(minutes=1)  # that somebody was seen is written once a minute at most

_WHAT: tuple[Any, ...] = (
    col(S.id), col(S.digest), col(S.csrf), col(S.begun_at), col(S.seen_at), col(S.preferred), col(S.how),
    col(S.proved_at), col(SecondFactor.confirmed_at),
    col(Account.id).label("account_id"), col(Account.public_id), col(Account.name), col(Account.email),
    col(Account.lang),
)  # fmt: skip
_FIND = (
    select(*_WHAT)
    .join(Account, col(Account.id) == col(S.account_id))
    .outerjoin(SecondFactor, col(SecondFactor.account_id) == col(S.account_id))
    .where(col(S.digest) == bindparam("digest"), col(S.ended_at).is_(None), col(Account.disabled_at).is_(None))
)
_END = update(S).where(col(S.ended_at).is_(None))
_TOUCH = update(S).where(col(S.id) == bindparam("session")).values(seen_at=bindparam("at"))


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """Whose account it is. `lang` is the language that they chose for it, empty when none was."""

    id: int
    public_id: str
    name: str
    email: str
    lang: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Signed:
    """Somebody who is signed in. `preferred` is the key of the seat chosen last, or of the first; empty without one.

    `untouched`: it is a minute and more since it was written that they were seen, so `touch` is due. `how` they came:
    `link`, `password` or `code`. `second`: the account has a second factor; `owes`: no code of it was shown yet.
    """

    session: int
    account: Person
    csrf: str
    seats: tuple[Seat, ...]
    preferred: str
    untouched: bool
    how: str = ""
    second: bool = False
    owes: bool = False

    def seat(self, key: str) -> Seat | None:
        """The seat with that key, if they have it."""
        return next((each for each in self.seats if each.key == key), None)


def begin(
    connection: Connection, account_id: int, *, at: datetime, how: str, device: str = "", proved: bool = False
) -> str:  # fmt: skip
    """Sign an account in and return the session's token, which is for its browser alone and kept nowhere.

    `how`: `link`, `password` or `code`. `proved`: a code of the second factor was shown. `device` is what the browser
    calls itself, for the list in the profile.
    """
    connection.execute(delete(S).where(col(S.ends_at) <= at))
    token = random_text()
    values = {"digest": digest_of(token), "public_id": public_id(), "account_id": account_id, "csrf": random_text(),
              "begun_at": at, "seen_at": at, "ends_at": at + LONGEST, "how": how, "device": device[:200],
              "proved_at": at if proved else None, "preferred": ""}  # fmt: skip
    connection.execute(insert(S), values)
    return token


def look_up(connection: Connection, token: str, *, at: datetime) -> Signed | None:
    """Who signed in with that token; None when nobody did, a code is owed, or the session is over. Writes nothing."""
    found = _look_up(connection, token, at)
    return None if found is None or found.owes else found


def owing(connection: Connection, token: str, *, at: datetime) -> Signed | None:
    """Who came by link or password with that token and owes the code of a second factor; nobody is signed in by it."""
    found = _look_up(connection, token, at)
    return found if found is not None and found.owes else None


def _look_up(connection: Connection, token: str, at: datetime) -> Signed | None:
    digest = digest_of(token)
    row = connection.execute(_FIND, {"digest": digest}).first()
    if row is None or not hmac.compare_digest(row.digest, digest):
        return None
    mine = seats(connection, row.account_id, since=row.begun_at)
    if _is_over(row, mine, at) or (not mine and rights.is_shut_out(connection, row.account_id, since=row.begun_at)):
        return None
    known = [each.key for each in mine]
    preferred = row.preferred if row.preferred in known else next(iter(known), "")
    person = Person(id=row.account_id, public_id=row.public_id, name=row.name, email=row.email, lang=row.lang)
    return Signed(session=row.id, account=person, csrf=row.csrf, seats=mine, preferred=preferred,
                  untouched=at - row.seen_at >= TOUCH, how=row.how, second=row.confirmed_at is not None,
                  owes=_owes(row))  # fmt: skip


def _owes(row: Row[Any]) -> bool:
    return row.confirmed_at is not None and row.proved_at is None


def _is_over(row: Row[Any], mine: Sequence[Seat], at: datetime) -> bool:
    longest, idle = (LONGEST_OWING, LONGEST_OWING) if _owes(row) else limits(mine)
    return bool(at >= row.begun_at + longest or at >= row.seen_at + idle)


def limits(mine: Sequence[Seat]) -> tuple[timedelta, timedelta]:
    """How long a session of somebody in these seats lasts, in all and without a request."""
    if any(sees_all(each.role) for each in mine):
        return OFFICE_LONGEST, OFFICE_IDLE
    return LONGEST, LONGEST_IDLE


def is_new_to(seat: Seat | None, *, at: datetime) -> bool:
    """Whether it is a minute and more since it was written that the person came to that organiser."""
    return seat is not None and (seat.seen_at is None or at - seat.seen_at >= TOUCH)


def touch(connection: Connection, signed: Signed, *, at: datetime, here: Seat | None = None) -> None:
    """Write that they were seen, `here` by an organiser. For a transaction of its own, when `untouched` or `is_new_to`
    says so.
    """
    connection.execute(_TOUCH, {"session": signed.session, "at": at})
    if here is not None:
        note(connection, signed.account.id, here.organiser, seen_at=at)


def note(connection: Connection, account_id: int, organiser_id: int, **what: datetime | str | None) -> None:
    """Write what an organiser knows or decides of an account (columns of `AccountHere`)."""
    row = insert_into(connection, AccountHere).values(account_id=account_id, organiser_id=organiser_id,
                                                      **{"name": "", **what})  # fmt: skip
    connection.execute(row.on_conflict_do_update(index_elements=["account_id", "organiser_id"], set_=what))


def end(connection: Connection, token: str, *, at: datetime) -> None:
    """Sign out."""
    connection.execute(_END.where(col(S.digest) == digest_of(token)).values(ended_at=at))


def end_all(connection: Connection, account_id: int, *, at: datetime) -> None:
    """End every session of an account: it was disabled, or has another password or role."""
    connection.execute(_END.where(col(S.account_id) == account_id).values(ended_at=at))


def leave(connection: Connection, account_id: int, organiser_id: int, *, at: datetime) -> None:
    """From now on no session of an account opens anything of that organiser; what others let it open goes on."""
    if any(seat.organiser != organiser_id for seat in rights.held(connection, account_id)):
        note(connection, account_id, organiser_id, left_at=at)
    else:
        end_all(connection, account_id, at=at)


def end_one(connection: Connection, session: str, account_id: int, *, at: datetime) -> None:
    """End one of an account's sessions, by public id, wherever it is. Raises NotFound."""
    mine = _END.where(col(S.public_id) == session, col(S.account_id) == account_id)
    if connection.execute(mine.values(ended_at=at)).rowcount != 1:
        raise not_found(session)


def speak(connection: Connection, account_id: int, lang: str) -> None:
    """Remember the language chosen for an account."""
    connection.execute(update(Account).where(col(Account.id) == account_id).values(lang=lang))


def prefer(connection: Connection, token: str, seat_key: str) -> None:
    """Remember the seat chosen last. One that the account does not have is passed over when it is read."""
    connection.execute(update(S).where(col(S.digest) == digest_of(token)).values(preferred=seat_key))
