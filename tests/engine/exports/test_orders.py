"""Exports that are ordered: made once for whoever ordered, kept for a while, and gone with the words of the erased."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, update
from sqlmodel import col

from engine.access import sight
from engine.accounts.tables import Account, Membership
from engine.exports import making, narrowing, orders, waiting
from engine.exports.catalogue import Form, What
from engine.exports.narrowing import Narrowed, is_long
from engine.exports.tables import ExportOrder, Stand
from engine.personal.erasing import erase
from engine.tables import Contact
from engine.turn import turn
from tests.builders import House, add_draft, add_unit
from tests.engine.exports.ordering import Ordering
from tests.small import ACADEMY, DURING, OFFICE, new_unit
from workflows.nomination import Role
from workflows.reasons import NotFound, Refused

SECOND = timedelta(seconds=1)


@pytest.fixture
def ordering(small: House) -> Ordering:
    return filled(small)


@pytest.fixture
def on_sqlite(quick: House) -> Ordering:
    return filled(quick)


def filled(house: House) -> Ordering:
    """Seven drafts of one unit, and somebody of the office."""
    unit = new_unit(house)
    with house.write(DURING) as work:
        for number in range(7):
            add_draft(work, unit, f"第{number}项", track="inventions/water")
    return Ordering(house)


def refused(ordering: Ordering, order: str) -> str:
    """The code with which the file is withheld."""
    with pytest.raises((Refused, NotFound)) as no:
        ordering.file(order)
    return no.value.reasons[0].code


def test_what_is_ordered_is_made_in_pieces_and_given_whole(ordering: Ordering, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "PIECE", 100)
    order = ordering.order()
    before = (ordering.stand(order).state, refused(ordering, order))

    ordering.maker().round()

    made, text = ordering.stand(order), ordering.file(order).decode()
    assert before == (Stand.ORDERED, "EXP-07")
    assert (made.state, made.rows, made.size) == (Stand.READY, 7, len(text.encode()))
    assert made.name == "small-2025-申报项目-2025-03-10.csv"
    assert [f"第{number}项" in text for number in range(7)] == [True] * 7
    assert (ordering.pieces() > 3, made.ends_at) == (True, DURING + making.KEPT)


def test_the_very_same_is_ordered_once_and_only_so_many_at_a_time(on_sqlite: Ordering) -> None:
    first = on_sqlite.order(text="甲")
    again = on_sqlite.order(text="甲")
    for number in range(orders.MOST - 1):
        on_sqlite.order(text=str(number))
    with pytest.raises(Refused) as no:
        on_sqlite.order()
    with on_sqlite.work() as work:
        orders.discard(work, on_sqlite.whose, first)

    assert (again, no.value.reasons[0].code) == (first, "EXP-04")
    assert on_sqlite.stand(on_sqlite.order()).state == Stand.ORDERED


def test_it_is_its_orderer_s_alone_and_another_s_is_like_none(on_sqlite: Ordering) -> None:
    supervisor = Ordering(on_sqlite.house, role=Role.AUDITOR)
    order = supervisor.order(What.HISTORY)
    on_sqlite.maker().round()

    with on_sqlite.work() as work, pytest.raises(NotFound) as another:
        orders.find(work, on_sqlite.whose, order)
    with on_sqlite.work() as work, pytest.raises(NotFound) as none:
        orders.find(work, on_sqlite.whose, "A" * len(order))

    assert supervisor.stand(order).state == Stand.READY
    assert str(another.value).replace(order, "") == str(none.value).replace("A" * len(order), "")


def test_who_lost_the_seat_gets_nothing_and_nothing_is_made_for_them(on_sqlite: Ordering) -> None:
    order = on_sqlite.order()
    with on_sqlite.house.office.database.write() as connection:
        connection.execute(delete(Membership))

    on_sqlite.maker().round()

    assert refused(on_sqlite, order) == "NFD-01"
    with on_sqlite.house.read() as work:
        assert work.connection.execute(select(col(ExportOrder.id))).all() == []


def test_what_was_made_for_more_tracks_than_one_sees_by_now_is_not_there(on_sqlite: Ordering) -> None:
    order = on_sqlite.order()
    on_sqlite.maker().round()
    with on_sqlite.house.office.database.write() as connection, on_sqlite.house.read() as work:
        connection.execute(update(ExportOrder).values(sight=sight(ACADEMY, work.definition)))

    assert refused(on_sqlite, order) == "NFD-01"


def test_a_maker_that_was_thought_dead_leaves_nothing_behind(
    ordering: Ordering, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making, "PIECE", 200)
    order = ordering.order()
    slow, quick = ordering.maker(by="fleet-1"), ordering.maker(by="fleet-2")

    def overtake() -> None:
        with ordering.work() as work:
            waiting.let_go(work.connection, by="fleet-1", at=ordering.now)
        quick.round()

    slow.pause = overtake
    slow.round()

    assert (ordering.stand(order).state, ordering.file(order).count(b"\r\n")) == (Stand.READY, 8)
    assert len(ordering.file(order)) == ordering.stand(order).size


def test_what_a_process_left_the_next_one_makes_at_once(ordering: Ordering, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "PIECE", 200)
    order = ordering.order()
    dying, next_one = ordering.maker(), ordering.maker()

    def die() -> None:
        raise KeyboardInterrupt

    dying.pause = die
    with pytest.raises(KeyboardInterrupt):
        dying.round()
    next_one.round()
    left = ordering.stand(order).state
    next_one.begin()
    next_one.round()

    assert (left, ordering.stand(order).state) == (Stand.MAKING, Stand.READY)
    assert len(ordering.file(order)) == ordering.stand(order).size


def test_a_process_that_stops_puts_it_back(on_sqlite: Ordering, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "PIECE", 200)
    order = on_sqlite.order()
    leaving = on_sqlite.maker()
    leaving.pause = leaving.leaving.set

    leaving.round()

    assert on_sqlite.stand(order).state == Stand.ORDERED
    on_sqlite.maker().round()
    assert on_sqlite.stand(order).state == Stand.READY


def test_what_fails_is_tried_again_and_given_up_in_the_end(
    on_sqlite: Ordering, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*_given: Any) -> None:
        raise OSError("no space left")

    order = on_sqlite.order()
    monkeypatch.setattr(making, "write", full)
    stands = []
    with caplog.at_level(logging.ERROR):
        for _ in range(waiting.TRIES):
            on_sqlite.maker().round()
            stands.append(on_sqlite.stand(order).state)
            on_sqlite.now += waiting.AGAIN

    failure = on_sqlite.stand(order).failure
    assert stands == [*[Stand.ORDERED] * (waiting.TRIES - 1), Stand.FAILED]
    assert (failure.code if failure else "", len(caplog.records)) == ("EXP-06", waiting.TRIES)


def test_what_is_larger_than_may_be_kept_is_refused_with_a_way_out(
    on_sqlite: Ordering, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making, "LARGEST", 100)
    order = on_sqlite.order(form=Form.XLSX)
    on_sqlite.maker().round()

    failure = on_sqlite.stand(order).failure
    assert (failure.code if failure else "", refused(on_sqlite, order), on_sqlite.pieces()) == ("EXP-05", "EXP-07", 0)


def test_it_is_kept_for_its_time_shown_a_while_longer_and_then_forgotten(ordering: Ordering) -> None:
    order = ordering.order()
    ordering.maker().round()
    made = ordering.now
    told: list[Any] = []
    for after in (making.KEPT - SECOND, making.KEPT, 2 * making.KEPT - SECOND):
        ordering.now = made + after
        turn(ordering.house.office, ordering.house.campaign, at=ordering.now)
        told.append((ordering.stand(order).state, ordering.pieces()))
    ordering.now = made + 2 * making.KEPT
    turn(ordering.house.office, ordering.house.campaign, at=ordering.now)

    assert told == [(Stand.READY, 1), (Stand.GONE, 0), (Stand.GONE, 0)]
    assert refused(ordering, order) == "NFD-01"


def test_an_erasure_takes_every_file_away_and_what_was_being_made_is_made_without_the_erased(
    ordering: Ordering, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making, "PIECE", 200)
    with ordering.house.write(DURING) as work:
        add_unit(work, "乙学会", people=[("张三", "zhang@example.org")])
    ready = ordering.order()
    ordering.maker().round()
    under_way, waits = ordering.order(form=Form.XLSX), ordering.order(text="张三")
    maker = ordering.maker()
    maker.pause = lambda: erase_once(ordering)
    maker.round()

    with ordering.work() as work:
        tries = dict(work.connection.execute(select(col(ExportOrder.public_id), col(ExportOrder.tries))).all())
    assert tries == {ready: 1, under_way: 2, waits: 1}
    assert (ordering.stand(ready).state, refused(ordering, ready)) == (Stand.GONE, "EXP-07")
    assert {ordering.stand(each).state for each in (under_way, waits)} == {Stand.READY}
    assert "张三" not in "".join(ordering.stand(waits).chosen)


def erase_once(ordering: Ordering) -> None:
    """Erase the contact 张三, the first time that this is called."""
    with ordering.house.write(DURING, OFFICE, alone=True) as work:
        query = select(col(Contact.public_id)).where(col(Contact.name) == "张三")
        contact = work.connection.execute(query).scalar()
        if contact is not None:
            erase(ordering.house.office, work, "contact", contact, reason="本人要求")


def test_what_an_account_ordered_goes_with_it(on_sqlite: Ordering) -> None:
    on_sqlite.order()
    on_sqlite.maker().round()
    with on_sqlite.house.write(DURING, OFFICE, alone=True) as work:
        account = work.connection.execute(select(col(Account.public_id))).scalar_one()
        erase(on_sqlite.house.office, work, "account", account, reason="本人要求")

    with on_sqlite.house.read() as work:
        assert work.connection.execute(select(col(ExportOrder.id))).all() == []
    assert on_sqlite.pieces() == 0


def test_only_what_is_long_is_to_be_ordered(on_sqlite: Ordering, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(narrowing, "AT_ONCE", 3)
    with on_sqlite.work() as work:
        long = {
            (what, text): is_long(work, what, Narrowed(text=text))
            for what, text in ((What.NOMINATIONS, ""), (What.NOMINATIONS, "第1项"), (What.HISTORY, ""),
                               (What.CALLS, ""), (What.FUNNEL, ""))
        }  # fmt: skip

    assert [key for key, each in long.items() if each] == [(What.NOMINATIONS, ""), (What.HISTORY, "")]
