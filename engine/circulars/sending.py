"""Sending a circular: what it would be for each reader, how many there are, and into the outbox all at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, update
from sqlmodel import col

from engine.access import may_office, not_found
from engine.circulars import aim as aims
from engine.circulars import drafts, words
from engine.circulars.aim import Aim
from engine.circulars.audience import Reader, readers
from engine.circulars.tables import Circular
from engine.circulars.words import Pen, Words
from engine.history import record
from engine.letters import circular as letter
from engine.letters.correspondence import Message, Sent, recipient_of, send
from engine.office import Work
from workflows.reasons import Reason, Refused, refuse

USEFUL = timedelta(days=30)


@dataclass(frozen=True, kw_only=True, slots=True)
class Ready:
    """A circular before it is sent: whom it would reach how, and what keeps it from being sent."""

    readers: tuple[Reader, ...]
    letters: int
    calls: int
    faults: tuple[Reason, ...]


def occasion(circular: str) -> str:
    """What its letters and calls name as their reason."""
    return f"circular/{circular}"


def ready(work: Work, circular: str) -> Ready:
    """Whom a circular would reach if it were sent now. Raises NotFound."""
    row = drafts.find(work, circular)
    return of_words(work, _words(row), aims.from_plain(row.aim))


def of_words(work: Work, written: Words, aim: Aim) -> Ready:
    """The same of words that are not kept yet."""
    found = tuple(aims.faults(work, aim))
    people = [] if found else readers(work, aim)
    letters = sum(recipient_of(each.to) is not None for each in people)
    return Ready(
        readers=tuple(people), letters=letters, calls=len(people) - letters,
        faults=(*found, *_faults(written, aim, people)),
    )  # fmt: skip


def preview(work: Work, circular: str, reader: str) -> Message:
    """The letter that one reader (by `Addressee.ref`) would get, as a message of the template `circular`.

    Raises NotFound, Refused (TPL-…).
    """
    row = drafts.find(work, circular)
    found = [each for each in readers(work, aims.from_plain(row.aim)) if each.to.ref == reader]
    if not found:
        raise not_found(reader)
    (message,) = _messages(work, _words(row), found[:1])
    return message


def send_circular(work: Work, circular: str, *, version: int, expected: Sent) -> Sent:
    """Put it into the outbox and onto the call sheet, one for each reader.

    `version` and `expected` are what the sender saw before: where either is another by now, nothing is sent. Raises
    NotFound, Refused (CIR-01, CIR-03, CIR-04, CIR-06, TPL-…, TXT-01).
    """
    may_office(work.actor)
    row = drafts.open_draft(work, circular, version=version)
    aim, written = aims.from_plain(row.aim), _words(row)
    now = of_words(work, written, aim)
    refuse(now.faults)
    if (now.letters, now.calls) != (expected.letters, expected.calls):
        raise Refused(_others(now, expected))
    sent = send(
        work, _messages(work, written, now.readers), template=letter.TEMPLATE, occasion=occasion(circular),
        until=work.at + USEFUL, subject_ref=f"circular:{circular}",
    )  # fmt: skip
    values = {"state": drafts.SENT, "sent_at": work.at, "sent_by": work.actor.name, "letters": sent.letters,
              "calls": sent.calls}  # fmt: skip
    work.connection.execute(update(Circular).where(col(Circular.id) == row.id).values(values))
    record(work, "circular", row.id, "send", source=drafts.DRAFT, target=drafts.SENT, title=row.subject,
           letters=sent.letters, calls=sent.calls)  # fmt: skip
    return sent


def _words(row: Row[Any]) -> Words:
    return Words(subject=row.subject, body=row.body)


def _faults(written: Words, aim: Aim, people: Sequence[Reader]) -> Iterator[Reason]:
    yield from words.faults(written, aim.to)
    if not people:
        yield Reason(
            code="CIR-06", where="to", zh="按这些条件没有任何收件人，请放宽筛选",
            en="nobody is found by these conditions; ask for less",
        )  # fmt: skip


def _messages(work: Work, written: Words, people: Sequence[Reader]) -> list[Message]:
    pen = Pen(written)
    each = [(reader.to, pen.write(reader.values)) for reader in people]
    return letter.messages(work, [(to, own.subject, own.paragraphs) for to, own in each])


def _others(now: Ready, expected: Sent) -> Reason:
    return Reason(
        code="CIR-04",
        zh=f"收件人有变动：您核对时为邮件{expected.letters}封、电话{expected.calls}个，现在为邮件{now.letters}封、"
        f"电话{now.calls}个；尚未发送，请重新核对",
        en=f"the readers have changed: you saw {expected.letters} letters and {expected.calls} calls, now there are "
        f"{now.letters} and {now.calls}; nothing was sent, look again",
        facts={"letters": now.letters, "calls": now.calls},
    )  # fmt: skip
