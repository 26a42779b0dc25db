"""The kill walker: a small program dies at its N-th system call, for every N, or that call fails in its stead.

A program is a function of a module under tests/faults. It prepares, says `begin()`, does the deed, and tells what it
has to tell; nothing before `begin` and nothing after its return is counted:

    def submit(begin: Begin, tell: Tell, url: str) -> None:
        office = Office(database=Database(url))
        begin()
        with office.write(...) as work:
            nominations.submit(work, ...)
        tell("receipt")                                  # one write to a pipe: the acknowledgement

    for call in count(submit, fresh()):                  # first a run that is only watched
        ran = fault(submit, url := fresh(), at=call)     # then one for each call, each on data of its own
        assert look(url) == AFTER or (look(url) == BEFORE and not ran.told)

    fault(submit, url, at=call, what="error=EIO")        # the call does nothing and answers EIO
    fault(submit, url, at=call, what="error=ENOSPC", onwards=True)  # and so does every later one of that name

**Before and after.** strace delivers SIGKILL on entering the call, and the kernel skips a call whose caller is dying:
the program dies *before* its N-th call. Dying before call N+1 is dying *after* call N, and the last point of a walk is
our own mark behind the program's last call. So a walk has both sides of every call.

**Which call.** strace counts by name and by thread: `Call("pwrite64", 3)` is the third pwrite64 of whichever thread
comes to its third one first. With one thread that is every call there is; with several, calls of the same name and
number in two threads are one point. A walk may find that a call is not reached (`ran.reached`) because threads took
turns in another way, or memory was asked for less often (`PRIVATE`); then the run was one without a fault.

**Fast.** Starting Python costs a second under strace. So a server process imports the product once (multiprocessing's
forkserver) and forks a child for each point; strace is attached to the child alone (`-p`, `-f` for its threads), while
the child waits in a readv at `begin`, a call that is used for nothing else and is not counted. About a tenth of a
second a point. (`--seccomp-bpf` would spare stops at other calls, but not with `-p`.)
"""

from __future__ import annotations

import multiprocessing
import os
import re
import subprocess
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from select import select
from typing import Any

PATIENCE = 120  # seconds after which a program that says nothing fails the test
PRODUCT = ("bangdan.desk.app", "bangdan.wiring", "engine.live", "engine.letters.post", "notifications.smtp",
           "tests.desk.api_client", "tests.small")  # fmt: skip

# They touch no file, no lock on one and no socket: what other people see is the same before and after them.
PRIVATE = frozenset({
    "brk", "clock_gettime", "clock_nanosleep", "futex", "getpid", "getrandom", "gettid", "gettimeofday", "madvise",
    "mmap", "mprotect", "mremap", "munmap", "restart_syscall", "rt_sigaction", "rt_sigprocmask", "sched_yield",
})  # fmt: skip
_CALL = re.compile(r"(\d+) +(\w+)\(")
_READY, _DONE = b"ready\n", "writev"

Begin = Callable[[], None]
Tell = Callable[[str], None]
Program = Callable[..., None]

_servers = multiprocessing.get_context("forkserver")
_servers.set_forkserver_preload(["__main__", *PRODUCT])


