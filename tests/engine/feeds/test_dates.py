"""Which dates a feed shows to whom, how they move, and that it shows nothing else."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import icalendar
import pytest

from engine import campaigns, units
from engine.access import Actor
from engine.feeds.calendar import calendar
from engine.feeds.dates import dates
from engine.own_deadlines import own_deadline
from tests.builders import House, add_submitted
from tests.small import ACADEMY, AUDITOR, CLOSES, DURING, OFFICE, beijing, new_unit, said, unit_actor
from workflows.definition import Who


def shown(house: House, actor: Actor, at: datetime = DURING) -> dict[str, str]:
    """What the feed of `actor` shows: by summary, without the campaign's name, when."""
    with house.office.read(house.campaign, actor, at=at) as work:
        return {entry.summary.partition("：2025")[0]: said(entry.at) for entry in dates(work)}


def events(house: House, actor: Actor, at: datetime = DURING) -> dict[str, Any]:
    """The events of the file, by uid without what is the same in each."""
    with house.office.read(house.campaign, actor, at=at) as work:
        content = calendar(work)
    found = icalendar.Calendar.from_ical(content).walk("VEVENT")
    return {str(event["uid"]).removeprefix("small-2025.").removesuffix("@bangdan"): event for event in found}


def test_a_unit_finds_its_own_deadlines(quick: House) -> None:
    assert shown(quick, unit_actor(new_unit(quick))) == {
        "征集开始": "03-03 00:00", "征集截止": "03-15 00:00", "发布最早": "04-14 00:00", "发布最迟": "05-01 00:00",
    }  # fmt: skip


def test_an_institution_finds_its_stage_and_what_it_owes(quick: House) -> None:
    assert shown(quick, ACADEMY) == {
        "初评开始": "03-15 00:00", "初评截止": "03-29 00:00", "报送初评结果截止": "03-29 00:00",
        "评审方案截止": "03-15 00:00", "初评结果截止": "03-29 00:00",
    }  # fmt: skip


@pytest.mark.parametrize("actor", [OFFICE, AUDITOR])
def test_who_sees_all_finds_every_date(quick: House, actor: Actor) -> None:
    found = shown(quick, actor)

    assert {"征集开始", "方案备案截止", "终评截止", "发布最迟"} <= found.keys()
    assert len(found) == 10


def test_an_end_at_24_00_stands_on_its_own_day(quick: House) -> None:
    event = events(quick, OFFICE)["collection.closes"]

    assert (event["dtstart"].dt.isoformat(), event["dtend"].dt.isoformat()) == (
        "2025-03-14T23:00:00+08:00", "2025-03-15T00:00:00+08:00",
    )  # fmt: skip
    assert event["dtend"].params["TZID"] == "Asia/Shanghai"


def test_a_moved_date_keeps_its_id_and_gets_a_higher_number(quick: House) -> None:
    before = events(quick, OFFICE)["collection.closes"]
    with quick.write(DURING, OFFICE, alone=True) as work:
        campaigns.extend(work, "collection", closes=beijing("2025-03-20 00:00"), reason="不足")

    after = events(quick, OFFICE)["collection.closes"]

    assert (before["sequence"], after["sequence"], after["dtend"].dt) == (0, 1, beijing("2025-03-20 00:00"))
    assert (before["dtstamp"].dt < after["dtstamp"].dt, after["dtstamp"].dt) == (True, DURING)


def test_a_suspended_date_is_cancelled_where_it_stood_and_comes_back(quick: House) -> None:
    with quick.write(DURING, OFFICE, alone=True) as work:
        campaigns.suspend(work, "collection", reason="系统维护")
    suspended = events(quick, OFFICE)["collection.closes"]
    with quick.write(DURING, OFFICE, alone=True) as work:
        campaigns.extend(work, "collection", closes=beijing("2025-03-20 00:00"), reason="恢复")
    again = events(quick, OFFICE)["collection.closes"]

    assert [(str(one["status"]), one["dtend"].dt, one["sequence"]) for one in (suspended, again)] == [
        ("CANCELLED", CLOSES, 1), ("CONFIRMED", beijing("2025-03-20 00:00"), 2),
    ]  # fmt: skip
    assert "已暂停" in str(suspended["summary"])


def test_a_chosen_date_is_one_entry(quick: House) -> None:
    with quick.write(DURING, OFFICE, alone=True) as work:
        campaigns.choose_date(work, "publication", date=beijing("2025-04-20 10:00"), reason="")

    found = {key: event for key, event in events(quick, OFFICE).items() if key.startswith("publication")}

    assert [(key, event["dtstart"].dt) for key, event in found.items()] == [
        ("publication.opens", beijing("2025-04-20 10:00"))
    ]


def test_a_units_own_deadline_is_its_own(quick: House) -> None:
    mine, other = new_unit(quick, "甲学会"), new_unit(quick, "乙学会")
    with quick.write(DURING, OFFICE, alone=True) as work:
        own_deadline(work, mine, closes=beijing("2025-03-12 00:00"), reason="本单位")

    ends = [[at for what, at in shown(quick, actor).items() if "征集" in what and "截止" in what]
            for actor in (unit_actor(mine), unit_actor(other), OFFICE)]  # fmt: skip

    assert ends == [["03-12 00:00", "03-15 00:00"], ["03-15 00:00"], ["03-15 00:00"]]


def test_an_extension_for_some_is_for_them(quick: House) -> None:
    society, city = new_unit(quick, "甲学会"), new_unit(quick, "乙市", "cities")
    with quick.write(DURING, OFFICE, alone=True) as work:
        campaigns.extend(work, "collection", closes=beijing("2025-03-20 00:00"), reason="不足",
                         who=Who(channels=("cities",)))  # fmt: skip

    ends = [sorted(at for what, at in shown(quick, actor).items() if "截止" in what)
            for actor in (unit_actor(society), unit_actor(city))]  # fmt: skip

    assert ends == [["03-15 00:00"], ["03-20 00:00"]]


def test_it_names_nobody(quick: House) -> None:
    with quick.write(DURING, OFFICE) as work:
        unit_id = units.add(work, code="A1", name="canary-unit", channels=["societies"])
        units.add_contact(work, name="canary-person", email="canary@unit.example", unit_id=unit_id)
        add_submitted(work, unit_id, "canary-title", track="inventions/water", applicant="canary-company")

    for actor in (OFFICE, unit_actor(unit_id), ACADEMY):
        with quick.office.read(quick.campaign, actor, at=DURING) as work:
            assert b"canary" not in calendar(work)


def test_the_same_dates_are_the_same_bytes(quick: House) -> None:
    made = []
    for at in (DURING, datetime(2025, 4, 2, tzinfo=UTC)):
        with quick.office.read(quick.campaign, OFFICE, at=at) as work:
            made.append(calendar(work))

    assert made[0] == made[1]
    assert (made[0].startswith(b"BEGIN:VCALENDAR\r\n"), max(map(len, made[0].split(b"\r\n"))) <= 75) == (True, True)
