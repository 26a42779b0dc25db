"""`[reminders.*]`: chains of letters around an edge of a milestone, their hour, and whom they are for."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta

from workflows.definition import Reminder, Who
from workflows.loading_for import read_for
from workflows.loading_matching import Known
from workflows.loading_when import read_letter
from workflows.loading_who import MILESTONE
from workflows.reading import Table
from workflows.spans import read_clock, read_length, read_offset
from workflows.targets import NARROWED
from workflows.vocabulary import Audience, Edge, Shift

OFFICE = (Audience.SECRETARIAT, Audience.SECRETARIAT_IF_OWED)


def read_reminders(
    root: Table, milestones: Sequence[str], letters: Collection[str] | None, known: Known
) -> tuple[Reminder, ...]:
    """`[reminders.*]`; `letters` are the names of the letters there are, None if they aren't known here."""
    return tuple(_reminder(table, milestones, letters, known) for table in root.entries("reminders"))


def _reminder(
    table: Table, milestones: Sequence[str], letters: Collection[str] | None, known: Known
) -> Reminder:  # fmt: skip
    offsets = table.all_parsed("offsets", read_offset)
    audience = table.word("audience", Audience)
    read = Reminder(
        key=table.key,
        milestone=table.reference("milestone", MILESTONE, milestones),
        edge=table.word("edge", Edge),
        offsets=offsets,
        audience=audience,
        letter=read_letter(table, letters),
        useful=table.parsed("useful", read_length) or timedelta(),
        at=table.parsed("at", read_clock) if table.has("at") else None,
        shift=table.word("shift", Shift) if table.has("shift") else Shift.NONE,
        who=_for(table, audience, known),
        ours=table.flag("ours"),
    )
    table.once("offsets", [offset.text for offset in offsets])
    table.done()
    return read


def _for(table: Table, audience: Audience, known: Known) -> Who:
    """`for`, as far as it can narrow the audience: units by anything, institutions by what they review (CFG-70)."""
    read = read_for(table, known)
    about_units = bool(read.channels or read.units or read.attributes)
    if (audience in OFFICE and not read.everybody) or (audience not in NARROWED and about_units):
        table.error(
            "CFG-70", "for", f'audience = "{audience}" 不能按推荐单位收窄，请删去 for 或改写收件人',
            f'audience "{audience}" can\'t be narrowed by units; delete it or choose another audience', read=audience,
        )  # fmt: skip
    return read
