"""The letter that says that something waits for a second person's word."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from engine.letters import addressees
from engine.letters.correspondence import Sent, send
from engine.letters.letterhead import letterhead, message, when
from engine.office import Work
from engine.queries.explanation import Words
from workflows.vocabulary import Edge

TEMPLATE = "proposal-waiting"


def proposed(
    work: Work, *, proposal: str, what: Words, needs: Sequence[Words], reason: str, until: datetime
) -> Sent:  # fmt: skip
    """Tell the secretariat what was proposed, by whom, why, and until when somebody else may confirm it."""
    values = {
        "what": _plain(what), "needs": _together(needs), "by": work.actor.name, "reason": reason,
        "until": when(work, until, Edge.CLOSES),
    }  # fmt: skip
    head = letterhead(work)
    messages = [message(head, to, **values) for to in addressees.of_office(work)]
    return send(work, messages, template=TEMPLATE, occasion=f"proposal/{proposal}", until=until)


def _together(words: Sequence[Words]) -> dict[str, str]:
    return {"zh": "；".join(each.zh for each in words), "en": "; ".join(each.en for each in words)}


def _plain(words: Words) -> dict[str, str]:
    return {"zh": words.zh, "en": words.en}
