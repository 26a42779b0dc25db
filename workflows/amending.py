"""What another file may not change while the campaign runs: what people hold, have filed or have passed already.

The engine says what is in use; every refusal counts it, names what it is about, and says what to do.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from workflows.definition import Attribute, Definition
from workflows.instants import zone_of
from workflows.nomination import DRAFT, Shape, Shapes
from workflows.reasons import Reason
from workflows.vocabulary import Each, Owner

# What the history and the calendar are kept by, by field of the definition.
FIXED = {
    "edition": ("届次", "edition"), "zone": ("时区", "zone"), "collection": ("征集节点", "collection milestone"),
    "publication": ("发布节点", "publication milestone"), "promotion": ("推介节点", "promotion milestone"),
}  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """A step that nominations of a track have taken."""

    track: str
    verb: str
    source: str | None
    target: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Filed:
    """Whose papers there are, for what: an institution's key (empty: units), a duty's key, a track's key."""

    institution: str
    duty: str
    track: str


@dataclass(frozen=True, kw_only=True, slots=True)
class InUse:
    """How many there are of everything that a file may take away: nominations, units that hold it, papers.

    `attributes` are counted by key and value, `levels` by list and level, `distinctions` by list, `objections` by
    stage, `reminders` by how often they went out. A channel or an attribute for which a date was moved counts as well.
    """

    tracks: Mapping[str, int] = field(default_factory=Counter)
    channels: Mapping[str, int] = field(default_factory=Counter)
    attributes: Mapping[tuple[str, str], int] = field(default_factory=Counter)
    materials: Mapping[str, int] = field(default_factory=Counter)
    levels: Mapping[tuple[str, str], int] = field(default_factory=Counter)
    distinctions: Mapping[str, int] = field(default_factory=Counter)
    steps: Mapping[Step, int] = field(default_factory=Counter)
    filed: Mapping[Filed, int] = field(default_factory=Counter)
    objections: Mapping[str, int] = field(default_factory=Counter)
    reminders: Mapping[str, int] = field(default_factory=Counter)


def forbidden(old: Definition, new: Definition, machines: Shapes, used: InUse) -> tuple[Reason, ...]:
    """Everything in `new` that may not be changed any more, in the order of a file; `machines` are its own."""
    if old.key != new.key:  # another campaign: nothing else can be compared
        return (_another(old, new),)
    return (
        *_fixed(old, new), *_tracks(old, new, used), *_distinctions(old, new, used), *_levels(old, new, used),
        *_attributes(old, new, used), *_materials(old, new, used), *_channels(old, new, used),
        *_steps(old, new, machines, used), *_objections(old, new, used), *_filed(old, new, used),
        *_reminders(old, new, used),
    )  # fmt: skip


def _another(old: Definition, new: Definition) -> Reason:
    return Reason(
        code="AMD-01",
        zh=f"文件的代号为“{new.key}”，正在进行的活动为“{old.key}”；修改活动须用同一代号，另一活动请用 bangdan open",
        en=f'the file is of the campaign "{new.key}", the one that runs is "{old.key}": '
        "amend it with a file of its own key, or open the other one",
        facts={"read": new.key, "running": old.key},
    )


def _fixed(old: Definition, new: Definition) -> Iterator[Reason]:
    for name, (zh, en) in FIXED.items():
        was, read = getattr(old, name), getattr(new, name)
        same = zone_of(was) == zone_of(read) if name == "zone" else was == read
        if not same:
            yield Reason(
                code="AMD-02", zh=f"活动进行中不能更改{zh}：现为“{was}”，读到“{read}”；请改回",
                en=f'the {en} can\'t be changed while the campaign runs: it is "{was}", read "{read}"; put it back',
                facts={"what": name, "was": str(was), "read": str(read)},
            )  # fmt: skip


