"""Makes the exports that were ordered: one function for every engine, called aside of its beat or as a job of a fleet.

The file is written to this host's disk first and then kept in the database piece by piece, a transaction each, so that
neither memory nor any lock grows with it. It holds what its orderer may see at that moment, read in one look.
"""

from __future__ import annotations

import logging
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from typing import IO

from sqlalchemy import Connection, select
from sqlmodel import col

from engine.access import Actor, sight
from engine.accounts import rights
from engine.accounts.tables import Account
from engine.clock import Clock
from engine.exports import waiting
from engine.exports.catalogue import Form, What, export, file_name
from engine.exports.file import write
from engine.exports.history import Tell
from engine.exports.narrowing import Narrowed
from engine.exports.sheet import Row, Say, in_language
from engine.exports.waiting import Claim, Lost
from engine.failing import FAILING
from engine.office import Office, Work
from workflows.reasons import BangdanError, Reason, Refused

KEPT = timedelta(days=7)  # over a weekend and a holiday bridge; what it holds of people should not lie about for longer
LARGEST = 256 << 20  # bytes of one file
PIECE = 1 << 19  # bytes

logger = logging.getLogger(__name__)


class Leaving(Exception):
    """The process is told to stop. Nothing is wrong with the order."""


class Impossible(Exception):
    """The order can't be carried out, however often it is tried; what is raised from says why."""


@dataclass(kw_only=True)
class Maker:
    """Makes orders, one at a time, under the name `by`: a host's, whose next process goes on with them, or a job's.

    `telling` words the history, which the doors do. `leaving` is set when the process stops; `pause` is called between
    two pieces, so that other people's clicks go between.
    """

    office: Office
    clock: Clock
    telling: Callable[[Say], Tell]
    by: str
    pause: Callable[[], None] | None = None
    leaving: threading.Event = field(default_factory=threading.Event)

    def round(self) -> None:
        """Make everything that waits."""
        while not self.leaving.is_set() and self.one():
            pass

    def one(self) -> bool:
        """Make the one that has waited longest; says whether there was one."""
        with self.office.database.read() as connection:
            if not waiting.due(connection, at=self.clock(), most=1):
                return False
        with self.office.database.write() as connection:
            mine = waiting.claim(connection, by=self.by, at=self.clock())
        if mine is not None:
            self._settle(mine)
        return mine is not None

    def begin(self) -> None:
        """Take back what a process of this name left. Where that can't be written, its claim ends by itself."""
        with suppress(BangdanError, *FAILING), self.office.database.write() as connection:
            waiting.let_go(connection, by=self.by, at=self.clock())

    def _settle(self, mine: Claim) -> None:
        """Make it; or say what became of it instead."""
        try:
            end = self._make(mine)
        except Lost:
            return
        except Leaving:
            end = partial(waiting.put_back, at=self.clock(), tries=mine.tries - 1)
        except Impossible as error:
            end = self._failed(_reason(error.__cause__))
        except Exception:
            logger.exception("export_failed", extra={"order": mine.order, "what": mine.what, "tries": mine.tries})
            again = partial(waiting.put_back, at=self.clock() + waiting.AGAIN, tries=mine.tries)
            end = again if mine.tries < waiting.TRIES else self._failed(UNMADE)
        self._store(mine, end)

    def _make(self, mine: Claim) -> Callable[[Connection, Claim], None]:
        """Write the file and keep it; what then remains to be stored."""
        if mine.tries > waiting.TRIES:  # whoever tried it died of it, each time
            return self._failed(UNMADE)
        actor = self._orderer(mine)
        if actor is None:
            return waiting.drop
        with tempfile.TemporaryFile(prefix="bangdan-export-") as file:
            end = self._write(mine, actor, file)
            file.seek(0)
            for number, content in enumerate(iter(partial(file.read, PIECE), b"")):
                if self.leaving.is_set():
                    raise Leaving
                self._store(mine, partial(waiting.keep_piece, number=number, content=content))
                if self.pause is not None:
                    self.pause()
        logger.info("export_made", extra={"order": mine.order, "what": mine.what, "campaign": mine.campaign})
        return end

    def _orderer(self, mine: Claim) -> Actor | None:
        """Who ordered it, as they are by now; None where they have that seat no more."""
        with self.office.database.read() as connection:
            account = connection.execute(select(Account).where(col(Account.id) == mine.account_id)).one()
            seats = rights.seats(connection, mine.account_id)
        seat = next((each for each in seats if each.key == mine.seat), None)
        if seat is None:
            return None
        return rights.acting(rights.called(account.name, seat), seat, account=account.public_id)

    def _write(self, mine: Claim, actor: Actor, file: IO[bytes]) -> Callable[[Connection, Claim], None]:
        at, rows = self.clock(), _Rows(leaving=self.leaving, size=file.tell)
        with self.office.read(mine.campaign, actor, at=at) as work:
            try:
                name = self._written(work, mine, file, rows)
            except BangdanError as error:
                raise Impossible from error
            may_see = sight(actor, work.definition)
        return partial(waiting.ready, rows=rows.count, name=name, sight=may_see, ready_at=at, ends_at=at + KEPT)

    def _written(self, work: Work, mine: Claim, file: IO[bytes], rows: _Rows) -> str:
        """The file's name, when it is written. Raises what `export` and `write` do, and EXP-05."""
        say, narrowed, form = in_language(mine.lang), Narrowed(**mine.narrowed), Form(mine.form)
        sheet = export(
            work, say, What(mine.what), self.telling(say), narrowed.wanted(work), settled=narrowed.settled
        )  # fmt: skip
        write(replace(sheet, rows=rows.counted(sheet.rows)), form, file)  # type: ignore[arg-type]
        if file.tell() > LARGEST:
            raise Refused(TOO_LARGE)
        return file_name(work, sheet, form)

    def _failed(self, reason: Reason) -> Callable[[Connection, Claim], None]:
        return partial(waiting.failed, reason=reason, ends_at=self.clock() + KEPT)

    def _store(self, mine: Claim, what: Callable[[Connection, Claim], None]) -> None:
        with self.office.database.write() as connection:
            what(connection, mine)


@dataclass(kw_only=True)
class _Rows:
    """The rows of a sheet as they are read: counted, and not read on where that is of no use any more."""

    leaving: threading.Event
    size: Callable[[], int]
    count: int = 0

    def counted(self, rows: Iterable[Row]) -> Iterator[Row]:
        """Raises Leaving, Refused (EXP-05)."""
        for row in rows:
            if self.leaving.is_set():
                raise Leaving
            if self.size() > LARGEST:
                raise Refused(TOO_LARGE)
            self.count += 1
            yield row


def _reason(error: BaseException | None) -> Reason:
    return error.reasons[0] if isinstance(error, BangdanError) else UNMADE


TOO_LARGE = Reason(
    code="EXP-05",
    zh=f"文件超过{LARGEST >> 20} MB，没有保存；请按榜单、状态或单位缩小范围后重新预订",
    en=f"the file is larger than {LARGEST >> 20} MB and was not kept; narrow it down and order it again",
    facts={"most": LARGEST},
)
UNMADE = Reason(
    code="EXP-06",
    zh=f"试了{waiting.TRIES}次都没有制作成功，原因已记入日志；请告知管理员，或缩小范围后重新预订",
    en=f"it could not be made in {waiting.TRIES} attempts, and the log says why; tell whoever runs bangdan, or narrow "
    "it down and order it again",
)
