"""Stopping everything that leaves the house, and letting it leave again, as acts of a person that the history keeps."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from engine.access import Actor, may_office
from engine.backups.copies import Safe, make_safe
from engine.backups.entries import reopen
from engine.history import record
from engine.office import Office, every
from engine.texts import reason_of
from notifications import muting
from notifications.muting import Mute, Waiting
from workflows.reasons import Reason, Refused


def mute(office: Office, actor: Actor, *, at: datetime, reason: str) -> bool:
    """From now on no letter leaves, of no campaign. Says whether that is new. Raises Refused (role, reason)."""
    with office.database.write() as connection:
        return mute_in(office, connection, actor, at=at, reason=reason)


def mute_in(office: Office, connection: Connection, actor: Actor, *, at: datetime, reason: str) -> bool:
    """The same, in a transaction that is open already."""
    may_office(actor)
    reason = reason_of(reason)
    new = muting.mute(connection, at=at, reason=reason, actor=actor.name)
    for work in every(office, connection, actor, at) if new else ():
        record(work, "campaign", work.campaign_id, "mute", reason=reason)
    return new


def mute_copy(office: Office, actor: Actor, *, at: datetime, reason: str) -> Safe:
    """This database is a copy that another tool made: muted, and nobody comes in by what the original gave out.

    Raises Refused (role, reason).
    """
    with office.database.write() as connection:
        mute_in(office, connection, actor, at=at, reason=reason)
        return make_safe(connection, at=at, reason=reason, actor=actor.name)


def unmute(office: Office, actor: Actor, *, at: datetime, waiting: Waiting) -> int:
    """Letters may leave again; `waiting` says what becomes of those that are due. Returns how many those are.

    Raises Refused (role; MUT-01: it is not muted).
    """
    with office.database.write() as connection:
        return unmute_in(office, connection, actor, at=at, waiting=waiting)


def unmute_in(office: Office, connection: Connection, actor: Actor, *, at: datetime, waiting: Waiting) -> int:
    """The same, in a transaction that is open already."""
    may_office(actor)
    found = must_be_muted(connection)
    count = muting.unmute(connection, at=at, actor=actor.name, waiting=waiting)
    reopen(connection, since=found.since)
    for work in every(office, connection, actor, at):
        record(work, "campaign", work.campaign_id, "unmute", since=found.since.isoformat(), waiting=waiting,
               letters=count)  # fmt: skip
    return count


def must_be_muted(connection: Connection) -> Mute:
    """Since when and why the house is muted. Raises Refused (MUT-01)."""
    found = muting.in_force(connection)
    if found is None:
        raise Refused(
            Reason(code="MUT-01", zh="没有静音，邮件照常发送", en="it is not muted; letters leave as they are due")
        )
    return found
