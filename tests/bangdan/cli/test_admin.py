"""`bangdan admin`: the first account, roles in every campaign, links and passwords given where the server stands."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import insert

from bangdan import wiring
from engine.accounts import links, members, passwords
from engine.accounts.keys import keys_in
from engine.accounts.tables import SecondFactor
from engine.database import Database
from engine.secret_files import mode_of
from tests.bangdan.cli.conftest import DATABASE, IN_TIME, Terminal
from workflows.reasons import Refused

ZHAO = "zhao@example.cn"
PASSWORD = "四轮马车 遇见 蓝色邮筒"


@pytest.fixture(autouse=True)
def _cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    cheap = Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "Argon2Hasher", lambda: cheap)


def _roles(terminal: Terminal) -> list[tuple[str, str, str | None, bool]]:
    return [(line["name"], line["role"], line["campaign"], line["disabled"])
            for line in terminal("admin", "list", "--json").json]  # fmt: skip


def _opens(terminal: Terminal, link: str) -> str:
    """Whom a link would sign in, or the code of the refusal."""
    database = Database(f"sqlite:///{terminal.folder / DATABASE}")
    try:
        with database.read() as connection:
            keys = keys_in(wiring.settings().key_path)
            return links.look(connection, keys, link.rpartition("/")[2], at=IN_TIME).name
    except Refused as refused:
        return refused.reasons[0].code
    finally:
        database.dispose()


def test_the_first_account_is_made_before_there_is_any_campaign(terminal: Terminal) -> None:
    said = terminal("admin", "add", "赵书", ZHAO)

    assert said.code == 0
    (link,) = re.findall(r"http://127\.0\.0\.1:8000/signin/\S+", said.out)
    assert (_opens(terminal, link), _roles(terminal)) == ("赵书", [("赵书", "secretariat", None, False)])


def test_a_role_may_be_given_in_one_campaign_only_and_the_history_has_it(opened: Terminal) -> None:
    opened("admin", "add", "孙督", "sun@example.cn", "--role", "auditor", "-c", "kczg-2023")

    assert _roles(opened) == [("孙督", "auditor", "kczg-2023", False)]
    (event,) = opened("history", "--subject", "account", "--json").json["events"]
    assert (event["verb"], event["actor"], event["name"]) == ("grant", "徐春淼", "孙督")
    assert "授予身份" in opened("history", "--subject", "account").out


def test_roles_are_given_and_taken_later(opened: Terminal) -> None:
    opened("admin", "add", "赵书", ZHAO)
    opened("admin", "grant", ZHAO, "--role", "auditor", "--campaign", "kczg-2023")
    opened("admin", "revoke", ZHAO)
    before = _roles(opened)
    opened("admin", "revoke", ZHAO, "--role", "auditor", "--campaign", "kczg-2023")

    assert (before, _roles(opened)) == ([("赵书", "auditor", "kczg-2023", False)], [])


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("revoke", ZHAO, "--role", "auditor"), "NFD-01"),
        (("revoke", ZHAO, "--role", "auditor", "-c", "kczg-2023"), "NFD-01"),
        (("grant", ZHAO, "-c", "nosuch"), "NFD-01"),
        (("grant", "nobody@example.cn"), "NFD-01"),
        (("link", "nobody@example.cn"), "NFD-01"),
        (("add", "李四", "a@ok.example)b@evil.example"), "ADR-01"),
        (("add", "", "li@example.cn"), "ACC-01"),
    ],
)
def test_what_can_not_be_is_refused(opened: Terminal, words: tuple[str, ...], code: str) -> None:
    opened("admin", "add", "赵书", ZHAO)

    said = opened("admin", *words)

    assert (said.code != 0, code in said.err) == (True, True)


def test_a_shut_account_gets_no_link(opened: Terminal) -> None:
    opened("admin", "add", "赵书", ZHAO)
    opened("admin", "disable", ZHAO)
    shut = opened("admin", "link", ZHAO).code
    opened("admin", "enable", ZHAO)

    assert (shut != 0, opened("admin", "link", ZHAO).code) == (True, 0)


def test_a_contact_gets_a_link_by_hand_where_no_mail_comes_through(opened: Terminal) -> None:
    said = opened("admin", "link", "zhang@example.cn", "--json")

    assert (_opens(opened, said.json["link"]), said.json["minutes"]) == ("张三", 10)


def test_a_password_is_read_from_the_standard_input_and_kills_links(opened: Terminal) -> None:
    link = opened("admin", "add", "赵书", ZHAO, "--json").json["link"]
    said = opened("admin", "password", ZHAO, answers=f"{PASSWORD}\n")

    assert (said.code, PASSWORD in said.out + said.err, _opens(opened, link)) == (0, False, "AUT-03")


def test_a_weak_password_is_not_taken(opened: Terminal) -> None:
    said = opened("admin", "add", "赵书", ZHAO, "--password", answers="password1234\n")

    assert (said.code != 0, "PWD-02" in said.err, _roles(opened)) == (True, True, [])


def test_the_key_is_made_beside_the_database_for_its_owner_alone(terminal: Terminal) -> None:
    terminal("admin", "add", "赵书", ZHAO)

    assert oct(mode_of(Path(terminal.folder / "bangdan.key"))) == "0o600"


def test_a_key_that_others_can_read_is_refused_in_words(terminal: Terminal) -> None:
    terminal("admin", "add", "赵书", ZHAO)
    (terminal.folder / "bangdan.key").chmod(0o644)

    assert "CFG-30" in terminal("admin", "link", ZHAO).err


def test_whoever_lost_the_app_or_a_device_is_helped_where_the_server_stands(opened: Terminal) -> None:
    opened("admin", "add", "赵书", ZHAO)
    _second_factor(opened.folder, ZHAO)
    said = [opened("admin", *words, ZHAO) for words in (("lost-app",), ("lost-app",), ("sign-out",))]

    assert [each.code for each in said] == [0, 1, 0]
    assert ("已停用其两步验证：赵书" in said[0].out, "SEC-04" in said[1].err) == (True, True)
    verbs = [each["verb"] for each in opened("history", "--subject", "account", "--json").json["events"]]
    assert sorted(verbs[-2:]) == ["second-factor-end", "sign-out"]


def _second_factor(folder: Path, email: str) -> None:
    """One that is confirmed, as by its owner at the desk."""
    database = Database(f"sqlite:///{folder / DATABASE}")
    with database.write() as connection:
        account = members.find(connection, email)
        values = {"account_id": account.id, "nonce": "of-the-app", "made_at": IN_TIME, "confirmed_at": IN_TIME}
        connection.execute(insert(SecondFactor), {**values, "last_step": 0})
    database.dispose()


def test_another_key_is_used_only_when_somebody_says_so(opened: Terminal) -> None:
    opened("admin", "add", "赵书", ZHAO)
    before = opened("admin", "key", "--json").json
    (opened.folder / "bangdan.key").unlink()

    refused, asked = opened("admin", "link", ZHAO), opened("admin", "key", "--renew")
    done, after = opened("admin", "key", "--renew", "--yes"), opened("admin", "key", "--json").json

    assert (refused.code, "KEY-03" in refused.err, asked.code, done.code) == (1, True, 1, 0)
    assert (before["noted"] == before["fingerprint"], after["noted"] == after["fingerprint"]) == (True, True)
    assert before["noted"] != after["noted"]
    assert opened("admin", "link", ZHAO).code == 0
