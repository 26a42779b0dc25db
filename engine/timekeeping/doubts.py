"""The doubt's beginning and end in the history of every campaign, and a person's word that ends it."""

from __future__ import annotations

import logging
from datetime import datetime

from sqlalchemy import Connection

from engine.access import ENGINE, Actor, may_office
from engine.history import record
from engine.office import Office, every
from engine.texts import reason_of
from engine.timekeeping import baseline
from engine.timekeeping.watch import Doubt, Watch
from workflows.reasons import Reason, Refused

KEPT = 0.25  # seconds by which the kept distance may be behind: other processes begin with it

logger = logging.getLogger(__name__)


def look(office: Office) -> Doubt | None:
    """Whether the clock is in doubt now. When that begins and when it ends is written down, once."""
    watch = office.watch
    if watch is None:
        return None
    with office.database.read() as connection:
        row = baseline.found(connection, watch.boot)
    if watch.doubt() is not None and row is not None:
        watch.ahead = row.ahead  # what another process was told counts here too
    doubt = watch.doubt()
    if row is None or (doubt is None) != (row.doubt_since is None) or abs(watch.ahead - row.ahead) > KEPT:
        with office.database.write() as connection:
            _note(office, connection, watch, doubt)
    return doubt


def _note(office: Office, connection: Connection, watch: Watch, doubt: Doubt | None) -> None:
    row = baseline.found(connection, watch.boot, held=True)  # again: another engine may have been faster
    at, since = watch(), row.doubt_since if row is not None else None
    if doubt is not None and since is None:
        logger.error("clock_in_doubt", extra={"seconds": doubt.step.total_seconds()})
        baseline.keep(connection, watch, since=at)
        _tell(office, connection, ENGINE, at, "clock-doubt")
    elif doubt is None and since is not None:
        logger.warning("clock_agrees_again")
        baseline.keep(connection, watch, since=None)
        _tell(office, connection, ENGINE, at, "clock-agrees", doubted=since.isoformat())
    elif doubt is None:
        baseline.keep(connection, watch, since=None)


def confirm(office: Office, actor: Actor, *, reason: str) -> Doubt:
    """The wall clock is right, says who acts; from now on everything goes by it. Returns the doubt that this ends.

    Raises Refused (ROL-03; RSN-01: no reason; CLK-01: it is not in doubt).
    """
    may_office(actor)
    if not (reason := reason_of(reason)):
        raise Refused(Reason(code="RSN-01", zh="须说明理由", en="a reason must be given"))
    watch = office.watch
    with office.database.write() as connection:
        if watch is not None:
            baseline.refresh(connection, watch, held=True)  # or of two who say so at once both would end it
        doubt = watch.doubt() if watch is not None else None
        if watch is None or doubt is None:
            raise Refused(NO_DOUBT)
        reckoned, row = watch(), baseline.found(connection, watch.boot)
        watch.trust(watch.read())
        baseline.keep(connection, watch, since=None)
        since = row.doubt_since if row is not None else None
        _tell(office, connection, actor, watch(), "clock-confirm", reason=reason,
              doubted=(since or reckoned).isoformat(), clock_carried=reckoned.isoformat())  # fmt: skip
    return doubt


def _tell(office: Office, connection: Connection, actor: Actor, at: datetime, verb: str, **details: str) -> None:
    for work in every(office, connection, actor, at):
        record(work, "campaign", work.campaign_id, verb, **details)


NO_DOUBT = Reason(
    code="CLK-01",
    zh="时钟没有疑问，不须确认",
    en="the clock is not in doubt; there is nothing to confirm",
)
