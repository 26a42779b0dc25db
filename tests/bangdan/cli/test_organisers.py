"""`bangdan organiser`: a house of one never hears of it; of several each has its campaigns, people and sender."""

from __future__ import annotations

import pytest

from bangdan import ROOT
from tests.bangdan.cli.conftest import Terminal

NOTICE = ROOT / "config" / "campaigns" / "kczg-2023.toml"


@pytest.fixture
def two(opened: Terminal) -> Terminal:
    """A house with a campaign, to which a second organiser was added, and a second campaign's file."""
    opened("organiser", "add", "yi", "--name", "乙协会", "--english", "Association B", "--mailbox", "digest@yi.example")
    source = NOTICE.read_text(encoding="utf-8").replace('key = "kczg-2023"', 'key = "yi-2023"')
    (opened.folder / "yi.toml").write_text(source, encoding="utf-8")
    return opened


def _whose(terminal: Terminal) -> dict[str, list[str]]:
    return {each["key"]: each["campaigns"] for each in terminal("organiser", "list", "--json").json}


def _mailboxes(terminal: Terminal, campaign: str) -> list[str]:
    lines = terminal("contact", "list", "-c", campaign, "--json").json["rows"]
    return [each["email"] for each in lines if each["email"]]


def test_the_organiser_of_a_house_of_one_makes_itself(opened: Terminal) -> None:
    assert _whose(opened) == {"only": ["kczg-2023"]}


def test_whose_a_campaign_is_is_said_when_it_is_opened_and_never_changes(two: Terminal) -> None:
    file = str(two.folder / "yi.toml")
    unsaid = two("open", file, "--json")
    two("open", file, "--organiser", "yi")
    again = two("open", file, "--organiser", "only", "--json")
    assert (unsaid.codes, again.codes) == (["ORG-03"], ["CMP-01"])
    assert _whose(two) == {"only": ["kczg-2023"], "yi": ["yi-2023"]}


def test_its_digests_go_to_its_own_mailbox(two: Terminal) -> None:
    two("open", str(two.folder / "yi.toml"), "--organiser", "yi")
    assert ("digest@yi.example" in _mailboxes(two, "yi-2023"), "digest@yi.example" in _mailboxes(two, "kczg-2023")) == (
        True, False,
    )  # fmt: skip


def test_a_role_everywhere_is_in_every_campaign_of_one_organiser(two: Terminal) -> None:
    two("open", str(two.folder / "yi.toml"), "--organiser", "yi")
    unsaid = two("admin", "add", "赵书", "zhao@example.cn", "--json")
    given = two("admin", "add", "赵书", "zhao@example.cn", "--organiser", "yi").code
    elsewhere = two("admin", "grant", "zhao@example.cn", "-c", "kczg-2023", "--organiser", "yi")
    assert (unsaid.codes, given, "NFD-01" in elsewhere.err) == (["ORG-03"], 0, True)
    (line,) = two("admin", "list", "--json").json
    assert (line["organiser"], line["campaign"]) == ("yi", None)
    assert "zhao@example.cn" in two("organiser", "show", "yi").out
    two("admin", "revoke", "zhao@example.cn", "--organiser", "yi")
    assert two("admin", "list", "--json").json == []


def test_an_organiser_is_changed_and_an_empty_text_is_as_set_again(two: Terminal) -> None:
    two(
        "organiser",
        "set",
        "only",
        "--key",
        "jia",
        "--name",
        "甲学会",
        "--mail-name",
        "甲",
        "--reply-to",
        "a@jia.example",
    )
    two("organiser", "set", "jia", "--reply-to", "")
    said = two("organiser", "show", "jia", "--json").json
    assert [said[name] for name in ("name", "mail_name", "reply_to", "campaigns")] == [
        "甲学会",
        "甲",
        None,
        ["kczg-2023"],
    ]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("add", "Yi"), "ORG-01"),
        (("add", "yi"), "ORG-02"),
        (("set", "only", "--key", "yi"), "ORG-02"),
        (("show", "bing"), "ORG-04"),
        (("add", "bing", "--reply-to", "no address"), "ADR-01"),
        (("add", "bing", "--name", "长" * 500), "TXT-02"),
    ],
)
def test_what_does_not_fit_is_refused(two: Terminal, words: tuple[str, ...], code: str) -> None:
    assert two("organiser", *words, "--json").codes == [code]
