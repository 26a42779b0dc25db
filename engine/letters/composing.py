"""Writing a letter from its context, with the deadline as a calendar entry where it has one."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from engine.letters.invitations import read_invitation
from notifications.claims import Claimed
from notifications.delivery import Compose, Content
from notifications.invitation import calendar_bytes
from notifications.rendering import templates_in


def compose(*folders: Path) -> Compose:
    """What `notifications.delivery` writes letters with: the templates of these folders, the first one winning."""
    templates = templates_in(*folders)

    def write(letter: Claimed, context: Mapping[str, Any]) -> Content:
        entry = read_invitation(context)
        return Content(
            rendered=templates.render(letter.template, context), calendar=calendar_bytes(entry) if entry else None
        )

    return write
