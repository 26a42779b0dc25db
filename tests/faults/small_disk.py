"""A disk of 8 MB of its own, to be filled to the last byte and freed again; needs root (`needs.mounting`).

with small_disk(tmp_path / "disk") as disk:
    disk.fill()          # from now on every write that needs a new block fails with ENOSPC
    disk.free()
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

SIZE = "8m"
BLOCK = b"x" * 4096


@dataclass(frozen=True, kw_only=True, slots=True)
class SmallDisk:
    """Where it is mounted."""

    path: Path

    def fill(self) -> None:
        """Until not one more block fits."""
        with (self.path / "ballast").open("ab", buffering=0) as ballast, suppress(OSError):
            while True:
                ballast.write(BLOCK)

    def free(self) -> None:
        """Give all of that back."""
        (self.path / "ballast").unlink()

    def allow(self, how: str) -> None:
        """`ro`: whatever is on it can only be read; `rw`: as before. Nobody may have a file open for writing."""
        remount = ("mount", "-o", f"remount,{how},size={SIZE}", str(self.path))
        subprocess.run(remount, check=True)

    def names(self) -> list[str]:
        """The files on it, but for what fills it."""
        return sorted(each.name for each in self.path.iterdir() if each.name != "ballast")


@contextmanager
def small_disk(path: Path) -> Iterator[SmallDisk]:
    """Mounted at `path`, which is made; gone afterwards with all that is on it."""
    path.mkdir()
    mount, unmount = ("mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(path)), ("umount", "--lazy", str(path))
    subprocess.run(mount, check=True)
    try:
        yield SmallDisk(path=path)
    finally:
        subprocess.run(unmount, check=True)
