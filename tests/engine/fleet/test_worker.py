"""Workers on one database: everything due is done once and in order, whoever dies and whatever jobs are lost."""

from __future__ import annotations

import gc
import threading
from collections import Counter
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import ProgrammingError

from engine.fleet import jobs
from engine.turns import Taken, take
from notifications.claims import settle
from notifications.tables import LETTER
from tests.builders import add_unit
from tests.engine.fleet.conftest import Fleet, until
from tests.small import DURING, SWEPT, draft, faults, states

DEAD = "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 minute') RETURNING id"


def with_drafts(fleet: Fleet) -> None:
    """A unit that is reached by letters, and three drafts of it."""
    with fleet.house.write(DURING) as work:
        unit = add_unit(work, "甲学会", people=[("张三", "zhang@example.cn")])
        for title in ("甲", "乙", "丙"):
            draft(work, unit, title)


def letters(fleet: Fleet) -> Counter[str]:
    with fleet.house.office.database.read() as connection:
        return Counter(connection.execute(select(LETTER.c.state)).scalars())


def test_an_empty_board_on_a_full_database_catches_up_by_itself(fleet: Fleet) -> None:
    with_drafts(fleet)
    fleet.now = SWEPT

    with fleet.workers(fleet.hands()):
        until(lambda: set(states(fleet.house).values()) == {"lapsed"})
        until(lambda: letters(fleet) and set(letters(fleet)) == {"sent"})
        fleet.ask("DELETE FROM procrastinate_jobs")
        before = fleet.turns()
        until(lambda: fleet.turns() > before)

    assert len(list(fleet.mail.glob("*.eml"))) == letters(fleet).total()
    assert faults(fleet.house) == ()


