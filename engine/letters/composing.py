"""Writing a letter from its context, with the deadline as a calendar entry where it has one."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from engine.letters.invitations import read_invitation
from notifications.claims import Claimed
from notifications.delivery import Compose, Content
from notifications.invitation import calendar_bytes
from notifications.own import Own
from notifications.rendering import Templates, templates_in
from workflows.definition import Definition


def compose(latest: Mapping[int, Definition], *folders: Path) -> Compose:
    """What `notifications.delivery` writes letters with: the campaign's own, else the templates of these folders.

    `latest` is what an office remembers of its campaigns by row id; the second look at a letter, in the same
    transaction, has opened the one that it belongs to.
    """

    def write(letter: Claimed, context: Mapping[str, Any]) -> Content:
        entry = read_invitation(context)
        templates = templates_of(latest[letter.campaign_id], *folders)
        return Content(
            rendered=templates.render(letter.template, context), calendar=calendar_bytes(entry) if entry else None
        )

    return write


def templates_of(definition: Definition, *folders: Path) -> Templates:
    """The letters of a campaign: those in its own words, else the first found in these folders."""
    own = tuple(Own(name=each.name, subject=each.subject, title=each.title, text=each.text, english=each.english)
                for each in definition.letters)  # fmt: skip
    return templates_in(*folders, own=own)
