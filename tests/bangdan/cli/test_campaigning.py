"""Opening a campaign and moving its dates from the command line."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.bangdan.cli.conftest import CLOSES, OPENED, Terminal

DECEMBER = datetime(2023, 12, 1, 1, 0, tzinfo=UTC)


def test_open_says_what_comes_next(terminal: Terminal) -> None:
    said = terminal("open", "kczg-2023", at=OPENED)

    assert said.code == 0
    assert said.out.splitlines()[:4] == [
        "已启动：2023年“科创中国”系列榜单（kczg-2023）",
        "接下来：",
        "  2023年10月1日00:00  宣传推广 开始",
        "  2023年10月7日00:00  组织征集 开始",
    ]


def test_a_campaign_is_opened_once(terminal: Terminal) -> None:
    terminal("open", "kczg-2023", at=OPENED)

    again = terminal("open", "kczg-2023", "--json", at=OPENED)

    assert (again.code, again.codes) == (1, ["CMP-01"])


def test_a_file_with_errors_opens_nothing_and_lists_them(terminal: Terminal) -> None:
    file = terminal.folder / "bad.toml"
    file.write_text('[campaign]\nkey = "x"\nquotaa = 1\n', encoding="utf-8")

    said = terminal("open", str(file), "--json")

    assert said.code == 2
    assert "CFG-20" in said.codes
    assert terminal("status", "--json").codes == ["CMP-02"]


def test_the_mailbox_of_the_settings_becomes_a_contact_of_the_secretariat(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BANGDAN_SECRETARIAT_EMAIL", "office@example.cn")

    terminal("open", "kczg-2023", at=OPENED)

    assert "office@example.cn" in terminal("contact", "list", "--json").out


def test_extending_shows_the_consequences_and_does_nothing_without_a_yes(opened: Terminal) -> None:
    asked = opened("extend", "组织征集", "--to", "2023-12-05", "--reason", "平台故障", answers="n\n")

    assert asked.code == 1
    assert "  截止  2023年11月30日（周四）24:00 → 2023年12月5日（周二）24:00" in asked.out.splitlines()
    assert opened("nomination", "submit", opened.draft("甲"), "--json").json["closes"] == CLOSES.isoformat()


def test_an_extension_re_opens_what_lapsed_and_corrects_who_was_told(opened: Terminal) -> None:
    draft = opened.draft("甲")
    opened("run", "--once", at=CLOSES - timedelta(hours=2))
    opened("run", "--once", at=DECEMBER)

    moved = opened("extend", "collection", "--to", "2023-12-05 24:00", "--reason", "平台故障", "--yes", "--json",
                   at=DECEMBER).json  # fmt: skip

    assert (moved["reopened"], moved["new"]["closes"]) == (1, "2023-12-05T16:00:00+00:00")
    assert (moved["letters"], moved["calls"], moved["people"]) == (1, 0, ["张三"])
    assert opened("nomination", "submit", draft, "--json", at=DECEMBER).json["state"] == "submitted"


def test_a_repeated_extension_with_one_key_is_carried_out_once(opened: Terminal) -> None:
    words = ("extend", "collection", "--to", "2023-12-05", "--reason", "平台故障", "--yes", "--json", "--key", "k1")

    first, again = opened(*words), opened(*words)
    other = opened(*[word.replace("12-05", "12-06") for word in words])

    assert (first.json["revision"], again.json) == (2, first.json)
    assert (other.code, other.codes) == (1, ["API-11"])


def test_what_can_t_be_extended_is_refused_with_its_reason(opened: Terminal) -> None:
    past = opened("extend", "collection", "--to", "2023-10-10", "--reason", "误", "--yes", "--json")
    unknown = opened("extend", "nothing", "--to", "2023-12-05", "--reason", "误", "--yes", "--json")
    silent = opened("extend", "collection", "--to", "2023-12-05", "--yes", "--json")
    unreadable = opened("extend", "collection", "--to", "12月x日", "--reason", "误", "--yes")

    assert [(said.code, said.codes) for said in (past, unknown, silent)] == [
        (1, ["EXT-06"]),
        (1, ["EXT-01"]),
        (1, ["RSN-01"]),
    ]
    assert (unreadable.code, "--to" in unreadable.err) == (2, True)


def test_the_date_of_publication_is_chosen(opened: Terminal) -> None:
    chosen = opened("choose", "发布榜单", "--date", "2024-02-20 10:00", "--yes", "--json").json
    anew = opened("choose", "publication", "--date", "2024-02-21", "--yes", "--json")

    assert chosen["new"]["chosen"] == "2024-02-20T02:00:00+00:00"
    assert (anew.code, anew.codes) == (1, ["RSN-01"])
