"""Passwords that were found in breaches, so whoever guesses tries them first. They are known here by digests alone.

`config/passwords/breached.bin` holds the first six bytes of the SHA-256 of each, sorted; what they are is not to be
read from it. `config/passwords/README.md` says where they come from and how the file is made.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections.abc import Iterable
from functools import cache
from pathlib import Path

FILE = Path(__file__).parents[2] / "config" / "passwords" / "breached.bin"
BYTES = 6  # of each digest: of a thousand million other passwords one is refused for nothing


def is_breached(plain: str) -> bool:
    """Whether that was found, in capitals or not."""
    known, wanted = _known(), _digest(plain)
    place = bisect_left(known, wanted)
    return known[place : place + 1] == [wanted]


def made_of(passwords: Iterable[str]) -> bytes:
    """What the file holds of these passwords."""
    return b"".join(sorted({_digest(each) for each in passwords}))


def _digest(plain: str) -> bytes:
    return hashlib.sha256(plain.casefold().encode()).digest()[:BYTES]


@cache
def _known() -> list[bytes]:
    content = FILE.read_bytes()
    return [content[place : place + BYTES] for place in range(0, len(content), BYTES)]
