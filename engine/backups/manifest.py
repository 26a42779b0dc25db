"""What a backup says of itself: when it was made, of what, by which versions, and the digests that prove it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from workflows.instants import iso
from workflows.reasons import FileRefused, Reason

FORMAT = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """A campaign in a backup: `head` is the digest of its newest seal, empty while nothing is sealed."""

    key: str
    name: str
    events: int
    head: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Manifest:
    """All of it. `digest` is the SHA-256 of the database's bytes, `schema` its last migration."""

    made_at: datetime
    digest: str
    size: int
    schema: str
    versions: dict[str, str]
    campaigns: tuple[Held, ...]


def as_json(manifest: Manifest) -> bytes:
    """The manifest as it lies in the backup."""
    values = {"format": FORMAT, **asdict(manifest), "made_at": iso(manifest.made_at)}
    return json.dumps(values, ensure_ascii=False, indent=2).encode()


def from_json(content: bytes) -> Manifest:
    """The manifest of a backup. Raises FileRefused (BAK-03)."""
    try:
        values: dict[str, Any] = json.loads(content)
        written = values.pop("format")
        held = tuple(Held(**each) for each in values.pop("campaigns"))
        made_at = datetime.fromisoformat(values.pop("made_at"))
        manifest = Manifest(made_at=made_at, campaigns=held, **values)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise FileRefused(no_backup(str(error))) from error
    if written != FORMAT:
        raise FileRefused(no_backup(f"format {written}"))
    return manifest


def no_backup(why: str) -> Reason:
    return Reason(
        code="BAK-03",
        zh=f"不是本程序可读的备份文件（{why[:120]}）；未作任何改动",
        en=f"no backup that this program can read ({why[:120]}); nothing was changed",
    )
