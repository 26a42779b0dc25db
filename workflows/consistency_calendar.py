"""What must hold between milestones, their classes and what follows them, before any date is worked out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from workflows.definition import Definition, Milestone, Who
from workflows.findings import Findings
from workflows.lines import Path
from workflows.targets import classes_of
from workflows.vocabulary import Edge

Waits = Mapping[str, set[str]]


def milestone_path(key: str) -> Path:
    """Where the table of a milestone or of a class stands in the file."""
    parent, _, name = key.partition("/")
    return ("milestones", parent, "classes", name) if name else ("milestones", parent)


def given_edges(definition: Definition) -> Mapping[str, set[Edge]]:
    """Which edges each milestone has, or will have when its time comes; a class has those of its parent too."""
    given: dict[str, set[Edge]] = {}
    for each in definition.milestones:
        opens = each.opens or each.after or each.to_announce
        closes = each.closes or each.lasts or each.to_announce
        own = {edge for edge, known in ((Edge.OPENS, opens), (Edge.CLOSES, closes)) if known}
        given[each.key] = own | given.get(each.of or "", set())
    return given


def check_calendar(definition: Definition, findings: Findings) -> None:
    """Notes what contradicts itself among milestones."""
    _class_names(definition, findings)
    _never(definition, findings)
    _circles(definition, findings)
    collection = definition.milestone_by_key.get(definition.collection)
    if collection and collection.to_announce:
        findings.error(
            "CFG-49", ("milestones", collection.key, "to_announce"), "征集须有日期，不能另行通知；请写 opens 和 closes",
            "the collection needs its dates; write opens and closes",
        )  # fmt: skip


def _class_names(definition: Definition, findings: Findings) -> None:
    """CFG-44: a class that can't be told from a milestone before it."""
    first: dict[str, str] = {}
    for each in definition.milestones:
        if each.of and each.name in first:
            line = findings.lines.line(milestone_path(first[each.name]))
            findings.error(
                "CFG-44", milestone_path(each.key), f"“{each.name}”与第{line}行重名，请用 name 另起名称",
                f'"{each.name}" is the name on line {line} too; name it otherwise', read=each.name, first=line,
            )  # fmt: skip
        if each.name:
            first.setdefault(each.name, each.key)


def _never(definition: Definition, findings: Findings) -> None:
    """CFG-76: a class behind one that takes all it names would never hold for anybody."""
    for milestone in definition.milestones:
        classes = classes_of(definition, milestone.key)
        for place, each in enumerate(classes):
            taken = next((one for one in classes[:place] if _covers(one.who, each.who)), None)
            if taken and not findings.wrong_in(milestone_path(each.key)):
                line = findings.lines.line(milestone_path(taken.key))
                findings.error(
                    "CFG-76", milestone_path(each.key), f"用不上：所指的都已归入第{line}行的“{taken.name}”；请调换先后",
                    f'never holds: whom it names belong to "{taken.key}" (line {line}) already; put it before that one',
                    first=taken.key,
                )  # fmt: skip


def _covers(one: Who, other: Who) -> bool:
    """Whether everybody whom `other` names is named by `one`."""
    if one.everybody:
        return False  # that one is refused already
    pairs = ((one.channels, other.channels), (one.units, other.units), (one.tracks, other.tracks))
    mine, theirs = dict(one.attributes), dict(other.attributes)
    return (
        all(not line or (narrower and set(narrower) <= set(line)) for line, narrower in pairs)
        and all(key in theirs and set(theirs[key]) <= set(values) for key, values in mine.items())
        and one.role in (None, other.role)
    )


def _circles(definition: Definition, findings: Findings) -> None:
    """CFG-24: what must end before something that it waits for, by itself or through others."""
    waits = _waits(definition.milestones)
    told: set[str] = set()
    for each in definition.milestones:
        way = _way(waits, each.key, each.before) if each.before and each.key not in told else []
        if way:
            told.update(way)
            circle = " -> ".join([*way, each.key])
            findings.error(
                "CFG-24", ("milestones", each.key, "before"), f"互相等待：{circle}", f"wait for each other: {circle}",
                circle=circle,
            )  # fmt: skip


def _waits(milestones: tuple[Milestone, ...]) -> Waits:
    """For each milestone those that come first: what it follows, and what must end before it begins."""
    waits: dict[str, set[str]] = {each.key: set() for each in milestones}
    for each in milestones:
        waits[each.key] |= {key for key in (each.after, each.of) if key in waits and key}
        if each.before in waits:
            waits[each.before].add(each.key)
    return waits


def _way(waits: Waits, start: str, goal: str) -> list[str]:
    """From `start` to `goal` over what each waits for; empty if there is no way."""
    ways: Iterator[list[str]] = iter(todo := [[start]])
    seen = {start}
    for way in ways:
        if way[-1] == goal:
            return way
        for key in sorted(waits.get(way[-1], set()) - seen):
            seen.add(key)
            todo.append([*way, key])
    return []
