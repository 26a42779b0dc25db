"""Why no letter leaves, as the sender writes it down for others to read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
import sqlalchemy
from sqlalchemy import Connection

from notifications import stops
from notifications.doors import Stop
from notifications.outbox import put
from tests.notifications.conftest import Transaction
from tests.notifications.samples import NOON, letter

A_MINUTE = timedelta(minutes=1)
LOGIN = Stop(kind="login", alarm=True, zh="登录失败", en="login refused")
AWAY = Stop(kind="unreachable", alarm=False, zh="连不上", en="no connection")
PACE = Stop(kind="pace", alarm=False, zh="限速", en="pace", per_minute=60)


@pytest.fixture
def conn(transaction: Transaction) -> Iterator[Connection]:
    with transaction() as opened:
        stops.POST_STOP.metadata.create_all(opened, [stops.POST_STOP])
        yield opened


def test_nothing_is_written_down_while_letters_leave(conn: Connection) -> None:
    assert stops.in_force(conn) is None


def test_the_last_reason_stands_with_the_first_instant_and_only_another_one_is_news(conn: Connection) -> None:
    news = [
        stops.note(conn, stop, at=NOON + n * A_MINUTE, again_at=NOON + (n + 1) * A_MINUTE)
        for n, stop in enumerate([AWAY, AWAY, LOGIN])
    ]

    assert news == [True, False, True]
    assert stops.in_force(conn) == stops.Stopped(
        since=NOON, at=NOON + 2 * A_MINUTE, again_at=NOON + 3 * A_MINUTE, kind="login", alarm=True, zh="登录失败",
        en="login refused", per_minute=None,
    )  # fmt: skip


def test_a_pace_does_not_count_as_part_of_a_standstill(conn: Connection) -> None:
    stops.note(conn, PACE, at=NOON, again_at=NOON + A_MINUTE)
    stops.note(conn, AWAY, at=NOON + A_MINUTE, again_at=NOON + 2 * A_MINUTE)

    found = stops.in_force(conn)
    assert found is not None
    assert found.since == NOON + A_MINUTE


def test_a_letter_that_was_taken_ends_it(conn: Connection) -> None:
    stops.note(conn, LOGIN, at=NOON, again_at=NOON + A_MINUTE)
    stops.lift(conn, at=NOON)
    assert stops.in_force(conn) is None


def test_one_of_several_senders_that_is_cut_off_does_not_make_the_house_stand_still(conn: Connection) -> None:
    found = []
    for minute in range(4):
        stops.note(conn, AWAY, at=NOON + minute * A_MINUTE, again_at=NOON + (minute + 1) * A_MINUTE, by="cut off")
        found.append(stops.in_force(conn) is not None)
        stops.lift(conn, at=NOON + minute * A_MINUTE, by="well")
        found.append(stops.in_force(conn) is not None)
    assert found == [True, *[False] * 7]


def test_the_house_stands_still_when_the_last_who_passed_stands_still_too(conn: Connection) -> None:
    stops.note(conn, AWAY, at=NOON, again_at=NOON + A_MINUTE, by="cut off")
    for well in ("one", "other"):
        stops.lift(conn, at=NOON, by=well)
    found = []
    for stuck in ("one", "cut off", "other"):
        stops.note(conn, AWAY, at=NOON + A_MINUTE, again_at=NOON + 2 * A_MINUTE, by=stuck)
        found.append(stops.in_force(conn) is not None)
    assert found == [False, False, True]


def test_the_house_stands_still_when_nobody_has_passed_for_long(conn: Connection) -> None:
    stops.note(conn, AWAY, at=NOON, again_at=NOON + A_MINUTE, by="cut off")
    stops.lift(conn, at=NOON + A_MINUTE, by="well until it died")
    later = NOON + 2 * A_MINUTE + stops.BELIEVED
    stops.note(conn, AWAY, at=later, again_at=later + A_MINUTE, by="cut off")
    found = stops.in_force(conn)
    assert found is not None
    assert found.since == NOON + A_MINUTE


def test_the_stop_of_a_sender_that_is_gone_goes_with_the_next_letter_of_another(conn: Connection) -> None:
    stops.note(conn, LOGIN, at=NOON, again_at=NOON + A_MINUTE, by="gone")
    stops.lift(conn, at=NOON + A_MINUTE + stops.BELIEVED, by="well")
    assert conn.execute(sqlalchemy.select(stops.POST_STOP)).all() == []


def test_a_pace_is_kept_by_all_and_over_for_all(conn: Connection) -> None:
    stops.note(conn, PACE, at=NOON, again_at=NOON + A_MINUTE, by="one")
    stops.lift(conn, at=NOON + A_MINUTE, by="other")
    assert stops.in_force(conn) is None


@pytest.mark.parametrize(
    ("stop", "at_once", "in_an_hour"), [(LOGIN, True, True), (AWAY, False, True), (PACE, False, False)]
)
def test_a_person_is_needed_at_once_or_when_it_lasts(
    conn: Connection, stop: Stop, *, at_once: bool, in_an_hour: bool
) -> None:
    stops.note(conn, stop, at=NOON, again_at=NOON + A_MINUTE)
    found = stops.in_force(conn)
    assert found is not None
    assert [found.needs_a_person(at) for at in (NOON, NOON + stops.LONG)] == [at_once, in_an_hour]


@pytest.mark.parametrize(("waiting", "minutes"), [(0, None), (1, 2), (60, 2), (61, 3), (4_940, 84)])
def test_at_a_pace_the_end_is_known(conn: Connection, waiting: int, minutes: int | None) -> None:
    stops.note(conn, PACE, at=NOON, again_at=NOON + A_MINUTE)
    found = stops.in_force(conn)
    assert found is not None
    assert found.out_by(waiting) == (None if minutes is None else NOON + minutes * A_MINUTE)


def test_without_a_pace_no_end_is_guessed(conn: Connection) -> None:
    stops.note(conn, AWAY, at=NOON, again_at=NOON + A_MINUTE)
    found = stops.in_force(conn)
    assert found is not None
    assert found.out_by(100) is None


def test_what_is_due_is_counted_and_what_comes_later_is_not(conn: Connection) -> None:
    put(conn, [letter(1), letter(2), letter(3, not_before=NOON + A_MINUTE)])
    conn.execute(sqlalchemy.text("UPDATE letter SET state = 'sent' WHERE key = 'closing/1/1'"))
    assert [stops.due(conn, at=at, of=[1]) for at in (NOON, NOON + A_MINUTE)] == [1, 2]
