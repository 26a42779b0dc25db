"""For whom each letter that comes with the program is written: what it says is known of these readers only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from workflows.definition import Definition
from workflows.findings import Findings
from workflows.vocabulary import Audience

READERS: Mapping[str, tuple[Audience, ...]] = {
    "collection-opens": (Audience.UNITS,),
    "collection-closes": (Audience.UNITS, Audience.UNITS_COLLECTING),
    "applicant-drafts": (Audience.APPLICANTS,),
    "review-ready": (Audience.INSTITUTIONS,),
    "duties-due": (Audience.UNITS_OWING, Audience.INSTITUTIONS_OWING),
    "duties-overdue": (Audience.UNITS_OWING, Audience.INSTITUTIONS_OWING),
    "stage-opens": (Audience.SECRETARIAT,),
    "publication-due": (Audience.SECRETARIAT,),
    "secretariat-digest": (Audience.SECRETARIAT,),
    "duties-escalation": (Audience.SECRETARIAT_IF_OWED,),
}


def check_readers(definition: Definition, findings: Findings) -> None:
    """CFG-64: a letter that is written for others. Whatever the campaign writes in its own words may go to anybody."""
    own = {each.name for each in definition.letters}
    for table, key, letter, audience in _sent(definition):
        meant = READERS.get(letter, tuple(Audience))
        if letter in own or audience in meant:
            continue
        fitting = [name for name, readers in READERS.items() if audience in readers]
        others, others_en = "、".join(meant), ", ".join(meant)
        findings.error(
            "CFG-64", (table, key, "letter"),
            f"邮件“{letter}”写给 {others}，不能写给 {audience}；可用：{'、'.join(fitting)}，或在 [letters.名称] 里自拟",
            f'letter "{letter}" is for {others_en}, not for {audience}; use {" or ".join(fitting)},'
            " or write your own in [letters.name]",
            read=letter, allowed=", ".join(fitting),
        )  # fmt: skip


def _sent(definition: Definition) -> Iterator[tuple[str, str, str, Audience]]:
    for reminder in definition.reminders:
        yield "reminders", reminder.key, reminder.letter, reminder.audience
    for daily in definition.dailies:
        yield "dailies", daily.key, daily.letter, daily.audience
