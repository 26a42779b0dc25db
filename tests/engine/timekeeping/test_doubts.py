"""While the clock is in doubt: what is held, whom it favours, what the history says, and who ends it."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from engine import nominations
from engine.letters.composing import compose
from engine.letters.post import Post
from engine.letters.sign_in import sign_in
from engine.live import Beaten, Engine
from engine.queries.clock import Doubted, Held, doubted, in_doubt
from engine.tables import Event
from engine.taking import Answer
from engine.timekeeping import doubts
from notifications.folder import FolderDoor
from notifications.letter import Recipient, Sender, check_address
from notifications.tables import LETTER
from tests.builders import LETTERS, House, add_unit
from tests.events import told
from tests.setting import Clocks, process
from tests.small import (
    AUDITOR,
    CLOSES,
    DURING,
    OFFICE,
    OPENED,
    OPENS,
    TICK,
    draft,
    faults,
    new_unit,
    states,
    unit_actor,
)
from workflows.reasons import Refused

HOUR, MONTH = timedelta(hours=1), timedelta(days=30)


@pytest.fixture
def clocks() -> Clocks:
    return Clocks(wall=DURING)


def of_the_clock(house: House) -> list[tuple[str, dict[str, Any]]]:
    """What the history says of the clock."""
    with house.read() as work:
        return [(event.verb, event.details) for event in told(work.connection, col(Event.verb).like("clock%"))]


def submitted_at(house: House, at: datetime, *, title: str = "水泵") -> Answer:
    """A draft that was made in time, submitted by its unit at that instant of the house's clock."""
    unit = new_unit(house, f"{title}学会")
    with house.office.write(house.campaign, OFFICE, at=DURING) as work:
        made = draft(work, unit, title)
    with house.office.write(house.campaign, unit_actor(unit), at=at) as work:
        return nominations.submit(work, made)


def test_its_beginning_and_its_end_are_written_down_once_whoever_looks(small: House, clocks: Clocks) -> None:
    one, other = process(small, clocks).office, process(small, clocks).office
    clocks.is_set(MONTH)
    for office in (one, other, one):
        doubts.look(office)
    clocks.is_set(-MONTH)
    for office in (one, other, one):
        doubts.look(office)

    began = {"clock_wall": (DURING + MONTH).isoformat(), "clock_carried": DURING.isoformat()}
    assert of_the_clock(small) == [("clock-doubt", began), ("clock-agrees", {"doubted": DURING.isoformat()})]
    assert faults(small) == ()


def test_a_person_ends_it_with_a_reason_and_every_process_hears_of_that(small: House, clocks: Clocks) -> None:
    one, other = process(small, clocks).office, process(small, clocks).office
    clocks.is_set(HOUR)
    doubts.look(other)
    doubts.confirm(one, OFFICE, reason="与授时网站一致")

    assert (doubts.look(other), other.clock(), one.clock()) == (None, DURING + HOUR, DURING + HOUR)
    told = {"reason": "与授时网站一致", "doubted": DURING.isoformat(), "clock_carried": DURING.isoformat()}
    assert of_the_clock(small)[1:] == [("clock-confirm", told)]


@pytest.mark.parametrize(
    ("actor", "reason", "code"),
    [(AUDITOR, "看过了", "ROL-02"), (unit_actor(1), "看过了", "ROL-03"), (OFFICE, "看过了", "CLK-01")],
)
def test_nobody_else_may_and_there_must_be_a_doubt(
    quick: House, clocks: Clocks, actor: Any, reason: str, code: str
) -> None:
    with pytest.raises(Refused) as refused:
        doubts.confirm(process(quick, clocks).office, actor, reason=reason)

    assert [each.code for each in refused.value.reasons] == [code]


