"""`bangdan timeline` for an open campaign and for a file."""

from __future__ import annotations

from tests.bangdan.cli.conftest import IN_TIME, Terminal


def test_the_deadline_stands_as_24_00_above_what_begins_then(opened: Terminal) -> None:
    lines = opened("timeline", at=IN_TIME).out.splitlines()

    [closing] = [line for line in lines if "组织征集 截止" in line]
    [review] = [line for line in lines if "初评评审 开始" in line]
    assert closing.startswith("2023年11月30日（周四）24:00")
    assert review.startswith("2023年12月1日（周五）00:00")
    assert lines.index(closing) < lines.index(review)


def test_a_reminder_says_whom_it_reaches_by_letter_and_by_phone(opened: Terminal) -> None:
    lines = opened("timeline", at=IN_TIME).out.splitlines()

    [week] = [line for line in lines if "截止提醒→尚可提交的单位（组织征集 7天前）" in line]
    assert week.split()[-2:] == ["1", "1"]


def test_a_file_needs_no_campaign(terminal: Terminal) -> None:
    said = terminal("timeline", "kczg-2023", at=IN_TIME)

    assert said.code == 0
    assert "发布榜单 最早" in said.out
    assert "“发布榜单”的日期待选定，范围 2024年2月1日00:00 – 2024年2月29日24:00" in said.out


def test_programs_get_instants_in_utc(opened: Terminal) -> None:
    said = opened("timeline", "--json", at=IN_TIME)

    [closing] = [
        each for each in said.json["instants"] if (each["milestone"], each["edge"]) == ("collection", "closes")
    ]
    assert (closing["at"], closing["passed"]) == ("2023-11-30T16:00:00Z", False)


def test_an_unknown_file_names_those_that_come_along(terminal: Terminal) -> None:
    said = terminal("timeline", "kczg-2024", "--json")

    assert (said.code, said.codes) == (2, ["FIL-01"])
    assert "kczg-2023" in said.err
