"""Each organiser signs its own letters; what it leaves open is the house's. A defect of one lets the others' go."""

from __future__ import annotations

import logging
from contextlib import nullcontext
from email import message_from_bytes, policy
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlmodel import col

from bangdan import ROOT
from engine.accounts import links, members
from engine.letters.composing import compose
from engine.letters.post import Post
from engine.organisers import keeping
from engine.rehearsal.play import KeptDoor
from engine.tables import Campaign
from notifications.letter import Sender, check_address
from notifications.tables import LETTER, LETTER_BYTES
from tests.builders import House, add_unit
from tests.small import DURING, small_beside

HOUSE = Sender(
    name="榜单平台", address=check_address("post@house.example"), reply_to=check_address("help@house.example")
)


@pytest.fixture
def other(quick: House) -> House:
    """A campaign of a second organiser; in both somebody waits for a sign-in letter."""
    beside = small_beside(quick)
    for house, email in ((quick, "jia@example.org"), (beside, "yi@example.org")):
        with house.write(DURING) as work:
            add_unit(work, "甲学会", people=[("经办人", email)])
        with house.office.database.write() as connection:
            link = links.ask(connection, members.read_address(email), place="127.0.0.1", at=DURING)
        links.write(house.office, link, desk="https://desk.example", at=DURING)
    return beside


def _deliver(house: House) -> None:
    Post(
        office=house.office, open_door=lambda: nullcontext(KeptDoor()), sender=HOUSE, clock=lambda: DURING,
        compose=compose(house.office.memory.latest, ROOT / "templates" / "letters"), worker="test",
    ).deliver()  # fmt: skip


def _signed(house: House) -> dict[str, tuple[str, str]]:
    """From and Reply-To of what left, by reader."""
    query = select(LETTER_BYTES.c.frozen).join(LETTER, LETTER.c.id == LETTER_BYTES.c.letter_id)
    with house.read() as work:
        frozen = work.connection.execute(query).scalars().all()
    messages: list[Any] = [message_from_bytes(each, policy=policy.default) for each in frozen]
    return {each["to"].addresses[0].addr_spec: (each["from"], each["reply-to"]) for each in messages}


@pytest.mark.usefixtures("other")
def test_an_organiser_s_letters_are_in_its_name_and_answered_to_it(quick: House) -> None:
    with quick.office.database.write() as connection:
        keeping.change(connection, "other", {"mail_name": "乙协会秘书处", "reply_to": "office@yi.example"})
    _deliver(quick)
    assert _signed(quick) == {
        "jia@example.org": ("榜单平台 <post@house.example>", "help@house.example"),
        "yi@example.org": ("乙协会秘书处 <post@house.example>", "office@yi.example"),
    }


def test_what_an_organiser_leaves_open_is_the_house_s(quick: House, other: House) -> None:
    _deliver(quick)
    assert set(_signed(other).values()) == {("榜单平台 <post@house.example>", "help@house.example")}


def test_a_defect_in_one_campaign_holds_up_its_own_letters_only(
    quick: House, other: House, caplog: pytest.LogCaptureFixture
) -> None:
    with quick.office.database.write() as connection:
        broken = update(Campaign).where(col(Campaign.key) == other.campaign)
        connection.execute(broken.values(source="not a campaign", digest="of something else"))
    with caplog.at_level(logging.ERROR):
        _deliver(quick)
    with quick.read() as work:
        stands = work.connection.execute(select(LETTER.c.to_address, LETTER.c.state).order_by(LETTER.c.id)).all()
    assert [tuple(row) for row in stands] == [("jia@example.org", "sent"), ("yi@example.org", "ready")]
    assert [record.getMessage() for record in caplog.records] == ["letters_not_asked"]
