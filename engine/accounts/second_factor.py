"""The second factor: an authenticator app whose code is asked for beside the link or the password.

It is set up in two steps, so that nobody is shut out by a secret that never reached the app: `begin` makes one and
returns it, this once, and it counts when `confirm` has seen a code of it. Each `begin` makes another, so nobody
confirms a secret that somebody else has seen. A code is taken once. Who loses the app is let in again by somebody who
knows them: a colleague of the secretariat, or whoever stands at the server, removes it (`remove`).
"""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, select, update
from sqlmodel import col

from engine.access import Actor
from engine.accounts import members, patience, sessions, totp
from engine.accounts.keys import Keys
from engine.accounts.sessions import Signed
from engine.accounts.signing_in import Visitor, alarm
from engine.accounts.tables import Account, SecondFactor, SignInFailure
from engine.database import insert_into
from engine.history import record
from engine.office import Office
from engine.tables import public_id
from workflows.reasons import Reason, Refused

F = SecondFactor
PURPOSE = "second-factor"  # of a secret

NONE = Reason(code="SEC-04", zh="此账号没有启用两步验证", en="this account has no second factor")

logger = logging.getLogger(__name__)


def of(connection: Connection, account_id: int) -> Row[Any] | None:
    """The second factor of an account, confirmed or begun; None when there is neither."""
    return connection.execute(select(F).where(col(F.account_id) == account_id)).first()


def secret(keys: Keys, found: Row[Any]) -> bytes:
    """What the app keeps."""
    return keys.seed(PURPOSE, found.nonce)


def begin(connection: Connection, keys: Keys, signed: Signed, *, at: datetime) -> bytes:
    """Make another secret for an account that has no second factor yet. Raises Refused (SEC-02) where it has one."""
    if signed.second:
        raise Refused(_there())
    values: dict[str, Any] = {
        "account_id": signed.account.id,
        "nonce": public_id(),
        "made_at": at,
        "confirmed_at": None,
        "last_step": 0,
    }
    added = insert_into(connection, F).values(values)
    changed = {name: added.excluded[name] for name in ("nonce", "made_at")}
    fresh = added.on_conflict_do_update(index_elements=["account_id"], set_=changed,
                                        where=col(F.confirmed_at).is_(None))  # fmt: skip
    connection.execute(fresh)
    return keys.seed(PURPOSE, values["nonce"])


def confirm(office: Office, keys: Keys, signed: Signed, typed: str, visitor: Visitor, *, at: datetime) -> str:
    """Let the second factor count from now on; every session ends, and the token of a new one is returned.

    Raises Refused (SEC-01, SEC-02, AUT-02).
    """
    if signed.second:
        raise Refused(_there())
    _count(office, signed, visitor, at)
    with office.database.write() as connection:
        _take(office, connection, keys, signed, typed, visitor, at=at)
        mine = update(F).where(col(F.account_id) == signed.account.id)
        connection.execute(mine.values(confirmed_at=at))
        _tell(office, connection, signed.account.id, "second-factor", at)
        sessions.end_all(connection, signed.account.id, at=at)
        return sessions.begin(connection, signed.account.id, at=at, how="code", device=visitor.device, proved=True)


def prove(office: Office, keys: Keys, signed: Signed, typed: str, visitor: Visitor, *, at: datetime) -> str:
    """Show a code in a session that owes one: the token of the session that takes its place.

    Raises Refused (SEC-01, AUT-02).
    """
    _count(office, signed, visitor, at)
    with office.database.write() as connection:
        _take(office, connection, keys, signed, typed, visitor, at=at)
        sessions.end(connection, visitor.session, at=at)
        token = sessions.begin(connection, signed.account.id, at=at, how=signed.how, device=visitor.device, proved=True)
    logger.info("second_factor_shown", extra={"account": signed.account.public_id, "place": visitor.place})
    return token