def test_two_workers_take_the_turns_of_one_campaign_one_after_the_other(
    fleet: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_it: set[int] = set()
    side_by_side, taken = [], []

    def watched(*given: Any, **named: Any) -> Taken:
        at_it.add(threading.get_ident())
        side_by_side.append(len(at_it))
        answer = take(*given, **named)
        at_it.discard(threading.get_ident())
        taken.append(threading.get_ident())
        return answer

    monkeypatch.setattr("engine.turns.take", watched)
    with fleet.workers(fleet.hands(), fleet.hands()):
        for wanted in range(1, 13):
            fleet.board.want(jobs.turn(fleet.house.campaign))
            until(partial(lambda count: len(side_by_side) >= count, wanted))
        until(lambda: len(taken) == len(side_by_side))

    assert set(side_by_side) == {1}


@pytest.mark.parametrize("struck_off", [False, True])
def test_a_job_that_a_dead_worker_left_is_taken_over(fleet: Fleet, *, struck_off: bool) -> None:
    [(dead,)] = fleet.ask(DEAD)
    fleet.board.want(jobs.turn(fleet.house.campaign))
    fleet.ask("UPDATE procrastinate_jobs SET status = 'doing', worker_id = :dead", dead=None if struck_off else dead)
    fleet.board.want(jobs.turn(fleet.house.campaign))  # and one more waits for it

    with fleet.workers(fleet.hands()):
        until(lambda: fleet.turns() >= 1)

    assert fleet.ask("SELECT id FROM procrastinate_workers") == []


def test_letters_that_a_dead_worker_held_leave_at_once(fleet: Fleet) -> None:
    with_drafts(fleet)
    [(dead,)] = fleet.ask(DEAD)
    fleet.now = SWEPT
    hands = fleet.hands()
    hands.turn(fleet.house.campaign)
    [(job, _)] = fleet.ask("SELECT id, queueing_lock FROM procrastinate_jobs WHERE task_name = 'post'")
    fleet.ask("UPDATE procrastinate_jobs SET status = 'doing', worker_id = :dead WHERE id = :job", dead=dead, job=job)
    fleet.ask("UPDATE letter SET state = 'claimed', claimed_by = :token, claimed_until = :until",
              token=f"fleet-{job}/0", until=SWEPT + timedelta(minutes=20))  # fmt: skip

    with fleet.workers(fleet.hands()):
        until(lambda: set(letters(fleet)) == {"sent"})

    assert len(list(fleet.mail.glob("*.eml"))) == letters(fleet).total()


def test_letters_that_somebody_else_is_about_to_take_are_not_asked_for_again_and_again(fleet: Fleet) -> None:
    with_drafts(fleet)
    fleet.now = SWEPT
    hands = fleet.hands()
    hands.turn(fleet.house.campaign)
    fleet.ask("DELETE FROM procrastinate_jobs")

    with fleet.house.office.database.write() as elsewhere:
        elsewhere.execute(select(LETTER.c.id).with_for_update())
        hands.post("0", 1)
        named = fleet.up()

    assert [name.split(" ")[0] for name in named] == ["post:0"]
    assert named != ["post:0"]  # but after a moment


def test_letters_whose_outcome_the_database_could_not_take_are_settled_when_it_is_back(
    fleet: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_drafts(fleet)
    fleet.now = SWEPT
    hands = fleet.hands()
    hands.turn(fleet.house.campaign)
    away = iter(range(5))

    def late(*given: Any, **named: Any) -> None:
        if given[1] and next(away, None) is not None:
            raise OSError("the server is being started anew")
        settle(*given, **named)

    monkeypatch.setattr("notifications.ledger.settle", late)
    monkeypatch.setattr("notifications.ledger.BREATH", 0.0)
    hands.post("0", 1)

    assert set(letters(fleet)) == {"sent"}


def test_a_turn_that_is_wanted_now_does_not_wait_for_one_that_is_due_next_month(fleet: Fleet) -> None:
    fleet.board.want_in(timedelta(days=30), jobs.turn(fleet.house.campaign))
    fleet.board.want_in(timedelta(days=30), jobs.job(jobs.PULSE))

    with fleet.workers(fleet.hands()):
        fleet.board.want(jobs.turn(fleet.house.campaign))
        until(lambda: fleet.turns() == 1)

    assert [name.split(" ")[0] for name in fleet.up() if "turn" in name] == [f"turn:{fleet.house.campaign}"]


def test_a_turn_asks_to_be_woken_for_what_comes_before_the_next_pulse(fleet: Fleet) -> None:
    fleet.now = SWEPT - timedelta(seconds=30)
    near, far = fleet.hands(timedelta(minutes=1)), fleet.hands(timedelta(seconds=10))

    far.turn(fleet.house.campaign)
    before = [name for name in fleet.up() if name.startswith("turn:")]
    near.turn(fleet.house.campaign)
    after = [name for name in fleet.up() if name.startswith("turn:")]

    assert (len(before), len(after)) == (0, 1)


def test_a_turn_that_fails_is_told_and_taken_again(fleet: Fleet, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_given: Any, **_named: Any) -> None:
        raise RuntimeError("disk full")

    monkeypatch.setattr("engine.turns.turn", broken)
    fleet.hands().turn(fleet.house.campaign)

    assert [beaten.failed for beaten in fleet.told] == [(fleet.house.campaign,)]
    assert [name.split(" ")[0] for name in fleet.up() if "turn" in name] == [f"turn:{fleet.house.campaign}"]


@pytest.mark.filterwarnings("ignore::ResourceWarning")  # of lines that were cut off
def test_what_failed_while_the_database_was_away_is_wanted_again_as_soon_as_it_is_back(fleet: Fleet) -> None:
    hands = fleet.hands()
    fleet.ask("ALTER TABLE procrastinate_jobs RENAME TO away")
    hands.guarded(partial(hands.turn, fleet.house.campaign), jobs.TURN, fleet.house.campaign)
    with pytest.raises(ProgrammingError):
        hands.put_up_owed()
    fleet.ask("ALTER TABLE away RENAME TO procrastinate_jobs")

    hands.put_up_owed()
    owed = fleet.up()
    fleet.ask("DELETE FROM procrastinate_jobs")
    hands.put_up_owed()

    assert (owed, fleet.up()) == ([jobs.turn(fleet.house.campaign).queueing_lock], [])


def test_a_worker_goes_on_when_the_database_has_thrown_it_out(fleet: Fleet) -> None:
    with fleet.workers(fleet.hands()):
        until(lambda: fleet.turns() >= 1)
        fleet.ask("SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                  "WHERE datname = current_database() AND pid <> pg_backend_pid()")  # fmt: skip
        before = fleet.turns()

        def again() -> bool:
            fleet.board.want(jobs.turn(fleet.house.campaign))
            return fleet.turns() > before

        until(again)

    assert fleet.ask("SELECT 1 FROM procrastinate_jobs WHERE status = 'doing'") == []
    fleet.house.office.database.dispose()
    gc.collect()


def test_a_job_whose_end_could_not_be_said_is_given_up_by_its_own_worker(fleet: Fleet) -> None:
    name = f"turn:{fleet.house.campaign}"
    with fleet.workers(fleet.hands()):
        until(lambda: fleet.turns() == 1)
        until(lambda: not fleet.ask("SELECT 1 FROM procrastinate_jobs WHERE lock = :name", name=name))
        fleet.ask("INSERT INTO procrastinate_jobs (queue_name, task_name, lock, queueing_lock, args, status, worker_id)"
                  " SELECT 'bangdan', 'turn', :name, :name, jsonb_build_object('about', CAST(:key AS text)), 'doing',"
                  " id FROM procrastinate_workers", name=name, key=fleet.house.campaign)  # fmt: skip
        until(lambda: fleet.turns() == 2)


def test_what_is_under_way_is_finished_before_a_worker_leaves(fleet: Fleet, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow(*given: Any, **named: Any) -> Taken:
        begun.set()
        go_on.wait()
        return take(*given, **named)

    monkeypatch.setattr("engine.turns.take", slow)
    with fleet.workers(fleet.hands()):
        assert begun.wait(60)
        threading.Timer(0.3, go_on.set).start()

    assert fleet.turns() == 1
    assert fleet.ask("SELECT id FROM procrastinate_workers") == []
