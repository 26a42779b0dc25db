"""The table of feeds. The secret in a feed's address is not kept, only its digest."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from engine.tables import public_id


class Feed(SQLModel, table=True):
    """A calendar for one account's seat in one campaign. `digest` is the SHA-256 of the secret in its address."""

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=public_id, unique=True)
    digest: str = Field(unique=True)
    campaign_id: int = Field(foreign_key="campaign.id", index=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    seat: str
    made_at: datetime
    revoked_at: datetime | None = None
