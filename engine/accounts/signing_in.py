"""Signing in, by link or by password, and the passwords of accounts. Hashing happens between the transactions."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, select, update
from sqlmodel import col

from engine.access import ENGINE, Actor
from engine.accounts import links, members, passwords, patience, rights, sessions
from engine.accounts.keys import Keys
from engine.accounts.passwords import Passwords
from engine.accounts.patience import Attempt
from engine.accounts.sessions import Person, Signed
from engine.accounts.tables import Account, DeskSession
from engine.history import record
from engine.office import Office
from notifications.errors import AddressRefused
from notifications.letter import check_address
from workflows.reasons import Reason, Refused, refuse

A = Account
FRESH = timedelta(minutes=15)  # so long after signing in nobody is asked again; after a link, not for the old password

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Visitor:
    """Who knocks: the network address they are counted by, and what their browser calls itself.

    `session` is the token of the session that they have already, which ends when another one begins.
    """

    place: str
    device: str = ""
    session: str = field(default="", repr=False)


def by_link(office: Office, keys: Keys, code: str, visitor: Visitor, *, at: datetime) -> tuple[str, str]:
    """Sign in with a one-time link; the session's token and the page to go on with. Raises Refused (AUT-03, AUT-04)."""
    with office.database.write() as connection:
        account_id, then = links.use(connection, keys, code, at=at)
        patience.know(connection, account_id, visitor.place, at=at)
        token = _begin(connection, account_id, visitor, at=at, how="link")
        account = connection.execute(select(col(A.public_id)).where(col(A.id) == account_id)).scalar_one()
    logger.info("signed_in", extra={"account": account, "how": "link", "place": visitor.place})
    return token, then


def _begin(connection: Connection, account_id: int, visitor: Visitor, *, at: datetime, how: str) -> str:
    """The token of a new session; the one that this browser had ends."""
    sessions.end(connection, visitor.session, at=at)
    return sessions.begin(connection, account_id, at=at, how=how, device=visitor.device)


def by_password(
    office: Office, passwords_: Passwords, email: str, password: str, visitor: Visitor, *, at: datetime
) -> str:
    """Sign in with a password; the session's token.

    Raises Refused: AUT-01 when the two don't belong together, or nobody has that address, or no password was set, which
    all look and take the same; AUT-02 when one has to wait.
    """
    account, attempt = _admit(office, email, visitor, at)
    if not passwords_.fits(password, account.password_hash if account else None) or account is None:
        _log_failure(account, visitor)
        raise Refused(_wrong())
    renewed = passwords_.hashed(password) if passwords_.outdated(account.password_hash) else account.password_hash
    with office.database.write() as connection:
        if rights.is_shut_out(connection, account.id):  # asked last: to ask it of nobody's account takes no time
            raise Refused(_wrong())
        patience.succeeded(connection, attempt, account.id, at=at)
        # Only if it is that account still: disabled or given another password meanwhile, it signs nobody in.
        same = update(A).where(col(A.id) == account.id, col(A.password_hash) == account.password_hash,
                               col(A.disabled_at).is_(None))  # fmt: skip
        if connection.execute(same.values(password_hash=renewed)).rowcount != 1:
            raise Refused(Reason(code="AUT-01", zh="密码刚刚更改，请重新登录",
                                 en="the password was changed just now; sign in again"))  # fmt: skip
        token = _begin(connection, account.id, visitor, at=at, how="password")
    logger.info("signed_in", extra={"account": account.public_id, "how": "password", "place": visitor.place})
    return token


def _wrong() -> Reason:
    return Reason(code="AUT-01", zh="邮箱或密码不对；若从未设置或忘记了密码，请用邮件登录链接",
                  en="address or password is wrong; never set or forgotten: use a mail link")  # fmt: skip


def _log_failure(account: Row[Any] | None, visitor: Visitor) -> None:
    logger.warning("sign_in_failed", extra=_whose(account, visitor))


def _whose(account: Row[Any] | Person | None, visitor: Visitor) -> dict[str, str]:
    """For the log: whose account, and from where."""
    return {"account": account.public_id if account else "", "place": visitor.place}


def _admit(office: Office, email: str, visitor: Visitor, at: datetime) -> tuple[Row[Any] | None, Attempt]:
    """Count the attempt before anything is compared, and find whose it is. Raises Refused (AUT-02)."""
    try:
        key = check_address(email).key
    except AddressRefused:
        key = "?"  # nobody's: it is refused like any other, after the same time
    with office.database.write() as connection:
        account = connection.execute(select(A).where(col(A.email_key) == key, col(A.disabled_at).is_(None))).first()
        known = patience.is_known(connection, account.id if account else None, visitor.place)
        attempt = Attempt(email_key=key, place=visitor.place, known=known)
        refusal, full = patience.count(connection, attempt.keys, at=at)
        alarm(office, connection, account, visitor, full, at=at)
    if refusal:
        raise Refused(refusal)
    return account, attempt


