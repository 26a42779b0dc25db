"""Other campaigns at the command line: what is told where the first campaign would have said something else."""

from __future__ import annotations

import json

from tests.bangdan.cli.conftest import Terminal
from tests.small import beijing

AUTUMN_2022, AUTUMN_2023 = beijing("2022-10-10 10:00"), beijing("2023-10-10 10:00")


def test_a_list_that_is_organised_elsewhere_is_named_as_such(terminal: Terminal) -> None:
    assert terminal("open", "kczg-2022", at=beijing("2022-08-25 09:00")).code == 0
    assert terminal("unit", "add", "A", "--name", "某学会", "--channel", "societies", at=AUTUMN_2022).code == 0
    said = terminal("nomination", "draft", "--unit", "A", "--track", "开源创新榜", "--title", "某平台", at=AUTUMN_2022)
    assert said.code != 0
    assert "“开源创新榜”不在此接受推荐（另行组织）" in said.err
    assert "NOM-03" in said.err


def _nominated(terminal: Terminal) -> str:
    assert terminal("open", "national-2023", at=beijing("2023-08-25 09:00")).code == 0
    add = ("unit", "add", "A", "--name", "某学会", "--channel", "societies", "--set", "direct=false")
    assert terminal(*add, at=AUTUMN_2023).code == 0
    draft = ("nomination", "draft", "--unit", "A", "--track", "supreme", "--title", "某人", "--applicant", "某所")
    key = str(terminal(*draft, "--json", at=AUTUMN_2023).json["id"])
    assert terminal("nomination", "submit", key, at=AUTUMN_2023).code == 0
    return key


def test_withdrawing_is_refused_with_the_rule_of_the_campaign(terminal: Terminal) -> None:
    key = _nominated(terminal)
    said = terminal("nomination", "withdraw", key, "--reason", "放弃", at=AUTUMN_2023)
    assert said.code != 0
    assert "STM-03" in said.err
    assert "本次活动规定，一经提交不得退出；有误的，请联系秘书处" in said.err


def test_the_campaigns_own_words_are_in_what_is_explained_and_drawn(terminal: Terminal) -> None:
    key = _nominated(terminal)
    explained = terminal("explain", key, at=AUTUMN_2023).out
    drawn = terminal("diagram", "national-2023", at=AUTUMN_2023).out
    assert "提名者" in explained
    assert "推荐单位" not in explained + drawn
    assert ("提名者" in drawn, "已提名" in drawn, "退出" in drawn) == (True, True, False)


def test_who_may_nominate_directly_cannot_be_added(terminal: Terminal) -> None:
    assert terminal("open", "national-2023", at=beijing("2023-08-25 09:00")).code == 0
    said = terminal("unit", "add", "B", "--name", "直属学会", "--channel", "societies", "--set", "direct=true",
                    at=AUTUMN_2023)  # fmt: skip
    assert said.code != 0
    assert "渠道“全国学会”只限“可直接提名”为否的单位使用；该单位“可直接提名”为是" in said.err


def test_of_two_campaigns_the_one_that_is_meant_must_be_named(terminal: Terminal) -> None:
    for key in ("kczg-2022", "kczg-2023"):
        assert terminal("open", key, at=beijing("2022-08-25 09:00")).code == 0

    asked = terminal("status", "--json", at=AUTUMN_2022)

    assert asked.code == 2
    (reason,) = json.loads(asked.err)["reasons"]
    assert (reason["code"], reason["zh"], reason["en"]) == (
        "CMP-03",
        "有多个活动，请用 --campaign 指明：kczg-2022、kczg-2023",
        "several campaigns are open; say which: --campaign kczg-2022|kczg-2023",
    )
    assert terminal("status", "--campaign", "kczg-2023", at=AUTUMN_2022).code == 0