@dataclass(frozen=True, slots=True)
class Call:
    """The `number`-th call of that name by one thread; `text` is how strace put it, with the paths of its files."""

    name: str
    number: int
    text: str = field(default="", compare=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Ran:
    """How a run went: what was told, line by line; the exit code (-9: killed); whether it came to the call at all."""

    told: tuple[str, ...]
    code: int | None
    reached: bool


def count(program: Program, *arguments: Any) -> tuple[Call, ...]:
    """The calls of one run, in their order; the last one is the mark behind them. Raises RuntimeError if it fails."""
    with _running(program, arguments, "-y") as running:
        told, code = running.end()
        lines = running.trace()
    if code:
        raise RuntimeError(f"{program.__name__} ends with {code} by itself, having told {told}")
    numbers: Counter[tuple[str, str]] = Counter()
    found: dict[Call, None] = {}
    for thread, name, line in _calls(lines):
        numbers[thread, name] += 1
        found.setdefault(Call(name, numbers[thread, name], line))
    every = [call for call in found if call.name != "readv"]
    end = max(place for place, call in enumerate(every) if call.name == _DONE)
    return tuple(every[: end + 1])


def fault(program: Program, *arguments: Any, at: Call, what: str = "signal=KILL", onwards: bool = False) -> Ran:
    """One run with `what` injected at that call, as strace spells it; `onwards`: at every later one of its name too."""
    when = f"{at.number}{'+' if onwards else ''}"
    injected = ("-e", f"trace={at.name}", "-e", f"inject={at.name}:{what}:when={when}")
    with _running(program, arguments, *injected) as running:
        told, code = running.end()
        lines = running.trace()
    return Ran(told=told, code=code, reached=any("(INJECTED)" in line or "by SIGKILL" in line for line in lines))


def thinned(calls: Iterable[Call], *, stride: int) -> tuple[Call, ...]:
    """Every call that touches a file, a lock or a socket, and each `stride`-th of those that touch only memory."""
    private = 0
    kept = []
    for call in calls:
        private += call.name in PRIVATE
        if call.name not in PRIVATE or private % stride == 1:
            kept.append(call)
    return tuple(kept)


@dataclass(kw_only=True)
class _Running:
    """A child that has begun, and the strace on it."""

    process: Any
    told: Connection
    tracer: subprocess.Popen[str]
    log: Path

    def end(self) -> tuple[tuple[str, ...], int | None]:
        """Wait until both are gone; the lines that were told in full, and the exit code."""
        said = b"".join(iter(lambda: _said(self.told), b""))
        self.process.join(PATIENCE)
        self.tracer.wait(PATIENCE)
        return tuple(said.decode().split("\n")[:-1]), self.process.exitcode

    def trace(self) -> list[str]:
        return self.log.read_text(encoding="utf-8", errors="replace").splitlines()


@contextmanager
def _running(program: Program, arguments: tuple[Any, ...], *options: str) -> Iterator[_Running]:
    gate, opener = _servers.Pipe(duplex=False)
    told, teller = _servers.Pipe(duplex=False)
    process = _servers.Process(target=_child, args=(program, gate, teller, arguments))
    process.start()
    gate.close()
    teller.close()
    with tempfile.TemporaryDirectory(prefix="bangdan-walk-") as folder, opener, told:
        if _said(told) != _READY:
            raise RuntimeError(f"{program.__name__} ended before it began")
        log = Path(folder) / "trace"
        command = ["strace", "-f", "-o", str(log), *options, "-p", str(process.pid)]
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as tracer:
            try:
                _attached(tracer)
                os.write(opener.fileno(), b"!")
                yield _Running(process=process, told=told, tracer=tracer, log=log)
            finally:
                process.kill()


def _attached(tracer: subprocess.Popen[str]) -> None:
    """Return when the child is traced: it can't go on now without strace seeing it."""
    assert tracer.stderr is not None
    said = tracer.stderr.readline()
    if "attached" not in said:
        raise RuntimeError(said)


def _said(told: Connection) -> bytes:
    """What comes next; nothing at the end. Raises TimeoutError."""
    if not select([told], [], [], PATIENCE)[0]:
        raise TimeoutError(f"the program says nothing for {PATIENCE} s")
    return os.read(told.fileno(), 1 << 16)


def _child(program: Program, gate: Connection, teller: Connection, arguments: tuple[Any, ...]) -> None:
    def begin() -> None:
        os.write(teller.fileno(), _READY)
        os.readv(gate.fileno(), [bytearray(1)])

    def tell(words: str) -> None:
        os.write(teller.fileno(), f"{words}\n".encode())

    program(begin, tell, *arguments)
    os.writev(teller.fileno(), [b""])  # the mark behind the last call
    os._exit(0)


def _calls(lines: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    """Thread, name and line of each call that was entered."""
    found = (_CALL.match(line) for line in lines)
    return ((match[1], match[2], match.string[match.end(1) :].strip()) for match in found if match)


@contextmanager
def watched(pid: int, folder: Path, *names: str) -> Iterator[Callable[[], list[str]]]:
    """A program that runs already, watched from here on; the call gives what it did so far, when it was told to end.

    with watched(process.pid, tmp_path, "fsync", "sendto") as seen: ...
    lines = seen()   # after the block; a call that others came between is two lines, as strace writes it
    """
    log = folder / "watched.trace"
    command = ["strace", "-f", "-y", "-e", f"trace={','.join(names)}", "-o", str(log), "-p", str(pid)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as tracer:
        _attached(tracer)
        yield lambda: log.read_text(encoding="utf-8", errors="replace").splitlines()
        tracer.terminate()
        tracer.communicate(timeout=PATIENCE)
