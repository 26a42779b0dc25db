"""Attributes and rules from the command line: declared, shown, refused, waived one by one."""

from __future__ import annotations

import pytest

from tests.bangdan.cli.conftest import Terminal
from tests.declaring import ATTRIBUTES, small_with
from tests.small import DURING, OPENED

RULES = """
[rules.age]
name = "年龄"
english = "age"
lists = ["people"]
attribute = "born"
least = "1985-01-01"
waivable = true
"""


@pytest.fixture
def small(terminal: Terminal) -> Terminal:
    """The small campaign with attributes and a rule, open, with one unit in the west."""
    (terminal.folder / "small.toml").write_text(small_with(ATTRIBUTES, RULES), encoding="utf-8")
    assert terminal("open", "small.toml", at=OPENED).code == 0
    added = terminal("unit", "add", "A", "-n", "甲学会", "--channel", "societies", "--set", "region=west", at=OPENED)
    assert added.out.splitlines()[-1] == "  地区：west"
    return terminal


def test_what_is_declared_of_a_unit_is_shown_and_a_wrong_one_refused(small: Terminal) -> None:
    wrong = small("unit", "add", "B", "-n", "乙", "--channel", "societies", "--set", "区域=west", "--json", at=DURING)
    odd = small("unit", "add", "B", "-n", "乙", "--channel", "societies", "--set", "west", at=DURING)

    listed = small("unit", "list", "--json", at=DURING).json

    assert (wrong.code, wrong.codes, odd.code) == (1, ["ATT-01"], 2)
    assert [row["attributes"] for row in listed["rows"]] == [{"region": "west"}]
    assert "地区：west" in small("unit", "show", "A", at=DURING).out
    assert "地区：west" in small("unit", "list", at=DURING).out


def test_a_rule_is_told_waived_by_its_key_and_shown(small: Terminal) -> None:
    draft = small("nomination", "draft", "-u", "A", "--track", "people", "-t", "张三", "--applicant", "某所",
                  "--complete", "--set", "出生日期=1980-03-01", "--json", at=DURING).json["id"]  # fmt: skip

    refused = small("nomination", "submit", draft, "--json", at=DURING)
    unknown = small("nomination", "waive", draft, "--rule", "agee", "-r", "突出", "--json", at=DURING)
    waived = small("nomination", "waive", draft, "--rule", "age", "-r", "贡献突出", at=DURING)
    shown = small("nomination", "show", draft, at=DURING).out

    assert (refused.codes, unknown.codes, waived.code) == (["RUL-01"], ["RUL-04"], 0)
    assert ("出生日期：1980-03-01" in shown, "贡献突出" in shown) == (True, True)
    assert small("nomination", "submit", draft, at=DURING).code == 0


def test_a_template_has_the_columns_of_the_campaign(small: Terminal) -> None:
    small("template", "nominations", "--out", "t.csv", at=DURING)

    assert "出生日期" in (small.folder / "t.csv").read_text(encoding="utf-8-sig")
