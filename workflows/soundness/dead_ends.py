"""Dead ends: what would wait for something that can never happen, or comes back when it is too late to act."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from workflows.consistency_calendar import milestone_path
from workflows.definition import Channel, Definition, Milestone, RankingList, Stage
from workflows.findings import Findings
from workflows.instants import show, show_en, zone_of
from workflows.lengths import end_after
from workflows.soundness.bounds import Bounds
from workflows.workdays import Workdays, YearUnknown


def prove(definition: Definition, bounds: Mapping[str, Bounds], findings: Findings, workdays: Workdays) -> None:
    """SND-40 … 44."""
    for milestone in definition.milestones:
        _unrecorded(definition, milestone, findings)
    _circles(definition, findings)
    for each in definition.lists:
        if each.takes_nominations:
            _undecided(definition, each, findings)
    for channel in definition.channels:
        for key in channel.lists if channel.jointly > 1 else ():
            _too_few(definition, channel, key, findings)
    for stage in definition.stages:
        _long_correction(definition, stage, bounds, findings, workdays)


def _waits(milestone: Milestone) -> bool:
    """Whether it begins only when the milestone that it is after has really happened."""
    return milestone.after is not None and milestone.edge is None


def _unrecorded(definition: Definition, milestone: Milestone, findings: Findings) -> None:
    """SND-40: only of the publication it is noted when it has really happened."""
    if _waits(milestone) and milestone.after != definition.publication:
        other, published = (definition.milestone_by_key[str(key)] for key in (milestone.after, definition.publication))
        findings.error(
            "SND-40", (*milestone_path(milestone.key), "after"),
            f"要等“{other.name}”实际发生，而只有“{published.name}”会记录实际发生的时间，所以永远没有日期；"
            '请加 edge = "closes"（或 "opens"）',
            f'waits until "{other.key}" has really happened, but that is noted of "{published.key}" only, so it never'
            ' gets a date; add edge = "closes" (or "opens")',
            read=other.key,
        )  # fmt: skip


def _circles(definition: Definition, findings: Findings) -> None:
    """SND-41: what comes before the publication can't wait for it to have happened."""
    for path, key in _before_publication(definition):
        if definition.publication in (milestone.after for milestone in _chain(definition, key) if _waits(milestone)):
            findings.error(
                "SND-41", path,
                f"“{definition.milestone_by_key[key].name}”要等榜单发布之后才开始，而它完成之前不能发布；请改日期",
                f'"{key}" begins only when the list is published, and nothing can be published before it is over; give'
                " it a date of its own",
                read=key,
            )  # fmt: skip


def _before_publication(definition: Definition) -> Iterator[tuple[tuple[str, ...], str]]:
    yield ("calendar", "collection"), definition.collection
    for stage in definition.stages:
        yield ("stages", stage.key, "window"), stage.window


def _chain(definition: Definition, key: str | None) -> Iterator[Milestone]:
    """A milestone, the one that it follows, and so on."""
    while key is not None:
        milestone = definition.milestone_by_key[key]
        yield milestone
        key = milestone.after or milestone.of


def _undecided(definition: Definition, each: RankingList, findings: Findings) -> None:
    """SND-42: bounds on the winners of a list that nobody decides, where the clock lets everybody pass."""
    bounds = [key for key, there in (("winners", each.winners), ("levels", each.levels), ("shares", each.shares))
              if there]  # fmt: skip
    if bounds and definition.deciding(each.key) is None:
        findings.error(
            "SND-42", ("lists", each.key, bounds[0]),
            f"“{each.name}”的各阶段都自动通过，没有人决定谁入选，{'、'.join(bounds)} 无从落实；"
            "请加一个由人评审的阶段，或删去",
            f'the clock judges every stage of list "{each.key}", so nobody decides who wins, and {", ".join(bounds)}'
            " can't be kept; add a stage that somebody judges, or delete them",
            list=each.key,
        )  # fmt: skip


def _too_few(definition: Definition, channel: Channel, list_key: str, findings: Findings) -> None:
    """SND-43: a channel whose holders must nominate together, of whom too few have a place."""
    quotas = [quota for quota in definition.quotas if list_key in quota.lists and channel.key in quota.channels]
    if any(quota.limit != 0 for quota in quotas):
        return
    named = {code for quota in quotas for code, number in quota.units if number != 0}
    if quotas and len(named) < channel.jointly:
        name = definition.list_by_key[list_key].name
        findings.error(
            "SND-43", ("channels", channel.key, "jointly"),
            f"须{channel.jointly}个共同提名，而在榜单“{name}”上有名额的只有{len(named)}个，没有人能提交；请改其中之一",
            f'{channel.jointly} must nominate together, but only {len(named)} have places on list "{list_key}": nobody'
            " can submit; change one of them",
            list=list_key,
        )  # fmt: skip


def _long_correction(
    definition: Definition, stage: Stage, bounds: Mapping[str, Bounds], findings: Findings, workdays: Workdays
) -> None:
    """SND-44: what is returned on a stage's first day may come back only after its results are due."""
    begins, due, zone = bounds[stage.window].begins, bounds[stage.due].ends_latest, zone_of(definition.zone)
    if not (stage.correction and begins and due):
        return
    try:
        back = end_after(begins, stage.correction, zone=zone, workdays=workdays)
    except YearUnknown:
        return
    if back > due:
        findings.warning(
            "SND-44", ("stages", stage.key, "correction"),
            f"阶段第一天退回的，补正可到{show(back, zone=zone, edge='end')}，"
            f"而结果期限是{show(due, zone=zone, edge='end')}；请缩短补正时间，或推后期限",
            f"what is returned on the first day may come back until {show_en(back, zone=zone, edge='end')}, but results"
            f" are due at {show_en(due, zone=zone, edge='end')}; shorten it, or set a later date",
        )  # fmt: skip
