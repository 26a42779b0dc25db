"""Units, contacts and duties from the command line."""

from __future__ import annotations

from tests.bangdan.cli.conftest import Terminal


def test_a_unit_is_added_with_channels_by_name_or_key(opened: Terminal) -> None:
    said = opened("unit", "add", "U9", "--name", "某集团科协", "--channel", "中央企业科协", "--channel", "consortium",
                  "--json").json  # fmt: skip

    assert said["channels"] == ["central-enterprises", "consortium"]


def test_a_code_that_a_file_could_not_hold_is_refused(opened: Terminal) -> None:
    assert opened("unit", "add", "单位一", "--name", "某科协", "--channel", "provinces").code == 2


def test_a_contact_is_added_changed_and_stopped(opened: Terminal) -> None:
    added = opened("contact", "add", "--unit", "CAST", "--name", "王五", "--phone", "010-88888888", "--json").json
    changed = opened("contact", "change", added["id"], "--email", "wang@example.cn", "--json").json
    opened("contact", "change", added["id"], "--inactive")

    assert changed == {"id": added["id"], "name": "王五", "email": "wang@example.cn"}
    assert '"active": false' in opened("contact", "list", "--unit", "CAST", "--json").out


def test_nobody_s_contact_and_no_change_are_told(opened: Terminal) -> None:
    nobody = opened("contact", "change", "nobody", "--name", "王五", "--json")
    nothing = opened("contact", "change", "nobody")
    no_phone = opened("contact", "add", "--unit", "CAST", "--name", "王五", "--phone", "一二三")

    assert (nobody.code, nobody.codes) == (3, ["NFD-01"])
    assert (nothing.code, no_phone.code) == (2, 2)


def test_a_duty_is_filed_sent_back_filed_again_and_accepted(opened: Terminal) -> None:
    duties = opened("duty", "list", "--json").json
    rows = duties["rows"] if isinstance(duties, dict) else duties
    duty = next(row["id"] for row in rows if row["kind"] == "review-plan" and row["track"] == "enterprises")

    filed = opened("duty", "file", duty, "--document", "评审工作方案（盖章件）", "--json").json
    back = opened("duty", "send-back", duty, "-r", "缺专家名单", "--json").json
    opened("duty", "file", duty, "-d", "补充后的方案")
    accepted = opened("duty", "accept", duty, "--json").json

    assert [each["state"] for each in (filed, back, accepted)] == ["filed", "sent-back", "accepted"]
    assert (filed["late"], filed["closes"]) == (False, "2023-11-30T16:00:00+00:00")


def test_results_can_t_be_filed_by_hand_while_some_are_missing(opened: Terminal) -> None:
    opened("nomination", "submit", opened.draft("甲"))
    duties = opened("duty", "list", "--json").json
    rows = duties["rows"] if isinstance(duties, dict) else duties
    duty = next(row["id"] for row in rows if row["kind"] == "results" and row["track"] == "enterprises")

    said = opened("duty", "file", duty, "-d", "结果", "--json")

    assert (said.code, said.codes) == (1, ["DUT-01"])
