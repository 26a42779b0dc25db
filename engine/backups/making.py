"""Making a backup while the house goes on: SQLite copies itself page by page, consistently, into one new file.

PostgreSQL has its own tool for that, which knows roles, extensions and versions better than we do: it is named, not
imitated.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import func, select
from sqlmodel import col

from engine import schema
from engine.access import ENGINE
from engine.backups.manifest import Held, Manifest, as_json
from engine.backups.placing import give_name, is_there
from engine.database import Database
from engine.office import Office
from engine.sealed import seal_head
from engine.software import versions
from engine.tables import Event
from engine.turn import campaigns
from workflows.reasons import Reason, Refused, refuse

DATABASE, MANIFEST = "bangdan.sqlite3", "manifest.json"
CHUNK = 1 << 20  # bytes
UNFINISHED = ".bangdan-"  # a folder that a power cut may leave beside the backup; it can be deleted


def back_up(office: Office, target: Path, *, at: datetime) -> Manifest:
    """Write the whole house into the new file `target`. Raises Refused: BAK-01 (PostgreSQL), BAK-02 (it is there)."""
    if not office.database.sqlite:
        raise Refused(use_pg_dump())
    refuse([is_there(target)] if target.exists() else ())
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=UNFINISHED) as folder:
        copy, finished = Path(folder) / DATABASE, Path(folder) / target.name
        office.database.copy(copy)
        manifest = _described(copy, at=at)
        with _private(finished) as out, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.write(copy, DATABASE)
            archive.writestr(MANIFEST, as_json(manifest))
        give_name(finished, target)
    return manifest


@contextmanager
def _private(path: Path) -> Iterator[BinaryIO]:
    """A new file for its owner's eyes, on the disk when it is left."""
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as out:
        yield out
        out.flush()
        os.fsync(out.fileno())


def _described(copy: Path, *, at: datetime) -> Manifest:
    """What the copy holds, read from the copy: the house goes on changing."""
    database = Database(f"sqlite:///{copy}", durable=False)
    office = Office(database=database)
    try:
        held = tuple(_held(office, key, at) for key in campaigns(office))
        with database.read() as connection:
            number = schema.revision(connection) or ""
    finally:
        database.dispose()
    return Manifest(made_at=at, digest=digest_of(copy), size=copy.stat().st_size, schema=number,
                    versions=versions(), campaigns=held)  # fmt: skip


def _held(office: Office, key: str, at: datetime) -> Held:
    with office.read(key, ENGINE, at=at) as work:
        events = select(func.count()).select_from(Event).where(col(Event.campaign_id) == work.campaign_id)
        return Held(key=key, name=work.definition.name, head=seal_head(work).head,
                    events=int(work.connection.execute(events).scalar_one()))  # fmt: skip


def digest_of(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    sha = hashlib.sha256()
    with path.open("rb") as content:
        while chunk := content.read(CHUNK):
            sha.update(chunk)
    return sha.hexdigest()


def use_pg_dump() -> Reason:
    return Reason(
        code="BAK-01",
        zh="数据库是 PostgreSQL，请用它的工具备份：pg_dump --format=custom；恢复后先 bangdan mute --copy，再启动",
        en="the database is PostgreSQL; back it up with its own tool: pg_dump --format=custom; "
        "after pg_restore say `bangdan mute --copy` before anything is started",
    )
