"""Random texts that are a right by themselves, and the digests that are kept instead of them."""

from __future__ import annotations

import hashlib
import secrets

BYTES = 32  # of randomness in a token


def random_text() -> str:
    """A text that nobody guesses."""
    return secrets.token_urlsafe(BYTES)


def digest_of(text: str) -> str:
    """What is kept of it. No salt and no slow hash: what is random has no dictionary."""
    return hashlib.sha256(text.encode()).hexdigest()
