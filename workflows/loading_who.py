"""The parts of a campaign file that say what is ranked and who takes part: lists, channels, quotas, institutions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from workflows.definition import (
    Attribute,
    Channel,
    Institution,
    Material,
    Office,
    Person,
    RankingList,
    Track,
)
from workflows.loading_for import read_for
from workflows.loading_lists import LIST, chosen_lists
from workflows.loading_matching import CHANNEL, Known, read_tracks
from workflows.reading import Table

STAGE = ("评审阶段", "stage")
MILESTONE = ("时间节点", "milestone")
EARLIEST_EDITION, LATEST_EDITION = 1900, 2200
MOST_TOGETHER = 100
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


def read_channels(
    root: Table, lists: Sequence[RankingList], edition: int, attributes: Mapping[str, Attribute]
) -> tuple[Channel, ...]:
    """`[channels.*]`; `edition` is this campaign's, and laureates come from an earlier one."""
    tables = root.entries("channels", needed=True)
    channels = tuple(each.key for each in tables)
    return tuple(_channel(table, lists, edition, channels, attributes) for table in tables)


def _channel(
    table: Table, lists: Sequence[RankingList], edition: int, channels: Sequence[str],
    attributes: Mapping[str, Attribute],
) -> Channel:  # fmt: skip
    name = table.text("name")
    laureates = table.table("laureates", needed=False) if table.has("laureates") else None
    read = Channel(
        key=table.key,
        name=name,
        english=table.english(name),
        lists=chosen_lists(table, lists),
        open_ended=table.flag("open_ended"),
        laureates_edition=laureates.whole("edition", low=EARLIEST_EDITION, high=edition - 1) if laureates else None,
        laureates_list=laureates.reference("list", LIST, [each.key for each in lists]) if laureates else None,
        persons=table.flag("persons"),
        who=read_for(table, Known(attributes=attributes)),
        excludes=table.references("excludes", CHANNEL, channels) if table.has("excludes") else (),
        jointly=table.whole("jointly", low=2, high=MOST_TOGETHER) if table.has("jointly") else 1,
        wording=table.wording(),
    )
    if laureates:
        laureates.done()
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
        tracks=read_tracks(table, tracks),
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
