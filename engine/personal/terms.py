"""For how long what is only needed for a while is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, kw_only=True, slots=True)
class Terms:
    """First answers to requests, addresses that were signed in from, and messages after the campaign's end."""

    answers: timedelta = timedelta(days=30)
    places: timedelta = timedelta(days=90)
    letters: timedelta = timedelta(days=365)
