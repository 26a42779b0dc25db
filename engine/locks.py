"""Who holds off whom inside PostgreSQL: a campaign's transactions, its batches, its sealing, its candidates.

The locks are advisory and end with their transaction. SQLite has one writer, so nothing is asked of it.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable

from sqlalchemy import Connection, text

CANDIDATE_LOCKS = 512
BATCHES, SEALING, CANDIDATES = (
    20231201,
    20231202,
    20231203,
)  # two-number locks, beside `engine.schema`


def lock_words(campaign_id: int, *, alone: bool) -> str:
    """The statement that takes a transaction's part in a campaign: with others, or alone."""
    return f"SELECT pg_advisory_xact_lock{'' if alone else '_shared'}({campaign_id:d})"


def lock_batches(connection: Connection, campaign_id: int) -> None:
    """Let the campaign's batches go one after the other; single verbs go between."""
    _lock_pair(connection, BATCHES, campaign_id)


def lock_out_batches(connection: Connection, campaign_id: int) -> None:
    """Let none of the campaign's batches begin until this transaction ends; others may do the same meanwhile."""
    _lock_pair(connection, BATCHES, campaign_id, shared=True)


def lock_sealing(connection: Connection, campaign_id: int) -> None:
    """Let one transaction at a time seal the campaign's history, or the chain would fork."""
    _lock_pair(connection, SEALING, campaign_id)


def lock_candidates(connection: Connection, campaign_id: int, names: Iterable[str]) -> None:
    """Let one transaction at a time nominate somebody of these names; some other names are held up with them.

    A lock costs the server memory, so names share a few hundred.
    """
    for number in sorted({zlib.crc32(f"{campaign_id} {name}".encode()) % CANDIDATE_LOCKS for name in names}):
        _lock_pair(connection, CANDIDATES, number)


def _lock_pair(connection: Connection, space: int, campaign_id: int, *, shared: bool = False) -> None:
    if connection.dialect.name == "postgresql":
        lock = text(f"SELECT pg_advisory_xact_lock{'_shared' if shared else ''}(:space, :key)")
        connection.execute(lock, {"space": space, "key": campaign_id})


def lock_alone(connection: Connection, campaign_id: int) -> None:
    """Wait until no verb is under way and hold every other off until this transaction ends."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(lock_words(campaign_id, alone=True))
