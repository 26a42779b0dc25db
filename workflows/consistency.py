"""What must hold between the parts of a campaign file for it to run at all; each check notes its errors.

A check stays silent about parts in which an error was noted already: what follows from that error is no news.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

from workflows.consistency_calendar import check_calendar, given_edges, milestone_path
from workflows.consistency_duties import check_duties
from workflows.consistency_quotas import check_quotas
from workflows.consistency_stages import check_stages
from workflows.consistency_winners import check_shortlists
from workflows.definition import Definition, Milestone, Offset, Reminder
from workflows.derivation import as_announced
from workflows.findings import Findings
from workflows.instants import show, show_en, zone_of
from workflows.lines import Path
from workflows.nomination import FIXED_STATES
from workflows.readers import check_readers
from workflows.timeline import offset_from
from workflows.vocabulary import Bearer, Edge, Judge, Owner
from workflows.workdays import Workdays, YearUnknown

EDGE_ZH = {Edge.OPENS: "开始", Edge.CLOSES: "截止"}


def check(definition: Definition, findings: Findings) -> None:
    """Notes every inconsistency of the definition in `findings`."""
    _names(definition, findings)
    _stage_keys(definition, findings)
    _cycles(definition.milestones, findings)
    _edges(definition, findings)
    check_calendar(definition, findings)
    if not findings.wrong_in("lists", "channels", "quotas"):
        check_quotas(definition, findings)
    if not findings.wrong_in("lists", "stages"):
        check_shortlists(definition, findings)
    if not findings.wrong_in("stages"):
        _judges(definition, findings)
        check_duties(definition, findings)
    check_stages(definition, findings)
    check_readers(definition, findings)
    if not findings.wrong_in("lists", "stages", "institutions"):
        _reviewers(definition, findings)
    if not findings.errors:
        _early_letters(definition, findings)


def _names(definition: Definition, findings: Findings) -> None:
    """CFG-44: two things of one kind that people can't tell apart."""
    groups: list[tuple[Path, Sequence[tuple[str, str]]]] = [
        (("lists",), [(each.key, each.name) for each in definition.lists]),
        (("channels",), [(each.key, each.name) for each in definition.channels]),
        (("materials",), [(each.key, each.name) for each in definition.materials]),
        (("milestones",), [(each.key, each.name) for each in definition.milestones if each.of is None]),
        (("stages",), [(each.key, each.name) for each in definition.stages]),
        (("duties",), [(each.key, each.name) for each in definition.duties]),
        (("institutions",), [(each.key, each.name) for each in definition.institutions]),
        (("rules",), [(each.key, each.name) for each in definition.rules]),
        *((("attributes",), [(each.key, each.name) for each in definition.attributes if each.of is bearer])
          for bearer in Bearer),
    ]  # fmt: skip
    groups += [
        (("lists", each.key, "fields"), [(field.key, field.name) for field in each.fields]) for each in definition.lists
    ]
    groups += [
        (("lists", each.key, "levels"), [(level.key, level.name) for level in each.levels]) for each in definition.lists
    ]
    for section, named in groups:
        _names_once(section, named, findings)


def _names_once(section: Path, named: Sequence[tuple[str, str]], findings: Findings) -> None:
    first: dict[str, str] = {}
    for key, name in named:
        if name and name in first:
            line = findings.lines.line((*section, first[name], "name"))
            findings.error(
                "CFG-44", (*section, key, "name"), f"“{name}”与第{line}行重名，请改一个，以免混淆",
                f'"{name}" is the name on line {line} too; change one', read=name, first=line,
            )  # fmt: skip
        first.setdefault(name, key)


def _stage_keys(definition: Definition, findings: Findings) -> None:
    """CFG-45: a stage's key becomes a state, beside the states that every campaign has."""
    fixed = [state.key for state in FIXED_STATES]
    for stage in definition.stages:
        if stage.key in fixed:
            findings.error(
                "CFG-45", ("stages", stage.key), f"“{stage.key}”是固有状态，阶段请另取名；已占用：{', '.join(fixed)}",
                f'"{stage.key}" is a state of its own; name the stage otherwise. Taken: {", ".join(fixed)}',
                read=stage.key,
            )  # fmt: skip


def _cycles(milestones: Sequence[Milestone], findings: Findings) -> None:
    """CFG-24: milestones that wait for each other. Each circle is told once, at its first milestone."""
    after = {each.key: each.after or each.of for each in milestones}
    told: set[str] = set()
    for start in after:
        chain: list[str] = []
        key: str | None = start
        while key in after and key not in chain:
            chain.append(key)
            key = after[key]
        if key == start and start not in told:
            told.update(chain)
            circle = " -> ".join([*chain, start])
            findings.error(
                "CFG-24", ("milestones", start, "after"), f"互相等待：{circle}", f"wait for each other: {circle}",
                circle=circle,
            )  # fmt: skip


def _edges(definition: Definition, findings: Findings) -> None:
    """CFG-49: who refers to a start or an end needs one that the calendar gives."""
    given = given_edges(definition)
    for path, milestone, edge in _asked_edges(definition):
        if milestone not in given or findings.wrong_in(milestone_path(milestone)):
            continue
        if edge not in given[milestone]:
            zh, line = EDGE_ZH[edge], findings.lines.line(milestone_path(milestone))
            findings.error(
                "CFG-49", path, f"要用“{milestone}”的{zh}时间，但第{line}行起没有写 {edge}",
                f'needs {edge} of milestone "{milestone}", which (line {line}) does not say it', read=milestone,
            )  # fmt: skip


