"""A code only after the unit's public notice, nothing submitted without it, and online until noon."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from engine import campaigns, duties, nominations, units
from engine.sweep import close
from tests.builders import House
from tests.campaigns import codes, happened, ids, opened, played, refused_in, standing, wrongs
from tests.owing import duty_of, owed_by
from tests.small import TICK, beijing, faults, states, unit_actor

OPENED, DURING = beijing("2023-03-27 09:00"), beijing("2023-04-10 10:00")
NOTICE_OVER = beijing("2023-04-21 00:00")  # five working days from the 14th on, which counts
CLOSES = beijing("2023-04-28 12:00")


@pytest.fixture
def house(sqlite_database_url: str) -> Iterator[House]:
    """The campaign with one unit and its two drafts."""
    with opened("striving-2023", sqlite_database_url, at=OPENED) as found:
        with found.write(DURING) as work:
            unit = units.add(work, code="甲省", name="甲省", channels=["units"])
            for title in ("甲一", "甲二"):
                nominations.draft(work, unit_id=unit, track="person", title=title, applicant="某所")
        yield found


def filed(house: House, at: datetime = DURING) -> list[str]:
    """The unit files that its notice is over; what refuses it."""

    def file() -> None:
        with house.write(at, unit_actor(1)) as work:
            duties.file(work, duty_of(work, "甲省", "code"), document="公示证明（4月14日至20日）.pdf")

    return codes(file)


def issued(house: House, at: datetime) -> list[str]:
    """The secretariat issues the code; what refuses it."""

    def accept() -> None:
        with house.write(at) as work:
            duties.accept(work, duty_of(work, "甲省", "code"))

    return codes(accept)


def submitted(house: House, title: str, at: datetime) -> list[str]:
    """The unit submits; what refuses it."""

    def submit() -> None:
        with house.write(at, unit_actor(1)) as work:
            nominations.submit(work, *ids(work, title))

    return codes(submit)


def test_a_code_is_issued_only_when_the_public_notice_is_over(house: House) -> None:
    assert issued(house, NOTICE_OVER) == ["STM-01"]  # the unit has filed nothing yet
    assert filed(house, NOTICE_OVER - 2 * TICK) == []
    assert issued(house, NOTICE_OVER - TICK) == ["DUT-10"]
    assert issued(house, NOTICE_OVER) == []
    assert owed_by(house, "甲省") == {("code", ""): "accepted"}


@pytest.mark.parametrize(
    ("closes", "code"),
    [("2023-04-20 00:00", ["EXT-11"]), ("2023-04-20 23:59", ["EXT-11"]), ("2023-04-22 00:00", ["EXT-10"])],
)
def test_a_public_notice_is_never_shorter_than_five_working_days_and_ends_before_the_codes(
    house: House, closes: str, code: list[str]
) -> None:
    def move() -> None:
        with house.write(DURING, alone=True) as work:
            campaigns.extend(work, "unit-notice", closes=beijing(closes), reason="调整")

    assert codes(move) == code


def test_nothing_is_submitted_without_the_accepted_code(house: House) -> None:
    at = NOTICE_OVER + TICK
    heard = [submitted(house, "甲一", at)]
    filed(house, at)
    heard.append(submitted(house, "甲一", at))
    issued(house, at)
    heard.append(submitted(house, "甲一", at))
    assert (heard, states(house)) == ([["DUT-07"], ["DUT-07"], []], {"甲一": "submitted", "甲二": "drafted"})


def test_a_code_that_is_sent_back_holds_up_again(house: House) -> None:
    filed(house)
    with house.write(NOTICE_OVER) as work:
        duties.send_back(work, duty_of(work, "甲省", "code"), reason="公示不足5个工作日")
    assert submitted(house, "甲一", NOTICE_OVER) == ["DUT-07"]


def test_it_is_online_until_noon(house: House) -> None:
    filed(house)
    issued(house, NOTICE_OVER)
    assert submitted(house, "甲一", CLOSES - TICK) == []
    assert submitted(house, "甲二", CLOSES) == ["DLN-01"]
    close(house.office, house.campaign, at=beijing("2023-04-28 12:02"))
    assert (states(house), faults(house)) == ({"甲一": "review", "甲二": "lapsed"}, ())


def test_it_is_rehearsed_to_its_end(tmp_path: Path) -> None:
    with played("striving-2023", tmp_path) as done:
        assert wrongs(done) == []
        assert standing(done)["published"] > 0
        assert happened(done)["accept"] > 0
        assert {"DUT-07", "DLN-01"} <= refused_in(done)
        first = min(each.at for each in done.theatre.refusals if each.reasons[0].code == "DUT-07")
        assert first >= NOTICE_OVER
