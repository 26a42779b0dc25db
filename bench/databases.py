"""The two databases: a world made once for each size, copied for whoever changes it, and an empty one for each peer."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path
from typing import Protocol

import psycopg
from sqlalchemy.engine import URL, make_url

from bench.contender import Contender

WORLD = "bench.ours.world"


class Databases(Protocol):
    """Where databases come from. All are durable: a commit waits for the disk."""

    name: str

    def empty(self) -> str:
        """The URL of a new one."""

    def copy(self, template: str) -> str:
        """The URL of a copy of one that nobody is connected to."""

    def drop(self, url: str) -> None:
        """It is not needed any more."""


class Sqlite:
    """Files in a folder."""

    name = "sqlite"

    def __init__(self, folder: Path) -> None:
        self._folder, self._numbers = folder, count(1)

    def empty(self) -> str:
        """A file that is not there yet."""
        return f"sqlite:///{self._folder / f'{next(self._numbers)}.sqlite3'}"

    def copy(self, template: str) -> str:
        """A copy of the file, on the disk: else whoever is measured would wait for that."""
        url = self.empty()
        shutil.copyfile(_path(template), _path(url))
        with Path(_path(url)).open("rb+") as copy:
            os.fsync(copy)
        return url

    def drop(self, url: str) -> None:
        """The file, its log and the log's index."""
        for end in ("", "-wal", "-shm"):
            Path(f"{_path(url)}{end}").unlink(missing_ok=True)


def _path(url: str) -> str:
    return str(make_url(url).database)


class Postgresql:
    """Databases of one server."""

    name = "postgresql"

    def __init__(self, server: URL) -> None:
        self._server, self._numbers = server, count(1)
        bare = server.set(drivername="postgresql").render_as_string(hide_password=False)
        self._connection = psycopg.connect(bare, autocommit=True)
        row = self._connection.execute("SHOW server_version").fetchone()
        self.version = str(row[0]) if row else ""

    def empty(self) -> str:
        """A new database."""
        return self._create("")

    def copy(self, template: str) -> str:
        """A copy, made by copying its files."""
        return self._create(f" TEMPLATE {make_url(template).database} STRATEGY file_copy")

    def _create(self, how: str) -> str:
        name = f"bangdan_bench_{next(self._numbers)}"
        self._tell(f"CREATE DATABASE {name}{how}")
        return self._server.set(database=name).render_as_string(hide_password=False)

    def drop(self, url: str) -> None:
        """With whoever is still connected."""
        self._tell(f"DROP DATABASE IF EXISTS {make_url(url).database} WITH (FORCE)")

    def _tell(self, statement: str) -> None:
        self._connection.execute(statement.encode())

    def close(self) -> None:
        """Leave the server."""
        self._connection.close()


class Worlds:
    """Worlds by size, made when first asked for."""

    def __init__(self, databases: Databases, errors: Path) -> None:
        self._databases, self._errors = databases, errors
        self._known: dict[tuple[int, int, int], str] = {}

    def template(self, drafts: int, lines: int = 1, campaigns: int = 1) -> str:
        """The URL of the world of that size, which nobody may change."""
        key = (drafts, lines, campaigns)
        if key not in self._known:
            url = self._databases.empty()
            with Contender(WORLD, errors=self._errors) as maker:
                maker.ask("make", url=url, drafts=drafts, lines=lines, campaigns=campaigns)
            self._known[key] = url
        return self._known[key]

    @contextmanager
    def copy(self, drafts: int, lines: int = 1, campaigns: int = 1) -> Iterator[str]:
        """The URL of a copy, for as long as it is needed."""
        url = self._databases.copy(self.template(drafts, lines, campaigns))
        with ExitStack() as stack:
            stack.callback(self._databases.drop, url)
            yield url

    def forget(self) -> None:
        """Drop all of them: they are large."""
        for url in self._known.values():
            self._databases.drop(url)
        self._known.clear()
