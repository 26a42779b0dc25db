"""Letters: how many of each kind on each day, and one of each kind as its reader would see it."""

from __future__ import annotations

import email
import email.policy
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from email.message import EmailMessage
from typing import Any, cast

from icalendar import Calendar
from sqlalchemy import Select, func, select

from bangdan.language import Words
from bangdan.report.words import LETTERS, Dial, letter_name
from engine.access import visible
from engine.office import Work
from notifications.tables import LETTER, LETTER_BYTES, Letter

TYPICAL = 0.8  # of all letters of a kind by size: rich enough to show what the kind can say, and no extreme
LARGEST = 120_000  # bytes of a sample


@dataclass(frozen=True, kw_only=True, slots=True)
class Invitation:
    """The calendar entry of a letter."""

    summary: str
    at: str
    alarms: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Sample:
    """One letter that was written: its headers, both its parts, and the bytes as a mail program opens them."""

    template: str
    subject: str
    sender: str
    to: str
    date: str
    text: str
    html: str
    invitation: Invitation | None
    raw: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class Kind:
    """All letters of one kind. `days` counts those that went out, `sample` is None if none did."""

    template: str
    name: Words
    sent: int
    other: int
    days: Mapping[date, int]
    sample: Sample | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Post:
    """All letters of the campaign."""

    kinds: tuple[Kind, ...]
    states: Mapping[str, int]

    @property
    def sent(self) -> int:
        return sum(kind.sent for kind in self.kinds)


def post(work: Work, dial: Dial) -> Post:
    """What was written, in the order of a campaign's course."""
    states: Counter[str] = Counter()
    sent: dict[str, Counter[date]] = {}
    unsent: Counter[str] = Counter()
    for template, state, at, n in work.connection.execute(_counts(work)):
        states[state] += n
        if at is None:
            unsent[template] += n
        else:
            sent.setdefault(template, Counter())[dial.day(at)] += n
    samples = _samples(work, dial)
    order = {template: place for place, template in enumerate(LETTERS)}
    found = sorted({*sent, *unsent}, key=lambda template: (order.get(template, len(order)), template))
    kinds = tuple(
        Kind(template=template, name=letter_name(template), sent=sent.get(template, Counter()).total(),
             other=unsent[template], days=sent.get(template, Counter()), sample=samples.get(template))
        for template in found
    )  # fmt: skip
    return Post(kinds=kinds, states=states)


def _counts(work: Work) -> Select[*tuple[Any, ...]]:
    columns = LETTER.c.template, LETTER.c.state, LETTER.c.sent_at
    query: Select[*tuple[Any, ...]] = (
        select(*columns, func.count()).where(LETTER.c.campaign_id == work.campaign_id).group_by(*columns)
    )
    return visible(query, Letter, work.actor, work.definition)


def _samples(work: Work, dial: Dial) -> dict[str, Sample]:
    """One typical letter of each kind, of those that were written."""
    query: Select[*tuple[Any, ...]] = (
        select(LETTER.c.template, LETTER.c.id, func.length(LETTER_BYTES.c.frozen))
        .join(LETTER_BYTES, LETTER_BYTES.c.letter_id == LETTER.c.id)
        .where(LETTER.c.campaign_id == work.campaign_id)
        .order_by(func.length(LETTER_BYTES.c.frozen), LETTER.c.id)
    )
    sizes: dict[str, list[int]] = {}
    for template, letter_id, size in work.connection.execute(visible(query, Letter, work.actor, work.definition)):
        if size <= LARGEST:
            sizes.setdefault(template, []).append(letter_id)
    chosen = {ids[int((len(ids) - 1) * TYPICAL)]: template for template, ids in sizes.items()}
    frozen: Select[*tuple[Any, ...]] = select(LETTER_BYTES.c.letter_id, LETTER_BYTES.c.frozen).where(
        LETTER_BYTES.c.letter_id.in_(list(chosen))
    )
    return {chosen[key]: read_sample(chosen[key], bytes(raw), dial) for key, raw in work.connection.execute(frozen)}


def read_sample(template: str, raw: bytes, dial: Dial) -> Sample:
    """A letter's bytes, taken apart as a mail program does it."""
    message = email.message_from_bytes(raw, policy=email.policy.default)
    written: datetime = message["Date"].datetime
    return Sample(
        template=template, subject=str(message["Subject"]), sender=str(message["From"]), to=str(message["To"]),
        date=dial.full(written, weekday=True).zh, text=_part(message, "plain"), html=_part(message, "html"),
        invitation=_invitation(message, dial), raw=raw,
    )  # fmt: skip


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return str(part.get_content()) if part else ""


def _invitation(message: EmailMessage, dial: Dial) -> Invitation | None:
    part = next((part for part in message.walk() if part.get_content_type() == "text/calendar"), None)
    if part is None:
        return None
    content = part.get_payload(decode=True)
    calendar = Calendar.from_ical(cast(bytes, content))
    [event] = calendar.walk("VEVENT")
    said = " – ".join(_instant(event.decoded(edge), dial) for edge in ("dtstart", "dtend") if edge in event)
    return Invitation(summary=str(event.get("summary")), at=said, alarms=len(event.walk("VALARM")))


def _instant(at: object, dial: Dial) -> str:
    """As the program of the reader would show it; a whole day as it is."""
    return dial.full(at, end=True).zh if isinstance(at, datetime) else str(at)
