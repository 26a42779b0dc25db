"""What a campaign's own letters say: the date that their reminder is about, and not another one."""

from __future__ import annotations

import re

from workflows.definition import Definition, OwnLetter
from workflows.findings import Findings
from workflows.vocabulary import Audience

OF_COLLECTION = (Audience.UNITS, Audience.UNITS_COLLECTING, Audience.APPLICANTS)  # `deadline` is when that closes
_DEADLINE, _OWN = re.compile(r"\bdeadline\b"), re.compile(r"\bmilestone\s*\.\s*date\b")


def prove(definition: Definition, findings: Findings) -> None:
    """SND-39: a reminder of another milestone whose letter names the end of the collection only."""
    own = {each.name: each for each in definition.letters}
    for reminder in definition.reminders:
        milestone = definition.milestone_by_key[reminder.milestone]
        of_collection = definition.collection in (milestone.key, milestone.of)
        letter = own.get(reminder.letter)
        if letter is None or of_collection or reminder.audience not in OF_COLLECTION or not _another(letter):
            continue
        findings.warning(
            "SND-39", ("reminders", reminder.key, "letter"),
            f"给 {reminder.audience} 的信里，deadline 是征集截止时间，不是“{milestone.name}”的；请写 milestone.date",
            f'to {reminder.audience}, "deadline" is the end of the collection, not of "{milestone.english}";'
            " write milestone.date",
            read=reminder.letter,
        )  # fmt: skip


def _another(letter: OwnLetter) -> bool:
    said = f"{letter.subject}\n{letter.title}\n{letter.text}\n{letter.english}"
    return bool(_DEADLINE.search(said)) and not _OWN.search(said)
