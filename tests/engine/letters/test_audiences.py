"""Who is reminded, and of what."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, select, update
from sqlmodel import col

from engine import duties, nominations, units
from engine.letters import audiences
from engine.letters.correspondence import Message
from engine.office import Work
from engine.tables import Duty
from tests.builders import (
    AN_HOUR,
    CLOSING,
    OPENING,
    House,
    add_draft,
    add_laureate,
    add_submitted,
    add_unit,
)
from workflows.timeline import Occasion

RESULTS_DUE = datetime(2023, 12, 30, 16, tzinfo=UTC)


def _occasion(work: Work, key: str) -> Occasion:
    return next(one for one in work.occasions if one.key == key)


def _messages(work: Work, key: str) -> list[Message]:
    return list(audiences.messages(work, _occasion(work, key)))


def _told(messages: list[Message]) -> list[str]:
    return [message.to.name for message in messages]


def test_the_opening_goes_to_every_contact_of_every_unit_with_its_places_added_up(house: House) -> None:
    with house.write(OPENING) as work:
        add_unit(work, "甲学会", people=[("张三", "zhang@example.cn"), ("李四", None)])
        add_unit(work, "乙", channels=("cities", "others"), people=[("王五", "wang@example.cn")])
        found = _messages(work, "collection-opens:当天")
    places = [(one.to.name, one.context["totals"]["limit"]) for one in found]
    assert places == [("张三", 27), ("李四", 27), ("王五", 54)]
    assert found[2].context["channels"] == ["创新驱动示范市（区）、“科创中国”试点城市（园区）", "其他各有关单位"]
    assert found[0].context["deadline"]["zh"] == "2023年11月30日（周四）24:00"


def test_a_person_may_recommend_one_manager_and_nothing_else(house: House) -> None:
    with house.write(OPENING) as work:
        add_unit(work, "赵先锋", channels=("earlier-managers",), person=True, people=[("赵先锋", "zhao@example.cn")])
        (found,) = _messages(work, "collection-opens:当天")
    assert found.context["person"] is True
    assert found.context["places"] == [{"name": "技术经理人先锋榜", "counter": "人", "limit": 1, "used": 0, "left": 1}]


def test_the_closing_digest_tells_what_each_draft_lacks(house: House) -> None:
    with house.write() as work:
        add_laureate(work, "旧项目")
        unit_id = add_unit(work, "甲学会", people=[("张三", "zhang@example.cn")])
        add_draft(work, unit_id, "缺材料", complete=False)
        add_draft(work, unit_id, "旧项目", track="organisations")
        add_draft(work, unit_id, "齐了", track="technologies/equipment")
        returned = add_submitted(work, unit_id, "退回的", track="managers")
        nominations.return_(work, returned, reason="印章不清")
        add_submitted(work, unit_id, "已交")
        (found,) = _messages(work, "collection-closes:30天前")
    lines = {line["title"]: line for line in found.context["drafts"]}
    assert list(lines) == ["退回的", "齐了", "缺材料", "旧项目"]
    assert (lines["缺材料"]["missing"], lines["旧项目"]["waiver"]) == (["申报材料"], True)
    assert (lines["齐了"]["ready"], lines["退回的"]["returned"]) == (True, True)
    assert (found.context["submitted"], found.context["totals"]) == (1, {"limit": 27, "used": 2, "left": 25})
    assert found.context["left"]["zh"] == "还有30天15小时"


def test_a_draft_without_a_place_left_is_told_so(house: House) -> None:
    with house.write() as work:
        unit_id = add_unit(work, "甲学会", people=[("张三", "zhang@example.cn")])
        draft = add_draft(work, unit_id, "第三家", track="organisations")
        for title in ("第一家", "第二家"):
            add_submitted(work, unit_id, title, track="organisations")
        (found,) = _messages(work, "collection-closes:30天前")
    assert [(line["title"], line["no_place"]) for line in found.context["drafts"]] == [("第三家", True)]
    assert draft


def test_who_has_used_every_place_and_has_no_draft_is_left_in_peace(house: House) -> None:
    with house.write() as work:
        person = add_unit(work, "赵先锋", channels=("earlier-managers",), person=True, people=[("赵先锋", None)])
        add_unit(work, "甲学会", people=[("张三", "zhang@example.cn")])
        add_submitted(work, person, "候选人", track="managers")
        assert _told(_messages(work, "collection-closes:30天前")) == ["张三"]


def test_a_person_serving_two_tracks_gets_one_letter(house: House) -> None:
    with house.write(CLOSING + AN_HOUR) as work:
        found = _messages(work, "review-ready:当天")
    (both,) = (one for one in found if one.to.name == "胡志强")
    assert len(found) == 8
    assert [track["name"] for track in both.context["tracks"]] == ["先导技术榜·装备制造", "先导技术榜·产业基础"]
    assert len(both.context["duties"]) == 8


def test_a_person_of_two_institutions_gets_one_letter_too(house: House) -> None:
    with house.write(CLOSING + AN_HOUR) as work:
        for institution in ("enterprises", "managers"):
            units.add_contact(work, name="同一人", email="same@example.cn", institution=institution)
        (found,) = (one for one in _messages(work, "review-ready:当天") if one.to.name == "同一人")
    assert found.to.of == "新锐企业榜初评机构、技术经理人先锋榜初评机构"
    assert [track["name"] for track in found.context["tracks"]] == ["新锐企业榜", "技术经理人先锋榜"]


def test_an_institution_is_reminded_only_of_what_it_still_owes_at_that_date(house: House) -> None:
    with house.write(CLOSING - timedelta(days=3)) as work:
        for duty in _duties(work, institution="enterprises", due="working-due"):
            duties.file(work, duty, document="盖章件")
        found = _messages(work, "filings-due:3天前")
    assert "李娜" not in _told(found)
    assert len(found) == 7
    (two_tracks,) = (one for one in found if one.to.name == "胡志强")
    assert {(line["name"], line["left"]) for line in two_tracks.context["duties"]} == {
        ("评审工作方案", 0), ("专家构成方案", 0), ("评价标准", 0),
    }  # fmt: skip


def test_owed_results_say_how_many_are_not_reported_yet(house: House) -> None:
    with house.write() as work:
        unit_id = add_unit(work, "甲学会")
        for title in ("一", "二"):
            add_submitted(work, unit_id, title)
    with house.write(RESULTS_DUE - timedelta(days=3)) as work:
        found = _messages(work, "results-due:3天前")
    left = {line["track"]: line["left"] for one in found for line in one.context["duties"]}
    assert (left["新锐企业榜"], left["融通创新组织榜"]) == (2, 0)


def test_the_escalation_comes_only_if_something_is_owed(house: House) -> None:
    with house.write(CLOSING + timedelta(days=1)) as work:
        owed = _messages(work, "filings-escalation:1天后")
        work.connection.execute(update(Duty).values(state="accepted"))
        settled = _messages(work, "filings-escalation:1天后")
    assert _told(owed) == ["徐春淼", "高辰麒"]
    assert owed[0].context["owed"]["count"] == 27
    equipment = owed[0].context["owed"]["institutions"][2]
    assert (equipment["phones"], len(equipment["items"])) == ("胡志强 010-68799039、13161224687", 3)
    assert settled == []


def test_the_digest_shows_where_everything_stands(house: House) -> None:
    with house.write() as work:
        add_laureate(work, "旧项目")
        unit_id = add_unit(work, "甲学会", people=[("张三", "zhang@example.cn")])
        add_unit(work, "无人学会")
        add_submitted(work, unit_id, "已交")
        add_draft(work, unit_id, "旧项目")
        context = _messages(work, "secretariat-digest:2023-10-31")[0].context
    enterprises = next(row for row in context["funnel"]["rows"] if row["name"] == "新锐企业榜")
    assert enterprises == {"name": "新锐企业榜", "total": 2, "parts": "草稿1，已提交1"}
    assert (context["submitted_since"], context["calls"], context["overdue"]["count"]) == (1, 0, 0)
    assert context["waivers"] == {
        "count": 1, "first": [{"title": "旧项目", "unit": "甲学会", "track": "新锐企业榜"}], "more": 0,
    }  # fmt: skip
    assert context["unreachable"] == {"count": 1, "first": ["无人学会"], "more": 0}
    assert [(one["name"], one["edge"]["zh"]) for one in context["next"][:3]] == [
        ("组织征集", "截止"), ("评审方案备案", "截止"), ("初评评审", "开始"),
    ]  # fmt: skip


@pytest.mark.parametrize("key", ["collection-opens:当天", "collection-closes:30天前"])
def test_ten_times_the_units_cost_no_query_more(house: House, key: str) -> None:
    with house.write() as work:
        _people(work, range(3))
        few = _queries(work, key)
        _people(work, range(3, 30))
        assert _queries(work, key) == few


def _people(work: Work, numbers: range) -> None:
    for number in numbers:
        unit_id = add_unit(work, f"单位{number}", people=[(f"人{number}", f"n{number}@example.cn")])
        add_draft(work, unit_id, f"项目{number}", complete=False)


def _queries(work: Work, key: str) -> int:
    occasion = _occasion(work, key)
    seen: list[Any] = []
    event.listen(work.connection, "before_cursor_execute", lambda *args: seen.append(args[2]))
    found = list(audiences.messages(work, occasion))
    assert found
    return len(seen)


def _duties(work: Work, *, institution: str, due: str) -> list[str]:
    kinds = [kind.key for kind in work.definition.duties if kind.due == due]
    query = select(col(Duty.public_id)).where(col(Duty.institution) == institution, col(Duty.kind).in_(kinds))
    return list(work.connection.execute(query).scalars())
