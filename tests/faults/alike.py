"""Two answers that differ in nothing but chance: what is random is the same again, or is numbered as it appears.

with chance("own"):             # ids made in here are the same in every house
    nominations.draft(…)
numbered("/n/Zb3…22 characters… Zb3…")  # → "/n/<1> <1>", for what was made elsewhere
"""

from __future__ import annotations

import base64
import random
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

RANDOM = re.compile(r"(?<![\w-])(?:whsec_)?(?=[\w-]*[A-Z])(?=[\w-]*[a-z])[\w-]{21,88}(?![\w-])", re.ASCII)


@contextmanager
def chance(seed: str) -> Iterator[None]:
    """Ids and secrets that follow from `seed`. For comparing two houses; never for a secret that keeps anybody out."""
    drawn = random.Random(seed)

    def token(size: int = 32) -> str:
        return base64.urlsafe_b64encode(drawn.randbytes(size)).decode().rstrip("=")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(secrets, "token_urlsafe", token)
        yield


def numbered(answer: object) -> str:
    """The answer as text, with what is random numbered."""
    known: dict[str, str] = {}
    return RANDOM.sub(lambda found: known.setdefault(found.group(), f"<{len(known) + 1}>"), str(answer))
