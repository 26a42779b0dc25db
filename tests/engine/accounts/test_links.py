"""One-time links in the database: asked for the same by everybody, written to whom they reach, used once."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlmodel import col

from bangdan import ROOT
from engine.accounts import links, members
from engine.accounts.keys import Keys
from engine.accounts.tables import Account, SignInLink
from engine.letters.composing import compose
from engine.letters.post import Post
from notifications.folder import FolderDoor
from notifications.letter import Address, Sender, check_address
from notifications.secrecy import MASK
from notifications.tables import LETTER, LETTER_BYTES
from tests.builders import House, add_unit, letters
from tests.engine.accounts.test_seats import an_account
from tests.small import DURING
from workflows.nomination import Role
from workflows.reasons import Refused

KEYS = Keys(b"k" * 32)
LI = check_address("li@example.cn")
DESK = "https://desk.example.cn"


def _a_contact(house: House) -> None:
    with house.write(DURING) as work:
        add_unit(work, "甲学会", people=[("李四", "li@example.cn")])


def _asked(house: House, address: Address = LI) -> str:
    with house.office.database.write() as connection:
        return links.ask(connection, address, place="192.0.2.1", at=DURING)


def _code(link: str) -> str:
    return f"{link}.{KEYS.code('sign-in', link)}"


def test_asking_leaves_the_same_row_whoever_it_reaches(small: House) -> None:
    _a_contact(small)
    _asked(small), _asked(small, check_address("nobody@example.cn"))
    with small.read() as work:
        rows = work.connection.execute(select(SignInLink).order_by(col(SignInLink.id))).mappings().all()
    told = [
        {key: value for key, value in row.items() if key not in ("id", "public_id", "email", "email_key")}
        for row in rows
    ]
    assert told[0] == told[1]


def test_the_letter_goes_to_whom_the_address_reaches_and_to_nobody_else(small: House) -> None:
    _a_contact(small)
    wrote = [links.write(small.office, _asked(small, check_address(who)), desk=DESK, at=DURING)
             for who in ("li@example.cn", "nobody@example.cn")]  # fmt: skip
    with small.read() as work:
        assert (wrote, [row.to_address for row in letters(work, "sign-in")]) == ([True, False], ["li@example.cn"])


def test_an_account_without_any_part_is_not_written_to(small: House) -> None:
    with small.write(DURING) as work:
        an_account(work, "李四", "li@example.cn")
    assert not links.write(small.office, _asked(small), desk=DESK, at=DURING)


def _deliver(house: House, folder: Path) -> None:
    sender = Sender(name="秘书处", address=check_address("office@example.cn"))
    post = Post(office=house.office, open_door=lambda: _Open(folder), sender=sender,
                compose=compose(house.office.memory.latest, ROOT / "templates" / "letters"), clock=lambda: DURING,
                worker="w", secret_of=links.secret_of(lambda: KEYS))  # fmt: skip
    post.deliver()


class _Open:
    """A folder of letters as a door."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def __aenter__(self) -> FolderDoor:
        return FolderDoor(self.folder)

    async def __aexit__(self, *_: object) -> None: ...


def test_the_code_is_in_the_letter_that_left_and_nowhere_in_the_house(small: House, tmp_path: Path) -> None:
    _a_contact(small)
    link = _asked(small)
    links.write(small.office, link, desk=DESK, at=DURING)
    _deliver(small, tmp_path / "mail")
    (path,) = (tmp_path / "mail").glob("*.eml")
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    body = message.get_body(("plain",))
    assert body is not None
    with small.read() as work:
        context = work.connection.execute(select(LETTER.c.context).where(LETTER.c.template == "sign-in")).scalar_one()
        kept = email.message_from_bytes(work.connection.execute(select(LETTER_BYTES.c.frozen)).scalar_one())
    parts = [bytes(part.get_payload(decode=True) or b"").decode() for part in kept.walk() if not part.is_multipart()]
    assert f"{DESK}/signin/{_code(link)}" in body.get_content()
    assert (context["link"], [MASK in part for part in parts]) == (f"{DESK}/signin/{link}.{MASK}", [True, True])
    assert not [part for part in (str(context), *parts) if KEYS.code("sign-in", link) in part]


def test_using_a_link_makes_the_account_of_a_contact_once(small: House) -> None:
    _a_contact(small)
    for _ in range(2):
        with small.office.database.write() as connection:
            links.use(connection, KEYS, _code(links.ask(connection, LI, place="", at=DURING)), at=DURING)
    with small.read() as work:
        assert [row.name for row in work.connection.execute(select(Account))] == ["李四"]


def test_of_many_who_use_one_link_at_once_one_is_signed_in(small: House) -> None:
    _a_contact(small)
    code = _code(_asked(small))

    def use(_: int) -> bool:
        try:
            with small.office.database.write() as connection:
                links.use(connection, KEYS, code, at=DURING)
        except Refused:
            return False
        return True

    with ThreadPoolExecutor(max_workers=6) as pool:
        assert sum(pool.map(use, range(6))) == 1


@pytest.mark.parametrize(
    "spoil", [lambda code: code[:-2], lambda code: f"_{code}", lambda _: "", lambda _: "…" * 2000],
    ids=["cut", "of another link", "empty", "long"],
)  # fmt: skip
def test_a_code_that_is_not_whole_opens_nothing(small: House, spoil: Callable[[str], str]) -> None:
    _a_contact(small)
    whole = _code(_asked(small))
    with small.read() as work, pytest.raises(Refused, match="AUT-03"):
        links.look(work.connection, KEYS, spoil(whole), at=DURING)


def test_a_link_opens_until_ten_minutes_have_passed(small: House) -> None:
    _a_contact(small)
    code = _code(_asked(small))
    with small.read() as work:
        links.look(work.connection, KEYS, code, at=DURING + timedelta(minutes=10, microseconds=-1))
        with pytest.raises(Refused, match="AUT-03"):
            links.look(work.connection, KEYS, code, at=DURING + timedelta(minutes=10))


def test_whose_account_was_shut_or_contact_removed_gets_in_by_no_link(small: House) -> None:
    with small.write(DURING) as work:
        shut = members.add(work.connection, name="李四", address=LI, at=DURING)
        members.grant(work, shut, Role.AUDITOR)
        members.disable(small.office, work.connection, shut, at=DURING, by=work.actor)
    code = _code(_asked(small))
    with small.read() as work, pytest.raises(Refused, match="AUT-04"):
        links.look(work.connection, KEYS, code, at=DURING)
