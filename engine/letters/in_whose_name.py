"""In whose name a campaign writes: its organiser's, where that has a name or a mailbox of its own, else the house's.

The address of the sender is always the house's: it is the one that the mail server and the receivers' checks know.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from engine.office import Memory, Work
from engine.organisers import keeping as organisers
from notifications.claims import Claimed
from notifications.delivery import Compose, Content
from notifications.letter import Sender, check_address


def remember(work: Work) -> None:
    """Keep how the organiser of this campaign signs, as of this transaction, for the letters that are written in it."""
    whose = organisers.of(work)
    work.memory.mail[work.campaign_id] = (whose.mail_name, whose.reply_to)


def signing(compose: Compose, memory: Memory, house: Sender) -> Compose:
    """`compose`, with each letter in the name of its campaign's organiser."""

    def write(letter: Claimed, context: Mapping[str, Any]) -> Content:
        name, reply_to = memory.mail[letter.campaign_id]
        sender = replace(house, name=name or house.name,
                         reply_to=check_address(reply_to) if reply_to else house.reply_to)  # fmt: skip
        return replace(compose(letter, context), sender=sender)

    return write
