"""Writing a circular: a draft is kept as it is, faults and all, until it is sent or given up."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, insert, update
from sqlmodel import col

from engine.access import may_office
from engine.circulars import aim as aims
from engine.circulars import words
from engine.circulars.aim import Aim
from engine.circulars.tables import Circular
from engine.database import inserted_id
from engine.history import record
from engine.office import Work
from engine.seen import seen
from engine.tables import public_id
from workflows.reasons import Reason, Refused, refuse

DRAFT, SENT, DISCARDED = "draft", "sent", "discarded"
C = Circular


def draft(work: Work, *, subject: str, body: str, aim: Aim) -> str:
    """Begin a circular; its id. Raises Refused for what can't be kept (TXT-…, FLT-01, CIR-02, CIR-05)."""
    may_office(work.actor)
    written = words.cleaned(subject, body)
    refuse(aims.faults(work, aim))
    key, who = public_id(), work.actor.name
    values = {"campaign_id": work.campaign_id, "public_id": key, "subject": written.subject, "body": written.body,
              "aim": aims.as_plain(aim), "state": DRAFT, "made_at": work.at, "made_by": who, "changed_at": work.at,
              "changed_by": who, "sent_by": "", "letters": 0, "calls": 0, "version": 1}  # fmt: skip
    row_id = inserted_id(work.connection.execute(insert(C), values))
    record(work, "circular", row_id, "draft", target=DRAFT, title=written.subject)
    return key


def change(work: Work, circular: str, *, subject: str, body: str, aim: Aim, version: int | None = None) -> int:
    """Write a draft anew; its new version. `version` is the one that was read: somebody may have changed it since.

    Raises NotFound, and Refused as `draft` does, and CIR-01, CIR-03.
    """
    may_office(work.actor)
    row = open_draft(work, circular, version=version)
    written = words.cleaned(subject, body)
    refuse(aims.faults(work, aim))
    values = {"subject": written.subject, "body": written.body, "aim": aims.as_plain(aim),
              "changed_at": work.at, "changed_by": work.actor.name, "version": row.version + 1}  # fmt: skip
    work.connection.execute(update(C).where(col(C.id) == row.id).values(values))
    record(work, "circular", row.id, "change", title=written.subject)
    return int(row.version) + 1


def discard(work: Work, circular: str) -> None:
    """Give a draft up. Raises NotFound, Refused (CIR-01)."""
    may_office(work.actor)
    row = open_draft(work, circular)
    work.connection.execute(update(C).where(col(C.id) == row.id).values(state=DISCARDED, changed_at=work.at))
    record(work, "circular", row.id, "discard", source=DRAFT, target=DISCARDED)


def find(work: Work, circular: str) -> Row[Any]:
    """The circular with that id. For the secretariat and the auditor. Raises NotFound."""
    return seen(work, C, circular)


def open_draft(work: Work, circular: str, *, version: int | None = None) -> Row[Any]:
    """The same, if it is a draft still, of the version that was read. Raises NotFound, Refused (CIR-01, CIR-03)."""
    row = find(work, circular)
    if row.state != DRAFT:
        raise Refused(_done(row))
    if version is not None and row.version != version:
        raise Refused(_changed(row, version))
    return row


def _done(row: Row[Any]) -> Reason:
    zh, en = ("已经发出", "was sent already") if row.state == SENT else ("已放弃", "was given up")
    return Reason(
        code="CIR-01", zh=f"该通知{zh}，不能再修改或发送；需要再发时，请另起一份",
        en=f"this circular {en} and can't be changed or sent; write another one", facts={"state": row.state},
    )  # fmt: skip


def _changed(row: Row[Any], version: int) -> Reason:
    return Reason(
        code="CIR-03",
        zh=f"{row.changed_by}已在您打开之后修改了这份通知（第{row.version}版，您看到的是第{version}版），请重新打开核对",
        en=f"{row.changed_by} has changed this circular since you opened it (version {row.version}, yours is "
        f"{version}); open it again",
        facts={"version": row.version, "yours": version},
    )  # fmt: skip
