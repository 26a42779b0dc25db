"""A small campaign with something of everything in it, twice: what is one's own, and what is another's and is marked.

Every name, title, phone and address of the other unit and of the other institution's tracks holds a canary: a string
that must never be read by whom it is hidden from, in whatever page, answer, export or letter.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from bangdan import ROOT
from bangdan.happened import telling
from engine import nominations, units
from engine.access import ENGINE
from engine.accounts import rights, sessions, tokens
from engine.accounts.rights import Seat
from engine.accounts.tables import Account, ApiToken, DeskSession, Membership
from engine.circulars import drafts
from engine.circulars.aim import Aim, To
from engine.exports import orders
from engine.exports.catalogue import Form, What
from engine.exports.making import Maker
from engine.exports.narrowing import Narrowed
from engine.exports.orders import Orderer
from engine.letters.composing import compose
from engine.letters.post import Post
from engine.proposals import proposing
from engine.rehearsal.play import KeptDoor
from engine.tables import Call, Contact, Duty, Nomination, Unit
from engine.turn import turn
from engine.uploads import holding
from engine.webhooks import subscriptions
from notifications.letter import Sender, check_address
from notifications.tables import LETTER
from tests.builders import House, add_unit
from tests.desk.people import OTHER_UNIT, UNIT, AtTheDesk
from tests.small import CLOSES, DURING, OPENED, REVIEW, SWEPT, beijing, unit_actor

HIDDEN = "秘密鸟"  # stands in everything of the other unit
HIDDEN_MAIL = "canary-bird"  # stands in its addresses
HIDDEN_PHONE = "027-99998888"
CANARIES = (HIDDEN, HIDDEN_MAIL, HIDDEN_PHONE)
ABSENT = "A" * 22
FINAL_EARLIER = beijing("2025-04-11 00:00")  # a day before the end of the final round


@dataclass(frozen=True)
class World:
    """The desk over it; ids by kind of thing: `own` of one unit and the academy, `other` of another and the guild."""

    desk: AtTheDesk
    own: Mapping[str, str]
    other: Mapping[str, str]


def collecting(house: House) -> World:
    """In the middle of the collection: drafts, submissions, one returned, reminders sent."""
    ids = _furnish(house)
    _live(house, DURING)
    return _world(house, ids, DURING)


def reviewing(house: House) -> World:
    """After the closing: the institutions have their material."""
    ids = _furnish(house)
    for at in (DURING, CLOSES, SWEPT, REVIEW):
        _live(house, at)
    return _world(house, ids, REVIEW)


def _furnish(house: House) -> dict[str, dict[str, str]]:
    with house.write(OPENED) as work:
        own = add_unit(work, UNIT, people=[("甲学会联系人", "jia@example.org"), ("甲无邮箱", None)])
        other = add_unit(work, OTHER_UNIT)
        units.add_contact(work, name=f"乙{HIDDEN}", phones=[HIDDEN_PHONE], email="yi@example.org", unit_id=other)
        units.add_contact(work, name=f"乙{HIDDEN}二", phones=[HIDDEN_PHONE], email=None, unit_id=other)
    mine = _nominate(house, own, "甲", mark="", track="inventions/water")
    theirs = _nominate(house, other, "乙", mark=HIDDEN, track="people")
    return {"own": mine, "other": theirs}


def _nominate(house: House, unit_id: int, name: str, *, mark: str, track: str) -> dict[str, str]:
    """A draft, a submission and one that was returned."""
    made = {}
    for kind, at_track in (("submitted", track), ("returned", "inventions/light"), ("draft", "inventions/light")):
        with house.write(DURING, unit_actor(unit_id)) as work:
            made[kind] = nominations.draft(
                work, unit_id=unit_id, track=at_track, title=f"{name}{mark}{kind}", applicant=f"{name}{mark}公司",
                materials=["application", "letter"], applicant_contact=f"{name}{mark}人",
                applicant_phones=HIDDEN_PHONE if mark else "010-1234", applicant_email=_mail(mark, kind),
            ).id  # fmt: skip
            if kind != "draft":
                nominations.submit(work, made[kind])
    with house.write(DURING) as work:
        nominations.return_(work, made["returned"], reason=f"{name}{mark}请补充材料")
    return made


def _mail(mark: str, kind: str) -> str:
    return f"{HIDDEN_MAIL if mark else 'jia'}-{kind}@example.org"


def _live(house: House, at: datetime) -> None:
    """A turn of the engine, and the post into a door that keeps everything."""
    turn(house.office, house.campaign, at=at)
    post = Post(
        office=house.office, open_door=lambda: nullcontext(KeptDoor()),
        sender=Sender(name="示例学会办公室", address=check_address("office@example.org")),
        compose=compose(house.office.memory.latest, ROOT / "templates" / "letters"), clock=lambda: at, worker="test",
    )  # fmt: skip
    with ThreadPoolExecutor(1) as elsewhere:  # a browser's event loop may be running in this thread
        elsewhere.submit(post.deliver).result()


def _world(house: House, ids: dict[str, dict[str, str]], at: datetime) -> World:
    desk = AtTheDesk(house)
    desk.clock.now = at
    with house.office.read(house.campaign, ENGINE, at=at) as work:
        own, other = _things(work, UNIT, "academy"), _things(work, OTHER_UNIT, "guild")
    return World(
        desk=desk,
        own={
            **own,
            **ids["own"],
            **_doors(desk, "unit", UNIT),
            **_of_office(house, at),
            "role": _role(desk, "auditor"),
        },
        other={**other, **ids["other"], **_doors(desk, "other_unit", OTHER_UNIT), "role": _role(desk, "second")},
    )


def _doors(desk: AtTheDesk, who: str, unit: str) -> dict[str, str]:
    """What somebody of a unit has at the desk: an account, a session, a token, a file that waits."""
    at, house = desk.clock.now, desk.house
    unit_id = _unit_id(house, unit)
    account = desk.accounts[who]
    with house.office.database.read() as connection:
        known = connection.execute(select(col(Account.public_id)).where(col(Account.id) == account)).scalar_one()
    with house.write(at, replace(unit_actor(unit_id), account=known)) as work:
        upload = holding.hold(work, kind="nominations", name=f"{HIDDEN if who != 'unit' else ''}.csv", content=b"x").id
    with house.office.database.write() as connection:
        sessions.begin(connection, account, at=at, how="password")
        session = select(col(DeskSession.public_id)).where(col(DeskSession.account_id) == account)
        seat = rights.seats(connection, account)[0]
        _, token_id = tokens.make(
            connection, account, seat, name=HIDDEN if who != "unit" else "本单位", scopes=[tokens.Scope.READ],
            ends_at=at + timedelta(days=90), at=at,
        )  # fmt: skip
        found = {
            "session": session, "token": select(col(ApiToken.public_id)).where(col(ApiToken.id) == token_id),
        }  # fmt: skip
        ids = {kind: str(connection.execute(q).scalars().first()) for kind, q in found.items()}
    return {"upload": upload, "account": known, "order": _ordered(desk, account, seat), **ids}


def _ordered(desk: AtTheDesk, account: int, seat: Seat) -> str:
    """An export that they ordered, and that is made."""
    office, at = desk.house.office, desk.clock.now
    by, actor = Orderer(account_id=account, seat=seat.key), rights.acting("某人", seat)
    with office.beside(desk.house.campaign, actor, at=at) as work:
        made = orders.order(work, by, What.NOMINATIONS, Form.CSV, Narrowed(), lang="zh").id
    Maker(office=office, clock=desk.clock, telling=telling, by="here").round()
    return made


def _of_office(house: House, at: datetime) -> dict[str, str]:
    """What the secretariat writes, watches and asks for: a circular, a subscription with a test, a proposal."""
    with house.write(at) as work:
        circular = drafts.draft(work, subject="关于材料", body="请尽快提交。", aim=Aim(to=To.UNITS))
        webhook = subscriptions.add(work, name="平台", url="https://example.org/hook", topics=["*"]).id
        delivery = subscriptions.ping(work, webhook)
    with house.write(at, alone=True) as work:
        earlier = {"milestone": "final", "closes": FINAL_EARLIER.isoformat(), "reason": "场地"}
        proposal = proposing.propose(work, "extend", earlier, account="somebody")
    return {"circular": circular, "webhook": webhook, "delivery": delivery, "proposal_id": proposal}


def _role(desk: AtTheDesk, who: str) -> str:
    """The entry by which somebody was given their role."""
    query = select(col(Membership.public_id)).where(col(Membership.account_id) == desk.accounts[who])
    with desk.house.office.database.read() as connection:
        return str(connection.execute(query).scalar_one())


def _unit_id(house: House, unit: str) -> int:
    with house.read() as work:
        return int(units.find(work, unit).id)


def _things(work: Any, unit: str, institution: str) -> dict[str, str]:
    """One thing of each kind that belongs to a unit or an institution."""
    unit_id = work.connection.execute(select(col(Unit.id)).where(col(Unit.code) == unit)).scalar_one()
    contacts = select(col(Contact.id)).where(col(Contact.unit_id) == unit_id)
    refs = [f"contact:{row}" for row in work.connection.execute(contacts).scalars()]
    first = {
        "contact": select(col(Contact.public_id)).where(col(Contact.unit_id) == unit_id),
        "duty": select(col(Duty.public_id)).where(col(Duty.institution) == institution),
        "nomination": select(col(Nomination.public_id)).where(col(Nomination.unit_id) == unit_id),
        "letter": select(LETTER.c.public_id).where(LETTER.c.contact_ref.in_(refs)),
        "call": select(col(Call.public_id)).where(col(Call.of).contains(unit)),
    }
    found = {kind: work.connection.execute(query.limit(1)).scalar() for kind, query in first.items()}
    return {"unit": unit, "institution": institution, **{kind: str(value) for kind, value in found.items()}}
