"""Writing the report: one page, and one letter of each kind as a mail program opens it."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from pathlib import Path

from bangdan.rehearsing import Performance
from bangdan.report.gathering import Findings
from bangdan.report.page import render

PAGE, FOLDER = "report.html", "letters"
OURS = re.compile(r"\d\d-[\w-]+\.eml")


@dataclass(frozen=True, kw_only=True, slots=True)
class Written:
    """Where everything is, and how long it took in seconds."""

    page: Path
    folder: Path
    letters: int
    seconds: float


def write(found: Findings, done: Performance, out: Path) -> Written:
    """Write the page and the sample letters into the folder `out`; those of an earlier report are replaced."""
    began = time.perf_counter()
    page, folder = out / PAGE, out / FOLDER
    page.write_text(render(found, done), encoding="utf-8")
    folder.mkdir(exist_ok=True)
    for earlier in folder.iterdir():
        if OURS.fullmatch(earlier.name):
            earlier.unlink()
    samples = [kind.sample for kind in found.post.kinds if kind.sample]
    for number, sample in enumerate(samples, 1):
        (folder / f"{number:02}-{sample.template}.eml").write_bytes(sample.raw)
    return Written(page=page, folder=folder, letters=len(samples), seconds=time.perf_counter() - began)