def _asked_edges(definition: Definition) -> Iterable[tuple[Path, str, Edge]]:
    both = (Edge.OPENS, Edge.CLOSES)
    yield from ((("calendar", "collection"), definition.collection, edge) for edge in both)
    yield ("calendar", "publication"), definition.publication, Edge.OPENS
    yield ("calendar", "promotion"), definition.promotion, Edge.OPENS
    for milestone in definition.milestones:
        yield from _asked_by(milestone)
    for stage in definition.stages:
        yield ("stages", stage.key, "window"), stage.window, Edge.OPENS
        if stage.held:
            yield ("stages", stage.key, "window"), stage.window, Edge.CLOSES
        else:
            yield ("stages", stage.key, "due"), stage.due, Edge.CLOSES
    yield from ((("duties", each.key, "due"), each.due, Edge.CLOSES) for each in definition.duties if each.due)
    for reminder in definition.reminders:
        yield ("reminders", reminder.key, "milestone"), reminder.milestone, reminder.edge
    for daily in definition.dailies:
        yield ("dailies", daily.key, "since"), daily.since, Edge.OPENS
        yield ("dailies", daily.key, "until"), daily.until, Edge.CLOSES


def _asked_by(milestone: Milestone) -> Iterable[tuple[Path, str, Edge]]:
    path = ("milestones", milestone.key)
    if milestone.to_choose:
        yield from (((*path, "to_choose"), milestone.key, edge) for edge in (Edge.OPENS, Edge.CLOSES))
    if milestone.after and milestone.edge:
        yield (*path, "edge"), milestone.after, milestone.edge
    if milestone.before:
        yield (*path, "before"), milestone.key, Edge.CLOSES
        yield (*path, "before"), milestone.before, Edge.OPENS


def _judges(definition: Definition, findings: Findings) -> None:
    """CFG-48: institutions and their duties belong to a stage that institutions judge."""
    wanted = [stage.key for stage in definition.stages if stage.judge is Judge.INSTITUTION]
    places = [(("institutions", each.key, "stage"), each.stage) for each in definition.institutions]
    places += [
        (("duties", each.key, "stage"), each.stage)
        for each in definition.duties
        if each.owed_by is Owner.INSTITUTION and each.stage is not None
    ]
    for path, stage in places:
        if stage in definition.stage_by_key and stage not in wanted:
            known = ", ".join(wanted) or "—"
            findings.error(
                "CFG-48", path, f"阶段“{stage}”不由评审机构评审；由机构评审的：{known}",
                f'stage "{stage}" is not judged by institutions; those that are: {known}', read=stage,
            )  # fmt: skip


def _reviewers(definition: Definition, findings: Findings) -> None:
    """CFG-46 and CFG-47: each track has exactly one institution in each stage that institutions judge."""
    for stage in definition.stages:
        if stage.judge is not Judge.INSTITUTION:
            continue
        here = [each for each in definition.institutions if each.stage == stage.key]
        counted = Counter(track for each in here for track in each.tracks)
        passing = [track for track in definition.tracks.values() if stage.passed_by(track.list.key)]
        for track in passing:
            if not counted[track.key]:
                findings.error(
                    "CFG-46", ("stages", stage.key), f"“{track.name}”（{track.key}）在此阶段没有评审机构",
                    f'track "{track.key}" has no institution in this stage', track=track.key,
                )  # fmt: skip
            elif counted[track.key] > 1:
                keys = [each.key for each in here if track.key in each.tracks]
                findings.error(
                    "CFG-47", ("institutions", keys[1], "tracks"),
                    f"“{track.name}”（{track.key}）有{len(keys)}个评审机构：{'、'.join(keys)}，须只有一个",
                    f'track "{track.key}" has {len(keys)} institutions: {", ".join(keys)}; there must be one',
                    track=track.key,
                )  # fmt: skip


def _early_letters(definition: Definition, findings: Findings) -> None:
    """CFG-56, a remark: a reminder before the collection opens is of no use to who opens the campaign on that day."""
    calendar = as_announced(definition, Workdays())
    start = calendar[definition.collection].opens
    for reminder in definition.reminders:
        edge = calendar[reminder.milestone].edge(reminder.edge)
        for position, offset in enumerate(reminder.offsets):
            at = edge and _letter_at(definition, reminder, offset, edge)
            if at and start and at < start:
                path = ("reminders", reminder.key, "offsets", position)
                _early(path, offset.text, at, definition, findings)


def _letter_at(definition: Definition, reminder: Reminder, offset: Offset, edge: datetime) -> datetime | None:
    hour = reminder.at or definition.letters_at
    try:
        return offset_from(edge, offset, reminder.edge, zone_of(definition.zone), hour, workdays=Workdays())
    except YearUnknown:
        return None


def _early(path: Path, offset: str, at: datetime, definition: Definition, findings: Findings) -> None:
    zone = zone_of(definition.zone)
    findings.remark(
        "CFG-56", path, f"“{offset}”是{show(at, zone=zone, edge='start')}，在征集开始之前",
        f'"{offset}" is {show_en(at, zone=zone, edge="start")}, before the collection opens', read=offset,
    )  # fmt: skip
