"""A disk that fails in the middle of an acceptance: a clear answer that is true, and nothing half stored."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults import needs
from tests.faults.accepting import AFTER, BEFORE, Prepared, accept, again, insist, look, prepared
from tests.faults.walker import count, fault

pytestmark = needs.strace()
WRITING = ("pwrite64", "fsync", "fdatasync", "ftruncate", "fallocate", "openat")
TRUE = {"submitted": (AFTER,), "SYS-01": (BEFORE,), "SYS-02": (BEFORE, AFTER)}  # what may be found after each answer


@pytest.fixture
def waiting(tmp_path: Path) -> Prepared:
    """A draft that waits to be submitted."""
    return prepared(tmp_path)


def test_an_error_at_any_write_of_an_acceptance_is_told_as_it_is_and_the_same_request_later_is_done_once(
    waiting: Prepared,
) -> None:
    for call in count(accept, waiting.fresh(), waiting.draft):
        if call.name in (*WRITING, "pread64"):
            ran = fault(insist, url := waiting.fresh(), waiting.draft, at=call, what="error=EIO")
            assert (ran.reached, ran.told[1:], look(url)) == (True, ("submitted",), AFTER), (call, ran)
            assert ran.told[0] in TRUE, (call, ran)


def test_a_disk_that_is_full_from_any_write_on_says_so_and_has_stored_all_of_it_or_nothing(waiting: Prepared) -> None:
    for call in reversed(count(accept, waiting.fresh(), waiting.draft)):  # it is decided near the end
        if call.name in WRITING:
            ran = fault(insist, url := waiting.fresh(), waiting.draft, at=call, what="error=ENOSPC", onwards=True)
            assert look(url) in TRUE[ran.told[-1]], (call, ran)
            again(url, waiting.draft)
            assert (ran.reached, look(url)) == (True, AFTER), (call, ran)
