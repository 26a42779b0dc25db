"""What the live engine logs, line by line."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Literal

import pytest

from engine import logs
from tests.conftest import Freeze


@pytest.fixture(autouse=True)
def _logging_as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    for name in ("apscheduler", "alembic"):
        logging.getLogger(name).setLevel(logging.NOTSET)


def _said(frozen: Freeze, kind: Literal["text", "json"]) -> str:
    frozen("2023-11-30T16:00:00Z")
    stream = io.StringIO()
    logs.set_up(kind, stream)
    logging.getLogger("engine.turn").info("turn", extra={"campaign": "kczg-2023", "letters": 12})
    return stream.getvalue()


def test_a_line_of_text_tells_when_who_what_and_about_what(frozen: Freeze) -> None:
    assert _said(frozen, "text") == "2023-11-30T16:00:00.000Z INFO engine.turn turn campaign=kczg-2023 letters=12\n"


def test_a_value_cannot_make_a_line_of_its_own() -> None:
    stream = io.StringIO()
    logs.set_up("text", stream)
    logging.getLogger("engine.turn").info("refused", extra={"answer": "550 no\n2023-11-30T16:00:00.000Z INFO all well"})

    assert stream.getvalue().splitlines()[0].endswith(r'answer="550 no\n2023-11-30T16:00:00.000Z INFO all well"')


def test_a_line_of_json_tells_the_same(frozen: Freeze) -> None:
    assert json.loads(_said(frozen, "json")) == {
        "at": "2023-11-30T16:00:00.000Z",
        "level": "INFO",
        "where": "engine.turn",
        "action": "turn",
        "campaign": "kczg-2023",
        "letters": 12,
    }


@pytest.mark.parametrize("kind", ["text", "json"])
def test_a_failure_is_told_with_its_traceback(kind: Literal["text", "json"]) -> None:
    stream = io.StringIO()
    logs.set_up(kind, stream)
    logging.getLogger("engine.heartbeat").error("beat_failed", exc_info=OSError("磁盘已满"))

    assert "OSError: 磁盘已满" in stream.getvalue()


def test_the_scheduler_keeps_quiet() -> None:
    stream = io.StringIO()
    logs.set_up("text", stream)
    logging.getLogger("apscheduler.executors.default").error("Job raised an exception")

    assert stream.getvalue() == ""
