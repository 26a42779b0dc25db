"""Where a role of `bangdan admin` holds, and giving it there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from engine.access import Actor
    from engine.office import Office, Work


class Where(NamedTuple):
    """In which campaign, or in every one of which organiser."""

    campaign: str | None
    organiser: str | None


def give(
    opened: Office, connection: Connection, account: int, role: str, where: Where, *, at: Any, by: Actor,
    name: str = "",
) -> None:  # fmt: skip
    """Give an account a role there; `name` is how they are called there, if not by the account's name."""
    from engine.accounts import members
    from workflows.nomination import Role

    if where.campaign is None:
        members.grant_everywhere(opened, connection, account, Role(role), at=at, by=by, organiser=where.organiser,
                                 name=name)  # fmt: skip
    else:
        members.grant(work_of(opened, connection, where, by, at), account, Role(role), name=name)


def work_of(opened: Office, connection: Connection, where: Where, by: Actor, at: Any) -> Work:
    """The campaign that was named. Raises NotFound where it is none, or none of the organiser that was named too."""
    from engine.access import not_found
    from engine.organisers import keeping as organisers

    work = opened.work(connection, str(where.campaign), by, at)
    if where.organiser is not None and organisers.find(connection, where.organiser).id != work.organiser_id:
        raise not_found(str(where.campaign))
    return work
