"""The parts of a campaign file that say what is ranked and who takes part: lists, channels, quotas, institutions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from workflows.definition import (
    Channel,
    Exclusion,
    Field,
    Institution,
    Material,
    Office,
    Person,
    Quota,
    RankingList,
    Track,
)
from workflows.reading import Table
from workflows.vocabulary import Nominee, Per

LIST = ("榜单", "list")
CHANNEL = ("推荐渠道", "channel")
STAGE = ("评审阶段", "stage")
MILESTONE = ("时间节点", "milestone")
EVERY = "all"
UNITS, PERSONS = "units", "persons"
EARLIEST_EDITION, LATEST_EDITION = 1900, 2200
MOST_PLACES = 10_000
OFFICE, CONSULTATION, TECHNICAL = "office", "consultation", "technical"

_PHONE = re.compile(r"\+?[0-9][0-9 ()-]{2,29}")
_EMAIL = re.compile(r"[^@\s,;:<>()\[\]\"\\]{1,64}@[^@\s,;:<>()\[\]\"\\]+\.[^@\s,;:<>()\[\]\"\\.]{2,}")


def read_materials(root: Table) -> tuple[Material, ...]:
    """`[materials.*]`"""
    return tuple(_material(table) for table in root.entries("materials"))


def _material(table: Table) -> Material:
    name = table.text("name")
    read = Material(key=table.key, name=name, english=table.english(name), wording=table.wording())
    table.done()
    return read


def read_lists(root: Table, materials: Sequence[Material]) -> tuple[RankingList, ...]:
    """`[lists.*]` with their fields."""
    defined = [each.key for each in materials]
    return tuple(_list(table, defined) for table in root.entries("lists", needed=True))


def _list(table: Table, materials: Sequence[str]) -> RankingList:
    name = table.text("name")
    read = RankingList(
        key=table.key,
        name=name,
        english=table.english(name),
        nominee=table.word("nominee", Nominee),
        fields=tuple(_field(each) for each in table.entries("fields")),
        materials=_if_given(table, "materials", ("申报材料", "material"), materials),
        wording=table.wording(),
    )
    table.done()
    return read


def _field(table: Table) -> Field:
    name = table.text("name")
    read = Field(key=table.key, name=name, english=table.english(name), group=table.text("group", default=""))
    table.done()
    return read


def _if_given(table: Table, key: str, what: tuple[str, str], defined: Sequence[str]) -> tuple[str, ...]:
    return table.references(key, what, defined) if table.has(key) else ()


def read_channels(root: Table, lists: Sequence[RankingList], edition: int) -> tuple[Channel, ...]:
    """`[channels.*]`; `edition` is this campaign's, and laureates come from an earlier one."""
    defined = tuple(each.key for each in lists)
    return tuple(_channel(table, defined, edition) for table in root.entries("channels", needed=True))


def _channel(table: Table, lists: tuple[str, ...], edition: int) -> Channel:
    name = table.text("name")
    laureates = table.table("laureates", needed=False) if table.has("laureates") else None
    read = Channel(
        key=table.key,
        name=name,
        english=table.english(name),
        lists=table.some("lists", LIST, lists, {EVERY: lists}),
        open_ended=table.flag("open_ended"),
        laureates_edition=laureates.whole("edition", low=EARLIEST_EDITION, high=edition - 1) if laureates else None,
        laureates_list=laureates.reference("list", LIST, lists) if laureates else None,
        wording=table.wording(),
    )
    if laureates:
        laureates.done()
    table.done()
    return read


def read_quotas(root: Table, lists: Sequence[RankingList], channels: Sequence[Channel]) -> tuple[Quota, ...]:
    """`[quotas.*]`, each resolved to the channels that it gives places."""
    found: list[Quota] = []
    for table in root.entries("quotas", needed=True):
        found += _quota(table, lists, channels)
    return tuple(found)


