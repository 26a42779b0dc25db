"""Is a letter still true at the moment it leaves? Reminders are derived anew; what a verb caused happened and stays.

Who has done meanwhile what a letter would remind of gets no letter, and who gets one reads the state of this moment.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import Connection, select
from sqlmodel import col

from engine.access import ENGINE
from engine.letters import audiences
from engine.office import Office, Work
from engine.tables import Campaign
from notifications.claims import Claimed
from notifications.delivery import Drop, Recheck
from notifications.mailbook import LetterInFull
from workflows.timeline import Occasion

MOVED = Drop(reason="日程已调整，此次提醒不再发出 / the calendar was changed; this reminder is not sent any more")
SETTLED = Drop(reason="已办理，无需再提醒 / settled meanwhile; nothing to remind of")

Answer = Mapping[str, Any] | Drop


class Asked(Protocol):
    """What is looked at of a letter."""

    @property
    def id(self) -> int: ...
    @property
    def occasion(self) -> str: ...
    @property
    def contact_ref(self) -> str: ...
    @property
    def context(self) -> Mapping[str, Any]: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class _Asked:
    id: int
    occasion: str
    contact_ref: str
    context: Mapping[str, Any]


def recheck(office: Office) -> Recheck:
    """What `notifications.delivery` asks in the transaction in which it claims letters."""

    def ask(connection: Connection, letters: Sequence[Claimed], at: datetime) -> list[Answer]:
        by_campaign = defaultdict(list)
        for letter in letters:
            by_campaign[letter.campaign_id].append(letter)
        answers: dict[int, Answer] = {}
        for campaign_id, mine in by_campaign.items():
            answers |= _answers(_work(office, connection, campaign_id, at), mine)
        return [answers[letter.id] for letter in letters]

    return ask


def as_of_now(work: Work, found: LetterInFull) -> Answer:
    """What a letter that has not left yet would say if it went now, or why it would not go."""
    line = found.line
    asked = _Asked(id=line.id, occasion=line.occasion, contact_ref=line.contact_ref, context=found.context)
    return _answers(work, [asked])[line.id]


def _work(office: Office, connection: Connection, campaign_id: int, at: datetime) -> Work:
    key = connection.execute(select(col(Campaign.key)).where(col(Campaign.id) == campaign_id)).scalar_one()
    return office.work(connection, key, ENGINE, at)


def _answers(work: Work, letters: Sequence[Asked]) -> dict[int, Answer]:
    answers: dict[int, Answer] = {}
    reminding: dict[str, dict[str, Asked]] = defaultdict(dict)
    for letter in letters:
        if _is_reminder(work, letter.occasion):
            reminding[letter.occasion][letter.contact_ref] = letter
        else:
            answers[letter.id] = letter.context
    found = _still_asked(work, reminding) if reminding else {}
    for occasion, mine in reminding.items():
        fresh = _fresh(work, found[occasion], mine) if occasion in found else dict.fromkeys(mine, MOVED)
        answers |= {letter.id: fresh.get(ref, SETTLED) for ref, letter in mine.items()}
    return answers


def _is_reminder(work: Work, occasion: str) -> bool:
    chain = occasion.partition(":")[0]
    chains = {one.key for one in work.definition.reminders} | {one.key for one in work.definition.dailies}
    return chain in chains


def _still_asked(work: Work, keys: Iterable[str]) -> dict[str, Occasion]:
    """The occasions of these keys as the calendar in force has them; one that is not due now is absent."""
    wanted = set(keys)
    return {one.key: one for one in work.occasions if one.key in wanted and one.at <= work.at}


def _fresh(work: Work, occasion: Occasion, letters: Mapping[str, Asked]) -> dict[str, Answer]:
    """What the occasion has to say now to these readers; who is absent has nothing left to be reminded of."""
    only = [int(ref.rpartition(":")[2]) for ref in letters]
    return {message.to.ref: message.context for message in audiences.messages(work, occasion, only=only)}
