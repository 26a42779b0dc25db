"""One-time links: asked for, written, opened once within ten minutes.

Asking does the same for every address, known or not: it is counted and noted. Whom it reaches is found out afterwards,
by `write`, when the answer has gone out. The code in a link is derived from its row with the desk's key; the letter in
the outbox has a mask in its place, which is filled when it leaves.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update
from sqlmodel import col

from engine.access import ENGINE
from engine.accounts import members, patience, rights
from engine.accounts.keys import Keys
from engine.accounts.tables import SignInLink
from engine.changes import telling
from engine.letters.sign_in import link_of, sign_in
from engine.office import Office
from engine.tables import public_id
from notifications.claims import Claimed
from notifications.letter import Address, Recipient
from notifications.secrecy import SecretOf
from workflows.instants import show, show_en, zone_of
from workflows.reasons import Reason, Refused

L = SignInLink
PURPOSE = "sign-in"  # of a code
LASTS = timedelta(minutes=10)
APART = timedelta(minutes=1)  # between two letters to one address
AN_HOUR, MOST_AN_HOUR = timedelta(hours=1), 6  # to one address
MOST_FROM_ONE_PLACE = 60  # an hour; a whole organisation may come from one
ZONE = zone_of("Asia/Shanghai")  # of people who are signed in nowhere yet
LONGEST_PATH = 300  # characters of the page to go on with
KEPT = timedelta(days=1)  # used and expired ones, to say which they are


def ask(connection: Connection, address: Address, *, place: str, at: datetime, then: str = "") -> str:
    """Note that a link is asked for with that address and return what `write` needs.

    The same for everybody. `then` is the page to go on with. Raises Refused (AUT-02) when too many were asked for from
    there.
    """
    from_there = select(func.count(), func.min(col(L.made_at))).where(
        col(L.asked_from) == place, col(L.made_at) > at - AN_HOUR
    )
    number, first = connection.execute(from_there).one()
    if number >= MOST_FROM_ONE_PLACE:
        raise Refused(patience.later(first + AN_HOUR - at))
    return _note(connection, address, place=place, at=at, then=then)


def issue(connection: Connection, keys: Keys, address: Address, *, at: datetime) -> str:
    """A link for that address, for whoever stands at the server to hand on: its last part."""
    return _code(keys, _note(connection, address, place="", at=at))


def _note(connection: Connection, address: Address, *, place: str, at: datetime, then: str = "") -> str:
    connection.execute(delete(L).where(col(L.ends_at) < at - KEPT))
    link = public_id()
    values = {"public_id": link, "email": str(address), "email_key": address.key, "asked_from": place,
              "then": then[:LONGEST_PATH], "made_at": at, "ends_at": at + LASTS, "cancelled": ""}  # fmt: skip
    connection.execute(insert(L), values)
    return link


def write(office: Office, link: str, *, desk: str, at: datetime) -> bool:
    """Put the letter with the link into the outbox, if the address is somebody's; whether there is one.

    `desk` is where people reach the desk. Not more than one letter a minute and six an hour go to an address.
    """
    with office.database.write() as connection:
        row = connection.execute(select(L).where(col(L.public_id) == link)).one()
        to = rights.reached(connection, row.email_key)
        if to is None or to.campaign is None or _too_many(connection, row):
            return False
        work = office.work(connection, to.campaign, ENGINE, at)
        recipient = Recipient(name=to.called, address=members.read_address(row.email))
        telling.note(connection, telling.EVERY)  # no event tells of it, and somebody waits for the letter
        return sign_in(work, link, to=recipient, desk=desk, until=row.ends_at)


def _too_many(connection: Connection, row: Row[Any]) -> bool:
    """Whether that address was written to a moment ago, or often; links asked for are counted, not letters."""
    earlier = select(func.count(), func.max(col(L.made_at))).where(
        col(L.email_key) == row.email_key, col(L.id) < row.id, col(L.made_at) > row.made_at - AN_HOUR
    )
    found: Any = connection.execute(earlier).one()
    return bool(found[0] >= MOST_AN_HOUR or (found[1] and row.made_at - found[1] < APART))


def secret_of(keys: Callable[[], Keys]) -> SecretOf:
    """What fills the mask in a letter with a link; the key is read when there is one to fill."""

    def code(letter: Claimed) -> str | None:
        link = link_of(letter.subject_ref)
        return None if link is None else keys().code(PURPOSE, link)

    return code


def _code(keys: Keys, link: str) -> str:
    return f"{link}.{keys.code(PURPOSE, link)}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Opened:
    """A link that still opens, and for whom."""

    id: int
    email: str
    email_key: str
    name: str
    account_id: int | None
    ends_at: datetime
    then: str


def look(connection: Connection, keys: Keys, code: str, *, at: datetime) -> Opened:
    """Whom a link would sign in; changes nothing, so a mail scanner may look too. Raises Refused (AUT-03, AUT-04)."""
    link, _, given = code.partition(".")
    row = connection.execute(select(L).where(col(L.public_id) == link)).first()
    if not keys.fits(PURPOSE, link, given) or row is None:
        raise Refused(_spent("不完整或无效", "is incomplete or not valid"))
    if row.used_at is not None:
        raise Refused(_used(row.used_at))
    if row.cancelled or at >= row.ends_at:
        raise Refused(_spent("已过期或已作废", "has expired or was cancelled"))
    to = rights.reached(connection, row.email_key)
    if to is None:
        raise Refused(_nobody(row.email))
    return Opened(id=row.id, email=row.email, email_key=row.email_key, name=to.name, account_id=to.account_id,
                  ends_at=row.ends_at, then=row.then)  # fmt: skip


def use(connection: Connection, keys: Keys, code: str, *, at: datetime) -> tuple[int, str]:
    """Use a link up; the account that it signs in (a contact gets theirs now), and the page to go on with.

    Every other link to that address is cancelled. Raises Refused (AUT-03, AUT-04).
    """
    opened = look(connection, keys, code, at=at)
    mine = update(L).where(col(L.id) == opened.id, col(L.used_at).is_(None), col(L.cancelled) == "")
    if connection.execute(mine.values(used_at=at)).rowcount != 1:  # somebody was faster, in a transaction beside this
        raise Refused(_used(at))
    cancel(connection, [opened.email_key], why="another was used")
    if opened.account_id is not None:
        return opened.account_id, opened.then
    address = members.read_address(opened.email)
    return members.add(connection, name=opened.name, address=address, at=at), opened.then


def cancel(connection: Connection, email_keys: Sequence[str], *, why: str) -> None:
    """Let no link that is under way to these addresses open any more."""
    under_way = update(L).where(col(L.email_key).in_(email_keys), col(L.used_at).is_(None), col(L.cancelled) == "")
    connection.execute(under_way.values(cancelled=why))


def _used(at: datetime) -> Reason:
    return _spent(
        f"已于 {show(at, zone=ZONE, edge='start')} 使用过", f"was used on {show_en(at, zone=ZONE, edge='start')}"
    )


def _spent(zh: str, en: str) -> Reason:
    minutes = LASTS // timedelta(minutes=1)
    return Reason(
        code="AUT-03",
        zh=f"这个登录链接{zh}；每个链接只能用一次，{minutes}分钟内有效，请重新获取",
        en=f"this sign-in link {en}; each opens once, within {minutes} minutes: ask for a new one",
    )


def _nobody(email: str) -> Reason:
    return Reason(
        code="AUT-04",
        zh=f"邮箱 {email} 目前不能登录：联系人已变动，或账号已停用；请与秘书处联系",
        en=f"{email} signs nobody in at present: the contact was changed or the account disabled; ask the secretariat",
    )
