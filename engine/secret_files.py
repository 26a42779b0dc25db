"""Files that hold secrets: only their owner may read them."""

from __future__ import annotations

import os
import stat
from pathlib import Path

OTHERS = 0o077


def mode_of(path: Path) -> int:
    """The file's permissions."""
    return stat.S_IMODE(path.stat().st_mode)


def others_can_read(path: Path) -> bool:
    """Whether anybody but the owner may. (Windows has no such modes; there the folder's rights must do.)"""
    return os.name == "posix" and bool(mode_of(path) & OTHERS)
