"""Objections from the command line: entered, listed, settled; status shows them and corrections with their dates."""

from __future__ import annotations

from tests.bangdan.cli.conftest import Terminal
from tests.small import FINAL, OPENED, SWEPT, beijing
from tests.stages import CHECK, FILE, NOTICE, REVIEW

DURING = beijing("2025-03-10 10:00")


def _submitted(terminal: Terminal, *titles: str) -> list[str]:
    """Nominations that stand in the formal check."""
    (terminal.folder / "stages.toml").write_text(FILE.read_text(encoding="utf-8"), encoding="utf-8")
    assert terminal("open", "stages.toml", at=OPENED).code == 0
    assert terminal("unit", "add", "EE", "--name", "电子学会", "--channel", "学会", at=OPENED).code == 0
    ids = []
    for title in titles:
        said = terminal("nomination", "draft", "--unit", "EE", "--track", "inventions/water", "--title", title,
                        "--applicant", "某公司", "--complete", "--json", at=DURING)  # fmt: skip
        ids.append(str(said.json["id"]))
        assert terminal("nomination", "submit", ids[-1], at=DURING).code == 0
    assert terminal("run", "--once", at=SWEPT).code == 0
    return ids


def _on_notice(terminal: Terminal, title: str) -> str:
    """A nomination on public notice."""
    (key,) = _submitted(terminal, title)
    for verb, at in (("report", CHECK), ("report", REVIEW), ("decide", FINAL)):
        verdict = "入榜" if verb == "decide" else "通过"
        file = terminal.csv("results.csv", ("申报编号", "项目名称", "结论"), (key, title, verdict))
        said = terminal(verb, file, *(["--yes"] if verb == "decide" else []), at=at)
        assert said.code == 0, said.err
    return key


def test_an_objection_is_entered_shown_and_settled(terminal: Terminal) -> None:
    key = _on_notice(terminal, "净水")
    added = terminal("objection", "add", key, "--name", "李真", "--contact", "13800000000", "--reason", "归属有争议",
                     "--json", at=NOTICE)  # fmt: skip
    objection = added.json["id"]

    status = terminal("status", at=NOTICE)
    listed = terminal("objection", "list", "--open", "--json", at=NOTICE)
    settled = terminal("objection", "settle", objection, "--dismissed", "--reason", "已核实", "--repeat", at=NOTICE)

    assert f"异议待处理：净水（公示），应于2025年4月18日24:00前处理，编号 {objection}" in " ".join(status.out.split())
    assert [(each["title"], each["name"], each["state"]) for each in listed.json["objections"]] == [
        ("净水", "李真", "open")
    ]
    assert settled.out.splitlines() == ["已处理：异议不成立", "  重新公示至2025年4月20日24:00"]
    assert "李真" in terminal("objection", "list", at=NOTICE).out
    assert terminal("objection", "list", "--open", at=NOTICE).out == "没有异议\n"


def test_an_anonymous_objection_is_refused_at_the_terminal_too(terminal: Terminal) -> None:
    key = _on_notice(terminal, "净水")
    said = terminal("objection", "add", key, "--contact", "13800000000", "--reason", "归属有争议", "--json",
                    at=NOTICE)  # fmt: skip
    assert (said.code, said.codes) == (1, ["OBJ-03"])


def test_a_return_in_the_check_says_until_when_and_status_says_who_must_act(terminal: Terminal) -> None:
    (key,) = _submitted(terminal, "净水")
    said = terminal("nomination", "return", key, "--reason", "缺章", at=CHECK)
    assert said.code == 0
    status = " ".join(terminal("status", at=CHECK).out.split())
    assert "待推荐单位补正：净水（形式审查），期限2025年3月24日24:00" in status
    assert terminal("nomination", "submit", key, "--json", at=CHECK).json["state"] == "check"
