"""A sender that can be killed: one `Post` delivers what is due at an instant, to a mail server or into a folder.

As a program for the walker (`walker.count(by_smtp, url, port, at)`), and as a process of its own, which is what is
killed where the moment is known from the server: `started(url, port, at)`.
"""

from __future__ import annotations

import subprocess
import sys
from contextlib import AbstractAsyncContextManager, nullcontext
from datetime import datetime
from pathlib import Path

from bangdan import ROOT
from engine.database import Database
from engine.letters.composing import compose
from engine.letters.post import Post
from engine.office import Office
from notifications.doors import Door
from notifications.folder import FolderDoor
from notifications.letter import Sender, check_address
from notifications.smtp import SmtpDoor, SmtpSettings
from tests.builders import LETTERS
from tests.faults.walker import Begin, Tell

OFFICE = Sender(name="秘书处", address=check_address("office@host.example"))


def by_smtp(begin: Begin, tell: Tell, url: str, port: int, at: str) -> None:
    """Deliver to a server of this machine, without TLS: encrypting has no promises of ours in it."""
    settings = SmtpSettings(host="127.0.0.1", port=port, envelope_sender="bounce@host.example", tls="none")
    _deliver(begin, tell, url, SmtpDoor(settings), at)


def by_folder(begin: Begin, tell: Tell, url: str, folder: str, at: str) -> None:
    """Deliver into a folder."""
    _deliver(begin, tell, url, nullcontext(FolderDoor(Path(folder))), at)


def _deliver(begin: Begin, tell: Tell, url: str, door: AbstractAsyncContextManager[Door], at: str) -> None:
    office = Office(database=Database(url))
    now = datetime.fromisoformat(at)
    post = Post(
        office=office, open_door=lambda: door, sender=OFFICE, compose=compose(office.memory.latest, LETTERS),
        clock=lambda: now, worker="w",
    )  # fmt: skip
    begin()
    post.deliver()
    tell("delivered")


def started(url: str, port: int, at: datetime) -> subprocess.Popen[bytes]:
    """The same in a process of its own, which goes to work at once."""
    return subprocess.Popen([sys.executable, "-m", "tests.faults.mailing", url, str(port), at.isoformat()], cwd=ROOT)


if __name__ == "__main__":
    by_smtp(lambda: None, lambda _: None, sys.argv[1], int(sys.argv[2]), sys.argv[3])
