"""The one table of a move, in the house that is left and in the one that is moved to. It is never moved itself."""

from datetime import datetime

from sqlmodel import Field, SQLModel


class Relocation(SQLModel, table=True):
    """A move to or from another database. `token` stands in both, so that each knows the other.

    `place` is the address that is moved to, without its password. As long as `outcome` is empty the house that is left
    only reads, and the other one does nothing at all.
    """

    token: str = Field(primary_key=True)
    arriving: bool  # whether this is the house that is moved to
    place: str
    actor: str
    begun_at: datetime
    muted_at: datetime | None = None  # the mute that the move itself began, which ends with it
    held_at: datetime | None = None  # since when nothing is accepted
    outcome: str = ""  # moved, abandoned
    ended_at: datetime | None = None
