"""Letters and calls from the command line."""

from __future__ import annotations

import csv
from datetime import timedelta

import pytest
from sqlalchemy import update

from engine.database import Database
from notifications.tables import LETTER
from tests.bangdan.cli.conftest import CLOSES, DATABASE, IN_TIME, Terminal

BEFORE_THE_END = CLOSES - timedelta(hours=2)


@pytest.fixture
def posted(opened: Terminal) -> Terminal:
    """One letter went out, one call is to be made."""
    opened.draft("甲")
    opened.draft("乙", unit="CAST")
    opened("run", "--once", at=BEFORE_THE_END)
    return opened


def put_into(posted: Terminal, state: str) -> str:
    """Put the unit's one letter into a state that only a mail server can cause; returns its id."""
    letter = posted("outbox", "list", "--json").json["letters"][0]["public_id"]
    database = Database(f"sqlite:///{posted.folder / DATABASE}")
    with database.write() as connection:
        connection.execute(update(LETTER).where(LETTER.c.public_id == letter).values(state=state, unknowns=2))
    database.dispose()
    return str(letter)


def test_the_outbox_tells_what_became_of_each_letter(posted: Terminal) -> None:
    said = posted("outbox", "list", at=BEFORE_THE_END)

    assert said.out.splitlines()[0] == "已发出1封"
    assert "张三 <zhang@example.cn>" in said.out
    assert "组织征集截止3小时前" in said.out


def test_a_letter_is_shown_as_it_was_sent(posted: Terminal) -> None:
    letter = posted("outbox", "list", "--json").json["letters"][0]["public_id"]

    said = posted("outbox", "preview", letter)

    assert said.code == 0
    assert "主题：【2023年“科创中国”系列榜单】申报推荐还有2小时截止：1项尚未提交" in said.out.splitlines()
    assert len(list((posted.folder / "mail").glob("*.eml"))) == 1


def test_a_letter_that_waits_is_shown_as_it_would_be(opened: Terminal) -> None:
    opened("nomination", "submit", opened.draft("甲"))
    letter = opened("outbox", "list", "--state", "ready", "--json").json["letters"][0]["public_id"]

    assert "甲" in opened("outbox", "preview", letter, "--json").json["text"]


def test_only_a_failed_letter_is_tried_again(posted: Terminal) -> None:
    sent = posted("outbox", "list", "--json").json["letters"][0]["public_id"]
    refused = posted("outbox", "retry", sent, "--json")
    failed = put_into(posted, "failed")

    said = posted("outbox", "retry", failed, "--json")

    assert (refused.code, refused.codes) == (1, ["OUT-03"])
    assert said.json["retried"] == 1
    assert posted("outbox", "list", "--json").json["counts"] == {"ready": 1}


@pytest.mark.parametrize(("decision", "state"), [("--sent", "sent"), ("--again", "ready"), ("--drop", "cancelled")])
def test_a_person_decides_about_a_letter_of_unknown_outcome(posted: Terminal, decision: str, state: str) -> None:
    parked = put_into(posted, "parked")

    said = posted("outbox", "resolve", parked, decision, "--json", at=BEFORE_THE_END)

    assert said.json == {"id": parked, "state": state}


def test_what_is_not_parked_needs_no_decision(posted: Terminal) -> None:
    sent = posted("outbox", "list", "--json").json["letters"][0]["public_id"]

    refused = posted("outbox", "resolve", sent, "--sent", "--json")
    unclear = posted("outbox", "resolve", sent)
    nobody = posted("outbox", "resolve", "nobody", "--sent", "--json")

    assert (refused.code, refused.codes) == (1, ["OUT-01"])
    assert (unclear.code, nobody.code) == (2, 3)


def test_the_call_sheet_is_shown_and_exported(posted: Terminal) -> None:
    said = posted("callsheet", at=BEFORE_THE_END)
    posted("callsheet", "--csv", "calls.csv", at=BEFORE_THE_END)

    with (posted.folder / "calls.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    units = [row for row in rows if row[1] == "李四"]
    assert "李四" in said.out
    assert [row[2:5] for row in units] == [["某某省科协", "13900139000", "组织征集截止3小时前（推荐单位）"]]


def test_a_call_is_ticked_once(posted: Terminal) -> None:
    call = next(line["id"] for line in posted("callsheet", "--json", at=BEFORE_THE_END).json if line["name"] == "李四")

    first = posted("callsheet", "tick", call, "--note", "已告知", at=BEFORE_THE_END)
    again = posted("callsheet", "tick", call, "--json", at=BEFORE_THE_END)

    assert (first.code, again.code, again.codes) == (0, 1, ["TEL-01"])
    left = [line["name"] for line in posted("callsheet", "--json", at=BEFORE_THE_END).json]
    assert "李四" not in left


def test_a_quiet_house_says_so(opened: Terminal) -> None:
    assert opened("callsheet", at=IN_TIME).out == "没有待打的电话。\n"
    assert opened("outbox", "list", at=IN_TIME).out == "发件箱是空的。\n"
