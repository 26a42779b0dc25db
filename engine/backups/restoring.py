"""Getting the house back from a backup. The copy is proven, brought up to date and muted before it gets its name."""

from __future__ import annotations

import os
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from engine import schema
from engine.backups.copies import Safe, make_safe
from engine.backups.entries import Shut
from engine.backups.making import DATABASE, MANIFEST, UNFINISHED, digest_of, use_pg_dump
from engine.backups.manifest import Manifest, from_json, no_backup
from engine.backups.placing import give_name, is_there
from engine.database import Database
from engine.office import Office
from engine.proving import damages, prove
from engine.turn import campaigns
from workflows.reasons import FileRefused, Reason, Refused, refuse

LARGEST_MANIFEST = 1 << 20  # bytes
BESIDE = ("-wal", "-shm", "-journal")
# What a damaged archive makes of itself: none, another one, a part without content, packed or locked in no known way.
UNREADABLE = (zipfile.BadZipFile, zlib.error, KeyError, EOFError, ValueError, NotImplementedError, RuntimeError)


@dataclass(frozen=True, kw_only=True, slots=True)
class Restored:
    """What was restored, how many letters lay ready in it, which the original may have sent since, and who is out."""

    manifest: Manifest
    waiting: int
    shut: Shut


def restore(source: Path, database: Database, *, at: datetime, actor: str) -> Restored:
    """Make `database`, which must not exist yet, from the backup `source`.

    Raises Refused: BAK-01 (PostgreSQL), BAK-02 (there is a database), SCH-01 (made by a newer version); FileRefused:
    BAK-03 (no backup), BAK-04 (it is damaged), BAK-05 (its history does not stand).
    """
    if not database.sqlite:
        raise Refused(use_pg_dump())
    target = Path(str(database.url.database))
    # A journal that an earlier database left there would be applied to this one.
    there = [path for path in (target, *(Path(f"{target}{end}") for end in BESIDE)) if path.exists()]
    refuse(is_there(path) for path in there)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=UNFINISHED) as folder:
        copy = Path(folder) / DATABASE
        manifest = _unpacked(source, copy)
        safe = _made_safe(copy, manifest, source, at=at, actor=actor)
        give_name(copy, target)
    return Restored(manifest=manifest, waiting=safe.waiting, shut=safe.shut)


def _unpacked(source: Path, copy: Path) -> Manifest:
    """The database as it was backed up, at `copy`."""
    try:
        with zipfile.ZipFile(source) as archive:
            with archive.open(MANIFEST) as content:
                manifest = from_json(content.read(LARGEST_MANIFEST))
            with archive.open(DATABASE) as packed, _private(copy) as out:
                shutil.copyfileobj(packed, out)
    except UNREADABLE as error:
        raise FileRefused(no_backup(str(error)).at(str(source))) from error
    if digest_of(copy) != manifest.digest:
        raise FileRefused(_damaged().at(str(source)))
    return manifest


@contextmanager
def _private(path: Path) -> Iterator[BinaryIO]:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        yield out


def _made_safe(copy: Path, manifest: Manifest, source: Path, *, at: datetime, actor: str) -> Safe:
    """Proven, brought up to date, muted, and shut."""
    database = Database(f"sqlite:///{copy}")
    try:
        schema.bring_up(database)
        faults = _faults(Office(database=database), manifest, at)
        if faults:
            raise FileRefused(_broken(fault).at(str(source)) for fault in faults)
        with database.write() as connection:
            reason = f"由 {manifest.made_at:%Y-%m-%d %H:%M}Z 的备份恢复"
            safe = make_safe(connection, at=at, reason=reason, actor=actor)
        with database.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA journal_mode=DELETE")  # all of it in the one file that gets the name
    finally:
        database.dispose()
    return safe


def _faults(office: Office, manifest: Manifest, at: datetime) -> list[str]:
    """What the database itself and the history of each campaign say against it."""
    with office.database.read() as connection:
        faults = list(damages(connection))
    heads = {held.key: held.head for held in manifest.campaigns}
    for key in campaigns(office) if not faults else ():
        faults += prove(office, key, at=at, kept=filter(None, [heads.get(key)])).faults
    return faults


def _damaged() -> Reason:
    return Reason(
        code="BAK-04",
        zh="备份已损坏：内容与清单中的摘要不符；未作任何改动，请换一份备份",
        en="the backup is damaged: its content has another digest than its manifest says; nothing was changed",
    )


def _broken(fault: str) -> Reason:
    return Reason(
        code="BAK-05",
        zh=f"备份中的历史未通过核验：{fault}；未作任何改动",
        en=f"the history in the backup does not stand: {fault}; nothing was changed",
    )
