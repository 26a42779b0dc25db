"""Holding a file until it is confirmed, sent anew, or two hours old."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from pathlib import PureWindowsPath
from typing import Any

from sqlalchemy import Row, delete, select
from sqlmodel import col

from engine.access import may_change
from engine.database import insert_into
from engine.office import Work
from engine.sheets import answers
from engine.sheets.cleaning import one_line, without_invisible
from engine.tables import public_id
from engine.uploads.tables import HeldUpload
from workflows.reasons import FileRefused, Reason, Refused

LARGEST = 8 << 20  # bytes; less than the desk's door lets in, so that the answer is about the file
HELD_FOR = timedelta(hours=2)  # long enough to correct a table beside it, and to ask somebody
LONGEST_STEM, LONGEST_SUFFIX = 100, 12  # characters
H = HeldUpload


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """A file as it is held. `digest` is what whoever confirms it hands in again."""

    id: str
    kind: str
    name: str
    digest: str
    size: int  # bytes
    content: bytes
    received_at: datetime
    expires_at: datetime


FIELDS = tuple(each.name for each in fields(Held))


def hold(work: Work, *, kind: str, name: str, content: bytes) -> Held:
    """Hold a file for whoever acts, in place of the one of that kind that they sent before.

    Raises FileRefused (IMP-13), Refused (role).
    """
    may_change(work.actor)
    clean = own_name(name)
    if len(content) > LARGEST:
        raise FileRefused(answers.too_large(-(-len(content) // (1 << 20)), LARGEST >> 20).at(clean))
    drop_expired(work)
    new = Held(
        id=public_id(), kind=kind, name=clean, digest=hashlib.sha256(content).hexdigest(), size=len(content),
        content=content, received_at=work.at, expires_at=work.at + HELD_FOR,
    )  # fmt: skip
    row = {"campaign_id": work.campaign_id, "caller": work.actor.caller, **_values(new)}
    keys = ["campaign_id", "caller", "kind"]
    put = insert_into(work.connection, H).on_conflict_do_update(index_elements=keys, set_=_values(new))
    work.connection.execute(put, row)
    return new


def _values(held: Held) -> dict[str, Any]:
    values = {name: getattr(held, name) for name in FIELDS if name != "id"}
    return {**values, "public_id": held.id}


def find(work: Work, kind: str, upload: str) -> Held:
    """The file of that kind and id which whoever acts has sent. Raises Refused (UPL-01): of no other may be known."""
    mine = (*_mine(work, kind), col(H.public_id) == upload, col(H.expires_at) > work.at)
    row = work.connection.execute(select(H).where(*mine)).first()
    if row is None:
        raise Refused(_gone())
    return _held(row)


def waiting(work: Work, kind: str) -> Held | None:
    """The file of that kind that waits for whoever acts, if there is one."""
    row = work.connection.execute(select(H).where(*_mine(work, kind), col(H.expires_at) > work.at)).first()
    return _held(row) if row else None


def drop(work: Work, kind: str) -> None:
    """Forget the file of that kind: it was confirmed, or is not wanted any more."""
    work.connection.execute(delete(H).where(*_mine(work, kind)))


def drop_expired(work: Work) -> int:
    """Forget what nobody confirmed in time; says how many."""
    where = col(H.campaign_id) == work.campaign_id, col(H.expires_at) <= work.at
    return work.connection.execute(delete(H).where(*where)).rowcount


def own_name(name: str) -> str:
    """A file's own name as it may be shown and kept: no folders, nothing invisible, not endless; its kind stays."""
    path = PureWindowsPath(one_line(without_invisible(name)))
    return f"{path.stem[:LONGEST_STEM]}{path.suffix[:LONGEST_SUFFIX]}" or "file"


def _mine(work: Work, kind: str) -> tuple[Any, ...]:
    return (
        col(H.campaign_id) == work.campaign_id,
        col(H.caller) == work.actor.caller,
        col(H.kind) == kind,
    )


def _held(row: Row[Any]) -> Held:
    values = {name: getattr(row, name) for name in FIELDS if name != "id"}
    return Held(id=row.public_id, **values)


def _gone() -> Reason:
    hours = int(HELD_FOR / timedelta(hours=1))
    return Reason(
        code="UPL-01",
        zh=f"待确认的文件已不在：可能已经确认、已被后来上传的文件替换，或超过{hours}小时未确认；请重新上传",
        en=f"that file waits no more: it was confirmed, replaced by a later one, or is older than {hours} hours; "
        "send it again",
    )
