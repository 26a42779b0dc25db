"""Letters that lie as files in a folder: taking away those of somebody who was erased."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path


def remove(folder: Path, public_ids: Collection[str]) -> int:
    """Delete the files of these letters, by the id that ends their names; how many there were."""
    gone, wanted = 0, {f"-{each}.eml" for each in public_ids}
    for path in sorted(folder.glob("*.eml")):
        if any(path.name.endswith(ending) for ending in wanted):
            path.unlink(missing_ok=True)
            gone += 1
    return gone