def _quota(table: Table, lists: Sequence[RankingList], channels: Sequence[Channel]) -> Iterable[Quota]:
    every = tuple(each.key for each in lists)
    groups = {
        UNITS: tuple(each.key for each in channels if not each.person),
        PERSONS: tuple(each.key for each in channels if each.person),
        EVERY: tuple(each.key for each in channels),
    }
    chosen = table.some("lists", LIST, every, {EVERY: every})
    holders = table.some("channels", CHANNEL, groups[EVERY], groups)
    whole_group = isinstance(table.values.get("channels"), str)
    per, limit, wording = table.word("per", Per), table.whole("limit", low=0, high=MOST_PLACES), table.wording()
    table.done()
    by_key = {each.key: each for each in channels}
    by_holders: dict[tuple[str, ...], list[str]] = {}
    for key in chosen:
        # “各单位” means each unit that may recommend for the list at all; a channel named by its key must be one.
        may = [each for each in holders if not whole_group or key in by_key[each].lists]
        by_holders.setdefault(tuple(may), []).append(key)
    return [
        Quota(key=table.key, lists=tuple(keys), channels=held, per=per, limit=limit, wording=wording)
        for held, keys in by_holders.items()
    ]


def read_exclusions(root: Table, lists: Sequence[RankingList]) -> tuple[Exclusion, ...]:
    """`[exclusions.*]`"""
    return tuple(_exclusion(table, tuple(each.key for each in lists)) for table in root.entries("exclusions"))


def _exclusion(table: Table, lists: tuple[str, ...]) -> Exclusion:
    read = Exclusion(
        key=table.key,
        lists=table.some("lists", LIST, lists, {EVERY: lists}),
        waivable=table.flag("waivable"),
        wording=table.wording(),
    )
    table.done()
    return read


def read_institutions(root: Table, tracks: Mapping[str, Track], stages: Sequence[str]) -> tuple[Institution, ...]:
    """`[institutions.*]`"""
    return tuple(_institution(table, tracks, stages) for table in root.entries("institutions"))


def _institution(table: Table, tracks: Mapping[str, Track], stages: Sequence[str]) -> Institution:
    name = table.text("name")
    read = Institution(
        key=table.key,
        name=name,
        english=table.english(name),
        stage=table.reference("stage", STAGE, stages),
        tracks=table.references("tracks", ("赛道（榜单或榜单/领域）", "track"), tuple(tracks)),
        contacts=tuple(_person(row) for row in _closed(table.rows("contacts", needed=True))),
        wording=table.wording(),
    )
    table.done()
    return read


def read_office(root: Table) -> Office:
    """`[office]` with everyone the notice names for questions; `for` says which."""
    table = root.table("office")
    name = table.text("name")
    english = table.english(name)
    people: dict[str, list[Person]] = {OFFICE: [], CONSULTATION: [], TECHNICAL: []}
    for row in table.rows("contacts"):
        uses = row.references("for", ("用途", "use"), tuple(people))
        person = _person(row)
        row.done()
        for use in uses:
            people.get(use, []).append(person)
    table.done()
    return Office(
        name=name, english=english, contacts=tuple(people[OFFICE]),
        consultation=tuple(people[CONSULTATION]), technical=tuple(people[TECHNICAL]),
    )  # fmt: skip


def _closed(rows: Iterable[Table]) -> Iterable[Table]:
    """The rows, each checked for unknown keys after it was read."""
    for row in rows:
        yield row
        row.done()


def _person(row: Table) -> Person:
    read = Person(
        name=row.text("name"),
        organisation=row.text("organisation", default=""),
        phones=row.texts("phones"),
        email=row.text("email", default="") or None,
        wording=row.wording(),
    )
    for position, phone in enumerate(read.phones):
        if not _PHONE.fullmatch(phone):
            row.findings.error(
                "CFG-57", (*row.path, "phones", position), f"电话号码只含数字、空格和 + - ( )，读到“{phone[:40]}”",
                f'a telephone number has digits, spaces and + - ( ) only; read "{phone[:40]}"', read=phone[:40],
            )  # fmt: skip
    if read.email and not _EMAIL.fullmatch(read.email):
        row.error(
            "CFG-58", "email", f"不是一个邮箱地址：“{read.email[:40]}”", f'is no e-mail address: "{read.email[:40]}"',
            read=read.email[:40],
        )  # fmt: skip
    if not read.phones and not read.email and not row.findings.wrong_in(row.path):
        row.findings.warning(
            "CFG-59", row.path, "既无电话也无邮箱，联系不上", "has neither telephone nor e-mail: nobody can reach them"
        )
    return read
