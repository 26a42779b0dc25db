"""A whole small campaign, from its file to the first promotion, its history and letters written out by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from engine import batches, campaigns, duties, nominations
from engine.access import ENGINE, Actor
from engine.batches import Result
from engine.office import Work
from engine.tables import Call, Duty, Nomination
from engine.turn import next_instant, turn
from notifications.tables import LETTER
from tests.builders import House, add_unit
from tests.events import told
from tests.small import ACADEMY, GUILD, OFFICE, OPENED, beijing, draft, faults, said, states, unit_actor

# When, who, what became of what; “…” is the engine. “1+1” is one letter and one call.
HISTORY = """
02-24 09:00  徐春淼  campaign open
02-24 09:00  徐春淼  contact add 赵书
02-24 09:00  徐春淼  contact add 钱学
02-24 09:00  徐春淼  contact add 孙工
02-25 10:00  赵书  unit add 甲学会
02-25 10:00  赵书  unit channels societies
02-25 10:00  赵书  contact add 张三
02-25 10:00  赵书  unit add 乙市
02-25 10:00  赵书  unit channels cities
02-25 10:00  赵书  contact add 李四
03-03 00:00  …  campaign reach collection opens
03-03 09:00  …  campaign remind collection-opens:当天 1+1
03-04 10:00  单位经办人  净水 draft → drafted
03-04 10:01  单位经办人  净水 submit drafted → submitted
03-05 10:00  单位经办人  王某 draft → drafted
03-06 10:00  赵书  净水 return submitted → returned 缺章
03-07 09:00  …  campaign remind collection-closes:7天前 1+1
03-10 10:00  单位经办人  净水 edit returned → returned materials
03-10 10:01  单位经办人  净水 submit returned → submitted
03-12 10:00  孙工  people file owed → filed
03-13 09:00  …  campaign remind collection-closes:1天前 1+1
03-13 10:00  赵书  campaign extend collection 平台故障
03-14 10:00  单位经办人  激光 draft → drafted
03-14 10:01  单位经办人  激光 submit drafted → submitted
03-15 00:00  …  campaign reach plan closes
03-15 00:00  …  campaign reach review opens
03-16 09:00  …  campaign remind collection-closes:1天前 1+1
03-17 21:00  …  campaign remind collection-closes:3小时前 1+1
03-18 00:00  …  campaign reach collection closes
03-18 00:02  …  王某 lapse drafted → lapsed
03-18 00:02  …  净水 begin submitted → review
03-18 00:02  …  激光 begin submitted → review
03-18 00:02  …  people file owed → filed
03-18 00:02  …  campaign close collection 1 2
03-20 10:00  钱学  净水 advance review → final
03-20 10:00  钱学  inventions/water file owed → filed
03-25 09:00  …  campaign remind results-due:3天前 1+0
03-29 00:00  …  campaign reach results closes
03-29 00:00  …  campaign reach review closes
03-29 09:00  …  campaign remind results-overdue:1天后 1+0
03-30 10:00  钱学  激光 eliminate review → eliminated
03-30 10:00  钱学  inventions/light file owed → filed
03-31 00:00  …  campaign reach final opens
04-02 10:00  赵书  净水 select final → final
04-12 00:00  …  campaign reach final closes
04-12 10:00  赵书  campaign choose publication
04-19 09:00  …  campaign remind publication-due:1天前 1+0
04-20 10:00  …  campaign reach publication opens
04-20 10:00  赵书  净水 publish final → published
04-20 10:00  赵书  campaign publish
04-21 10:00  赵书  净水 promote published → promoted
"""

# When it was written, to whom, about what; nothing was sent meanwhile, so what is overtaken is cancelled.
LETTERS = """
03-03 09:00  张三  collection-opens
03-03 09:00  电话李四  collection-opens
03-04 10:01  张三  submission-receipt
03-06 10:00  张三  returned
03-07 09:00  张三  collection-closes  cancelled
03-07 09:00  电话李四  collection-closes  cancelled
03-10 10:01  张三  submission-receipt
03-13 09:00  张三  collection-closes  cancelled
03-13 09:00  电话李四  collection-closes  cancelled
03-14 10:01  电话李四  submission-receipt
03-16 09:00  张三  collection-closes
03-16 09:00  电话李四  collection-closes
03-17 21:00  张三  collection-closes
03-17 21:00  电话李四  collection-closes
03-18 00:02  张三  lapsed
03-25 09:00  钱学  duties-due
03-29 09:00  赵书  duties-escalation
04-02 10:00  张三  decision
04-19 09:00  赵书  publication-due
04-20 10:00  张三  published
"""


Act = Callable[[Work], Any]


@dataclass(kw_only=True)
class Stage:
    """The house, and what the acts need to remember: units and nominations by name."""

    house: House
    units: dict[str, int] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    next: datetime | None = OPENED

    def until(self, at: datetime) -> None:
        """The engine wakes at every instant it has named, up to and including this one."""
        while self.next is not None and self.next <= at:
            self.next = turn(self.house.office, self.house.campaign, at=self.next).next

    def act(self, when: str, actor: Actor, do: Act, *, alone: bool = False) -> None:
        """Somebody does something; the engine was there first and looks again afterwards, as it would."""
        at = beijing(f"2025-{when}")
        self.until(at)
        with self.house.write(at, actor, alone=alone) as work:
            do(work)
        with self.house.office.read(self.house.campaign, ENGINE, at=at) as work:
            self.next = next_instant(work)

    def unit(self, name: str, channel: str, *people: tuple[str, str | None]) -> Act:
        def add(work: Work) -> None:
            self.units[name] = add_unit(work, name, channels=[channel], people=people)

        return add

    def draft(self, unit: str, title: str, track: str) -> Act:
        def do(work: Work) -> None:
            self.keys[title] = draft(work, self.units[unit], title, track=track)

        return do


def _on(verb: Callable[..., Any], key: str, **values: Any) -> Act:
    return lambda work: verb(work, key, **values)


def play(house: House) -> Stage:
    """The whole campaign, by everybody who has a part in it."""
    it = Stage(house=house)
    keys = it.keys
    it.act("02-25 10:00", OFFICE, it.unit("甲学会", "societies", ("张三", "zhang@a.example")))
    it.act("02-25 10:00", OFFICE, it.unit("乙市", "cities", ("李四", None)))
    first, second = unit_actor(it.units["甲学会"]), unit_actor(it.units["乙市"])
    it.act("03-04 10:00", first, it.draft("甲学会", "净水", "inventions/water"))
    it.act("03-04 10:01", first, _on(nominations.submit, keys["净水"]))
    it.act("03-05 10:00", first, it.draft("甲学会", "王某", "people"))
    it.act("03-06 10:00", OFFICE, _on(nominations.return_, keys["净水"], reason="缺章"))
    it.act("03-10 10:00", first, _on(nominations.edit, keys["净水"], materials=["application"]))
    it.act("03-10 10:01", first, _on(nominations.submit, keys["净水"]))
    it.act("03-12 10:00", GUILD, lambda work: duties.file(work, _duty(work, "plan", "people"), document="评审方案"))
    it.act("03-13 10:00", OFFICE, lambda work: campaigns.extend(
        work, "collection", closes=beijing("2025-03-18 00:00"), reason="平台故障"), alone=True)  # fmt: skip
    it.act("03-14 10:00", second, it.draft("乙市", "激光", "inventions/light"))
    it.act("03-14 10:01", second, _on(nominations.submit, keys["激光"]))
    it.act("03-20 10:00", ACADEMY, _result(keys["净水"], passed=True))
    it.act("03-30 10:00", ACADEMY, _result(keys["激光"], passed=False))
    it.act(
        "04-02 10:00", OFFICE, lambda work: batches.decide(work, [Result(id=keys["净水"], passed=True)], occasion="1")
    )
    it.act("04-12 10:00", OFFICE, lambda work: campaigns.choose_date(
        work, "publication", date=beijing("2025-04-20 10:00")), alone=True)  # fmt: skip
    it.act("04-20 10:00", OFFICE, batches.publish)
    it.act("04-21 10:00", OFFICE, _on(nominations.promote, keys["净水"], note="路演"))
    it.until(beijing("2025-05-31 00:00"))
    return it


def _result(key: str, *, passed: bool) -> Act:
    return lambda work: batches.report(work, [Result(id=key, passed=passed)])


def _duty(work: Work, kind: str, track: str) -> str:
    query = select(col(Duty.public_id)).where(col(Duty.kind) == kind, col(Duty.track) == track)
    return str(work.connection.execute(query).scalar_one())


def _history(work: Work) -> list[str]:
    names: dict[tuple[str, int | None], str] = {
        **{("nomination", row[0]): row[1]
           for row in work.connection.execute(select(col(Nomination.id), col(Nomination.title)))},
        **{("duty", row[0]): row[1] for row in work.connection.execute(select(col(Duty.id), col(Duty.track)))},
    }  # fmt: skip
    rows = told(work.connection)
    return [_line(row, names.get((row.subject, row.subject_id), row.subject)) for row in rows]


TOLD = ("name", "now", "milestone", "edge", "occasion", "reason", "changed", "lapsed", "begun")


def _line(row: Any, name: str) -> str:
    details = [str(row.details[key]) for key in TOLD if key in row.details and row.subject != "duty"]
    if row.role == "engine" and row.subject == "nomination":
        details = []
    moved = [f"{row.from_state} → {row.to_state}" if row.from_state else f"→ {row.to_state}"] if row.to_state else []
    reached = [f"{row.details['letters']}+{row.details['calls']}"] if row.verb == "remind" else []
    who = "…" if row.role == "engine" else row.actor
    return f"{said(row.at)}  {who}  {' '.join([name, row.verb, *moved, *details, *reached])}".rstrip()


def _letters(work: Work) -> list[str]:
    letters = work.connection.execute(select(LETTER).order_by(LETTER.c.id))
    found = [(row.created_at, f"{row.to_name}  {row.template}", row.state) for row in letters]
    rows = work.connection.execute(select(Call).order_by(col(Call.id)))
    found += [(row.made_at, f"电话{row.name}  {row.template}", row.state) for row in rows]
    return [f"{said(at)}  {what}{'' if state in ('ready', 'open') else '  ' + state}"
            for at, what, state in sorted(found, key=lambda each: each[0])]  # fmt: skip


def test_a_small_campaign_from_its_file_to_the_first_promotion(small: House) -> None:
    played = play(small)
    with small.read() as work:
        history, letters = _history(work), _letters(work)
    assert history == HISTORY.strip().splitlines()
    assert letters == LETTERS.strip().splitlines()
    assert states(small) == {"净水": "promoted", "王某": "lapsed", "激光": "eliminated"}
    assert (played.next, faults(small)) == (None, ())
