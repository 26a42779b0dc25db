"""Giving a file that is finished its name: until then nobody finds it, and never in place of another."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from workflows.reasons import Reason, Refused

NO_LINKS = (errno.EPERM, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK)  # of a stick, or a share


def give_name(finished: Path, target: Path) -> None:
    """Let `finished`, which lies on the same disk, be `target` too, for good. Raises Refused (BAK-02)."""
    try:
        os.link(finished, target)  # unlike a rename it fails where somebody was faster
    except FileExistsError:
        raise Refused(is_there(target)) from None
    except OSError as error:
        if error.errno not in NO_LINKS or target.exists():
            raise
        finished.rename(target)
    _keep(target.parent)


def _keep(folder: Path) -> None:
    """A name is on the disk when its folder is. (Windows can't open a folder, and keeps names by itself.)"""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def is_there(path: Path) -> Reason:
    return Reason(code="BAK-02", where=str(path), zh="文件已存在，不会覆盖；请另取名称，或先移走原文件",
                  en="it is there already and is never overwritten; choose another name, or move it away")  # fmt: skip
