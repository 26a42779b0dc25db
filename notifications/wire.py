"""Octets of SMTP: a message as it is sent, an address as it may stand in an envelope, a server's replies."""

from __future__ import annotations

import re
from typing import NamedTuple

LONGEST_REPLY = 64 * 1024  # octets; more is not a reply

_LINE_END = re.compile(rb"\r\n|\r|\n")
_UNFIT = re.compile(r"[\x00-\x20\x7f<>]")
_REPLY = re.compile(rb"(?:[0-9]{3}-[^\n]*\n)*([0-9]{3})(?:[ \r][^\n]*)?\n")
_BEGUN = re.compile(rb"(?:[0-9]{3}-[^\n]*\n)*[^\n]*")


class Reply(NamedTuple):
    """A server's answer: 250, and all its lines."""

    code: int
    lines: bytes

    @property
    def words(self) -> str:
        """What it says in words, over all lines."""
        return " ".join(line[4:].decode("utf-8", "replace").strip() for line in self.lines.splitlines())


def whole_replies(octets: bytes) -> tuple[list[Reply], bytes]:
    """The replies that have come whole, and what has come after them."""
    replies, place = [], 0
    while found := _REPLY.match(octets, place):
        replies.append(Reply(int(found[1]), found[0]))
        place = found.end()
    return replies, octets[place:]


def may_become_a_reply(octets: bytes) -> bool:
    """Whether what has come so far can be the beginning of a reply."""
    return len(octets) <= LONGEST_REPLY and _BEGUN.fullmatch(octets) is not None


def on_the_wire(raw: bytes) -> bytes:
    """A message as it is sent: CRLF everywhere, leading dots doubled, the final dot behind."""
    lines = _LINE_END.split(raw)
    if lines[-1]:
        lines.append(b"")
    return ended(b"\r\n".join(b"." + line if line.startswith(b".") else line for line in lines))


def ended(lines: bytes) -> bytes:
    """Lines that are sent as they are, with the final dot behind."""
    return lines + b".\r\n"


def fit_for_envelope(address: str) -> bool:
    """Whether an address can stand between angle brackets without becoming something else."""
    return bool(address) and not _UNFIT.search(address)
