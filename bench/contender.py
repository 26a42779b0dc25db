"""A contender as the benchmark sees it: a process that is told what to do and says how long it took."""

from __future__ import annotations

import json
import os
import selectors
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from bangdan import ROOT

SECONDS = 900.0  # after which a contender that does not answer is given up


class GaveUp(Exception):
    """A contender failed, or took too long; says what it said."""


class Contender:
    """One process of `python -m MODULE`; end it by leaving the `with`."""

    def __init__(
        self, module: str, arguments: Sequence[str] = (), *, python: str = sys.executable, errors: Path,
        environment: Mapping[str, str] | None = None,
    ) -> None:  # fmt: skip
        self.errors = errors
        command = [python, "-m", module, *arguments]
        with errors.open("w") as stream:
            self._process = subprocess.Popen(
                command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=stream, text=True,
                env={**os.environ, **(environment or {})},
            )  # fmt: skip
        self._questions, self._answers = _open(self._process.stdin), _open(self._process.stdout)

    def ask(self, do: str, *, within: float = SECONDS, **options: Any) -> dict[str, Any]:
        """What it answers. Raises GaveUp."""
        try:
            print(json.dumps({"do": do, **options}), file=self._questions, flush=True)
        except OSError as error:
            raise GaveUp(self._last_words()) from error
        line = self._line(within)
        said: dict[str, Any] = json.loads(line) if line else {"failed": self._last_words()}
        if "failed" in said:
            raise GaveUp(said["failed"])
        answer: dict[str, Any] = said["answer"]
        return answer

    def _line(self, within: float) -> str:
        with selectors.DefaultSelector() as selector:
            selector.register(self._answers, selectors.EVENT_READ)
            if not selector.select(within):
                self._process.kill()
                raise GaveUp(f"no answer within {within:.0f} s")
        return self._answers.readline()

    def _last_words(self) -> str:
        lines = self.errors.read_text(errors="replace").strip().splitlines()
        return lines[-1][:500] if lines else "ended without a word"

    def end(self) -> None:
        """Tell it that there are no more questions, and wait for its end."""
        with suppress(OSError):
            self._questions.close()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._answers.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if error is not None:
            self._process.kill()
        self.end()


def _open(stream: IO[str] | None) -> IO[str]:
    if stream is None:
        raise TypeError("a pipe was asked for")
    return stream
