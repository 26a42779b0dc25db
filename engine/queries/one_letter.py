"""One letter with all there is to know of it: how its reader sees it, why it was written, what comes next for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from engine.letters import desk
from engine.letters.composing import templates_of
from engine.letters.recheck import as_of_now
from engine.office import Work
from engine.queries.explanation import Words
from engine.queries.finding import row_of
from engine.queries.occasions import occasion_words
from engine.queries.story import Happened, story_at
from notifications.delivery import Drop
from notifications.errors import MailError
from notifications.mailbook import LetterInFull, LetterLine
from workflows.reasons import NotFound

WAITING = ("ready", "claimed")  # what it says may still change


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """A letter as its reader has it, or would get it. `calendar` is the name of the .ics that goes with it."""

    subject: str
    text: str
    html: str
    sender: str
    calendar: str


@dataclass(frozen=True, kw_only=True, slots=True)
class OneLetter:
    """A letter in full. `frozen`: what is shown are the very bytes that went out, or went to the server's door.

    `shown` is None where it can't be written, `fault` says why; `stops` why it would not leave if it were its turn now.
    `copies` is how many the reader may have; `about` the kind and id of what it is about, and `cause` the lines of the
    history that it was written with.
    """

    line: LetterLine
    template: str
    message_id: str | None
    because: Words
    about: tuple[str, str] | None
    cause: tuple[Happened, ...]
    frozen: bool
    copies: int
    shown: Shown | None
    fault: Words | None = None
    stops: Words | None = None


def one_letter(work: Work, public_id: str, *folders: Path) -> OneLetter:
    """That letter; `folders` hold the templates. For the secretariat and the auditor. Raises NotFound."""
    found = desk.letter(work, public_id)
    line = found.line
    subject, key, row_id = _about(work, line)
    zh, en = occasion_words(work.definition, work.shape, line.occasion)
    shown, fault, stops = _seen(work, found, *folders)
    return OneLetter(
        line=line, template=found.template, message_id=found.message_id,
        because=Words(zh=zh, en=en),
        about=(subject, key) if key else None, cause=_cause(work, subject, row_id, found),
        frozen=found.raw is not None, copies=_copies(line),
        shown=shown, fault=fault, stops=stops,
    )  # fmt: skip


def _copies(line: LetterLine) -> int:
    """How many the reader may have: every attempt of unknown outcome, and the one that is known or under way."""
    known = line.state == "dot" or (line.state == "sent" and line.attempts > line.unknowns)
    return line.unknowns + known


def _about(work: Work, line: LetterLine) -> tuple[str, str, int]:
    """The thing that a letter is about: kind, the id that people use and row id; the campaign has no id of its own."""
    _, _, key = line.subject_ref.partition(":")
    if key:
        try:
            subject, row_id = row_of(work, key)
        except NotFound:
            return "campaign", "", work.campaign_id
        return subject, key, row_id
    return "campaign", "", work.campaign_id


def _cause(work: Work, subject: str, row_id: int, found: LetterInFull) -> tuple[Happened, ...]:
    """A letter is written in the transaction of what it tells, so both bear the same instant."""
    happened = story_at(work, subject, row_id, found.line.created_at)
    return tuple(each for each in happened if each.details.get("occasion") in (None, found.line.occasion))


def _seen(
    work: Work, found: LetterInFull, *folders: Path
) -> tuple[Shown | None, Words | None, Words | None]:  # fmt: skip
    if found.raw is not None:
        return _of_message(found.raw), None, None
    context: Mapping[str, Any] = found.context
    stops = None
    if found.line.state in WAITING:
        answer = as_of_now(work, found)
        if isinstance(answer, Drop):
            zh, _, en = answer.reason.partition(" / ")
            stops = Words(zh=zh, en=en)
        else:
            context = answer
    try:
        return _written(work, found.template, context, *folders), None, stops
    except MailError as fault:
        return None, Words(zh=f"{fault.code} {fault.zh}", en=f"{fault.code} {fault.en}"), stops


def _written(work: Work, template: str, context: Mapping[str, Any], *folders: Path) -> Shown:
    rendered = templates_of(work.definition, *folders).render(template, context)
    return Shown(
        subject=rendered.subject, text=rendered.text, html=rendered.html, sender="",
        calendar="deadline.ics" if context.get("invitation") else "",
    )  # fmt: skip


def _of_message(raw: bytes) -> Shown:
    """A message, taken apart as a mail program does it."""
    message = message_from_bytes(raw, policy=default)
    files = [part.get_filename() or "" for part in message.walk() if part.get_content_type() == "text/calendar"]
    return Shown(
        subject=str(message["Subject"]), text=_part(message, "plain"), html=_part(message, "html"),
        sender=str(message["From"]), calendar=files[0] if files else "",
    )  # fmt: skip


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return str(part.get_content()) if part else ""


def preview(work: Work, template: str, context: Mapping[str, Any], *folders: Path) -> Shown:
    """A letter that is not in the outbox yet, as its reader would get it. Raises TemplateRefused."""
    return _written(work, template, context, *folders)
