"""`bangdan quota` and joint nominations, as a secretariat types them."""

from __future__ import annotations

from tests.bangdan.cli.conftest import OPENED, Terminal
from tests.engine.test_endorsing import JOINT

WHY = ("--reason", "追加名额")


def test_the_quotas_in_force_are_shown(opened: Terminal) -> None:
    said = opened("quota", "show")

    assert said.code == 0
    assert [line.split()[0] for line in said.out.splitlines()[2:]] == [
        "technologies", "enterprises", "organisations", "managers", "earlier-managers",
    ]  # fmt: skip


def test_a_change_is_shown_first_and_made_only_with_a_yes(opened: Terminal) -> None:
    asked = opened("quota", "set", "enterprises", "6", "--unit", "EE", *WHY, answers="n\n")

    assert (asked.code, asked.out.splitlines()[0]) == (1, "将调整：enterprises（单位EE）  5 → 6")
    assert _limits(opened, "EE")["新锐企业榜"] == 5

    done = opened("quota", "set", "enterprises", "6", "--unit", "EE", *WHY, "--yes")

    assert done.out == "已调整：enterprises（单位EE）  5 → 6\n"
    assert (_limits(opened, "EE")["新锐企业榜"], _limits(opened, "CAST")["新锐企业榜"]) == (6, 5)
    assert "调整名额" in opened("history").out


def test_places_may_be_made_unlimited(opened: Terminal) -> None:
    opened("quota", "set", "enterprises", "不限", *WHY, "--yes")

    assert _limits(opened, "EE")["新锐企业榜"] is None
    assert "新锐企业榜" in opened("quota", "show", "EE").out
    assert [line.split() for line in opened("unit", "show", "EE").out.splitlines() if "新锐企业榜" in line] == [
        ["新锐企业榜", "不限", "0", "不限"]
    ]


def test_a_number_below_what_is_used_is_refused_and_kept_on_request(opened: Terminal) -> None:
    for title in "甲乙":
        opened("nomination", "submit", opened.draft(title))

    refused = opened("quota", "set", "enterprises", "1", *WHY, "--yes", "--json")
    kept = opened("quota", "set", "enterprises", "1", *WHY, "--yes", "--keep")

    assert (refused.code, refused.codes) == (1, ["CFG-27"])
    assert kept.out.splitlines()[1] == "  单位EE 中国电子学会：新锐企业榜已用2个，保留，不再新增"


def test_a_number_that_is_none_is_a_usage_error(opened: Terminal) -> None:
    assert opened("quota", "set", "enterprises", "five", *WHY).code == 2


def test_a_request_with_the_same_key_is_carried_out_once(opened: Terminal) -> None:
    first = opened("quota", "set", "enterprises", "6", *WHY, "--yes", "--key", "k1", "--json")
    again = opened("quota", "set", "enterprises", "6", *WHY, "--yes", "--key", "k1", "--json")

    assert first.json == again.json == {"quota": "enterprises", "unit": None, "old": 5, "new": 6, "over": []}


def test_units_join_a_nomination_and_leave_it(terminal: Terminal) -> None:
    file = terminal.folder / "joint.toml"
    file.write_text(JOINT, encoding="utf-8")
    at = OPENED.replace(year=2025, month=3, day=10)
    terminal("open", str(file), at=at)
    for name in ("A", "B"):
        terminal("unit", "add", name, "--name", f"{name}院士", "--channel", "academicians", "--person", at=at)
    draft = terminal("nomination", "draft", "--unit", "A", "--track", "people", "--title", "某人", "--json", at=at)
    key = draft.json["id"]

    joined = terminal("nomination", "join", key, "--unit", "B", at=at)
    explained = terminal("explain", key, at=at)
    left = terminal("nomination", "leave", key, "--unit", "B", "--json", at=at)

    assert joined.out == "某人：须3个共同提名，现有2个：A院士、B院士\n"
    assert "共同提名：B院士" in explained.out.splitlines()
    assert left.json["joint"] == {"channel": "院士", "needed": 3, "there": ["A院士"]}


def _limits(terminal: Terminal, unit: str) -> dict[str, int | None]:
    said = terminal("quota", "show", unit, "--json").json
    return {place["scope"]: place["limit"] for place in said["places"]}
