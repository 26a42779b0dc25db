"""`bangdan explain`, `history`, `audit` and `diagram` as a person reads them."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import create_engine, text

from tests.bangdan.cli.conftest import CLOSES, DATABASE, IN_TIME, Terminal


def test_explain_says_who_must_act_by_when_and_what_is_next(opened: Terminal) -> None:
    said = opened("explain", opened.draft("甲"))

    assert "状态：草稿（自2023年10月20日10:00）" in said.out
    assert "  中国电子学会：提交，不晚于2023年11月30日24:00（还有41天14小时）" in said.out
    [lapse] = [line for line in said.out.splitlines() if line.startswith("逾期失效")]
    assert lapse.split() == ["逾期失效", "系统", "逾期失效", "征集尚未截止（DLN-04）"]


def test_explain_blocks_with_the_words_of_the_refusal(opened: Terminal) -> None:
    draft = opened.draft("甲")
    at = CLOSES + timedelta(minutes=1)

    explained = opened("explain", draft, "--json", at=at).json
    refused = opened("nomination", "submit", draft, "--json", at=at)

    [submit] = [verb for verb in explained["verbs"] if verb["verb"] == "submit"]
    assert [reason["code"] for reason in submit["reasons"]] == refused.codes == ["DLN-01"]


def test_explain_of_nothing_is_not_found(opened: Terminal) -> None:
    said = opened("explain", "nothing", "--json")

    assert (said.code, said.codes) == (3, ["NFD-01"])


def test_history_of_one_thing_has_the_newest_last(opened: Terminal) -> None:
    draft = opened.draft("甲")
    opened("nomination", "submit", draft, at=IN_TIME + timedelta(hours=1))

    lines = opened("history", draft).out.splitlines()

    assert [line.split()[3] for line in lines[2:]] == ["起草", "提交"]
    assert lines[-1].split()[1:3] == ["2023年10月20日11:00", "秘书处：徐春淼"]


def test_history_goes_back_page_by_page(opened: Terminal) -> None:
    newest = opened("history", "--limit", "2", "--json").json
    before = opened("history", "--limit", "2", "--before", str(newest["before"]), "--json").json

    numbers = [event["number"] for event in (*before["events"], *newest["events"])]
    assert numbers == sorted(set(numbers))


def test_history_takes_24_00_and_names_what_it_can_not_read(opened: Terminal) -> None:
    empty = opened("history", "--since", "2023-11-30 24:00")
    wrong = opened("history", "--since", "2023-11-30 24:01")

    assert (empty.code, empty.out) == (0, "没有符合条件的记录。\n")
    assert wrong.code == 2
    assert "24:00" in wrong.err


def test_the_audit_finds_a_history_that_was_tampered_with(opened: Terminal) -> None:
    opened.draft("甲")
    good = opened("audit", "verify")
    engine = create_engine(f"sqlite:///{opened.folder / DATABASE}")
    with engine.begin() as connection:
        connection.execute(text("UPDATE nomination SET state = 'submitted'"))
    engine.dispose()
    bad = opened("audit", "verify", "--json")

    assert (good.code, good.out.splitlines()[-1]) == (0, "历史完整，与现状一致。")
    assert (bad.code, len(bad.json["faults"]) > 0) == (1, True)


def test_before_the_first_seal_there_is_no_head(opened: Terminal) -> None:
    assert opened("audit", "head", "--json").json == {"head": "", "at": None}


def test_the_diagram_of_a_file_is_mermaid(terminal: Terminal) -> None:
    said = terminal("diagram", "kczg-2023")

    assert said.out.splitlines()[:2] == ["stateDiagram-v2", '    state "草稿" as drafted']


def test_the_diagram_of_a_duty_needs_no_campaign(terminal: Terminal) -> None:
    assert '    state "待报送" as owed' in terminal("diagram", "--of", "duty").out.splitlines()


def test_a_head_that_was_kept_elsewhere_must_still_be_in_the_chain(opened: Terminal) -> None:
    opened("run", "--once")
    head = opened("audit", "head", "--json").json["head"]
    assert opened("audit", "verify", "--kept", head).code == 0
    rewritten = opened("audit", "verify", "--kept", "f" * 64, "--json")
    assert (rewritten.code, len(rewritten.json["faults"])) == (1, 1)