@pytest.mark.parametrize(
    ("carried", "step", "kept"),
    [
        (CLOSES - HOUR, 2 * HOUR, CLOSES - HOUR),  # set ahead by mistake: what is carried on is in time
        (CLOSES, -TICK - 2 * timedelta(seconds=1), CLOSES - TICK - 2 * timedelta(seconds=1)),  # put right: the wall is
        (OPENS + HOUR, -2 * HOUR, OPENS + HOUR),  # and the same before it opens
        (OPENS - HOUR, 2 * HOUR, OPENS + HOUR),
    ],
    ids=["ahead", "back across the deadline", "back across the opening", "ahead across the opening"],
)
def test_who_is_in_time_by_either_reading_is_accepted_with_that_one_and_flagged(
    small: House, carried: datetime, step: timedelta, kept: datetime
) -> None:
    clocks = Clocks(wall=carried)
    house = process(small, clocks)
    clocks.is_set(step)

    answer = submitted_at(house, house.office.clock())
    doubts.look(house.office)

    with house.read(carried) as work:
        found = doubted(work)
    assert (answer.at, answer.state) == (kept, "submitted")
    assert found == (
        Doubted(id=answer.id, title="水泵", state="submitted", submitted_at=kept, wall=carried + step, carried=carried),
    )


def test_who_is_late_by_both_is_refused(quick: House) -> None:
    clocks = Clocks(wall=CLOSES)
    house = process(quick, clocks)
    clocks.is_set(HOUR)

    with pytest.raises(Refused) as refused:
        submitted_at(house, house.office.clock())

    assert [each.code for each in refused.value.reasons] == ["DLN-01"]


def test_without_a_doubt_nothing_is_flagged(quick: House, clocks: Clocks) -> None:
    house = process(quick, clocks)
    answer = submitted_at(house, house.office.clock())

    with house.read() as work:
        assert (doubted(work), in_doubt(work), answer.at) == ((), None, DURING)


def test_the_engine_holds_everything_but_letters_that_let_people_in(
    small: House, clocks: Clocks, tmp_path: Path
) -> None:
    house = process(small, clocks)
    with house.write(OPENED) as work:
        add_unit(work, "乙学会", people=[("张三", "zhang@example.cn")])
    submitted_at(house, DURING)
    beaten: list[Beaten] = []
    engine = engine_of(house, tmp_path, beaten)
    engine(house.office.clock())
    clocks.is_set(MONTH)
    with house.write(DURING) as work:
        to = Recipient(name="张三", address=check_address("zhang@example.cn"))
        sign_in(work, "l1", to=to, desk="https://x.example", until=DURING + HOUR)
    before = states(house)

    engine(house.office.clock())

    with house.read(DURING) as work:
        left = {row.template: row.state for row in work.connection.execute(select(LETTER.c.template, LETTER.c.state))}
        found = in_doubt(work)
    assert (beaten[-1].held, beaten[-1].posted("sent"), left["sign-in"]) == (True, 1, "sent")
    assert [(each.reached, each.wrote, each.passed) for _, each in beaten[-1].turns] == [((), (), ())]
    assert states(house) == before
    assert found is not None
    assert (found.due_by_wall.closings, found.due_by_carried) == (1, Held(closings=0, letters=0))

    clocks.is_set(-MONTH)
    engine(house.office.clock())
    assert beaten[-1].held is False


def test_a_confirmation_between_the_reading_and_the_beat_makes_nothing_due_early(quick: House, tmp_path: Path) -> None:
    clocks = Clocks(wall=CLOSES + HOUR)  # it was ahead by a month, and is put right
    house = process(quick, clocks)
    clocks.is_set(-MONTH)
    read_before = house.office.clock()
    doubts.confirm(house.office, OFFICE, reason="已校正")
    beaten: list[Beaten] = []

    engine_of(house, tmp_path, beaten)(read_before)

    assert beaten[-1].at == CLOSES + HOUR - MONTH


def engine_of(house: House, mail: Path, beaten: list[Beaten]) -> Engine:
    """An engine as `bangdan run` builds it; its letters are files."""
    post = Post(
        office=house.office, open_door=lambda: nullcontext(FolderDoor(mail, durable=False)), worker="one",
        sender=Sender(name="秘书处", address=check_address("office@example.cn")), clock=house.office.clock,
        compose=compose(house.office.memory.latest, LETTERS),
    )  # fmt: skip
    return Engine(office=house.office, post=post.deliver, tell=beaten.append)
