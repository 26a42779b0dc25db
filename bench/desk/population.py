"""A campaign with very many nominations, as it is after the collection has closed: for measuring pages, not for rules.

Rows are written directly, because the verbs are for one nomination at a time; what follows from the clock, and what a
jury did, is done by the engine's own statements, so the counters and the history agree with the rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from functools import cache
from itertools import islice
from random import Random
from typing import Any

from sqlalchemy import func, insert, select
from sqlmodel import col

from engine import campaigns, sets, sweep, tallies, units
from engine.access import Actor
from engine.history import line
from engine.office import Office, Work
from engine.searching.keeping import nomination_keys
from engine.searching.tables import NominationKey
from engine.sheets.cleaning import match_key
from engine.tables import Event, Nomination, public_id
from workflows.nomination import Role

OFFICE = Actor(role=Role.SECRETARIAT, name="测量")
TITLES, CHUNK = 12_000, 5_000
WHAT = (
    "量子通信",
    "氢能储运",
    "脑机接口",
    "碳纤维",
    "卫星遥感",
    "基因编辑",
    "智能网联汽车",
    "深海探测",
    "工业互联网",
    "长三角电网",
    "高端数控机床",
    "创新药物",
    "集成电路",
    "智慧农业",
    "新型显示",
    "固态电池",
    "特种机器人",
    "增材制造",
)
HOW = (
    "关键技术研究",
    "系统研制",
    "示范应用",
    "成套装备",
    "中试平台",
    "标准与检测",
    "规模化应用",
    "核心部件",
    "工艺开发",
)
WHO = ("华", "中", "新", "科", "东", "恒", "远", "盛", "瑞", "博", "天", "金")


def populate(office: Office, source: str, *, nominations: int, units_: int, opened: datetime, drafted: datetime,
             closed: datetime) -> str:  # fmt: skip
    """Open the campaign of `source` with so many units and nominations, let its collection close; returns its key."""
    key = campaigns.open_campaign(office, source, name="campaign.toml", actor=OFFICE, at=opened)
    dice = Random(1)  # noqa: S311 - the same population every time is the point
    with office.write(key, OFFICE, at=opened) as work:
        ids = [_unit(work, number) for number in range(units_)]
    rows = _rows(dice, nominations, ids)
    while some := list(islice(rows, CHUNK)):
        with office.write(key, OFFICE, at=drafted) as work:
            _insert(work, some, dice)
    sweep.close(office, key, at=closed)
    _judge(office, key, at=closed + timedelta(days=20))
    return key


def _unit(work: Work, number: int) -> int:
    channels = [one.key for one in work.definition.channels if not one.person]
    name = f"{WHO[number % 12]}{WHO[number // 12 % 12]}省{WHAT[number % 18][:2]}学会第{number + 1}分会"
    unit_id = units.add(work, code=f"U{number + 1:05}", name=name, channels=[channels[number % len(channels)]])
    units.add_contact(work, name=f"联系人{number + 1}", phones=["010-12345678"], unit_id=unit_id)
    return unit_id


def _rows(dice: Random, nominations: int, ids: list[int]) -> Iterator[dict[str, Any]]:
    for number in range(nominations):
        title, applicant = _named(number % TITLES)
        yield {"unit_id": dice.choice(ids), "title": title, "title_key": match_key(title), "applicant": applicant,
               "state": "submitted" if dice.random() < SUBMITTED else "drafted"}  # fmt: skip


SUBMITTED = 0.7  # share of nominations that were handed in


@cache
def _named(number: int) -> tuple[str, str]:
    title = f"{WHAT[number % 18]}{HOW[number // 18 % 9]}（{number // 162 + 1}期）"
    return title, f"{WHO[number % 12]}{WHO[number // 12 % 12]}市{WHAT[number // 7 % 18]}科技股份有限公司"


@cache
def _keys(title: str, applicant: str) -> Mapping[str, str]:
    return nomination_keys(title, applicant)


def _insert(work: Work, rows: list[dict[str, Any]], dice: Random) -> None:
    """Drafts and submissions, each with its events, its counters and its search keys."""
    first = (work.connection.execute(select(func.max(col(Nomination.id)))).scalar() or 0) + 1
    tracks, made, keys, events = list(work.definition.tracks), [], [], []
    for row_id, row in enumerate(rows, first):
        drafted = work.at + timedelta(seconds=row_id)
        submitted = drafted + timedelta(days=dice.randrange(1, 20)) if row["state"] == "submitted" else None
        track = dice.choice(tracks)
        made.append({
            **row, "id": row_id, "campaign_id": work.campaign_id, "public_id": public_id(), "track": track,
            "applicant_contact": "某某", "applicant_phones": "13800138000", "applicant_email": f"a{row_id}@example.org",
            "materials": ["application"], "attributes": {}, "selected": False, "drafted_at": drafted,
            "submitted_at": submitted, "changed_at": submitted or drafted, "version": 2 if submitted else 1,
        })  # fmt: skip
        keys.append({"nomination_id": row_id, "campaign_id": work.campaign_id, "unit_id": row["unit_id"],
                     **_keys(row["title"], row["applicant"])})  # fmt: skip
        told = {"title": row["title"], "track": track}
        begun = line(work, "nomination", row_id, "draft", source=None, target="drafted", details=told)
        events.append({**begun, "at": drafted})
        if submitted:
            done = line(work, "nomination", row_id, "submit", source="drafted", target="submitted", details={})
            events.append({**done, "at": submitted})
    for table, values in ((Nomination, made), (NominationKey, keys), (Event, events)):
        work.connection.execute(insert(table), values)
    for state in ("drafted", "submitted"):
        tallies.move_groups(work, _groups(made, state), None, state)


def _groups(rows: list[dict[str, Any]], state: str) -> list[tuple[int, str, int]]:
    found: dict[tuple[int, str], int] = {}
    for row in rows:
        if row["state"] == state:
            key = (row["unit_id"], row["track"])
            found[key] = found.get(key, 0) + 1
    return [(unit_id, track, n) for (unit_id, track), n in found.items()]


def _judge(office: Office, key: str, *, at: datetime) -> None:
    """A third goes out of the first stage, a tenth goes on, a few withdraw; the rest waits for its result."""
    for verb, part in (("eliminate", 3), ("advance", 10), ("withdraw", 49)):
        with office.write(key, OFFICE, at=at) as work:
            for track in work.definition.tracks:
                machine = work.shape_of(track)
                where = (col(Nomination.campaign_id) == work.campaign_id, col(Nomination.track) == track,
                         col(Nomination.state) == machine.stages[0], col(Nomination.id) % part == 0)  # fmt: skip
                sets.move(work, where, machine=machine, verb=verb, source=machine.stages[0],
                          details={"reason": "测量"})  # fmt: skip