def give_up(office: Office, keys: Keys, signed: Signed, typed: str, visitor: Visitor, *, at: datetime) -> str:
    """Do without it again, by a last code; every session ends, and the token of a new one is returned.

    Raises Refused (SEC-01, AUT-02).
    """
    _count(office, signed, visitor, at)
    with office.database.write() as connection:
        _take(office, connection, keys, signed, typed, visitor, at=at)
        connection.execute(delete(F).where(col(F.account_id) == signed.account.id))
        _tell(office, connection, signed.account.id, "second-factor-end", at)
        sessions.end_all(connection, signed.account.id, at=at)
        return sessions.begin(connection, signed.account.id, at=at, how="code", device=visitor.device)


def remove(office: Office, connection: Connection, account_id: int, *, at: datetime, by: Actor) -> bool:
    """Take it from somebody who lost the app; whether there was one. Their sessions end.

    That it is them is for `by` to make sure of: as when the account was given.
    """
    if connection.execute(delete(F).where(col(F.account_id) == account_id)).rowcount == 0:
        return False
    for work in members.works(office, connection, account_id, at=at, by=by):
        record(work, "account", account_id, "second-factor-end")
    sessions.end_all(connection, account_id, at=at)
    return True


def _count(office: Office, signed: Signed, visitor: Visitor, at: datetime) -> None:
    """Count the attempt before anything is compared, in a transaction of its own. Raises Refused (AUT-02)."""
    with office.database.write() as connection:
        refusal, full = patience.count(connection, [_counter(signed)], at=at)
        alarm(office, connection, signed.account, visitor, full, at=at)
    if refusal:
        raise Refused(_later(int(refusal.facts["seconds"] or 0)))


def _counter(signed: Signed) -> str:
    return f"second:{members.read_address(signed.account.email).key}"


def _take(  # noqa: PLR0917 - as its callers have them
    office: Office, connection: Connection, keys: Keys, signed: Signed, typed: str, visitor: Visitor, *, at: datetime
) -> None:  # fmt: skip
    """Use a code up. Raises Refused (SEC-01)."""
    found = of(connection, signed.account.id)
    step = _step(office, secret(keys, found), typed, at) if found is not None else None
    if step is None or not _is_unused(connection, signed.account.id, step):
        logger.warning("second_factor_refused", extra={"account": signed.account.public_id, "place": visitor.place})
        raise Refused(_wrong())
    connection.execute(delete(SignInFailure).where(col(SignInFailure.key) == _counter(signed)))


def _step(office: Office, known: bytes, typed: str, at: datetime) -> int | None:
    """The step whose code that is. On a clock in doubt by either reading: the app's own is right, and whoever is to end
    the doubt must get in.
    """
    doubt = office.doubt()
    readings = (at, doubt.wall(at)) if doubt else (at,)
    steps = (totp.matching(known, typed, at=each) for each in readings)
    return next((step for step in steps if step is not None), None)


def _is_unused(connection: Connection, account_id: int, step: int) -> bool:
    """Whether no code of that step or a later one was taken before; it is taken by this."""
    unused = update(F).where(col(F.account_id) == account_id, col(F.last_step) < step)
    return connection.execute(unused.values(last_step=step)).rowcount == 1


def _tell(office: Office, connection: Connection, account_id: int, verb: str, at: datetime) -> None:
    account = connection.execute(select(Account).where(col(Account.id) == account_id)).one()
    for work in members.own_works(office, connection, account, at=at):
        record(work, "account", account_id, verb)


def _wrong() -> Reason:
    return Reason(
        code="SEC-01",
        zh="验证码不对，或已用过；请等验证器显示下一个 6 位数后再输入，并核对手机时间是否准确",
        en="this code is wrong or was used; wait for the next six digits, and check the phone's clock",
    )


def _later(seconds: int) -> Reason:
    minutes = -(-seconds // 60)
    return Reason(
        code="AUT-02", facts={"seconds": seconds},
        zh=f"验证码输错次数过多，请{minutes}分钟后再试",
        en=f"too many wrong codes; try again in {minutes} minutes",
    )  # fmt: skip


def _there() -> Reason:
    return Reason(
        code="SEC-02",
        zh="已启用两步验证；要更换验证器，请先停用，再重新启用",
        en="there is a second factor already; to use another app, give this one up first",
    )
