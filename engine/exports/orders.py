"""Ordering exports that are too long to be waited for: each is its orderer's alone, in the seat that ordered it.

Another's order and one that is not there give the same answer, and so does a file that held more than its orderer may
see by now.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, func, insert, or_, select, update
from sqlmodel import col

from engine.access import not_found, sight
from engine.accounts.keys import Keys
from engine.accounts.tables import Account
from engine.changes.marks import PURPOSE
from engine.exports.catalogue import Form, What, must_be_offered, name_of, offered
from engine.exports.narrowing import Narrowed, in_words
from engine.exports.sheet import in_language
from engine.exports.tables import ExportOrder, ExportPiece, Stand
from engine.office import Work
from engine.queries.attention import MOST_IDLE
from engine.tables import Campaign, public_id
from workflows.reasons import Reason, Refused

MOST = 5  # that somebody has at a time, waiting or ready, in one campaign
UNDER_WAY = (Stand.ORDERED, Stand.MAKING)
O, P = ExportOrder, ExportPiece  # noqa: E741 - as they are called here alone


@dataclass(frozen=True, kw_only=True, slots=True)
class Orderer:
    """Whose orders: an account in one of its seats."""

    account_id: int
    seat: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    """An order as its orderer sees it. `chosen` says in words what it is narrowed to; `name` is the file's."""

    id: str
    what: What
    name_of: tuple[str, str]
    form: Form
    chosen: tuple[str, str]
    state: Stand
    rows: int
    size: int  # bytes
    name: str
    failure: Reason | None
    ordered_at: datetime
    ready_at: datetime | None
    ends_at: datetime | None
    fetched_at: datetime | None


def order(work: Work, by: Orderer, what: What, form: Form, narrowed: Narrowed, *, lang: str) -> Order:
    """Order an export; the very same that is under way already is not made twice.

    Raises NotFound, Refused: FLT-01, EXP-04 when they have as many as one may.
    """
    must_be_offered(work.actor, what)
    chosen = [in_words(work, say, what, narrowed) for say in map(in_language, ("zh", "en"))]
    asked = {"what": what, "form": form, "lang": lang, "narrowed": asdict(narrowed)}
    # One after the other: else two who ask at once would each count without the other.
    work.connection.execute(select(col(Account.id)).where(col(Account.id) == by.account_id).with_for_update())
    rows = _rows(work, by)
    same = [row for row in rows if row.state in UNDER_WAY and all(getattr(row, key) == asked[key] for key in asked)]
    if same:
        return _told(same[0])
    if sum(row.state in (*UNDER_WAY, Stand.READY) for row in rows) >= MOST:
        raise Refused(TOO_MANY)
    new_id = public_id()
    new = {**asked, "public_id": new_id, "campaign_id": work.campaign_id, "account_id": by.account_id,
           "seat": by.seat, "chosen": chosen, "ordered_at": work.at, "due_at": work.at}  # fmt: skip
    work.connection.execute(insert(O), new)
    return find(work, by, new_id)


def mine(work: Work, by: Orderer) -> list[Order]:
    """What they have ordered, the newest first."""
    return [_told(row) for row in _rows(work, by)]


def find(work: Work, by: Orderer, order_id: str) -> Order:
    """One of theirs. Raises NotFound."""
    return _told(_row(work, by, order_id))


def content(work: Work, by: Orderer, order_id: str) -> Iterator[bytes]:
    """The file of one of theirs, piece by piece. Raises NotFound, Refused (EXP-07: it is not there)."""
    row = _row(work, by, order_id)
    if row.state != Stand.READY or row.ends_at <= work.at:
        raise Refused(NOT_THERE)
    return _pieces(work, row.id)


def note_fetched(work: Work, by: Orderer, order_id: str) -> None:
    """Write down when it was taken away first."""
    row = _row(work, by, order_id)
    never = col(O.id) == row.id, col(O.fetched_at).is_(None)
    work.connection.execute(update(O).where(*never).values(fetched_at=work.at))


def discard(work: Work, by: Orderer, order_id: str) -> None:
    """It is not wanted any more: the file goes, and who is making it leaves off. Raises NotFound."""
    row = _row(work, by, order_id, for_update=True)
    work.connection.execute(delete(P).where(col(P.order_id) == row.id))
    work.connection.execute(delete(O).where(col(O.id) == row.id))


def mark(work: Work, by: Orderer, keys: Keys) -> str:
    """Another one means that their list looks different by now. Nothing can be read from it."""
    rows = " ".join(f"{row.public_id} {row.state}" for row in _rows(work, by))
    return keys.code(PURPOSE, f"{by.account_id} {by.seat} {rows}")


def engine_rests(work: Work) -> bool:
    """Whether nobody makes exports at the moment, as far as one can see: no engine took a turn of late."""
    query = select(col(Campaign.turned_at)).where(col(Campaign.id) == work.campaign_id)
    turned = work.connection.execute(query).scalar()
    return turned is None or work.at - turned > MOST_IDLE


def _rows(work: Work, by: Orderer) -> list[Row[Any]]:
    query = select(O).where(*_theirs(work, by)).order_by(col(O.id).desc())
    return list(work.connection.execute(query))


def _row(work: Work, by: Orderer, order_id: str, *, for_update: bool = False) -> Row[Any]:
    query = select(O).where(*_theirs(work, by), col(O.public_id) == order_id)
    row = work.connection.execute(query.with_for_update() if for_update else query).first()
    if row is None:
        raise not_found(order_id)
    return row


def _theirs(work: Work, by: Orderer) -> tuple[ColumnElement[bool], ...]:
    """What they ordered in that seat, and may still take: nothing of a role or of tracks that they had before."""
    same_sight = or_(col(O.sight) == "", col(O.sight) == sight(work.actor, work.definition))
    return (
        col(O.campaign_id) == work.campaign_id, col(O.account_id) == by.account_id, col(O.seat) == by.seat,
        col(O.what).in_([each.what for each in offered(work.actor)]), same_sight,
    )  # fmt: skip


def _pieces(work: Work, order_row: int) -> Iterator[bytes]:
    last = select(func.max(col(P.number))).where(col(P.order_id) == order_row)
    for number in range((work.connection.execute(last).scalar() or 0) + 1):
        one = select(col(P.content)).where(col(P.order_id) == order_row, col(P.number) == number)
        yield work.connection.execute(one).scalar_one()


def _told(row: Row[Any]) -> Order:
    zh, en = row.chosen
    return Order(
        id=row.public_id, what=What(row.what), name_of=name_of(What(row.what)), form=Form(row.form), chosen=(zh, en),
        state=Stand(row.state), rows=row.rows, size=row.size, name=row.name,
        failure=Reason(**row.failure) if row.failure else None, ordered_at=row.ordered_at, ready_at=row.ready_at,
        ends_at=row.ends_at, fetched_at=row.fetched_at,
    )  # fmt: skip


TOO_MANY = Reason(
    code="EXP-04",
    zh=f"每人最多同时保留{MOST}个预订的导出，没有预订；请先在“导出”页删除一个不再需要的，再预订",
    en=f"one person may have {MOST} ordered exports at a time, and nothing was ordered; delete one that is not needed "
    "any more on the page of exports, then order again",
    facts={"most": MOST},
)
NOT_THERE = Reason(
    code="EXP-07",
    zh="这个预订的文件不在：尚未制作完成、没有制作成功，或已过保存期；请在“导出”页查看状态，需要时重新预订",
    en="the file of this order is not there: it is still being made, could not be made, or was kept for its time; see "
    "how it stands on the page of exports, and order it again if need be",
)
