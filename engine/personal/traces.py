"""What a database keeps of rows that are gone: free pages, the journal, dead rows. After an erasure they go too."""

from __future__ import annotations

from contextlib import suppress

from engine.database import Database
from engine.failing import FAILING
from engine.personal.inventory import PERSONAL


def sweep(database: Database) -> bool:
    """Write the file anew without what was deleted; whether all of it is gone from it.

    False where somebody reads an older state at this moment: the journal then goes with the next sweep. PostgreSQL
    frees the rows; what its log and its archives hold is the server's.
    """
    with suppress(*FAILING):  # what was erased is stored by now, so this is no reason to say that it is not
        return _swept(database)
    return False


def _swept(database: Database) -> bool:
    with database.engine.connect() as connection:  # outside any transaction, which VACUUM asks
        if not database.sqlite:
            for held in PERSONAL:
                connection.exec_driver_sql(f'VACUUM "{held.table}"')
            return True
        connection.exec_driver_sql("VACUUM")
        busy = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").scalar()
        return not busy
