"""What runs beside the beat: never twice at a time, once more where it was asked for meanwhile, and to its end."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from engine.webhooks.aside import Aside

LONG = 10  # seconds; only a defect waits so long


@contextmanager
def _aside(work: Callable[[], object]) -> Iterator[Aside]:
    aside = Aside(work, threading.Event())
    try:
        yield aside
    finally:
        aside.close()


def test_whoever_asks_does_not_wait_and_what_is_asked_meanwhile_is_done_afterwards() -> None:
    begun, go, done = threading.Semaphore(0), threading.Semaphore(0), threading.Semaphore(0)

    def work() -> None:
        begun.release()
        assert go.acquire(timeout=LONG)
        done.release()

    with _aside(work) as aside:
        aside()
        assert begun.acquire(timeout=LONG)
        aside()
        aside()
        go.release()
        assert done.acquire(timeout=LONG)
        assert begun.acquire(timeout=LONG)
        go.release()
        assert done.acquire(timeout=LONG)
    assert not begun.acquire(blocking=False)


def test_a_round_that_fails_is_logged_and_the_next_one_runs(caplog: pytest.LogCaptureFixture) -> None:
    rounds = threading.Semaphore(0)

    def work() -> None:
        rounds.release()
        raise RuntimeError("no database")

    with _aside(work) as aside:
        for _ in range(2):
            aside()
            assert rounds.acquire(timeout=LONG)
    assert "webhooks_failed" in [record.message for record in caplog.records]


def test_closing_says_so_to_the_round_under_way_and_waits_for_its_end() -> None:
    leaving, begun, ended = threading.Event(), threading.Event(), threading.Event()

    def work() -> None:
        begun.set()
        assert leaving.wait(LONG)
        ended.set()

    aside = Aside(work, leaving)
    aside()
    assert begun.wait(LONG)
    aside.close()
    assert ended.is_set()
