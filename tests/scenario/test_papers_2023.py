"""Groups with too few entries are extended alone, by five working days; the others go into review and hear nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import update

from engine import campaigns, nominations, shortfall, units
from engine.moving import Moved
from engine.office import Work
from engine.turn import turn
from engine.windows import deadline
from notifications.tables import LETTER
from tests.builders import House, letters
from tests.campaigns import codes, happened, ids, opened, played, refused_in, standing, told, wrongs
from tests.small import TICK, beijing, faults, states, unit_actor
from workflows.definition import Who
from workflows.vocabulary import Party

OPENED, DURING = beijing("2023-03-06 09:00"), beijing("2023-04-10 10:00")
CLOSES, SWEPT = beijing("2023-04-14 00:00"), beijing("2023-04-14 00:02")
EXTENDED = beijing("2023-04-14 10:00")
LATER, SWEPT_AGAIN = beijing("2023-04-22 00:00"), beijing("2023-04-22 00:02")  # 04-21 24:00: five working days later
GROUPS = [f"papers/group-{number}" for number in range(1, 11)]
FULL, SHORT = GROUPS[3], (*GROUPS[:3], *GROUPS[4:])
REASON = "部分学科组申报不足3篇，延长5个工作日"


@pytest.fixture
def house(sqlite_database_url: str) -> Iterator[House]:
    """A society for each group: nine with two entries, the one of the fourth with three; and a draft of each."""
    with opened("papers-2023", sqlite_database_url, at=OPENED) as found:
        with found.write(DURING) as work:
            for track in GROUPS:
                unit, entries = _society(work, track), 3 if track == FULL else 2
                keys = [
                    nominations.draft(
                        work, unit_id=unit, track=track, title=f"{track}论文{number}", applicant="某所"
                    ).id
                    for number in range(entries + 1)
                ]
                for key in keys[1:]:
                    nominations.submit(work, key)
        yield found


def _society(work: Work, track: str) -> int:
    group = work.definition.tracks[track].field
    name = group.name if group else ""
    unit = units.add(work, code=name, name=f"{name}学会", channels=["societies"], attributes={"group": name})
    units.add_contact(work, name=track, phones=["010-1"], email="a@b.example", unit_id=unit)
    return unit


def extended(house: House) -> Moved:
    """The groups that are short are extended on 14 April."""
    with house.write(EXTENDED, alone=True) as work:
        tracks = tuple(each.track for each in shortfall.closed_short(work))
        return campaigns.extend(work, "collection", closes=LATER, reason=REASON, who=Who(tracks=tracks))


def of(house: House, track: str) -> dict[str, int]:
    """How many nominations of the group stand in each state."""
    found = [state for title, state in states(house).items() if title.startswith(f"{track}论文")]
    return {state: found.count(state) for state in sorted(set(found))}


def test_at_the_closing_nine_of_ten_groups_wait_and_the_tenth_goes_into_review(house: House) -> None:
    turn(house.office, house.campaign, at=SWEPT)
    with house.read(SWEPT) as work:
        assert tuple(each.track for each in shortfall.closed_short(work)) == SHORT
    assert of(house, FULL) == {"lapsed": 1, "review": 3}
    assert [of(house, track) for track in SHORT] == [{"lapsed": 1, "submitted": 2}] * 9


def test_they_alone_are_extended_and_their_drafts_alone_are_open_again(house: House) -> None:
    turn(house.office, house.campaign, at=SWEPT)
    assert extended(house).reopened == 9
    assert of(house, FULL) == {"lapsed": 1, "review": 3}
    assert [of(house, track) for track in SHORT] == [{"drafted": 1, "submitted": 2}] * 9
    with house.read(EXTENDED) as work:
        ends = {
            track: deadline(work, unit_id=GROUPS.index(track) + 1, track=track, party=Party.UNIT).closes
            for track in (FULL, GROUPS[0])
        }  # fmt: skip
    assert ends == {FULL: CLOSES, GROUPS[0]: LATER}


def test_units_of_the_other_group_are_told_nothing(house: House) -> None:
    turn(house.office, house.campaign, at=beijing("2023-04-06 09:00"))
    with house.office.database.write() as connection:
        connection.execute(update(LETTER).values(state="sent"))  # both were told the old date
    turn(house.office, house.campaign, at=SWEPT)
    with house.read(EXTENDED) as work:
        before = {row.id for row in letters(work)}
    extended(house)
    turn(house.office, house.campaign, at=beijing("2023-04-20 09:00"))  # the day before the new date
    with house.read(LATER) as work:
        heard = Counter((row.to_name, row.template) for row in letters(work) if row.id not in before)
    assert heard == Counter((track, kind) for track in SHORT for kind in ("deadline-moved", "collection-closes"))


def test_the_new_date_is_exact_for_them_and_past_for_the_others(house: House) -> None:
    turn(house.office, house.campaign, at=SWEPT)
    extended(house)

    def submit(track: str, at: datetime) -> list[str]:
        def do() -> None:
            with house.write(at, unit_actor(GROUPS.index(track) + 1)) as work:
                nominations.submit(work, *ids(work, f"{track}论文0"))

        return codes(do)

    heard = submit(GROUPS[0], LATER - TICK), submit(GROUPS[1], LATER), submit(FULL, EXTENDED)
    assert [each[:1] for each in heard] == [[], ["DLN-01"], ["DLN-01"]]


def test_who_is_still_short_at_the_second_closing_waits_for_the_secretariat(house: House) -> None:
    turn(house.office, house.campaign, at=SWEPT)
    extended(house)
    with house.write(LATER - TICK, unit_actor(1)) as work:
        nominations.submit(work, *ids(work, f"{GROUPS[0]}论文0"))
    turn(house.office, house.campaign, at=SWEPT_AGAIN)
    again = of(house, GROUPS[0]), of(house, GROUPS[1])

    def proceed(track: str, reason: str) -> list[str]:
        def do() -> None:
            with house.write(SWEPT_AGAIN) as work:
                shortfall.proceed(work, track, reason=reason)

        return codes(do)

    heard = proceed(GROUPS[1], ""), proceed(GROUPS[0], REASON), proceed(GROUPS[1], "经研究照常评审")
    turn(house.office, house.campaign, at=beijing("2023-04-22 09:00"))
    assert again == ({"review": 3}, {"lapsed": 1, "submitted": 2})
    assert heard == (["RSN-01"], ["MIN-02"], [])
    assert (of(house, GROUPS[1]), of(house, GROUPS[2])) == ({"lapsed": 1, "review": 2}, {"lapsed": 1, "submitted": 2})
    assert faults(house) == ()


def test_it_is_rehearsed_to_its_end(tmp_path: Path) -> None:
    with played("papers-2023", tmp_path, nominations=30) as done:
        assert wrongs(done) == []
        assert standing(done)["published"] + standing(done)["promoted"] > 0
        assert happened(done)["extend"] == 1
        assert any("延期至2023年4月21日（周五）24:00（申报数量不足，延长5个工作日）" in line for line in told(done))
        assert sum(line.endswith("征集开始") for line in told(done)) == 1
        assert happened(done)["proceed"] > 0
        assert "DLN-01" in refused_in(done)
