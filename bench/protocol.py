"""How the benchmark talks to a contender: one JSON object a line, over the streams of a process of its own.

Only the standard library: peers run it in their own environment, where nothing of ours is installed.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import traceback
from contextlib import suppress
from pathlib import Path
from typing import Any

KIB = 1024
MIB = KIB * KIB


def serve(contender: object) -> None:
    """Answer until the questions end. `{"do": "run", "count": 5}` calls `contender.run(count=5)`, which returns a dict.

    Whatever libraries print goes to the error stream, so that nobody takes it for an answer.
    """
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as answers:
        os.dup2(2, 1)
        for line in sys.stdin:
            print(json.dumps(_answer(contender, json.loads(line))), file=answers, flush=True)


def _answer(contender: object, asked: dict[str, Any]) -> dict[str, Any]:
    try:
        do = getattr(contender, asked.pop("do"))
        return {"answer": do(**asked)}
    except Exception as error:  # noqa: BLE001 - whatever a peer raises is said where it can be read
        traceback.print_exc()
        first = str(error).partition("\n")[0]
        return {"failed": f"{type(error).__name__}: {first}"[:500]}


class Memory:
    """What this process holds more than at its beginning, at most; None where the system does not say."""

    def __init__(self) -> None:
        gc.collect()
        with suppress(OSError):  # from here on the system remembers the highest anew
            Path("/proc/self/clear_refs").write_text("5")
        self._idle = _status("VmRSS")

    def over_idle(self) -> float | None:
        """In MiB."""
        highest = _status("VmHWM")
        return None if highest is None or self._idle is None else (highest - self._idle) / MIB


def _status(name: str) -> int | None:
    with suppress(OSError):
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith(f"{name}:"):
                return int(line.split()[1]) * KIB
    return None
