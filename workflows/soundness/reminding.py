"""Letters that come in time, to somebody: instants of reminders, their readers, and deadlines nobody is reminded of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from workflows.definition import Definition, Offset, Reminder
from workflows.findings import Findings
from workflows.instants import show, show_en, zone_of
from workflows.lines import Path
from workflows.soundness.bounds import Bounds
from workflows.timeline import day_of, offset_from
from workflows.vocabulary import Audience, Days, Edge, Owner, Shift
from workflows.workdays import Workdays, YearUnknown

COUNTING_DOWN = (Audience.UNITS_COLLECTING, Audience.APPLICANTS)
OF_INSTITUTIONS = (Audience.INSTITUTIONS, Audience.INSTITUTIONS_OWING)
IF_OWED = {
    Audience.INSTITUTIONS_OWING: (Owner.INSTITUTION,),
    Audience.UNITS_OWING: (Owner.UNIT,),
    Audience.SECRETARIAT_IF_OWED: (Owner.INSTITUTION, Owner.UNIT),
}


def prove(definition: Definition, bounds: Mapping[str, Bounds], findings: Findings, workdays: Workdays) -> None:
    """SND-30 … 39."""
    for reminder in definition.reminders:
        _readers(definition, reminder, findings)
        _instants(definition, reminder, bounds, findings, workdays)
    _guessed(definition, bounds, findings, workdays)
    _unreminded(definition, findings)


def _edge(reminder: Reminder, bounds: Mapping[str, Bounds]) -> datetime | None:
    bound = bounds[reminder.milestone]
    return bound.begins if reminder.edge is Edge.OPENS else bound.ends


def _at(
    definition: Definition, reminder: Reminder, offset: Offset, edge: datetime, workdays: Workdays
) -> datetime | None:  # fmt: skip
    """None where it counts working days of a year whose holidays are not published, which SND-35 tells."""
    hour = reminder.at or definition.letters_at
    try:
        return offset_from(edge, offset, reminder.edge, zone_of(definition.zone), hour, workdays=workdays)
    except YearUnknown:
        return None


def _instants(
    definition: Definition, reminder: Reminder, bounds: Mapping[str, Bounds], findings: Findings, workdays: Workdays
) -> None:  # fmt: skip
    edge, path = _edge(reminder, bounds), ("reminders", reminder.key, "offsets")
    if edge is None:
        findings.remark(
            "SND-30", ("reminders", reminder.key, "milestone"), f"“{reminder.milestone}”还没有日期，在公布之前不会发出",
            f'"{reminder.milestone}" has no date yet: nothing is sent before it has', read=reminder.milestone,
        )  # fmt: skip
        return
    seen: dict[datetime, str] = {}
    for position, offset in enumerate(reminder.offsets):
        at = _at(definition, reminder, offset, edge, workdays)
        if at is None:
            continue
        if reminder.edge is Edge.CLOSES and reminder.audience in COUNTING_DOWN and at >= edge:
            _too_late(definition, (*path, position), offset.text, at=at, edge=edge, findings=findings)
        if at in seen:
            findings.warning(
                "SND-32", (*path, position),
                f"“{offset.text}”与“{seen[at]}”是同一时刻，只会发一封；请删去一个",
                f'"{offset.text}" is the same instant as "{seen[at]}": only one is sent; delete one', read=offset.text,
            )  # fmt: skip
        seen.setdefault(at, offset.text)


def _too_late(
    definition: Definition, path: Path, offset: str, *, at: datetime, edge: datetime, findings: Findings
) -> None:  # fmt: skip
    """SND-31: what counts down to a deadline is of no use after it."""
    zone = zone_of(definition.zone)
    findings.error(
        "SND-31", path,
        f"“{offset}”是{show(at, zone=zone, edge='start')}，而{show(edge, zone=zone, edge='end')}已经截止，"
        "提醒提交已没有用；请提前",
        f'"{offset}" is {show_en(at, zone=zone, edge="start")}, but the deadline is'
        f" {show_en(edge, zone=zone, edge='end')}: too late to remind anybody to submit; make it earlier",
        read=offset,
    )  # fmt: skip


def _readers(definition: Definition, reminder: Reminder, findings: Findings) -> None:
    """SND-33 and 34: an audience that is empty whatever happens."""
    path = ("reminders", reminder.key, "audience")
    if reminder.audience in OF_INSTITUTIONS and not definition.institutions:
        findings.error(
            "SND-33", path, "没有评审机构，这封信没有收件人；请改收件人，或删去这一项",
            "there are no institutions: nobody reads this letter; choose another audience or delete it",
        )  # fmt: skip
        return
    owners = IF_OWED.get(reminder.audience, ())
    due = [duty for duty in definition.duties if duty.due == reminder.milestone and duty.owed_by in owners]
    if owners and not due:
        there = "、".join(dict.fromkeys(duty.due for duty in definition.duties if duty.due and duty.owed_by in owners))
        findings.error(
            "SND-34", path,
            f"“{reminder.milestone}”没有到期的事项，这封信没有收件人；有事项到期的节点：{there or '无'}",
            f'nothing is due at "{reminder.milestone}": nobody reads this letter; milestones at which something is:'
            f" {there.replace('、', ', ') or 'none'}",
            read=reminder.milestone,
        )  # fmt: skip


def _guessed(
    definition: Definition, bounds: Mapping[str, Bounds], findings: Findings, workdays: Workdays
) -> None:  # fmt: skip
    """SND-35: what counts or avoids days of rest in a year whose holidays are not published."""
    zone = zone_of(definition.zone)
    for reminder in definition.reminders:
        edge = _edge(reminder, bounds)
        if edge and (reminder.shift is not Shift.NONE or any(offset.working for offset in reminder.offsets)):
            _tell_unknown([day_of(edge, reminder.edge, zone).year], workdays, ("reminders", reminder.key), findings)
    for daily in definition.dailies:
        since, until = bounds[daily.since].begins, bounds[daily.until].ends_latest
        if daily.days is Days.WORKING and since and until:
            years = range(since.astimezone(zone).year, (until - timedelta.resolution).astimezone(zone).year + 1)
            _tell_unknown(years, workdays, ("dailies", daily.key, "days"), findings)


def _tell_unknown(
    years: Iterable[int], workdays: Workdays, path: Path, findings: Findings
) -> None:  # fmt: skip
    for year in years:
        try:
            workdays.year(year)
        except YearUnknown:
            findings.warning(
                "SND-35", path,
                f"{year}年放假安排尚未公布，届时不能确定哪些是工作日；公布后请录入 holidays-{year}.toml",
                f"the holidays of {year} are not published: which days are working days is not known; enter"
                f" holidays-{year}.toml when they are",
                read=year,
            )  # fmt: skip


def _unreminded(definition: Definition, findings: Findings) -> None:
    """SND-36 to 38: dates of which nobody is told, or of which nobody is reminded before they pass."""
    told = [(reminder.milestone, reminder.edge, _before(reminder)) for reminder in definition.reminders]
    if (definition.collection, Edge.CLOSES, True) not in told:
        findings.warning(
            "SND-36", ("calendar", "collection"), "截止之前没有提醒邮件；请在 [reminders] 写明",
            "nobody is reminded before the deadline; add a reminder",
        )  # fmt: skip
    if (definition.collection, Edge.OPENS) not in [(milestone, edge) for milestone, edge, _ in told]:
        findings.remark(
            "SND-37", ("calendar", "collection"), "开始征集时没有通知邮件", "no letter says that the collection is open"
        )
    for duty in definition.duties:
        if duty.due and (duty.due, Edge.CLOSES, True) not in told:
            findings.warning(
                "SND-38", ("duties", duty.key, "due"), f"“{duty.name}”到期之前没有提醒；请为“{duty.due}”加提醒",
                f'nobody is reminded before it is due; add a reminder on "{duty.due}"', read=duty.due,
            )  # fmt: skip


def _before(reminder: Reminder) -> bool:
    zero = timedelta()
    return any((each.days or each.working or 0) < 0 or (each.span or zero) < zero for each in reminder.offsets)
