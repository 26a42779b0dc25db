"""`bangdan privacy` says what is held of people; `bangdan erase` shows what goes and what stays before it asks."""

from __future__ import annotations

from engine.personal.inventory import PERSONAL
from tests.bangdan.cli.conftest import Terminal


def _contact(opened: Terminal) -> str:
    rows = opened("contact", "list", "--json").json["rows"]
    return next(str(each["id"]) for each in rows if each["name"] == "张三")


def test_what_is_held_is_listed_with_the_way_it_goes(opened: Terminal) -> None:
    said = opened("privacy")

    assert (said.code, "contact.phones" in said.out, "备份" in said.out) == (0, True, True)


def test_a_program_reads_the_same_list(opened: Terminal) -> None:
    told = opened("privacy", "--json").json

    assert [each["table"] for each in told["held"]] == [held.table for held in PERSONAL]


def test_an_erasure_that_is_not_agreed_to_changes_nothing(opened: Terminal) -> None:
    said = opened("erase", "contact", _contact(opened), "-r", "本人要求", answers="n\n")

    assert (said.code, "将删除" in said.out, "以前的备份" in said.out) == (1, True, True)
    assert _contact(opened)


def test_an_erased_contact_can_be_replaced_by_another(opened: Terminal) -> None:
    said = opened("erase", "contact", _contact(opened), "-r", "本人要求", "--yes", "--json")
    history = opened("history", "--json", "-n", "50")

    assert (said.code, said.json["traces_gone"]) == (0, True)
    assert ("张三" in history.out, "13800138000" in history.out, "[已删除]" in history.out) == (False, False, True)


def test_an_erasure_needs_a_reason_and_somebody_who_is_there(opened: Terminal) -> None:
    without = opened("erase", "contact", _contact(opened), "--yes", "--json")
    nobody = opened("erase", "account", "nobody", "-r", "本人要求", "--yes", "--json")

    assert (without.codes, nobody.code) == (["RSN-01"], 3)


def test_an_account_is_erased_by_its_address(opened: Terminal) -> None:
    opened("admin", "add", "赵书", "zhao@example.cn")
    said = opened("erase", "account", "zhao@example.cn", "-r", "本人要求", "--yes", "--json")

    assert (said.code, "zhao@example.cn" in opened("admin", "list", "--json").out) == (0, False)