def alarm(
    office: Office, connection: Connection, account: Row[Any] | Person | None, visitor: Visitor, full: Sequence[str],
    *, at: datetime,
) -> None:  # fmt: skip
    """Tell the log, and the history of the campaigns of an account that somebody guesses at."""
    for key in full:
        kind = key.partition(":")[0]
        logger.warning("sign_in_guessed", extra={"counter": kind, **_whose(account, visitor)})
        if kind in patience.OF_ACCOUNTS and account is not None:
            for work in members.works(office, connection, account.id, at=at, by=ENGINE):
                record(work, "account", account.id, "guessed", count=patience.LIMITS[kind].free)


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """How the password of who is signed in stands. `fresh`: another may be set without the old one.

    `recent`: they signed in a moment ago, so that it is them needs no other proof.
    """

    set_at: datetime | None
    fresh: bool
    recent: bool


def standing(connection: Connection, signed: Signed, *, at: datetime) -> Standing:
    """Whether somebody has a password, and whether they came by a mail link a moment ago."""
    account = connection.execute(select(A).where(col(A.id) == signed.account.id)).one()
    session = connection.execute(select(DeskSession).where(col(DeskSession.id) == signed.session)).one()
    recent = at - session.begun_at < FRESH
    return Standing(set_at=account.password_changed_at, fresh=recent and session.how == "link", recent=recent)


def prove_again(
    office: Office, passwords_: Passwords, signed: Signed, password: str, *, visitor: Visitor, at: datetime
) -> None:  # fmt: skip
    """That it is still the person before their account or their sessions change: they came a moment ago, or type it.

    Raises Refused (AUT-05, PWD-04, AUT-02).
    """
    with office.database.read() as connection:
        now = standing(connection, signed, at=at)
    if now.recent:
        return
    if now.set_at is None:
        raise Refused(Reason(code="AUT-05", zh="登录已超过15分钟；请退出后重新登录，再办理此事", where="old",
                             en="you signed in more than 15 minutes ago; sign in again, then do it"))  # fmt: skip
    _prove(office, passwords_, signed, password, visitor=visitor, at=at)


def set_password(
    office: Office, passwords_: Passwords, signed: Signed, new: str, *, old: str = "", visitor: Visitor, at: datetime
) -> str:
    """Give one's account another password; every session ends, links die, and the token of a new session is returned.

    The old one is asked for unless the session was begun with a mail link a moment ago (which is also how a forgotten
    one is replaced). Raises Refused (PWD-01 to PWD-04, AUT-02).
    """
    refuse(passwords.against(new, name=signed.account.name, email=signed.account.email))
    with office.database.read() as connection:
        now = standing(connection, signed, at=at)
    if not now.fresh:
        _prove(office, passwords_, signed, old, visitor=visitor, at=at)
    made = passwords_.hashed(new)
    with office.database.write() as connection:
        account = connection.execute(select(A).where(col(A.id) == signed.account.id)).one()
        _keep(connection, account, made, at)
        for work in members.own_works(office, connection, account, at=at):
            record(work, "account", account.id, "password")
        return sessions.begin(connection, account.id, at=at, how="password", device=visitor.device,
                              proved=signed.second)  # fmt: skip


def _prove(
    office: Office, passwords_: Passwords, signed: Signed, old: str, *, visitor: Visitor, at: datetime
) -> None:  # fmt: skip
    """The old password, counted as when signing in: a browser that was left open is no place to guess at it."""
    account, attempt = _admit(office, signed.account.email, visitor, at)
    if account is None or not passwords_.fits(old, account.password_hash):
        _log_failure(account, visitor)
        raise Refused(Reason(code="PWD-04", zh="原密码不对；忘记了原密码，请退出后用邮件链接登录，再来设置",
                             en="the old password is wrong; if you forgot it, sign in by a mail link and set one then",
                             where="old"))  # fmt: skip
    with office.database.write() as connection:
        patience.succeeded(connection, attempt, account.id, at=at)


def give_password(
    office: Office, passwords_: Passwords, account: Row[Any], new: str, *, at: datetime, by: Actor
) -> None:
    """Give an account a password where the server stands. Raises Refused (PWD-01 to PWD-03)."""
    refuse(passwords.against(new, name=account.name, email=account.email))
    made = passwords_.hashed(new)
    with office.database.write() as connection:
        _keep(connection, account, made, at)
        for work in members.works(office, connection, account.id, at=at, by=by):
            record(work, "account", account.id, "password")


def _keep(connection: Connection, account: Row[Any], made: str, at: datetime) -> None:
    changed = {"password_hash": made, "password_changed_at": at}
    connection.execute(update(A).where(col(A.id) == account.id).values(changed))
    sessions.end_all(connection, account.id, at=at)
    links.cancel(connection, [account.email_key], why="the password was changed")
