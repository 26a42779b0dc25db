"""What units owe, at the terminal: listed, filed for a unit, accepted, confirmed by its postmark, taken late."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.bangdan.cli.conftest import Terminal
from tests.owing import TEXT

OPENED = datetime(2025, 2, 24, 1, tzinfo=UTC)
LATER = datetime(2025, 3, 20, 2, tzinfo=UTC)
HEADER = "单位编号,推荐单位,推荐渠道,联系人,手机,邮箱\n"


@pytest.fixture
def owing(terminal: Terminal) -> Terminal:
    """The small campaign with two units."""
    (terminal.folder / "small.toml").write_text(TEXT, encoding="utf-8")
    rows = "S1,甲学会,societies,张三,13800138000,zhang@example.cn\nC1,甲市,cities,李四,13900139000,\n"
    (terminal.folder / "units.csv").write_text(HEADER + rows, encoding="utf-8")
    assert terminal("open", "small.toml", at=OPENED).code == 0
    assert terminal("unit", "import", "units.csv", at=OPENED).code == 0
    return terminal


def _of(terminal: Terminal, unit: str) -> dict[str, Any]:
    (row,) = terminal("duty", "list", "--unit", unit, "--json", at=OPENED).json["rows"]
    return dict(row)


def test_a_unit_files_and_the_secretariat_accepts(owing: Terminal) -> None:
    duty = _of(owing, "C1")["id"]
    filed = owing("duty", "file", duty, "-d", "公示已满", "--for-unit", "C1", "--json", at=OPENED).json
    other = owing("duty", "file", duty, "-d", "公示已满", "--for-unit", "S1", "--json", at=OPENED)
    accepted = owing("duty", "accept", duty, "--json", at=OPENED).json
    assert (filed["state"], filed["owner"], accepted["state"], other.codes) == ("filed", "甲市", "accepted", ["NFD-01"])


def test_a_postmark_is_confirmed_by_its_day(owing: Terminal) -> None:
    duty = _of(owing, "S1")["id"]
    late = owing("duty", "confirm", duty, "--dated", "2025-03-19", "--json", at=LATER)
    told = owing("duty", "confirm", duty, "--dated", "2025-03-18", "--note", "单号1", "--json", at=LATER).json
    assert late.codes == ["DUT-05"]
    assert (told["state"], told["document"], told["late"]) == ("received", "邮戳日期：2025年3月18日；单号1", False)


def test_a_late_paper_is_taken_with_a_reason(owing: Terminal) -> None:
    duty = _of(owing, "S1")["id"]
    said = owing("duty", "confirm", duty, "--dated", "2025-03-19", "--late", "-r", "邮路中断", at=LATER)
    assert said.out.splitlines()[:2] == ["推荐函和汇总表  甲学会", "  状态：已收到（已逾期）"]


def test_status_and_explain_say_what_units_owe(owing: Terminal) -> None:
    duty = _of(owing, "S1")["id"]
    status, why = owing("status", at=LATER).out, owing("explain", duty, at=LATER).out
    assert "推荐函和汇总表：1份中1份未交，已逾期1（2025年3月18日24:00）" in status
    assert "推荐编码申领：1份中1份未交（未定期限）" in status
    assert "通过第一个评审阶段" in why
    assert "寄送或送达" in why


def test_what_has_no_date_is_listed_by_itself(owing: Terminal) -> None:
    rows = owing("duty", "list", "--undated", "--json", at=LATER).json["rows"]
    assert {(row["kind"], row["due"]) for row in rows} == {("code", None)}
