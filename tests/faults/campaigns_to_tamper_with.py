"""A campaign that was carried through to its promotions, for whoever wants to falsify something in it.

played(house)                      # some hundred events, most verbs, a seal for each turn
with as_owner(house) as connection:  # no trigger and no foreign key in the way; taken back at the end
    connection.execute(text("UPDATE nomination SET title = 'x'"))
    told = faults_in(house, connection)
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, insert, text
from sqlmodel import SQLModel

from engine import campaigns, laureates, nominations, quota_changes, units, witness
from engine.access import ENGINE
from engine.audit import verify
from engine.history import record
from engine.office import Work
from engine.proving import UNREADABLE
from engine.tables import Distinction, Endorsement, Objection, UnitAttribute
from engine.turn import turn
from tests.builders import House
from tests.scenario.test_small_campaign import Stage, play
from tests.small import DURING, OFFICE, beijing, draft, unit_actor
from workflows.definition import Who

AFTER = beijing("2025-06-01 00:00")


def played(house: House) -> Stage:
    """The whole campaign, with what the small one has no occasion for."""
    with house.write(beijing("2025-02-24 10:00"), OFFICE) as work:
        laureates.enter(work, [laureates.Entry(edition=2024, list_name="发明榜", name="旧物")], {})
        record(work, "campaign", work.campaign_id, "import", kind="laureates", file="", digest="", new=1, changed=0)
        one = units.add(work, code="丙", name="丙学会", channels=["societies"])
    with house.write(beijing("2025-02-25 09:00"), OFFICE, alone=True) as work:
        quota_changes.change_quota(work, "inventions", limit=9, reason="增加名额")
        units.add(work, code="丙", name="丙学会新名", channels=["societies", "cities"])
    with house.write(beijing("2025-03-04 09:00"), unit_actor(one)) as work:
        keys = [draft(work, one, title) for title in ("甲", "乙", "丙", *(f"第{n}项" for n in range(12)))]
        for key in keys[:3]:
            nominations.submit(work, key)
        nominations.recall(work, keys[0])
        nominations.withdraw(work, keys[1], reason="重复")
    with house.write(beijing("2025-03-04 09:30"), OFFICE) as work:
        nominations.disqualify(work, keys[2], reason="不符")
        nominations.reinstate(work, keys[2], reason="复核")
        nominations.disqualify(work, keys[2], reason="不符")
        nominations.return_(work, _submitted(work, one), reason="缺章")
    with house.write(beijing("2025-03-04 09:40"), OFFICE, alone=True) as work:
        campaigns.extend(work, "collection", closes=beijing("2025-03-20 00:00"), reason="暴雨",
                         who=Who(channels=("cities",)))  # fmt: skip
    stage = play(house)
    with house.write(AFTER, OFFICE) as work:
        _in_other_campaigns(work, one)
    turn(house.office, house.campaign, at=AFTER + timedelta(days=1))
    with house.write(AFTER + timedelta(days=2), OFFICE) as work:  # something that no row tells of
        record(work, "campaign", work.campaign_id, "note", text="不便公开")
    turn(house.office, house.campaign, at=AFTER + timedelta(days=2))
    return stage


def _submitted(work: Work, unit_id: int) -> str:
    key = draft(work, unit_id, "戊", track="inventions/light")
    return nominations.submit(work, key).id


def _in_other_campaigns(work: Work, unit_id: int) -> None:
    """Rows of which the small campaign has none, written and witnessed as their verbs do it."""
    _add(work, Endorsement, nomination_id=1, unit_id=unit_id, at=work.at)
    _add(work, Distinction, nomination_id=1, list="special", at=work.at, reason="", actor="")
    _add(work, UnitAttribute, unit_id=unit_id, attribute="region", value="west")
    _add(work, Objection, campaign_id=work.campaign_id, public_id="objection", nomination_id=1, stage="review",
         name="李真", organisation="", contact="13800000000", text="归属", received_at=work.at, state="upheld",
         settled_at=work.at, settled_by="赵书", settlement="成立")  # fmt: skip
    record(work, "campaign", work.campaign_id, "note", text="补记")


def _add(work: Work, table: type[SQLModel], **values: Any) -> None:
    work.connection.execute(insert(table), values)
    witness.note(work, table, None, values)


@contextmanager
def as_owner(house: House) -> Iterator[Connection]:
    """A transaction in which whoever owns the database may do anything; it is taken back."""
    with house.office.database.engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        if house.office.database.sqlite:
            driver.execute("PRAGMA foreign_keys=OFF")  # before the transaction, or it has no effect
        else:
            driver.execute("BEGIN")  # the driver begins none by itself
        with connection.begin() as transaction:
            if house.office.database.sqlite:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
                triggers = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").scalars()
                for name in triggers.all():
                    connection.execute(text(f"DROP TRIGGER {name}"))
            else:
                connection.execute(text("SET LOCAL session_replication_role = replica"))
            yield connection
            transaction.rollback()
        if house.office.database.sqlite:
            driver.execute("PRAGMA foreign_keys=ON")


def faults_in(house: House, connection: Connection, *kept: str) -> tuple[str, ...]:
    """What the proof says within that transaction; what it can't even read is a fault too."""
    try:
        return verify(house.office.work(connection, house.campaign, ENGINE, DURING), kept=kept).faults
    except UNREADABLE as error:  # as `engine.proving` tells it
        return (repr(error),)
