"""Is a letter still true at the moment it leaves? Reminders are derived anew, and of several of one chain only the last
goes out; what a verb caused happened and stays, with the date that is in force now.

Who has done meanwhile what a letter would remind of gets no letter, and who gets one reads the state of this moment.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, select
from sqlmodel import col

from engine.access import ENGINE
from engine.failing import FAILING
from engine.letters import audiences, in_whose_name
from engine.letters.correspondence import APPLICANT, CONTACT
from engine.letters.renewing import Asked, with_date_in_force
from engine.office import Office, Work
from engine.tables import Campaign
from notifications.claims import Claimed
from notifications.delivery import Drop, Recheck, Wait
from notifications.mailbook import LetterInFull
from notifications.prepared import part
from workflows.timeline import Occasion

MOVED = Drop(reason="日程已调整，此次提醒不再发出 / the calendar was changed; this reminder is not sent any more")
OVERTAKEN = Drop(
    reason="已有更近的一次提醒，此次不再发出 / a later reminder of the same chain has come; this is not sent"
)
NOT_ASKED = "程序出错，暂时无法核对，稍后再发 / a defect: it could not be checked, and is tried again later"
ASK_AGAIN = timedelta(minutes=10)
LEAVING = ("sent", "ready")  # other numbers in each moment of a delivery, and for each of its senders
SETTLED = Drop(reason="已办理，无需再提醒 / settled meanwhile; nothing to remind of")

Answer = Mapping[str, Any] | Drop

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Asked:
    id: int
    occasion: str
    contact_ref: str
    milestone: str | None
    revision: int | None
    context: Mapping[str, Any]


def recheck(office: Office) -> Recheck:
    """What `notifications.delivery` asks in the transaction in which it claims letters."""

    def ask(connection: Connection, letters: Sequence[Claimed], at: datetime) -> list[Answer | Wait]:
        by_campaign = defaultdict(list)
        for letter in letters:
            by_campaign[letter.campaign_id].append(letter)
        answers: dict[int, Answer | Wait] = {}
        for campaign_id, mine in by_campaign.items():
            answers |= _asked(office, connection, campaign_id, mine, at)
        return [answers[letter.id] for letter in letters]

    return ask


def _asked(
    office: Office, connection: Connection, campaign_id: int, mine: Sequence[Claimed], at: datetime
) -> Mapping[int, Answer | Wait]:
    """What to say of the letters of one campaign. Where that fails they wait, and those of all others go on."""
    try:
        with part(connection):
            work = _work(office, connection, campaign_id, at)
            in_whose_name.remember(work)
            return {**_answers(work, mine)}
    except FAILING:
        raise
    except Exception:
        logger.exception("letters_not_asked", extra={"campaign": campaign_id})
        return {letter.id: Wait(until=at + ASK_AGAIN, reason=NOT_ASKED) for letter in mine}


def as_of_now(work: Work, found: LetterInFull) -> Answer:
    """What a letter that has not left yet would say if it went now, or why it would not go."""
    line = found.line
    asked = _Asked(
        id=line.id, occasion=line.occasion, contact_ref=line.contact_ref, milestone=line.milestone,
        revision=line.revision, context=found.context,
    )  # fmt: skip
    return _answers(work, [asked])[line.id]


def said_now(work: Work, call: Row[Any]) -> Mapping[str, Any]:
    """What to say in a call that is still to be made; one that nothing has to say any more keeps its words."""
    to = f"{CONTACT}{call.contact_id}" if call.contact_id else f"{APPLICANT}{call.nomination_id}"
    asked = _Asked(id=call.id, occasion=call.occasion, contact_ref=to, milestone=call.milestone,
                   revision=call.revision, context=call.context)  # fmt: skip
    answer = _answers(work, [asked])[call.id]
    return asked.context if isinstance(answer, Drop) else answer


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
            answers[letter.id] = with_date_in_force(work, letter)
    found = _still_asked(work, reminding) if reminding else {}
    for occasion, mine in reminding.items():
        asked = found[occasion]
        fresh = dict.fromkeys(mine, asked) if isinstance(asked, Drop) else _fresh(work, asked, mine)
        answers |= {letter.id: fresh.get(ref, SETTLED) for ref, letter in mine.items()}
    return answers


def _is_reminder(work: Work, occasion: str) -> bool:
    chain = occasion.partition(":")[0]
    chains = {one.key for one in work.definition.reminders} | {one.key for one in work.definition.dailies}
    return chain in chains


def _still_asked(work: Work, keys: Iterable[str]) -> dict[str, Occasion | Drop]:
    """The occasions of these keys as the calendar in force has them, or why none of their letters leaves."""
    due = [one for one in work.occasions if one.at <= work.at]
    last = {one.chain: one for one in due}
    known = {one.key: one if last[one.chain] is one else OVERTAKEN for one in due}
    return {key: known.get(key, MOVED) for key in keys}


def _fresh(work: Work, occasion: Occasion, letters: Mapping[str, Asked]) -> dict[str, Answer]:
    """What the occasion has to say now to these readers; who is absent has nothing left to be reminded of."""
    only = [int(ref.rpartition(":")[2]) for ref in letters]
    said = {message.to.ref: message.context for message in audiences.messages(work, occasion, only=only)}
    return {ref: _as_reported(context, letters[ref].context) if ref in letters else context
            for ref, context in said.items()}  # fmt: skip


def _as_reported(now: Mapping[str, Any], first: Mapping[str, Any]) -> Mapping[str, Any]:
    """How many letters have left is told as it stood when the report was made: all its readers read the same."""
    if "letters" not in now:
        return now
    return {**now, "letters": {**now["letters"], **{name: first["letters"][name] for name in LEAVING}}}
