"""Codes that change every thirty seconds (TOTP, RFC 6238), as authenticator apps show them. Pure.

The apps know six digits, thirty seconds and HMAC-SHA-1 only, so there is nothing to choose.
"""

from __future__ import annotations

import base64
import hmac
from datetime import datetime
from urllib.parse import quote, urlencode

STEP_SECONDS = 30
DIGITS = 6
ISSUER = "bangdan"


def step_of(at: datetime) -> int:
    """The number of the thirty seconds that `at` lies in."""
    return int(at.timestamp()) // STEP_SECONDS


def code(secret: bytes, step: int) -> str:
    """The digits that an app with that secret shows during a step."""
    digest = hmac.digest(secret, step.to_bytes(8, "big"), "sha1")
    offset = digest[-1] & 15
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**DIGITS:0{DIGITS}d}"


def matching(secret: bytes, typed: str, *, at: datetime) -> int | None:
    """The step whose code that is: the one of now, or the one before, for who types slowly; None for any other text."""
    now, given = step_of(at), "".join(typed.split()).encode()
    return next((step for step in (now, now - 1) if hmac.compare_digest(code(secret, step).encode(), given)), None)


def written(secret: bytes) -> str:
    """The secret as it is typed into an app: base32, in groups of four."""
    plain = base64.b32encode(secret).decode()
    return " ".join(plain[place : place + 4] for place in range(0, len(plain), 4))


def address(secret: bytes, *, account: str) -> str:
    """The address by which an app on the same device takes the secret."""
    told = {"secret": base64.b32encode(secret).decode(), "issuer": ISSUER, "digits": DIGITS, "period": STEP_SECONDS}
    return f"otpauth://totp/{quote(f'{ISSUER}:{account}', safe='')}?{urlencode(told)}"
