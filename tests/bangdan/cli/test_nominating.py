"""The verbs of a nomination from the command line: the deadline to the microsecond, who acted, once per key."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.bangdan.cli.conftest import CLOSES, IN_TIME, Terminal

A_MOMENT = timedelta(microseconds=1)


def test_a_draft_is_submitted_and_both_instants_are_said(opened: Terminal) -> None:
    draft = opened.draft("甲")

    said = opened("nomination", "submit", draft, at=IN_TIME)

    assert said.out.splitlines() == [
        "已提交：甲  [新锐企业榜]  EE 中国电子学会",
        f"  编号 {draft}  状态：已提交",
        "  收到时间：2023年10月20日10:00  截止时间：2023年11月30日24:00（还有41天14小时）",
    ]


@pytest.mark.parametrize(
    ("at", "code", "received"),
    [
        (CLOSES - A_MOMENT, 0, "2023年11月30日23:59:59.999999"),
        (CLOSES, 1, "2023年12月1日00:00"),
        (CLOSES + A_MOMENT, 1, "2023年12月1日00:00:00.000001"),
    ],
)
def test_one_microsecond_decides_and_both_instants_are_in_the_answer(
    opened: Terminal, at: datetime, code: int, received: str
) -> None:
    draft = opened.draft("甲")

    said = opened("nomination", "submit", draft, at=at)

    assert said.code == code
    assert f"收到时间{'：' if code == 0 else ''}{received}" in said.out + said.err
    assert "2023年11月30日24:00" in said.out + said.err


def test_acting_for_a_unit_keeps_both_names(opened: Terminal) -> None:
    draft = opened.draft("甲")

    opened("nomination", "submit", draft, "--for-unit", "EE")

    last = opened("history", draft, "--json").out
    assert '"徐春淼"' in last
    assert "EE 中国电子学会" in last


def test_acting_for_a_unit_reaches_only_what_is_the_unit_s(opened: Terminal) -> None:
    draft = opened.draft("甲")

    others = opened("nomination", "submit", draft, "--for-unit", "CAST", "--json")
    nobody = opened("nomination", "submit", draft, "--for-unit", "XX", "--json")

    assert [(said.code, said.codes) for said in (others, nobody)] == [(3, ["NFD-01"]), (3, ["NFD-01"])]


def test_one_key_is_carried_out_once_and_gives_the_first_answer(opened: Terminal) -> None:
    draft = opened.draft("甲")
    first = opened("nomination", "submit", draft, "--key", "k1", "--json")

    again = opened("nomination", "submit", draft, "--key", "k1", "--json", at=CLOSES)
    other = opened("nomination", "withdraw", draft, "-r", "误", "--key", "k1", "--json")

    assert again.json == first.json
    assert (other.code, other.codes) == (1, ["API-11"])


def test_a_refusal_tells_every_reason_and_what_is_possible(opened: Terminal) -> None:
    said = opened("nomination", "draft", "--unit", "EE", "--track", "enterprises", "--title", "乙", "--json")

    refused = opened("nomination", "submit", said.json["id"])

    assert refused.code == 1
    assert refused.err.splitlines() == [
        "未办理，没有保存任何内容：",
        "  MAT-01  材料不齐：申报材料、申报单位（申报人）",
    ]


def test_a_nomination_goes_all_ways_out_and_back(opened: Terminal) -> None:
    draft = opened.draft("甲")

    def state(*words: str) -> str:
        return str(opened("nomination", *words, "--json").json["state"])

    assert state("edit", draft, "--applicant", "新公司", "--email", "new@example.cn") == "drafted"
    assert state("submit", draft) == "submitted"
    assert state("return", draft, "-r", "缺章") == "returned"
    assert state("submit", draft) == "submitted"
    assert state("recall", draft) == "drafted"
    assert state("withdraw", draft, "-r", "单位决定") == "withdrawn"
    assert state("reinstate", draft, "-r", "误退") == "drafted"


def test_what_was_meant_is_asked_for_where_it_is_not_said(opened: Terminal) -> None:
    no_unit = opened("nomination", "draft", "--track", "enterprises", "--title", "乙")
    many_tracks = opened("nomination", "draft", "--unit", "EE", "--track", "先导技术榜", "--title", "乙")
    no_change = opened("nomination", "edit", opened.draft("甲"))
    bad_address = opened("nomination", "edit", opened.draft("丙"), "--email", "a@b@c", "--json")

    assert [said.code for said in (no_unit, many_tracks, no_change)] == [2, 2, 2]
    assert (bad_address.code, bad_address.codes) == (1, ["ADR-01"])


def test_a_return_after_the_deadline_needs_a_date(opened: Terminal) -> None:
    draft = opened.draft("甲")
    opened("nomination", "submit", draft)

    without = opened("nomination", "return", draft, "-r", "缺章", "--json", at=CLOSES)
    dated = opened("nomination", "return", draft, "-r", "缺章", "--correct-by", "2023-12-03", "--json", at=CLOSES)
    corrected = opened("nomination", "submit", draft, "--json", at=datetime(2023, 12, 3, 15, 59, tzinfo=UTC))

    assert (without.code, without.codes) == (1, ["RET-01"])
    assert dated.json["state"] == "returned"
    assert (corrected.json["state"], corrected.json["closes"]) == ("submitted", "2023-12-03T16:00:00+00:00")
