"""An acknowledged submission is never lost: killed at every system call of an acceptance, on SQLite."""

from __future__ import annotations

import json
import re
from itertools import groupby
from pathlib import Path

import pytest

from tests.faults import needs
from tests.faults.accepting import AFTER, BEFORE, Prepared, accept, again, look, prepared
from tests.faults.desks import furnished, served
from tests.faults.walker import count, fault, watched

pytestmark = needs.strace()


@pytest.fixture
def waiting(tmp_path: Path) -> Prepared:
    """A draft that waits to be submitted."""
    return prepared(tmp_path)


def test_killed_at_any_call_an_acceptance_has_stored_all_or_nothing_and_what_was_acknowledged_is_there(
    waiting: Prepared,
) -> None:
    for call in count(accept, waiting.fresh(), waiting.draft):
        ran = fault(accept, url := waiting.fresh(), waiting.draft, at=call)
        found = look(url)
        assert (ran.reached, ran.code, found in (BEFORE, AFTER)) == (True, -9, True), call
        assert found == AFTER or not ran.told, call
        answer = again(url, waiting.draft)
        assert (look(url), [json.loads(each) for each in ran.told]) == (AFTER, [answer] * len(ran.told)), call


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
