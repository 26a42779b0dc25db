"""The verbs of organisers, for whoever stands at the server. A house of one never hears of it: theirs makes itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, func, insert, select, update
from sqlmodel import col

from engine.database import insert_into
from engine.organisers.tables import Organiser
from engine.tables import Campaign
from engine.texts import line_of_text
from notifications.errors import AddressRefused
from notifications.letter import check_address
from workflows.reasons import NotFound, Reason, Refused
from workflows.shapes import KEY, LONGEST_KEY

if TYPE_CHECKING:
    from engine.office import Work

O = Organiser  # noqa: E741 - as C is a campaign and U a unit
ONLY = "only"  # the key of the one that makes itself
TEXTS = {"name": ("主办方名称", "name"), "english": ("英文名称", "English name"),
         "mail_name": ("发件人名称", "sender's name")}  # fmt: skip
ADDRESSES = ("reply_to", "mailbox")


def meant(connection: Connection, key: str | None, *, at: datetime) -> Row[Any]:
    """The organiser of that key; without one the only one there is, which is made where there is none.

    Raises NotFound (ORG-04), Refused (ORG-03: there are several).
    """
    if key is not None:
        return find(connection, key)
    rows = connection.execute(select(O).order_by(col(O.id))).all()
    if len(rows) > 1:
        raise Refused(_which([row.key for row in rows]))
    if rows:
        return rows[0]
    made = insert_into(connection, O).values(key=ONLY, name="", english="", mail_name="", made_at=at)
    connection.execute(made.on_conflict_do_nothing(index_elements=["key"]))
    return find(connection, ONLY)


def find(connection: Connection, key: str) -> Row[Any]:
    """The organiser of that key. Raises NotFound (ORG-04)."""
    row = connection.execute(select(O).where(col(O.key) == key)).first()
    if row is None:
        raise NotFound(_unknown(key, list(connection.execute(select(col(O.key)).order_by(col(O.id))).scalars())))
    return row


def of(work: Work) -> Row[Any]:
    """Whose campaign it is."""
    return work.connection.execute(select(O).where(col(O.id) == work.organiser_id)).one()


def campaigns(work: Work) -> list[int]:
    """The row ids of every campaign of the same organiser."""
    same = select(col(Campaign.id)).where(col(Campaign.organiser_id) == work.organiser_id)
    return [int(each or 0) for each in work.connection.execute(same.order_by(col(Campaign.id))).scalars()]


def alone(connection: Connection) -> bool:
    """Whether there are no two organisers here: what concerns the house as a whole is then theirs to decide."""
    return connection.execute(select(func.count()).select_from(O)).scalar_one() < 2


def add(connection: Connection, key: str, given: Mapping[str, str], *, at: datetime) -> None:
    """One more organiser. Raises Refused: ORG-01 for a key, ORG-02 for one that is taken, ADR-01, ADR-02."""
    _check(key)
    if connection.execute(select(col(O.id)).where(col(O.key) == key)).first() is not None:
        raise Refused(_taken(key))
    connection.execute(insert(O).values(key=key, made_at=at, **_read(given)))


def change(connection: Connection, key: str, given: Mapping[str, str], *, new_key: str | None = None) -> None:
    """Other words for an organiser; an empty one is from then on as the settings say. Raises like `add`, NotFound."""
    row, values = find(connection, key), _read(given)
    if new_key is not None and new_key != key:
        _check(new_key)
        if connection.execute(select(col(O.id)).where(col(O.key) == new_key)).first() is not None:
            raise Refused(_taken(new_key))
        values["key"] = new_key
    if values:
        connection.execute(update(O).where(col(O.id) == row.id).values(values))


def _read(given: Mapping[str, str]) -> dict[str, Any]:
    """What was given, checked. Raises Refused."""
    texts = {name: line_of_text(given[name], what=zh, what_en=en, empty=True)
             for name, (zh, en) in TEXTS.items() if name in given}  # fmt: skip
    return {**texts, **{name: _address(given[name], name) for name in ADDRESSES if name in given}}


def _address(text: str, name: str) -> str | None:
    if not text:
        return None
    try:
        return str(check_address(text))
    except AddressRefused as error:
        raise Refused(Reason(code=error.code, zh=error.zh, en=error.en, where=name)) from error


def _check(key: str) -> None:
    if not KEY.fullmatch(key) or len(key) > LONGEST_KEY:
        raise Refused(Reason(
            code="ORG-01", where="key",
            zh=f"主办方代号须以小写字母开头，由小写字母、数字和“-”组成，不超过 {LONGEST_KEY} 个字符，读到 {key[:60]!r}",
            en=f"an organiser's key begins with a-z and holds a-z, 0-9 and -, at most {LONGEST_KEY} characters; "
            f"read {key[:60]!r}",
        ))  # fmt: skip


def _taken(key: str) -> Reason:
    return Reason(code="ORG-02", where="key", zh=f"已有代号为“{key}”的主办方；修改请用 bangdan organiser set {key}",
                  en=f'there is an organiser "{key}" already; to change it: bangdan organiser set {key}')  # fmt: skip


def _which(keys: list[str]) -> Reason:
    return Reason(code="ORG-03", zh=f"有多个主办方，请用 --organiser 指明：{'、'.join(keys)}",
                  en=f"there are several organisers; say which: --organiser {'|'.join(keys)}")  # fmt: skip


def _unknown(key: str, known: list[str]) -> Reason:
    return Reason(
        code="ORG-04",
        zh=f"没有这个主办方：{key[:60]!r}；现有：{'、'.join(known) or '（无）'}；添加请用 bangdan organiser add",
        en=f"no such organiser: {key[:60]!r}; there are: {', '.join(known) or '(none)'}; add one with "
        "bangdan organiser add",
    )
