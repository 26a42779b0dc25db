"""The clock a test sets."""

from __future__ import annotations

from datetime import UTC, datetime

import anyio
import pytest

from tests.conftest import Freeze


def test_the_clock_stands_where_it_was_put_and_moves_when_told(frozen: Freeze) -> None:
    clock = frozen("2023-11-30T15:59:59.999999Z")
    before = datetime.now(UTC)
    clock.move_to("2023-11-30T16:00:00Z")

    assert (before.isoformat(), datetime.now(UTC).isoformat()) == (
        "2023-11-30T15:59:59.999999+00:00",
        "2023-11-30T16:00:00+00:00",
    )


@pytest.mark.anyio
async def test_the_event_loop_goes_on_while_the_clock_stands(frozen: Freeze) -> None:
    frozen("2023-11-30T16:00:00Z")
    await anyio.sleep(0.001)  # would never end if the loop's time stood too

    assert datetime.now(UTC).isoformat() == "2023-11-30T16:00:00+00:00"
