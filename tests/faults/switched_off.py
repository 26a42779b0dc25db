"""Each promise seen failing: its mechanism is switched off in a copy of the checkout, and its test must notice.

    python -m tests.faults.switched_off            every mechanism (about half an hour on two cores)
    python -m tests.faults.switched_off mail disk  those of tests/faults/mechanisms/mail.toml and disk.toml

An entry names what keeps a promise, the one place in the code where it stands, the same place without it, and the
tests of which at least one has to fail then. A test that still passes proves nothing, and the run ends with 1. Nothing
in the checkout itself is touched.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
ENTRIES = Path(__file__).parent / "mechanisms"
LONGEST = 900  # seconds for the tests of one entry
FAILED, PASSED = 1, 0  # pytest's exit codes; any other says that the tests could not be run


@dataclass(frozen=True, kw_only=True, slots=True)
class Off:
    """A mechanism and how to be without it. `old` stands exactly once in `file`."""

    subject: str
    promise: str
    mechanism: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]


def entries(*subjects: str) -> tuple[Off, ...]:
    """Those of the subjects, or all there are. Raises FileNotFoundError."""
    paths = [ENTRIES / f"{each}.toml" for each in subjects] or sorted(ENTRIES.glob("*.toml"))
    return tuple(
        Off(subject=path.stem, **{**entry, "tests": tuple(entry["tests"])})
        for path in paths
        for entry in tomllib.loads(path.read_text(encoding="utf-8"))["off"]
    )


def without(text: str, off: Off) -> str:
    """The file's text with the mechanism switched off. Raises ValueError where it is not exactly once there."""
    if (found := text.count(off.old)) != 1:
        raise ValueError(f"{off.file}: {off.old!r} stands there {found} times, not once ({off.mechanism})")
    return text.replace(off.old, off.new)


def main(subjects: Sequence[str]) -> int:
    """Try each entry; 0 if every one was seen failing."""
    unseen = 0
    with tempfile.TemporaryDirectory(prefix="bangdan-off-") as folder:
        copy = Path(folder) / "checkout"
        _copy_to(copy)
        for off, outcome, seconds in _tried(copy, entries(*subjects)):
            unseen += outcome != "seen failing"
            print(f"{outcome:14} {seconds:4.0f} s  {off.subject}: {off.mechanism}", flush=True)
    print(f"{unseen} not seen failing" if unseen else "every one was seen failing")
    return int(unseen > 0)


def _copy_to(copy: Path) -> None:
    """What git knows of and what is new, as it stands in the checkout; the environment by a link."""
    known = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    for name in filter(None, subprocess.check_output(known, cwd=ROOT).decode().split("\0")):
        if (ROOT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, copy / name)
    (copy / ".venv").symlink_to((ROOT / ".venv").resolve())


def _tried(copy: Path, offs: Sequence[Off]) -> Iterator[tuple[Off, str, float]]:
    for off in offs:
        path = copy / off.file
        whole = path.read_text(encoding="utf-8")
        path.write_text(without(whole, off), encoding="utf-8")
        begun = time.monotonic()
        try:
            yield off, _outcome(copy, off.tests), time.monotonic() - begun
        finally:
            path.write_text(whole, encoding="utf-8")


def _outcome(copy: Path, tests: Sequence[str]) -> str:
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *tests]
    try:
        ran = subprocess.run(command, cwd=copy, capture_output=True, text=True, timeout=LONGEST, check=False)
    except subprocess.TimeoutExpired:
        return "did not end"
    if ran.returncode not in (FAILED, PASSED):
        print(ran.stdout[-2000:], ran.stderr[-2000:], sep="\n")
        return "could not run"
    return "seen failing" if ran.returncode == FAILED else "STILL PASSES"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
