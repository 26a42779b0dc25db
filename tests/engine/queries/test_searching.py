"""What people type finds what they mean: a part of a name, its initials, its sound, several words at once."""

from __future__ import annotations

import pytest

from engine import nominations as verbs
from engine import units as unit_verbs
from engine.queries.listing import nominations, units
from tests.builders import House, add_draft, add_unit
from tests.small import DURING, draft, faults


def _fill(house: House) -> str:
    with house.write(DURING) as work:
        unit = add_unit(work, "重庆市科学技术协会")
        made = draft(work, unit, "量子通信（二期）")
        add_draft(work, unit, "长三角电网调度", track="inventions/light", applicant="Ａ１能源 公司")
        return made


def _found(house: House, text: str) -> list[str]:
    with house.read(DURING) as work:
        return [row.title for row in nominations(work, text=text).rows]


BOTH = ["量子通信（二期）", "长三角电网调度"]


FINDS = {
    "lztx": BOTH[:1], "LZTX": BOTH[:1], "ztx": BOTH[:1], "liangzitong": BOTH[:1], "二期": BOTH[:1], "lztxeq": BOTH[:1],
    "量子 二期": BOTH[:1], "量子 电网": [], "csjdw": BOTH[1:], "zsjdw": BOTH[1:], "changsanjiao": BOTH[1:],
    "diaodu": BOTH[1:], "tiaodu": BOTH[1:], "a1能源公司": BOTH[1:], "a1ny": BOTH[1:], "cqskxjsxh": BOTH, "zqs": BOTH,
    "重庆 量子": BOTH[:1], "gx": [], "100%": [], "_": [], "   ": BOTH, "\u200b": BOTH, "信（二": BOTH[:1], "期长": [],
}  # fmt: skip


def test_a_text_finds_characters_initials_and_sounds(small: House) -> None:
    _fill(small)

    assert {text: _found(small, text) for text in FINDS} == FINDS


def test_units_are_found_by_name_sound_and_code(small: House) -> None:
    with small.write(DURING) as work:
        for code, name in (("S01", "甲学会"), ("S02", "乙协会")):
            unit_verbs.add(work, code=code, name=name, channels=["societies"])
    with small.read(DURING) as work:
        found = [[row.code for row in units(work, text=text).rows] for text in ("s02", "jxh", "会", "xuehui", "丙")]

    assert found == [["S02"], ["S01"], ["S01", "S02"], ["S01"], []]


def test_what_is_renamed_is_found_by_its_new_name_only(small: House) -> None:
    made = _fill(small)
    with small.write(DURING) as work:
        verbs.edit(work, made, title="氢能储运")
        unit_verbs.add(work, code="重庆市科学技术协会", name="成都市科协", channels=["societies"])

    assert [_found(small, text) for text in ("lztx", "qncy", "cqs", "cdskx")] == [[], ["氢能储运"], [], _all(small)]
    assert faults(small) == ()


def _all(house: House) -> list[str]:
    return _found(house, "")


def test_only_the_newest_of_many_are_put_in_order(quick: House, monkeypatch: pytest.MonkeyPatch) -> None:
    _fill(quick)
    monkeypatch.setattr("engine.queries.choosing.MOST_FOUND", 1)

    assert _found(quick, "重庆") == ["长三角电网调度"]
