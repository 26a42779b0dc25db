"""The door for those without a mail server: one .eml file a letter, in a folder. It sends nothing anywhere.

A file appears whole or not at all, and a letter has one name, so that a repeat replaces its own file.
"""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Sequence
from pathlib import Path

from notifications.doors import Answer, DotGate, Parcel, Report, Stop

_UNSAFE = re.compile(r"[^\w.@+-]+")


class FolderDoor:
    """Writes into `folder`, which is made if needed.

    `durable=False` leaves it to the operating system when the files reach the disk, for folders that are thrown away.
    """

    def __init__(self, folder: Path, *, durable: bool = True) -> None:
        self.folder = folder
        self.durable = durable

    async def deliver(self, parcels: Sequence[Parcel], *, dot: DotGate, report: Report) -> Stop | None:
        """See `Door`. A full disk or a missing right stops the round."""
        passed = await asyncio.gather(*(dot(parcel) for parcel in parcels))  # one commit for all of them
        stop: Stop | None = None
        for parcel in (parcel for parcel, may in zip(parcels, passed, strict=True) if may):
            try:
                report(parcel, Answer(kind="sent", words=self._write(parcel).name))
            except OSError as error:
                report(parcel, Answer(kind="known_not_delivered", words=str(error)))
                stop = _stop(error)
        return stop

    def _write(self, parcel: Parcel) -> Path:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = self.folder / file_name(parcel)
        unfinished = path.with_suffix(".part")
        try:
            with open(unfinished, "wb", opener=_private) as file:
                file.write(parcel.raw)
                if self.durable:
                    file.flush()
                    os.fsync(file.fileno())
            unfinished.replace(path)
        except OSError:
            unfinished.unlink(missing_ok=True)  # it would take the room that is missing
            raise
        if self.durable:
            self._sync_folder()
        return path

    def _sync_folder(self) -> None:
        handle = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _private(path: str, flags: int) -> int:
    """For its owner's eyes: a letter names people, and may bring a link that signs in."""
    return os.open(path, flags, 0o600)


def _stop(error: OSError) -> Stop:
    return Stop(
        kind="folder",
        alarm=True,
        zh=f"无法写入邮件目录：{error}",
        en=f"the mail folder can't be written: {error}",
    )


def file_name(parcel: Parcel) -> str:
    """`20231130T160000Z-zhang@example.cn-<id>.eml`: sorted by date, readable, and the same for the same letter."""
    to = _UNSAFE.sub("_", parcel.to_address)[:80]
    return f"{parcel.date:%Y%m%dT%H%M%SZ}-{to}-{parcel.public_id}.eml"
