"""The house that is left: held still, left for good, or freed again."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import ColumnElement, func, insert, select, update
from sqlmodel import col

from engine.access import Actor
from engine.database import Database
from engine.muting import mute_in, unmute_in
from engine.office import Office
from engine.relocation import standing
from engine.relocation.freeing import free
from engine.relocation.holding import hold_leaving
from engine.relocation.rows import moved_tables
from engine.relocation.standing import Move
from engine.relocation.tables import Relocation
from notifications import muting
from notifications.tables import LETTER
from workflows.reasons import Reason, Refused

R = Relocation
_UNDER_WAY = select(func.count()).where(LETTER.c.claimed_until.is_not(None))


def begin(office: Office, actor: Actor, *, place: str, there: str | None, at: datetime) -> Move:
    """The move to `place`: the one that was begun before, or a new one. From now on no letter leaves.

    `there` is the token that the target holds, if any: by it a place is known whose address is spelt in another way.
    Raises Refused: MOV-11 (it is being moved, or was moved, to another place).
    """
    with office.database.write() as connection:
        found = standing.in_force(connection)
        if found is None:
            reason = f"迁移到 {place} / moving to {place}"
            muted = mute_in(office, connection, actor, at=at, reason=reason)
            values = {"token": secrets.token_urlsafe(16), "arriving": False, "place": place, "actor": actor.name,
                      "begun_at": at, "muted_at": at if muted else None, "outcome": ""}  # fmt: skip
            connection.execute(insert(R), values)
            found = standing.in_force(connection)
    if found is None:
        raise TypeError("a move that was just begun is not there")
    if found.place != place and found.token != there:
        raise Refused(elsewhere(found.place))
    return found


def letters_on_their_way(database: Database, *, at: datetime) -> int:
    """How many letters a worker holds whose lease still runs: what becomes of each is known soon."""
    with database.read() as connection:
        return int(connection.execute(_UNDER_WAY.where(LETTER.c.claimed_until > at)).scalar_one())


def hold(database: Database, move: Move, *, at: datetime) -> None:
    """From now on nothing is accepted; once."""
    with database.write() as connection:
        holding = update(R).where(_it(move), col(R.held_at).is_(None), col(R.outcome) == "").values(held_at=at)
        if connection.execute(holding).rowcount:
            hold_leaving(connection, moved_tables())


def leave(database: Database, move: Move, *, at: datetime) -> None:
    """The house was left for good; nothing takes that back. Raises Refused (MOV-16): it was freed meanwhile."""
    with database.write() as connection:
        leaving = update(R).where(_it(move), col(R.outcome) != standing.ABANDONED)
        if not connection.execute(leaving.values(outcome=standing.MOVED, ended_at=at)).rowcount:
            raise Refused(freed())


def abandon(office: Office, actor: Actor, *, at: datetime) -> str:
    """The house goes on as if nothing had been begun; returns where it was to be moved.

    Raises Refused: MOV-02 (it was left for good), MOV-17 (no move was begun).
    """
    with office.database.write() as connection:
        standing_move = standing.under_way(connection)
        if standing_move is None:
            raise Refused(_nothing_to_abandon())
        free(connection, standing_move, at=at)
        mute = muting.in_force(connection)
        if mute is not None and mute.since == standing_move.muted_at:
            unmute_in(office, connection, actor, at=at, waiting="send")
        return str(standing_move.place)


def tokens(database: Database) -> set[str]:
    """Of every move that was begun here, whatever became of it."""
    with database.read() as connection:
        return set(connection.execute(select(col(R.token)).where(~col(R.arriving))).scalars())


def _it(move: Move) -> ColumnElement[bool]:
    return col(R.token) == str(move.token)


def elsewhere(place: str) -> Reason:
    return Reason(
        code="MOV-11",
        zh=f"已开始迁往另一处：{place}；请用同一地址继续，或先 bangdan migrate-to --abandon",
        en=f"a move to another place was begun: {place}; go on with that address, or first "
        "`bangdan migrate-to --abandon`",
        facts={"place": place},
    )


def freed() -> Reason:
    return Reason(
        code="MOV-16",
        zh="迁移已被放弃（--abandon），没有完成；原系统照常运行",
        en="the move was given up meanwhile (`--abandon`) and is not complete; the old house goes on as before",
    )


def _nothing_to_abandon() -> Reason:
    return Reason(
        code="MOV-17",
        zh="没有进行中的迁移，无须放弃",
        en="no move is under way; there is nothing to give up",
    )
