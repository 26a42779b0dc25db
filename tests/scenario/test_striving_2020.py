"""By post the postmark counts; secret material is handed in by the hour; without it nothing passes the first stage."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlmodel import col

from engine import batches, duties, nominations, units
from engine.batches import Result
from engine.sweep import close
from engine.tables import Event
from engine.turn import turn
from tests.builders import House, letters
from tests.campaigns import codes, happened, ids, opened, played, refused_in, standing, wrongs
from tests.events import told
from tests.owing import duty_of, owed_by
from tests.small import beijing, faults, states

OPENED, DURING = beijing("2020-03-12 09:00"), beijing("2020-04-10 10:00")
CLOSES, SWEPT = beijing("2020-04-29 00:00"), beijing("2020-04-29 00:02")
ARRIVED = beijing("2020-05-06 10:00")
REVIEW = beijing("2020-06-10 10:00")


@pytest.fixture
def house(sqlite_database_url: str) -> Iterator[House]:
    """The campaign with a unit that sends by post and one with secret material, one nomination each."""
    with opened("striving-2020", sqlite_database_url, at=OPENED) as found:
        for name, secret in (("甲省", "false"), ("乙院", "true")):
            with found.write(DURING) as work:
                unit = units.add(work, code=name, name=name, channels=["units"], attributes={"secret": secret})
                units.add_contact(work, name=f"{name}联系人", phones=["010-1"], email="a@unit.example", unit_id=unit)
                key = nominations.draft(work, unit_id=unit, track="person", title=f"{name}人选", applicant="某所").id
                nominations.submit(work, key)
        yield found


def confirmed(house: House, at: str, unit: str, kind: str, dated: object, **values: object) -> list[str]:
    """The codes that refuse to confirm what came at `at`."""

    def confirm() -> None:
        with house.write(beijing(at)) as work:
            duties.confirm(work, duty_of(work, unit, kind), dated=dated, **values)  # type: ignore[arg-type]

    return codes(confirm)


def passing(house: House, *titles: str) -> list[str]:
    """The codes that refuse to let these pass the review."""

    def decide() -> None:
        with house.write(REVIEW) as work:
            found = ids(work, *titles)
            batches.decide(work, [Result(id=key, passed=True) for key in found], occasion="1")

    return codes(decide)


def test_each_unit_owes_the_one_that_is_for_it(house: House) -> None:
    assert owed_by(house, "甲省") == {("paper", ""): "owed"}
    assert owed_by(house, "乙院") == {("secret", ""): "owed"}


def test_the_postmark_of_the_last_day_counts_whenever_it_arrives(house: House) -> None:
    assert confirmed(house, "2020-05-06 10:00", "甲省", "paper", date(2020, 4, 29)) == ["DUT-05"]
    assert confirmed(house, "2020-05-06 10:00", "甲省", "paper", date(2020, 4, 28)) == []
    assert owed_by(house, "甲省") == {("paper", ""): "received"}


def test_a_later_postmark_is_taken_only_with_a_reason_which_the_history_keeps(house: House) -> None:
    late = date(2020, 4, 29)
    assert confirmed(house, "2020-05-06 10:00", "甲省", "paper", late, late=True) == ["RSN-01"]
    assert confirmed(house, "2020-05-06 10:00", "甲省", "paper", late, late=True, reason="疫情期间邮路中断") == []
    with house.read(ARRIVED) as work:
        kept = told(work.connection, col(Event.verb) == "confirm")[0].details
    assert (kept["late"], kept["reason"]) == (True, "疫情期间邮路中断")


@pytest.mark.parametrize(
    ("handed", "code"),
    [
        ("2020-04-18 10:00:00", ["DUT-06"]),  # before the hours begin
        ("2020-04-20 08:29:59.999999", ["DUT-06"]),
        ("2020-04-20 08:30:00", []),
        ("2020-04-24 16:29:59.999999", []),
        ("2020-04-24 16:30:00", ["DUT-06"]),
        ("2020-04-24 16:31:00", ["DUT-06"]),
        ("2020-04-25 10:00:00", ["DUT-06"]),  # a Saturday, of which the notice says nothing
        ("2020-04-26 08:30:00", []),  # a Sunday on which people work
        ("2020-04-28 16:29:59.999999", []),
        ("2020-04-28 16:30:00", ["DUT-06"]),
    ],
)
def test_secret_material_is_taken_in_the_hours_of_the_notice(house: House, handed: str, code: list[str]) -> None:
    assert confirmed(house, "2020-04-28 18:00", "乙院", "secret", beijing(handed))[:1] == code


def test_who_comes_outside_the_hours_is_told_them(house: House) -> None:
    with pytest.raises(Exception, match="DUT-06") as refused, house.write(beijing("2020-04-25 10:00")) as work:
        duties.confirm(work, duty_of(work, "乙院", "secret"), dated=beijing("2020-04-25 10:00"))
    assert "2020年4月20日—24日、26日—28日每日08:30—16:30" in str(refused.value)


def test_without_it_nothing_goes_on_from_the_first_stage(house: House) -> None:
    close(house.office, house.campaign, at=SWEPT)
    before = states(house)
    refused = passing(house, "甲省人选"), passing(house, "乙院人选")
    assert confirmed(house, "2020-05-06 10:00", "甲省", "paper", date(2020, 4, 28)) == []
    assert (before, refused) == (dict.fromkeys(["甲省人选", "乙院人选"], "review"), (["DUT-07"], ["DUT-07"]))
    assert (passing(house, "甲省人选"), passing(house, "乙院人选"), faults(house)) == ([], ["DUT-07"], ())


def test_each_is_reminded_of_its_own_and_only_while_it_is_owed(house: House) -> None:
    turn(house.office, house.campaign, at=beijing("2020-04-24 09:00"))  # three working days before: the 26th works
    assert confirmed(house, "2020-04-26 09:00", "乙院", "secret", beijing("2020-04-26 08:30")) == []
    turn(house.office, house.campaign, at=beijing("2020-04-28 09:00"))
    with house.read(SWEPT) as work:
        told = [(row.context["to"]["of"], [each["name"] for each in row.context["duties"]])
                for row in letters(work, "duties-due")]  # fmt: skip
    assert sorted(told) == [("乙院", ["涉密推荐材料"]), ("甲省", ["纸质推荐材料"]), ("甲省", ["纸质推荐材料"])]


def test_it_is_rehearsed_to_its_end(tmp_path: Path) -> None:
    with played("striving-2020", tmp_path) as done:
        assert wrongs(done) == []
        assert standing(done)["published"] + standing(done)["promoted"] > 0
        assert happened(done)["confirm"] > 0
        assert {"DUT-05", "DLN-01"} <= refused_in(done)
