"""`bangdan status` on a terminal and for programs."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.bangdan.cli.conftest import CLOSES, IN_TIME, Terminal


def _row(text: str, name: str) -> list[str]:
    """The cells of the first row that begins with a name."""
    return next(line.split() for line in text.splitlines() if line.split()[:1] == [name])


def test_without_a_campaign_it_says_how_to_begin(terminal: Terminal) -> None:
    said = terminal("status")

    assert (said.code, said.out) == (3, "")
    assert "bangdan open" in said.err


def test_numbers_stand_by_list_and_field_with_a_total(opened: Terminal) -> None:
    opened("nomination", "submit", opened.draft("甲"))
    opened.draft("乙")

    said = opened("status")

    assert _row(said.out, "榜单") == ["榜单", "草稿", "已提交", "合计"]
    assert _row(said.out, "新锐企业榜") == ["新锐企业榜", "1", "1", "2"]
    assert _row(said.out, "电子信息") == ["电子信息", "·", "·", "0"]
    assert _row(said.out, "合计") == ["合计", "1", "1", "2"]


def test_an_engine_that_never_ran_is_said_to_be_behind(opened: Terminal) -> None:
    said = opened("status", at=IN_TIME)

    assert "到期未办" in said.out
    assert "尚未运行过" in said.out


def test_overdue_duties_are_named_with_their_date(opened: Terminal) -> None:
    said = opened("status", at=CLOSES)

    assert (
        "逾期未报：先导技术榜（电子信息领域）初评机构，评审工作方案（先导技术榜·电子信息），期限2023年11月30日24:00"
        in said.out
    )


def test_programs_get_the_same_numbers_as_json(opened: Terminal) -> None:
    opened("nomination", "submit", opened.draft("甲"))

    said = opened("status", "--list", "新锐企业榜", "--json")

    assert said.json["funnel"]["total"]["counts"] == {"submitted": 1}
    assert [line["key"] for line in said.json["funnel"]["lists"]] == ["enterprises"]
    assert said.json["at"] == "2023-10-20T02:00:00Z"


def test_channels_are_counted_each(opened: Terminal) -> None:
    opened("nomination", "submit", opened.draft("甲"))

    said = opened("status", "--channels")

    assert _row(said.out, "全国学会、协会、研究会") == ["全国学会、协会、研究会", "1", "1"]


def test_a_filter_that_names_nothing_is_a_wrong_usage(opened: Terminal) -> None:
    said = opened("status", "--list", "新锐企业", "--json")

    assert (said.code, said.codes) == (2, ["FLT-01"])
    assert "您是否要找 新锐企业榜" in said.err


def test_a_database_that_can_not_be_opened_is_not_usable(terminal: Terminal) -> None:
    (terminal.folder / "bangdan.sqlite3").write_bytes(b"this is no database at all, however you look at it" * 100)

    said = terminal("status", "--json", at=datetime(2023, 10, 20, tzinfo=UTC))

    assert (said.code, said.codes) == (4, ["SCH-03"])


def test_with_a_pace_it_says_how_long_what_waits_will_take(opened: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    for title in ("甲", "乙"):
        opened("nomination", "submit", opened.draft(title))

    settings = {"HOST": "mail.example.org", "PER_MINUTE": "1"}
    for name, value in settings.items():
        monkeypatch.setenv(f"BANGDAN_SMTP_{name}", value)
    monkeypatch.setenv("BANGDAN_MAIL_FROM", "office@example.org")

    assert "邮件：已发0封，待发2封（每分钟至多1封，约需1分钟发完）" in opened("status").out
