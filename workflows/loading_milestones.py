"""`[milestones.*]`: instants and windows, what follows from others, and classes with dates of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from itertools import pairwise

from workflows.definition import Definition, Milestone
from workflows.loading_edges import read_ends, read_window_of
from workflows.loading_for import must_name_somebody, read_for
from workflows.loading_matching import Known, read_who
from workflows.loading_who import MILESTONE
from workflows.reading import Table
from workflows.scopes import scope_words
from workflows.slots import Slot, read_slots
from workflows.spans import read_duration
from workflows.vocabulary import Bearer, Edge

DATES = ("window", "opens", "closes", "after", "to_announce")

# A key, and those beside which it says nothing, or the opposite.
APART = {
    "to_announce": ("opens", "closes", "window", "after", "to_choose"),
    "after": ("opens", "window"),
    "lasts": ("closes", "window"),
    "to_choose": ("classes",),
}

# A key, and those of which it needs one.
TOGETHER = {
    "edge": ("after",),
    "wait": ("after",),
    "lasts": ("opens", "after", "to_announce"),
    "counted": ("lasts",),
    "at_least": ("lasts",),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Around:
    """What a milestone is read with: the campaign's zone, the keys of all milestones, and whom a class may name."""

    zone: tzinfo
    keys: Sequence[str]
    known: Known


def milestone_keys(entries: Sequence[Table]) -> list[str]:
    """The keys of all milestones of the file and, behind each, of its classes."""
    return [key for table in entries for key in (table.key, *_class_keys(table))]


def _class_keys(table: Table) -> list[str]:
    classes = table.values.get("classes")
    return [f"{table.key}/{name}" for name in classes] if isinstance(classes, dict) else []


def read_milestones(entries: Sequence[Table], zone: tzinfo, known: Known) -> tuple[Milestone, ...]:
    """`[milestones.*]` with their classes behind them; a text that names no zone of its own is in `zone`."""
    around = Around(zone=zone, keys=milestone_keys(entries), known=known)
    return tuple(each for table in entries for each in _with_classes(table, around))


def _with_classes(table: Table, around: Around) -> list[Milestone]:
    milestone = _milestone(table, around)
    classes = [_class(inner, milestone, around) for inner in table.entries("classes")] if table.has("classes") else []
    table.done()
    return [milestone, *classes]


def _milestone(table: Table, around: Around) -> Milestone:
    name = table.text("name")
    opens, closes = read_window_of(table, around.zone) if table.has("window") else read_ends(table, around.zone)
    read = Milestone(
        key=table.key,
        name=name,
        english=table.english(name),
        opens=opens,
        closes=closes,
        to_choose=table.flag("to_choose"),
        to_announce=table.flag("to_announce"),
        after=table.reference("after", MILESTONE, around.keys) if table.has("after") else None,
        edge=table.word("edge", Edge) if table.has("edge") else None,
        wait=table.parsed("wait", read_duration) if table.has("wait") else None,
        lasts=table.parsed("lasts", read_duration) if table.has("lasts") else None,
        counted=table.flag("counted"),
        at_least=table.flag("at_least"),
        before=table.reference("before", MILESTONE, around.keys) if table.has("before") else None,
        who=read_for(table, around.known),
        slots=_slots(table, around.zone) if table.has("slots") else (),
        wording=table.wording(),
        ours=table.flag("ours"),
    )
    _check_keys(table)
    if read.counted and read.lasts and read.lasts.span is not None:
        table.error("CFG-71", "counted", "只有以天或工作日计的 lasts 才有“首日计入”", "goes only with a length in days")
    return read


def _check_keys(table: Table) -> None:
    """CFG-22, 70 and 71: a date is needed, and the keys must go together."""
    given = [key for key in table.values if table.values[key] is not False]
    if not any(key in given for key in DATES):
        table.findings.error(
            "CFG-22", table.path,
            "须写明 opens（开始）、closes（截止）、window（起止）、after（在何事之后）或 to_announce（另行通知）",
            "needs opens, closes, window, after or to_announce",
        )  # fmt: skip
    for key, others in APART.items():
        if key in given and (wrong := [other for other in others if other in given]):
            listed = "、".join(wrong)
            table.error(
                "CFG-70", key, f"不能与 {listed} 同时写，请只留一种写法",
                f"can't stand beside {listed.replace('、', ', ')}; keep one of them", read=listed,
            )  # fmt: skip
    for key, others in TOGETHER.items():
        if key in given and not any(other in given for other in (*others, *APART.get(key, ()))):
            listed = " / ".join(others)
            table.error("CFG-71", key, f"须与 {listed} 一起写", f"needs {listed} beside it", read=key)


def _class(table: Table, parent: Milestone, around: Around) -> Milestone:
    """A class, nameless until `with_names` if the file gives it no name."""
    name = table.text("name", default="")
    opens, closes = read_ends(table, around.zone)
    read = Milestone(
        key=f"{parent.key}/{table.key}",
        name=name,
        english=table.text("english", default=name),
        opens=opens,
        closes=closes,
        of=parent.key,
        who=read_who(table, around.known, bearers=(Bearer.UNIT,)),
        wording=table.wording(),
        ours=table.flag("ours"),
    )
    if table.there and not (table.has("opens") or table.has("closes")):
        table.findings.error("CFG-22", table.path, "须写明 opens（开始）或 closes（截止）", "needs opens or closes")
    must_name_somebody(table, read.who, around.known)
    table.done()
    return read


def with_names(definition: Definition) -> Definition:
    """The definition in which a class without a name of its own is called after its parent and whom it is for."""
    return replace(definition, milestones=tuple(_named(definition, each) for each in definition.milestones))


def _named(definition: Definition, each: Milestone) -> Milestone:
    if each.of is None or (each.name and each.english):
        return each
    parent, (zh, en) = definition.milestone_by_key[each.of], scope_words(definition, each.who)
    return replace(each, name=each.name or f"{parent.name}（{zh}）", english=each.english or f"{parent.english} ({en})")


def _slots(table: Table, zone: tzinfo) -> tuple[Slot, ...]:
    """`slots` in order of time, none within another (CFG-75): mornings and afternoons of some days are two texts."""
    every = table.all_parsed("slots", lambda text: read_slots(text, zone=zone))
    read = sorted(slot for each in every for slot in each)
    for before, after in pairwise(read):
        if after[0] < before[1]:
            _overlap(table, after[0], zone)
            break
    return tuple(read)


def _overlap(table: Table, at: datetime, zone: tzinfo) -> None:
    local = f"{at.astimezone(zone):%Y-%m-%d %H:%M}"
    table.error(
        "CFG-75", "slots", f"{local}开始的时段与前一时段重叠，请改为互不重叠的时段",
        f"the hours from {local} overlap those before them; write hours that don't", read=local,
    )  # fmt: skip
