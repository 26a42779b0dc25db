"""Moving dates for some, suspending and announcing them, from the command line."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.bangdan.cli.conftest import CLOSES, Terminal

DECEMBER = datetime(2023, 12, 1, 1, 0, tzinfo=UTC)
BEFORE = CLOSES - timedelta(hours=1)
SHORT = ("extend", "组织征集", "--to", "2023-12-05", "--for", "list:新锐企业榜", "--reason", "报送数量不足")


def _told(opened: Terminal) -> str:
    """A draft of a unit whose contact was told the deadline; its id."""
    key = opened.draft("甲")
    opened("run", "--once", at=CLOSES - timedelta(hours=2))
    return key


def test_an_extension_for_one_list_shows_its_consequences_before_it_asks(opened: Terminal) -> None:
    _told(opened)

    said = opened(*SHORT, at=BEFORE, answers="n\n")

    assert said.code == 1
    assert said.out.splitlines()[:5] == [
        "将调整：组织征集（新锐企业榜）",
        "  截止  2023年11月30日（周四）24:00 → 2023年12月5日（周二）24:00",
        "  涉及待提交或待评审的项目：1项",
        "  更正通知：邮件1封，电话0人（张三）",
        "  恢复为草稿的逾期项目：0项",
    ]
    assert "组织征集（新锐企业榜）" not in opened("timeline", at=BEFORE).out


def test_what_lapsed_of_one_list_is_open_again_and_explained(opened: Terminal) -> None:
    key = _told(opened)
    opened("run", "--once", at=DECEMBER)

    moved = opened(*SHORT, "--yes", "--json", at=DECEMBER).json
    explained = opened("explain", key, at=DECEMBER).out
    status = opened("status", at=DECEMBER).out

    assert (moved["milestone"], moved["reopened"]) == ("collection/extended-1", 1)
    assert "适用的截止：组织征集（新锐企业榜）" in explained
    assert "  组织征集（新锐企业榜）：2023年12月5日24:00（还有4天15小时）" in status.splitlines()
    assert "TZ-01" not in status


def test_a_scope_is_several_words_together(opened: Terminal) -> None:
    scope = ("--for", "渠道:societies", "--for", "单位：EE", "--for", "role:unit")

    moved = opened("extend", "collection", "--to", "2023-12-05", *scope, "--reason", "平台故障", "-y", "--json").json

    assert moved["name"] == "组织征集（全国学会、协会、研究会，EE，推荐单位提交）"


def test_a_scope_that_says_nothing_is_refused(opened: Terminal) -> None:
    words = ("extend", "collection", "--to", "2023-12-05", "--reason", "误", "--yes", "--json")
    heard = [opened(*words, "--for", scope) for scope in ("people", "region:west", "role:jury", "unit:XX", "list:无")]

    assert [said.code for said in heard] == [2, 2, 2, 1, 2]
    assert [said.codes for said in heard[3:]] == [["EXT-09"], ["FLT-01"]]


def test_a_suspension_says_so_everywhere_until_a_new_date_is_given(opened: Terminal) -> None:
    key = _told(opened)

    said = opened("suspend", "collection", "--reason", "系统维护", "--yes", at=BEFORE).out.splitlines()
    timeline, status, explained = (
        opened(*words, at=DECEMBER).out for words in (("timeline",), ("status",), ("explain", key))
    )
    submitted = opened("nomination", "submit", key, "--json", at=DECEMBER).json
    again = opened("extend", "collection", "--to", "2023-12-05", "--reason", "恢复", "--yes", at=DECEMBER).out

    assert said[:2] == ["已调整：组织征集", "  截止  2023年11月30日（周四）24:00 → 暂停，另行通知"]
    assert "“组织征集”的截止时间已暂停，另行通知。" in timeline
    assert "“组织征集”已暂停截止，待公布新的时间（bangdan extend collection --to …）" in status
    assert ("截止时间：已暂停，另行通知" in explained, submitted["state"]) == (True, "submitted")
    assert "  截止  暂停，另行通知 → 2023年12月5日（周二）24:00" in again.splitlines()


def test_only_what_is_to_be_announced_is_announced(opened: Terminal) -> None:
    said = opened("announce", "collection", "--to", "2023-12-05", "--yes", "--json")

    assert (said.code, said.codes) == (1, ["EXT-13"])


def test_a_units_own_deadline_is_set_shown_and_dropped(opened: Terminal) -> None:
    key = opened.draft("甲")

    late = opened("unit", "deadline", "EE", "--to", "2023-12-05", "--yes", "--json")
    opened("unit", "deadline", "EE", "--to", "2023-11-20 17:00", "--yes")
    explained = opened("explain", key).out
    dropped = opened("unit", "deadline", "EE", "--drop", "--yes").out
    neither = opened("unit", "deadline", "EE", "--yes")

    assert (late.codes, "填报截止：2023年11月20日17:00" in explained, neither.code) == (["EXT-16"], True, 2)
    assert "  截止  2023年11月20日（周一）17:00 → 取消，按活动的截止时间办理" in dropped.splitlines()