def _tracks(old: Definition, new: Definition, used: InUse) -> Iterator[Reason]:
    for key, track in old.tracks.items():
        if used.tracks.get(key) and key not in new.tracks:
            yield _taken("AMD-03", f"“{track.name}”", f'"{key}"', used.tracks[key], ("项申报", "nominations"), key)


def _distinctions(old: Definition, new: Definition, used: InUse) -> Iterator[Reason]:
    kept = {each.key: each.drawn_from for each in new.lists}
    for each in old.lists:
        count = used.distinctions.get(each.key, 0)
        if count and kept.get(each.key) != each.drawn_from:
            yield _taken("AMD-03", f"“{each.name}”", f'"{each.key}"', count, ("项入选", "who are on it"), each.key)


def _levels(old: Definition, new: Definition, used: InUse) -> Iterator[Reason]:
    there = {(ranking.key, level.key) for ranking in new.lists for level in ranking.levels}
    for ranking in old.lists:
        for level in ranking.levels:
            count = used.levels.get((ranking.key, level.key), 0)
            if count and (ranking.key, level.key) not in there:
                zh, en = f"{ranking.name}的等级“{level.name}”", f'level "{level.key}" of "{ranking.key}"'
                yield _taken("AMD-04", zh, en, count, ("项评定", "nominations"), f"{ranking.key}.{level.key}")


def _attributes(old: Definition, new: Definition, used: InUse) -> Iterator[Reason]:
    for each in old.attributes:
        values = {value: n for (key, value), n in used.attributes.items() if key == each.key}
        now = new.attribute_by_key.get(each.key)
        if not values:
            continue
        if now is None or (now.of, now.kind) != (each.of, each.kind):
            held = sum(values.values())
            yield _taken("AMD-05", f"属性“{each.name}”", f'attribute "{each.key}"', held, _HOLDERS, each.key)
        else:
            yield from _values(each, now, values)


def _values(each: Attribute, now: Attribute, values: Mapping[str, int]) -> Iterator[Reason]:
    for value, count in values.items():
        if now.values and value not in now.values:
            zh, en = f"属性“{each.name}”的取值“{value}”", f'value "{value}" of attribute "{each.key}"'
            yield _taken("AMD-05", zh, en, count, _HOLDERS, f"{each.key}={value}")


_HOLDERS = ("个单位或项目填有", "units or nominations")


def _materials(old: Definition, new: Definition, used: InUse) -> Iterator[Reason]:
    for each in old.materials:
        if (count := used.materials.get(each.key, 0)) and each.key not in new.material_by_key:
            zh, en = f"申报材料“{each.name}”", f'material "{each.key}"'
            yield _taken("AMD-06", zh, en, count, ("项申报附有", "nominations that carry it"), each.key)


def _channels(old: Definition, new: Definition, used: InUse) -> Iterator[Reason]:
    for each in old.channels:
        count, now = used.channels.get(each.key, 0), new.channel_by_key.get(each.key)
        if count and (now is None or now.person != each.person):
            zh, en = f"推荐渠道“{each.name}”", f'channel "{each.key}"'
            yield _taken("AMD-07", zh, en, count, ("个单位在用", "units in it"), each.key)


def _taken(  # noqa: PLR0917 - a sentence and its numbers, said the same way nine times
    code: str, zh: str, en: str, count: int, what: tuple[str, str], place: str
) -> Reason:  # fmt: skip
    return Reason(
        code=code, zh=f"{zh}已有{count}{what[0]}，不能取消或改作他用；请在文件中保留",
        en=f"{en} has {count} {what[1]} and can't be taken away or made something else; keep it in the file",
        facts={"what": place, "count": count},
    )  # fmt: skip


