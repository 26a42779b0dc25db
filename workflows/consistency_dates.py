"""What must hold of the dates that follow from a campaign file, with the working days that are known today.

Asked before a campaign is opened and not each time its file is read: working days may be amended while it runs.
"""

from __future__ import annotations

from datetime import datetime

from workflows.consistency_calendar import milestone_path
from workflows.definition import Definition, Milestone
from workflows.derivation import as_announced
from workflows.findings import Findings
from workflows.instants import check_order, show, show_en, zone_of
from workflows.timeline import Calendar
from workflows.workdays import Workdays


def check_dates(definition: Definition, findings: Findings, workdays: Workdays) -> None:
    """Notes derived dates that contradict each other, or are not known."""
    calendar = as_announced(definition, workdays)
    for each in definition.milestones:
        _order(definition, each, calendar, findings)
        _before(definition, each, calendar, findings)
        _slots(definition, each, calendar, findings)
        _unknown(each, calendar, findings)


def _order(definition: Definition, each: Milestone, calendar: Calendar, findings: Findings) -> None:
    """CFG-01 and 02 of a window whose ends stand in different places."""
    standing = calendar[each.key]
    if not standing.opens or not standing.closes or (each.opens and each.closes):
        return
    if reason := check_order(standing.opens, standing.closes, zone=zone_of(definition.zone)):
        findings.error(reason.code, milestone_path(each.key), reason.zh, reason.en, **reason.facts)


def _before(definition: Definition, each: Milestone, calendar: Calendar, findings: Findings) -> None:
    """CFG-72: it must end before that one begins, whatever dates are chosen."""
    if each.before is None:
        return
    other = definition.milestone_by_key[each.before]
    end = calendar[each.key].opens if each.to_choose else calendar[each.key].closes
    begin = calendar[other.key].closes if other.to_choose else calendar[other.key].opens
    if not end or not begin or end <= begin:
        return
    zone = zone_of(definition.zone)
    findings.error(
        "CFG-72", (*milestone_path(each.key), "before"),
        f"最早{show(end, zone=zone, edge='end')}才结束，而“{other.name}”最迟"
        f"{show(begin, zone=zone, edge='start')}开始；请改其中之一",
        f"ends at {show_en(end, zone=zone, edge='end')} at the earliest, but \"{other.key}\" begins at"
        f" {show_en(begin, zone=zone, edge='start')} at the latest; change one of them",
        before=other.key,
    )  # fmt: skip


def _slots(definition: Definition, each: Milestone, calendar: Calendar, findings: Findings) -> None:
    """CFG-75: hours outside the milestone are no use to anybody."""
    standing, zone = calendar[each.key], zone_of(definition.zone)
    for opens, closes in each.slots:
        early = standing.opens is not None and opens < standing.opens
        if early or (standing.closes is not None and closes > standing.closes):
            findings.error(
                "CFG-75", (*milestone_path(each.key), "slots"),
                f"{_span(opens, closes, zone=definition.zone)}不在“{each.name}”期间，请改时段或起止",
                f"the hours from {show_en(opens, zone=zone, edge='start')} are outside the milestone", read=str(opens),
            )  # fmt: skip
            return


def _span(opens: datetime, closes: datetime, *, zone: str) -> str:
    start = show(opens, zone=zone_of(zone), edge="start", name_zone=False)
    return f"{start}—{closes.astimezone(zone_of(zone)):%H:%M}的受理时段"


def _unknown(each: Milestone, calendar: Calendar, findings: Findings) -> None:
    """CFG-77: a date that can't be worked out yet."""
    year = calendar[each.key].unknown_year
    if year is not None and each.of is None:
        findings.warning(
            "CFG-77", milestone_path(each.key),
            f"要数{year}年的工作日，而该年放假安排尚未公布，日期暂不能确定；公布后请录入 holidays-{year}.toml",
            f"counts working days of {year}, whose holidays are not published: its date is not known yet; enter"
            f" holidays-{year}.toml when they are", read=year,
        )  # fmt: skip
