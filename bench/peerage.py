"""The peers, and the environment of their own in which they run: the project has none of them installed."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bangdan import ROOT
from bench.contender import Contender

LOCK = ROOT / "bench" / "peers.txt"


@dataclass(frozen=True, kw_only=True, slots=True)
class Peer:
    """One of them: the module that speaks for it, and the package whose version is told."""

    name: str
    module: str
    package: str


PEERS = (
    Peer(name="SQLModel, as in its tutorial", module="bench.peers.tutorial", package="sqlmodel"),
    Peer(name="SQLAlchemy ORM with a version column", module="bench.peers.versioned", package="sqlalchemy"),
    Peer(name="python-statemachine + SQLAlchemy", module="bench.peers.statemachines", package="python-statemachine"),
    Peer(name="django-viewflow (viewflow.fsm)", module="bench.peers.viewflows", package="django-viewflow"),
    Peer(name="SpiffWorkflow", module="bench.peers.spiff", package="spiffworkflow"),
    Peer(name="DBOS", module="bench.peers.durable", package="dbos"),
)
MAILER = Peer(name="EmailMessage + aiosmtplib", module="bench.peers.mailing", package="aiosmtplib")


@dataclass(frozen=True, kw_only=True)
class Peers:
    """The interpreter of their environment."""

    python: Path
    errors: Path

    @contextmanager
    def start(self, peer: Peer) -> Iterator[Contender]:
        """One of them, in a process of its own."""
        with Contender(peer.module, python=str(self.python), errors=self.errors) as started:
            yield started

    def versions(self) -> dict[str, str]:
        """What is measured."""
        asked = "import sys; from importlib.metadata import version; print(*map(version, sys.argv[1:]), sep='\\n')"
        names = [peer.package for peer in (*PEERS, MAILER)]
        lines = subprocess.check_output([self.python, "-c", asked, *names], text=True).split()
        return dict(zip(names, lines, strict=True))


def environment(folder: Path) -> Path:
    """The interpreter of an environment with exactly what `peers.txt` pins; made anew where the file has changed."""
    wanted = hashlib.sha256(LOCK.read_bytes()).hexdigest()[:16]
    home: Path = folder / f"peers-{sys.version_info.major}.{sys.version_info.minor}-{wanted}"
    python, stamp = home / "bin" / "python", home / "complete"
    if not stamp.exists():
        subprocess.check_call([sys.executable, "-m", "venv", "--clear", home])
        install = ["-m", "pip", "--disable-pip-version-check", "install", "-qq", "--require-hashes", "-r", str(LOCK)]
        subprocess.check_call([python, *install])
        stamp.touch()
    return python
