"""The table of organisers."""

from datetime import datetime

from sqlmodel import Field, SQLModel


class Organiser(SQLModel, table=True):
    """Whose campaigns these are (主办方), and in whose name their letters go out; what is empty the settings say.

    `mailbox` is where the daily digest goes: it becomes a contact of each campaign when that is opened.
    """

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    name: str = ""
    english: str = ""
    mail_name: str = ""
    reply_to: str | None = None
    mailbox: str | None = None
    made_at: datetime
