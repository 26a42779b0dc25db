"""The table of what each start of a machine knows about its clocks."""

from datetime import datetime

from sqlmodel import Field, SQLModel


class ClockBaseline(SQLModel, table=True):
    """By how many seconds the wall clock is ahead of the steady one, as far as it is trusted, since the start `boot`.

    Since `doubt_since` the two disagree.
    """

    __tablename__ = "clock_baseline"
    boot: str = Field(primary_key=True)
    ahead: float  # seconds
    doubt_since: datetime | None = None
