"""The organisers of a house, for whoever stands at the server: nobody at the desk reads of more than one."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select
from sqlmodel import col

from engine.accounts.tables import Account, Membership
from engine.organisers import keeping
from engine.organisers.tables import Organiser
from engine.tables import Campaign

WHAT = ("key", "name", "english", "mail_name", "reply_to", "mailbox")


def organisers(connection: Connection) -> list[dict[str, Any]]:
    """Every organiser with the keys of its campaigns, as plain values."""
    rows = connection.execute(select(Organiser).order_by(col(Organiser.id))).all()
    campaigns = connection.execute(
        select(col(Campaign.organiser_id), col(Campaign.key)).order_by(col(Campaign.id))
    ).all()
    return [{**{name: getattr(row, name) for name in WHAT}, "made_at": row.made_at,
             "campaigns": [each.key for each in campaigns if each.organiser_id == row.id]} for row in rows]  # fmt: skip


def one(connection: Connection, key: str) -> dict[str, Any]:
    """The same of one, with who has a role in all of its campaigns. Raises NotFound (ORG-04)."""
    row = keeping.find(connection, key)
    found = next(each for each in organisers(connection) if each["key"] == key)
    given = (
        select(col(Account.name), col(Account.email), col(Membership.role))
        .join(Account, col(Account.id) == col(Membership.account_id))
        .where(col(Membership.organiser_id) == row.id)
        .order_by(col(Membership.id))
    )
    return {**found, "everywhere": [dict(each) for each in connection.execute(given).mappings()]}
