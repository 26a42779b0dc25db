"""A secret in a letter is for its reader: what is kept and shown has a mask in its place, what leaves has the secret.

The mask is filled in the bytes of one letter at the moment they are handed to the door, and never stored.
"""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Callable

from notifications.claims import Claimed
from notifications.message import encoded

MASK = "•" * 12
"""What stands in a letter for its secret."""

SecretOf = Callable[[Claimed], str | None]
"""The secret of a letter, None for one that has none."""

_PART = re.compile(rb"(?<=Content-Transfer-Encoding: base64\r\n\r\n)(?:[A-Za-z0-9+/=]+\r\n)+")


def no_secret(_letter: Claimed) -> None:
    """For an outbox whose letters have none."""


def filled(raw: bytes, secret: str) -> bytes:
    """The message with its secret in place of every mask."""

    def fill(part: re.Match[bytes]) -> bytes:
        return encoded(b64decode(part[0]).replace(MASK.encode(), secret.encode()))

    return _PART.sub(fill, raw)
