"""An acknowledged submission is never lost: killed at every system call of an acceptance, on SQLite."""

from __future__ import annotations

import json
import re
from itertools import groupby
from pathlib import Path

import pytest

from tests.faults import needs
from tests.faults.accepting import AFTER, BEFORE, Found, Prepared, accept, again, look, prepared
from tests.faults.desks import furnished, served
from tests.faults.walker import PRIVATE, Call, count, fault, watched

pytestmark = needs.strace()


@pytest.fixture
def waiting(tmp_path: Path) -> Prepared:
    """A draft that waits to be submitted."""
    return prepared(tmp_path)


def test_killed_at_any_call_an_acceptance_has_stored_all_or_nothing_and_what_was_acknowledged_is_there(
    waiting: Prepared,
) -> None:
    for call in reversed(count(accept, waiting.fresh(), waiting.draft)):  # it is decided near the end
        assert _killed(waiting, call) in (BEFORE, AFTER), call


def test_the_same_with_a_rollback_journal(waiting: Prepared) -> None:
    for call in _fewer_pages(count(accept, waiting.fresh(), waiting.draft, "journal"), stride=4):
        assert _killed(waiting, call, "journal") in (BEFORE, AFTER), call


def test_killed_while_its_commit_moves_a_long_log_into_the_file_a_submission_is_there(waiting: Prepared) -> None:
    calls = count(accept, waiting.fresh(), waiting.draft, "checkpoint")
    synced = max(place for place, call in enumerate(calls) if call.name == "fsync" and "-wal>" in call.text)
    moving = calls[synced + 1 :]
    assert sum(call.name == "pwrite64" for call in moving) > 20
    for call in _fewer_pages(moving, stride=8):
        assert _killed(waiting, call, "checkpoint") == AFTER, call


def _fewer_pages(calls: tuple[Call, ...], *, stride: int) -> tuple[Call, ...]:
    """Every call that is not about one page more, and each `stride`-th that writes one; reading changes nothing."""
    written = [call for call in calls if call.name == "pwrite64"][::stride]
    return tuple(call for call in calls if call in written or call.name not in ("pwrite64", "pread64", *PRIVATE))


def _killed(waiting: Prepared, call: Call, how: str = "") -> Found:
    """What there is after an acceptance was killed there; asked once more, it is stored and answered as at first."""
    ran = fault(accept, url := waiting.fresh(), waiting.draft, how, at=call)
    found = look(url)
    assert ran.reached or call.name in PRIVATE, call  # how often memory is asked for is not the same each time
    assert (ran.code, found == AFTER or not ran.told) == (-9 if ran.reached else 0, True), call
    answer = again(url, waiting.draft)
    assert (look(url), [json.loads(each) for each in ran.told]) == (AFTER, [answer] * len(ran.told)), call
    return found


def test_the_disk_has_a_submission_before_the_first_byte_of_its_receipt_leaves(tmp_path: Path) -> None:
    house = furnished(f"sqlite:///{tmp_path / 'bangdan.sqlite3'}")
    calls = ("fsync", "fdatasync", "pwrite64", "sendto", "write", "writev", "sendmsg")
    with served(house, tmp_path, "--no-engine") as desk, watched(desk.process.pid, tmp_path, *calls) as seen:
        answer = desk.submit(desk.drafts[0], key="one")
    order = [step for step, _ in groupby(filter(None, map(_step, seen())))]
    assert (answer.status_code, answer.json()["state"]) == (200, "submitted")
    assert order[-3:] == ["written", "on the disk", "acknowledged"]


def _step(line: str) -> str:
    """What a line of the trace is in the life of a submission; empty for anything else."""
    if re.search(r"pwrite64\(\d+<[^>]*-(wal|journal)>", line):
        return "written"
    if re.search(r"(fsync|fdatasync)(\(\d+<[^>]*-(wal|journal)>\)| resumed>\)) += 0", line):
        return "on the disk"
    return "acknowledged" if "HTTP/1.1 200" in line else ""
