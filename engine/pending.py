"""What waits for a person, as conditions on rows: said once, for the digest, the status and the lists alike."""

from __future__ import annotations

from sqlalchemy import ColumnElement, select
from sqlmodel import col

from engine.noticed import OPEN
from engine.office import Work
from engine.proposals.tables import Proposal
from engine.tables import Call, Contact, Nomination, Objection, Unit

Conditions = tuple[ColumnElement[bool], ...]


def undecided_waivers(work: Work) -> Conditions:
    """Of `Nomination`: drafts that an earlier edition listed already, before the secretariat has decided about it."""
    return (
        col(Nomination.campaign_id) == work.campaign_id,
        col(Nomination.track).in_(work.definition.tracks),
        col(Nomination.state).in_(work.shape.sources("waive")),
        col(Nomination.undecided).is_not(None),
    )


def objected(work: Work) -> Conditions:
    """Of `Nomination`: those with an objection that is not settled yet."""
    still_open = col(Objection.campaign_id) == work.campaign_id, col(Objection.state) == OPEN
    return (col(Nomination.id).in_(select(col(Objection.nomination_id)).where(*still_open)),)


def open_calls(work: Work) -> Conditions:
    """Of `Call`: lines of the call sheet that are not ticked and still of use."""
    return (
        col(Call.campaign_id) == work.campaign_id,
        col(Call.state) == "open",
        col(Call.useful_until) > work.at,
    )


def waiting_proposals(work: Work) -> Conditions:
    """Of `Proposal`: those on which a second person may still decide."""
    return (
        col(Proposal.campaign_id) == work.campaign_id,
        col(Proposal.state) == "open",
        col(Proposal.expires_at) > work.at,
    )


def unreachable_units(work: Work) -> Conditions:
    """Of `Unit`: those without any active contact; no letter and no call reaches them."""
    of_unit = col(Contact.campaign_id) == work.campaign_id, col(Contact.unit_id) == col(Unit.id)
    reachable = select(col(Contact.id)).where(*of_unit, col(Contact.active)).exists()
    return col(Unit.campaign_id) == work.campaign_id, ~reachable
