"""What the things that events are about are called, as this organiser knows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, bindparam, func, select
from sqlmodel import col

from engine.accounts.tables import Account, AccountHere
from engine.circulars.tables import Circular
from engine.office import Work
from engine.tables import Call, Contact, Duty, Nomination, Unit
from engine.webhooks.tables import Webhook
from notifications.clauses import Among
from notifications.tables import LETTER


def names(work: Work, rows: Sequence[Row[Any]]) -> dict[tuple[str, int], tuple[str, str]]:
    """Public id and name of everything that the rows speak of, one query for each kind of thing."""
    found: dict[tuple[str, int], tuple[str, str]] = {}
    for subject, (row_id, *columns) in _CALLED.items():
        ids = {row.subject_id for row in rows if row.subject == subject}
        if ids:
            query = select(row_id, *columns).where(Among(row_id, ids))
            for key, public_id, *name in work.connection.execute(query, _asked_by(work)):
                found[subject, key] = public_id, _name(work, name)
    return found


def called(work: Work, subject: str, row_id: int) -> str:
    """What one thing is called."""
    key, *columns = _CALLED[subject]
    _, *name = work.connection.execute(select(*columns).where(key == row_id), _asked_by(work)).one()
    return _name(work, name)


def _asked_by(work: Work) -> dict[str, int]:
    return {"campaign": work.campaign_id, "organiser": work.organiser_id}


# Of each kind of thing: row id, the id people use, and what its name is made of.
_CALLED: Mapping[str, tuple[Any, ...]] = {
    "nomination": (col(Nomination.id), col(Nomination.public_id), col(Nomination.title)),
    "unit": (col(Unit.id), col(Unit.code), col(Unit.name)),
    "contact": (col(Contact.id), col(Contact.public_id), col(Contact.name)),
    # As this organiser knows them; at worst by their address, never by what another organiser calls them.
    "account": (
        col(Account.id),
        col(Account.public_id),
        func.coalesce(
            select(func.nullif(col(AccountHere.name), ""))
            .where(
                col(AccountHere.account_id) == col(Account.id), col(AccountHere.organiser_id) == bindparam("organiser")
            )
            .scalar_subquery(),
            select(func.min(col(Contact.name)))
            .where(col(Contact.email_key) == col(Account.email_key), col(Contact.campaign_id) == bindparam("campaign"))
            .scalar_subquery(),
            col(Account.email_key),
        ),
    ),
    "circular": (col(Circular.id), col(Circular.public_id), col(Circular.subject)),
    "webhook": (col(Webhook.id), col(Webhook.public_id), col(Webhook.name)),
    "letter": (LETTER.c.id, LETTER.c.public_id, LETTER.c.to_name),
    "call": (col(Call.id), col(Call.public_id), col(Call.name)),
    "duty": (
        col(Duty.id),
        col(Duty.public_id),
        col(Duty.kind),
        col(Duty.track),
        select(col(Unit.name)).where(col(Unit.id) == col(Duty.unit_id)).scalar_subquery(),
        select(col(Nomination.title)).where(col(Nomination.id) == col(Duty.nomination_id)).scalar_subquery(),
    ),
}


def _name(work: Work, name: Sequence[str]) -> str:
    if len(name) == 1:
        return name[0]
    key, about, unit, title = name
    kind, track = work.definition.duty_by_key.get(key), work.definition.tracks.get(about)
    return f"{kind.name if kind else key}（{title or unit or (track.name if track else about)}）"
