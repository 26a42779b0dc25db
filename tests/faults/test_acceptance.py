"""An acknowledged submission is never lost: killed at every system call of an acceptance, on SQLite."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.faults import needs
from tests.faults.accepting import AFTER, BEFORE, Prepared, accept, again, look, prepared
from tests.faults.walker import count, fault

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
