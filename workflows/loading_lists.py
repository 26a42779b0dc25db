"""The part of a campaign file that says what is ranked, and what comes out of it: lists, their winners and levels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from workflows.definition import Attribute, Field, Level, Material, RankingList
from workflows.loading_shares import read_shares
from workflows.reading import Table
from workflows.vocabulary import Nominee
from workflows.winning import asked_together

LIST = ("榜单", "list")
MATERIAL = ("申报材料", "material")
MOST_WINNERS = 10_000
EVERY = "all"
# What a list has that takes nominations, and no list that is drawn from another or is organised elsewhere.
OF_NOMINATIONS = ("fields", "materials", "levels", "shares", "minimum")
UNFIT = {"elsewhere": (*OF_NOMINATIONS, "winners", "drawn_from"), "drawn_from": (*OF_NOMINATIONS, "nominee")}


def read_lists(root: Table, materials: Sequence[Material], attributes: Sequence[Attribute]) -> tuple[RankingList, ...]:
    """`[lists.*]` with their fields, levels and shares."""
    entries = root.entries("lists", needed=True)
    keys = [table.key for table in entries]
    declared = {each.key: each for each in attributes}
    lists = [_list(table, [each.key for each in materials], declared, keys) for table in entries]
    if entries and not any(each.takes_nominations for each in lists):
        root.error(
            "CFG-94", "lists", "没有一个榜单在此接受推荐，活动无事可做", "no list takes nominations here: nothing to do"
        )  # fmt: skip
    return tuple(_drawn(table, each, lists) for table, each in zip(entries, lists, strict=True))


def chosen_lists(table: Table, lists: Sequence[RankingList]) -> tuple[str, ...]:
    """`lists`: keys, or "all" for those that take nominations here. CFG-91: no other list can be meant."""
    may = tuple(each.key for each in lists if each.takes_nominations)
    read = table.some("lists", LIST, [each.key for each in lists], {EVERY: may})
    for each in lists:
        if each.key in read and each.key not in may:
            why = f"由{each.elsewhere}" if each.elsewhere else f"从“{each.drawn_from}”中产生"
            why_en = "is organised elsewhere" if each.elsewhere else f'is drawn from "{each.drawn_from}"'
            table.error(
                "CFG-91", "lists", f"榜单“{each.key}”{why}，不在此接受推荐，请删去；可写：{', '.join(may)}",
                f'list "{each.key}" {why_en} and takes no nominations here; delete it. Possible: {", ".join(may)}',
                read=each.key,
            )  # fmt: skip
    return read


def _list(
    table: Table, materials: Sequence[str], attributes: Mapping[str, Attribute], lists: Sequence[str]
) -> RankingList:
    name, winners, drawn = table.text("name"), _number(table, "winners"), table.has("drawn_from")
    read = RankingList(
        key=table.key,
        name=name,
        english=table.english(name),
        nominee=Nominee.PROJECT if drawn else table.word("nominee", Nominee),
        fields=tuple(_field(each) for each in table.entries("fields")),
        materials=table.references("materials", MATERIAL, materials) if table.has("materials") else (),
        elsewhere=table.text("elsewhere", default=""),
        drawn_from=table.reference("drawn_from", LIST, lists) if drawn else None,
        winners=winners,
        levels=tuple(_level(each) for each in table.entries("levels")),
        shares=read_shares(table, attributes, most=winners or MOST_WINNERS),
        minimum=_number(table, "minimum") or 0,
        wording=table.wording(),
    )
    table.done()
    _nothing_more(table, read)
    _levels(table, read)
    _shares(table, read)
    return read


def _number(table: Table, key: str) -> int | None:
    return table.whole(key, low=1, high=MOST_WINNERS) if table.has(key) else None


def _field(table: Table) -> Field:
    name = table.text("name")
    read = Field(key=table.key, name=name, english=table.english(name), group=table.text("group", default=""))
    table.done()
    return read


def _level(table: Table) -> Level:
    name = table.text("name")
    read = Level(key=table.key, name=name, english=table.english(name), winners=_number(table, "winners"))
    table.done()
    return read


def _nothing_more(table: Table, read: RankingList) -> None:
    """CFG-90: what a list that takes no nominations here can't have."""
    if read.takes_nominations:
        return
    why = "elsewhere" if read.elsewhere else "drawn_from"
    for key in UNFIT[why]:
        if table.has(key):
            table.error(
                "CFG-90", key, f"此榜单写了 {why}，不在此接受推荐，不能再写 {key}；请删去其中一项",
                f"this list has {why} and takes no nominations here, so it can't have {key}; delete one of the two",
                read=key,
            )  # fmt: skip


def _drawn(table: Table, each: RankingList, lists: Sequence[RankingList]) -> RankingList:
    """What is drawn ranks what its base ranks. CFG-92: a base has nominations, so nothing is drawn from a draw."""
    base = next((other for other in lists if other.key == each.drawn_from), None)
    if base is None:
        return each
    if not base.takes_nominations:
        may = ", ".join(other.key for other in lists if other.takes_nominations) or "—"
        table.error(
            "CFG-92", "drawn_from", f"“{base.key}”不在此接受推荐，不能从中产生；可写：{may}",
            f'"{base.key}" takes no nominations here, so nothing can be drawn from it; possible: {may}', read=base.key,
        )  # fmt: skip
    return replace(each, nominee=base.nominee)


def _levels(table: Table, read: RankingList) -> None:
    """CFG-93: levels that contradict the number of winners."""
    if read.winners is None:
        return
    for level in read.levels:
        if (level.winners or 0) > read.winners:
            table.findings.error(
                "CFG-93", (*table.path, "levels", level.key, "winners"),
                f"“{level.name}”{level.winners}{read.counter}多于榜单总数{read.winners}{read.counter}",
                f"{level.winners} of this level are more than the list's {read.winners} winners", read=level.winners,
            )  # fmt: skip
    caps = [level.winners for level in read.levels]
    together = sum(cap or 0 for cap in caps)
    if caps and None not in caps and together < read.winners:
        table.error(
            "CFG-93", "winners", f"各等级合计{together}{read.counter}，达不到{read.winners}{read.counter}；"
            "请改为一致，或不写某一等级的数量", f"the levels hold {together} together, which makes no {read.winners};"
            " make them agree, or leave a level's number out", read=read.winners, together=together,
        )  # fmt: skip


def _shares(table: Table, read: RankingList) -> None:
    """CFG-96: shares that can't be kept, or not be measured."""
    least = next((share for share in read.shares if share.least is not None), None)
    if least is None:
        return
    path = (*table.path, "shares", least.key, "least")
    if read.winners is None:
        table.findings.error(
            "CFG-96", path, "“至少”要对照总数，请在此榜单写明 winners（入榜总数）",
            "is measured against a total; say how many winners the list has",
        )  # fmt: skip
    elif (together := asked_together(read.shares)) > read.winners:
        table.findings.error(
            "CFG-96", path, f"互不重叠的份额合计至少{together}个，多于入榜总数{read.winners}个",
            f"shares that exclude each other ask for {together} together, more than the {read.winners} winners",
            together=together,
        )  # fmt: skip
