"""How the live engine tells what it does: one line for each action, with the ids, as text or as JSON.

A message is an action word (`letter_sent`), what it is about is in `extra`. Names of people and their addresses are not
logged; the database has them.
"""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from typing import Any, Literal, TextIO

_ALWAYS = {*vars(logging.makeLogRecord({})), "message", "asctime", "taskName"}


def set_up(kind: Literal["text", "json"], stream: TextIO, *, level: int = logging.INFO) -> None:
    """Log what is of `level` or graver to `stream` from now on, and nowhere else."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLine() if kind == "json" else TextLine())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    # It tells every run, and again what failed; `engine.heartbeat` tells that once.
    logging.getLogger("apscheduler").setLevel(logging.CRITICAL)
    # The same of `engine.fleet`, and of its lines to the database.
    logging.getLogger("procrastinate").setLevel(logging.CRITICAL)
    logging.getLogger("psycopg.pool").setLevel(logging.ERROR)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    logging.getLogger("uvicorn").setLevel(logging.WARNING)  # requests are told by `bangdan.desk.measuring`


class TextLine(logging.Formatter):
    """`2023-11-30T16:00:00.000Z INFO engine.turn turn campaign=kczg-2023 letters=12`, a traceback below it."""

    def format(self, record: logging.LogRecord) -> str:
        """The line of one record."""
        about = "".join(f" {key}={_shown(value)}" for key, value in _extra(record).items())
        line = f"{_instant(record)} {record.levelname} {record.name} {record.getMessage()}{about}"
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


class JsonLine(logging.Formatter):
    """The same as one JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """The line of one record."""
        said: dict[str, Any] = {
            "at": _instant(record),
            "level": record.levelname,
            "where": record.name,
            "action": record.getMessage(),
            **_extra(record),
        }
        if record.exc_info:
            said["traceback"] = self.formatException(record.exc_info)
        return json.dumps(said, ensure_ascii=False, default=str)


def _instant(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _extra(record: logging.LogRecord) -> dict[str, Any]:
    return {key: value for key, value in vars(record).items() if key not in _ALWAYS}


def _shown(value: Any) -> str:
    """A value that stays one word of one line, whatever is in it."""
    text = str(value)
    return text if text.isprintable() and " " not in text else json.dumps(text, ensure_ascii=False)
