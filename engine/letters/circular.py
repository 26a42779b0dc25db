"""The letter that a circular becomes: words that are finished already, on the frame of every letter."""

from __future__ import annotations

from collections.abc import Sequence

from engine.letters.correspondence import Addressee, Message
from engine.letters.letterhead import letterhead, message
from engine.office import Work

TEMPLATE = "circular"
Written = tuple[Addressee, str, list[list[str]]]  # to whom, the subject, the paragraphs with their lines


def messages(work: Work, written: Sequence[Written]) -> list[Message]:
    """One letter each; nothing in the words is a template any more."""
    head = letterhead(work)
    return [message(head, to, subject=subject, paragraphs=paragraphs) for to, subject, paragraphs in written]