def _steps(old: Definition, new: Definition, machines: Shapes, used: InUse) -> Iterator[Reason]:
    """Steps that were taken and that the new stages do not have: the history would not hang together."""
    for step, count in used.steps.items():
        track = new.tracks.get(step.track)
        if track is None or leads(machines.by_list[track.list.key], step.verb, step.source, step.target):
            continue
        (was, was_en), (now, now_en) = _state(old, step.source or ""), _state(old, step.target)
        yield Reason(
            code="AMD-08",
            zh=f"{track.name}已有{count}项由“{was}”到“{now}”，新文件中没有这一步；请保留原有阶段及其先后",
            en=f'{count} nominations of "{step.track}" went from "{was_en}" to "{now_en}", '
            "a step that the new file does not have; keep these stages and their order",
            facts={"track": step.track, "verb": step.verb, "from": step.source or "", "to": step.target,
                   "count": count},
        )  # fmt: skip


def leads(machine: Shape, verb: str, source: str | None, target: str) -> bool:
    """Whether the machine has such a step; without `source` it is the way in."""
    arrow = DRAFT if source is None else machine.arrow(verb, source)
    return arrow is not None and arrow.verb == verb and target in machine.targets(arrow, source or "")


def _state(definition: Definition, key: str) -> tuple[str, str]:
    stage = definition.stage_by_key.get(key)
    return (stage.name, stage.english) if stage else (key, key)


def _objections(old: Definition, new: Definition, used: InUse) -> Iterator[Reason]:
    for each in old.stages:
        now, count = new.stage_by_key.get(each.key), used.objections.get(each.key, 0)
        if count and now and not now.objections:
            zh, en = f"“{each.name}”", f'stage "{each.key}"'
            yield _taken("AMD-08", zh, en, count, ("件异议", "objections"), each.key)


def _filed(old: Definition, new: Definition, used: InUse) -> Iterator[Reason]:
    for paper, count in used.filed.items():
        if not owes(new, paper):
            kind, body = old.duty_by_key.get(paper.duty), old.institution_by_key.get(paper.institution)
            zh, en = f"{kind.name if kind else paper.duty}", f'duty "{paper.duty}"'
            if paper.institution:
                track = old.tracks[paper.track].name if paper.track in old.tracks else paper.track
                zh = f"{body.name if body else paper.institution}的“{zh}”（{track}）"
                en = f'{en} of "{paper.institution}" for "{paper.track}"'
            yield _taken("AMD-09", zh, en, count, ("份已报送", "papers filed"),
                         "/".join(filter(None, (paper.institution, paper.duty, paper.track))))  # fmt: skip


def _reminders(old: Definition, new: Definition, used: InUse) -> Iterator[Reason]:
    """What was sent is known by the reminder's key: about another date it would be taken for sent already."""
    there = {each.key: (each.milestone, each.edge) for each in new.reminders}
    for each in old.reminders:
        count = used.reminders.get(each.key, 0)
        if count and there.get(each.key, (each.milestone, each.edge)) != (each.milestone, each.edge):
            yield Reason(
                code="AMD-11",
                zh=f"提醒“{each.key}”已发出{count}次，不能改为提醒另一个时间；请另立一条提醒，用新的代号",
                en=f'reminder "{each.key}" went out {count} times and can\'t speak of another date; '
                "write a new one with a key of its own",
                facts={"what": each.key, "count": count},
            )  # fmt: skip


def owes(definition: Definition, paper: Filed) -> bool:
    """Whether the file asks for such a paper."""
    if paper.institution:
        return (paper.institution, paper.duty, paper.track) in set(owed_by_institutions(definition))
    kind = definition.duty_by_key.get(paper.duty)
    return kind is not None and kind.owed_by is Owner.UNIT and (kind.each is Each.NOMINATION) == bool(paper.track)


def owed_by_institutions(definition: Definition) -> Sequence[tuple[str, str, str]]:
    """What every institution owes for each of its tracks: institution, duty and track, by key."""
    return [
        (institution.key, kind.key, track)
        for kind in definition.duties
        for institution in definition.institutions
        if kind.owed_by is Owner.INSTITUTION and institution.stage == kind.stage
        for track in institution.tracks
        if not kind.who.tracks or track in kind.who.tracks
    ]
