"""The letter with a one-time link. What the outbox has of it is masked: the code is filled in when it leaves."""

from __future__ import annotations

from datetime import datetime, timedelta

from engine.letters.letterhead import letterhead, when
from engine.office import Work
from notifications.letter import Recipient
from notifications.outbox import NewLetter, put
from notifications.secrecy import MASK
from workflows.vocabulary import Edge

SIGN_IN = "sign-in"  # the occasion and the template


def sign_in(work: Work, link: str, *, to: Recipient, desk: str, until: datetime) -> bool:
    """Write to somebody who wants to sign in; whether the letter is new.

    `link` is the public id of the link, `desk` where people reach the desk; after `until` the link opens no more.
    """
    to_the_minute = until.replace(second=0, microsecond=0)
    context = {
        **letterhead(work), "to": {"name": to.name, "of": work.definition.office.name}, "email": str(to.address),
        "link": f"{desk}/signin/{link}.{MASK}", "until": when(work, to_the_minute, Edge.CLOSES),
        "minutes": round((until - work.at) / timedelta(minutes=1)),
    }  # fmt: skip
    letter = NewLetter(
        campaign_id=work.campaign_id, key=f"{SIGN_IN}/{link}", occasion=SIGN_IN, template=SIGN_IN, to=to,
        created_at=work.at, context=context, subject_ref=f"{SIGN_IN}:{link}", useful_until=until,
        waited_for=True,
    )  # fmt: skip
    return put(work.connection, [letter]) == 1


def link_of(subject_ref: str) -> str | None:
    """The public id of the link that a letter brings, None for a letter about anything else."""
    kind, _, link = subject_ref.partition(":")
    return link if kind == SIGN_IN else None
