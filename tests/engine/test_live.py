"""The live engine with a clock of its own: every due thing once, whatever was down and whoever else runs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlmodel import col

from engine import nominations, units
from engine.access import Actor
from engine.campaigns import open_campaign
from engine.database import Database
from engine.letters.composing import compose
from engine.letters.post import Post
from engine.live import Beaten, Engine
from engine.office import Office
from engine.schema import bring_up
from engine.tables import Call, Campaign, Done, Nomination
from notifications import stops
from notifications.delivery import DeliveryReport
from notifications.doors import Stop
from notifications.folder import FolderDoor
from notifications.letter import Sender, check_address
from notifications.tables import LETTER
from workflows.nomination import Role

ROOT = Path(__file__).parents[2]
SECRETARY = Actor(role=Role.SECRETARIAT, name="徐春淼")
OPENED = datetime(2023, 9, 28, 1, 0, tzinfo=UTC)
COLLECTION_OPENS = datetime(2023, 10, 6, 16, 0, tzinfo=UTC)
IN_TIME = datetime(2023, 10, 20, 2, 0, tzinfo=UTC)
CLOSES = datetime(2023, 11, 30, 16, 0, tzinfo=UTC)
SETTLED = CLOSES + timedelta(minutes=2)
WEEK = timedelta(days=7)


@dataclass(kw_only=True)
class House:
    """A campaign with a unit that has an address and one that has none, and an engine on it."""

    office: Office
    mail: Path
    now: datetime = OPENED
    beaten: list[Beaten] = field(default_factory=list)

    def engine(self, worker: str = "one") -> Engine:
        """An engine as `bangdan run` builds it; its letters are files."""
        post = Post(
            office=self.office, open_door=lambda: nullcontext(FolderDoor(self.mail, durable=False)),
            worker=worker, clock=lambda: self.now,
            sender=Sender(name="秘书处", address=check_address("office@example.cn")),
            compose=compose(self.office.memory.latest, ROOT / "templates" / "letters"),
        )  # fmt: skip
        return Engine(office=self.office, post=post.deliver, tell=self.beaten.append)

    def run(self, *engines: Engine, since: datetime, until: datetime) -> None:
        """Beat at the instants that the engines name, all of them at each."""
        following: datetime | None = since
        while following is not None and following <= until:
            self.now = following
            named = [engine(self.now) for engine in engines]
            following = min((one for one in named if one is not None), default=None)

    def done(self) -> dict[str, str]:
        """What became of each occasion of the calendar."""
        query = select(col(Done.occasion), col(Done.revision), col(Done.outcome))
        with self.office.database.read() as connection:
            return {f"{occasion}#{revision}": outcome for occasion, revision, outcome in connection.execute(query)}

    def told(self) -> Counter[str]:
        """How many letters and calls there are by occasion, ids left out."""
        queries = (select(LETTER.c.occasion), select(col(Call.occasion)))
        with self.office.database.read() as connection:
            every = [occasion for query in queries for occasion in connection.execute(query).scalars()]
        return Counter(re.sub(r"/.*", "", occasion) for occasion in every)

    def states(self) -> Counter[str]:
        """How many letters are in each state."""
        with self.office.database.read() as connection:
            return Counter(connection.execute(select(LETTER.c.state)).scalars())


@pytest.fixture
def house(database_url: str, tmp_path: Path) -> Iterator[House]:
    database = Database(database_url)
    bring_up(database)
    office = Office(database=database)
    source = (ROOT / "config" / "campaigns" / "kczg-2023.toml").read_text(encoding="utf-8")
    key = open_campaign(office, source, name="kczg-2023.toml", actor=SECRETARY, at=OPENED)
    with office.write(key, SECRETARY, at=OPENED) as work:
        reached = units.add(work, code="EE", name="中国电子学会", channels=["societies"])
        units.add_contact(work, name="张三", email="zhang@example.cn", unit_id=reached)
        called = units.add(work, code="CAST", name="某某省科协", channels=["provinces"])
        units.add_contact(work, name="李四", phones=["13900139000"], unit_id=called)
    yield House(office=office, mail=tmp_path / "mail")
    database.dispose()


def draft_each(house: House) -> None:
    """A draft of each unit, so that there is something to remind of."""
    with house.office.write("kczg-2023", SECRETARY, at=IN_TIME) as work:
        for code in ("EE", "CAST"):
            unit_id = units.find(work, code).id
            nominations.draft(work, unit_id=unit_id, track="enterprises", title=f"{code}的企业")


CHAIN = [f"collection-closes:{offset}" for offset in ("30天前", "14天前", "7天前", "3天前", "1天前", "3小时前")]


def test_every_due_thing_of_the_collection_happens_once(house: House) -> None:
    draft_each(house)

    house.run(house.engine(), since=OPENED, until=SETTLED)

    told, done = house.told(), house.done()
    assert told["collection-opens:当天"] == 2
    assert [told[occasion] for occasion in CHAIN] == [2] * 6
    assert [done[f"{occasion}#1"] for occasion in CHAIN] == ["done"] * 6
    assert told["lapsed"] == 2
    assert set(done.values()) == {"done"}
    assert house.states() == Counter(sent=len(list(house.mail.glob("*.eml"))))


def test_an_engine_that_stood_still_for_a_week_sends_only_the_last_of_a_chain(house: House) -> None:
    draft_each(house)
    house.run(house.engine(), since=OPENED, until=CLOSES - timedelta(days=9))

    house.run(house.engine(), since=CLOSES - timedelta(days=9) + WEEK, until=SETTLED)

    done, told = house.done(), house.told()
    assert [done[f"{occasion}#1"] for occasion in CHAIN] == ["done", "done", "passed", "done", "done", "done"]
    assert [told[occasion] for occasion in CHAIN] == [2, 2, 0, 2, 2, 2]


def test_an_engine_that_starts_after_the_deadline_reminds_nobody_of_it(house: House) -> None:
    draft_each(house)

    house.run(house.engine(), since=SETTLED + WEEK, until=SETTLED + WEEK)

    told = house.told()
    assert [told[occasion] for occasion in CHAIN] == [0] * 6
    assert told["lapsed"] == 2
    with house.office.database.read() as connection:
        assert set(connection.execute(select(col(Nomination.state))).scalars()) == {"lapsed"}


def test_two_engines_on_one_database_do_no_harm(house: House) -> None:
    draft_each(house)

    house.run(house.engine("one"), house.engine("two"), since=OPENED, until=SETTLED)

    told = house.told()
    assert (told["collection-opens:当天"], [told[occasion] for occasion in CHAIN], told["lapsed"]) == (2, [2] * 6, 2)
    assert house.states() == Counter(sent=len(list(house.mail.glob("*.eml"))))


def test_a_beat_with_nothing_to_do_says_so_and_names_the_next_instant(house: House) -> None:
    following = house.engine()(OPENED)

    (beaten,) = house.beaten
    assert (following, beaten.next, beaten.posted("sent")) == (datetime(2023, 9, 30, 16, 0, tzinfo=UTC),) * 2 + (0,)
    assert (beaten.turns[0][1].reached, beaten.turns[0][1].wrote) == ((), ())


def test_one_campaign_that_fails_holds_up_no_other(house: House) -> None:
    with house.office.database.write() as connection:
        organiser = connection.execute(select(col(Campaign.organiser_id))).scalar_one()
        values = {"key": "broken", "source_name": "broken.toml", "source": "[", "digest": "0", "opened_at": OPENED,
                  "organiser_id": organiser}  # fmt: skip
        connection.execute(Campaign.__table__.insert(), values)  # type: ignore[attr-defined]

    house.run(house.engine(), since=COLLECTION_OPENS, until=COLLECTION_OPENS)

    (beaten,) = house.beaten
    assert (beaten.failed, [key for key, _ in beaten.turns]) == (("broken",), ["kczg-2023"])
    assert beaten.turns[0][1].reached


def test_after_the_door_stopped_the_post_waits_longer_each_time(house: House) -> None:
    closed = DeliveryReport(
        claimed=0, sent=0, back=0, refused=0, unknown=0, dropped=0, unwritable=0, next_due=OPENED, more=False,
        stop=Stop(kind="unreachable", alarm=False, zh="连不上", en="unreachable"),
    )  # fmt: skip
    asked: list[datetime] = []

    def post() -> list[DeliveryReport]:
        asked.append(house.now)
        return [closed]

    engine = Engine(office=house.office, post=post, tell=house.beaten.append)
    for minutes in range(10):
        house.now = OPENED + timedelta(minutes=minutes)
        engine(house.now)

    assert [int((at - OPENED).total_seconds() // 60) for at in asked] == [0, 1, 3, 8]


def test_why_the_post_stands_still_is_written_down_until_a_letter_leaves(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    login = Stop(kind="login", alarm=True, zh="登录失败", en="login refused")
    closed = DeliveryReport(
        claimed=1,
        sent=0,
        back=0,
        refused=0,
        unknown=0,
        dropped=0,
        unwritable=0,
        next_due=OPENED,
        more=False,
        stop=login,
    )
    rounds = [closed, closed, replace(closed, claimed=0, stop=None), replace(closed, sent=1, stop=None)]
    engine = Engine(office=house.office, post=lambda: [rounds.pop(0)], tell=house.beaten.append)
    seen = []
    for minutes in (0, 1, 3, 4):
        engine(OPENED + timedelta(minutes=minutes))
        with house.office.database.read() as connection:
            found = stops.in_force(connection)
        seen.append((found.since, found.again_at) if found else None)

    since = OPENED
    assert seen == [
        (since, OPENED + timedelta(minutes=1)), (since, OPENED + timedelta(minutes=3)),
        (since, OPENED + timedelta(minutes=3)), None,
    ]  # fmt: skip
    assert [(record.levelname, record.message) for record in caplog.records] == [("ERROR", "post_stopped")]
