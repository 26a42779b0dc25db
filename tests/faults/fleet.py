"""A fleet that runs for real: workers, desks, PostgreSQL and a mail server, each a process, while something breaks.

    house = built(url, units=2_000)                    # a closing that is due, and a campaign that collects
    with sink(folder) as mail, workers(place, "one", "two", "three") as fleet:
        fleet.kill(at_it(url))
        ...
    look(url).finished(house)

Everything is seen from the rows, the log of the mail server and what the desks answered.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import httpx2
from sqlalchemy import create_engine, func, insert, select, text
from sqlalchemy.engine import URL, Engine, make_url
from sqlalchemy.exc import OperationalError
from sqlmodel import col

from bangdan.desk.visiting import SESSION
from engine.access import ENGINE
from engine.accounts.tables import Account, Membership
from engine.audit import seal, verify
from engine.campaigns import open_campaign
from engine.database import Database
from engine.locks import BATCHES
from engine.office import Office
from engine.tables import Campaign, Nomination
from notifications.tables import LETTER
from tests.builders import SECRETARIAT, House
from tests.faults.crowd import crowd
from tests.faults.desks import CAMPAIGN, Furnished, LiveDesk, environment_of, furnished
from tests.small import BEIJING, FILE, OFFICE
from workflows.nomination import Role

CLOSING = "closing"  # the campaign whose end has come
EACH = 10  # drafts of each of its units
SUBMITTED = 300  # drafts of the other campaign, to be submitted meanwhile
LIMIT = int(os.environ.get("BANGDAN_TEST_FLEET_SECONDS", "300"))  # for slow machines; how long it took is told
LINES = 12  # letters that one worker may have at their final dot: three runs of the post, each on four lines
BETWEEN = 1.0  # seconds between two looks of somebody at a desk: more often, and the pages would be most of the work


@dataclass(frozen=True, kw_only=True, slots=True)
class Built:
    """What there is: the desk's part of it, and how many units have drafts that lapse, a letter each."""

    desk: Furnished
    units: int

    @property
    def url(self) -> URL:
        """Where it is."""
        return make_url(self.desk.url)

    @property
    def drafts(self) -> int:
        """All of the campaign that closes."""
        return self.units * EACH


def built(url: URL, *, units: int) -> Built:
    """A house on a fresh PostgreSQL database: one campaign collects, another ended at the last midnight."""
    desk = furnished(url.render_as_string(hide_password=False), drafts=SUBMITTED)
    now = datetime.now(UTC)
    office = Office(database=Database(url))
    key = open_campaign(office, _closing(now), name="closing.toml", actor=SECRETARIAT, at=now - timedelta(days=20))
    house = House(office=office, campaign=key)
    with house.write(now - timedelta(days=10), OFFICE) as work:
        crowd(work, units=units, each=EACH)
    sealed = True
    while sealed:  # what was drafted long ago is under its seals
        with house.write(now - timedelta(days=10), OFFICE) as work:
            sealed = seal(work) > 0
    with office.database.write() as connection:
        ours = connection.execute(select(col(Campaign.id)).where(col(Campaign.key) == key)).scalar_one()
        account = connection.execute(select(col(Account.id))).scalar_one()
        seat = {"account_id": account, "holds": f"{ours}:{Role.SECRETARIAT}", "campaign_id": ours,
                "role": Role.SECRETARIAT, "given_at": now, "given_by": "赵书"}  # fmt: skip
        connection.execute(insert(Membership), seat)
    with office.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM ANALYZE")
    office.database.dispose()
    return Built(desk=desk, units=units)


def moved(house: Built, url: URL) -> Built:
    """The same, copied to another database."""
    return replace(house, desk=replace(house.desk, url=url.render_as_string(hide_password=False)))


def _closing(now: datetime) -> str:
    """The small campaign, moved so that its collection ended at the last midnight."""
    wanted = now.astimezone(BEIJING).date() - datetime(2025, 3, 15, tzinfo=BEIJING).date()
    moved = re.sub(
        r"2025-\d\d-\d\d", lambda day: str(datetime.fromisoformat(day[0]).date() + wanted), FILE.read_text("utf-8")
    )
    return moved.replace('key = "small-2025"', f'key = "{CLOSING}"')


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where a worker runs and what it reaches: the database, and the mail server at a host and port."""

    url: URL
    folder: Path
    smtp: tuple[str, int]
    on: tuple[str, ...] = ()


@dataclass(kw_only=True)
class Crew:
    """Workers that run, by name."""

    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def begin(self, name: str, place: Place) -> None:
        """One more, whose connections bear its name."""
        url = place.url.update_query_dict({"application_name": name})
        environment = environment_of(url.render_as_string(hide_password=False), place.folder)
        mail = {"BANGDAN_SMTP_HOST": place.smtp[0], "BANGDAN_SMTP_PORT": str(place.smtp[1]),
                "BANGDAN_SMTP_TLS": "none", "BANGDAN_MAIL_FROM": "office@fleet.example",
                "PYTHONFAULTHANDLER": "1"}  # fmt: skip
        command = [*place.on, sys.executable, "-m", "bangdan", "worker", "--name", name]
        with (place.folder / f"{name}.log").open("wb") as log:
            self.running[name] = subprocess.Popen(
                command, cwd=place.folder, env={**environment, **mail}, stdout=log, stderr=log
            )

    def kill(self, name: str) -> None:
        """For good."""
        self.running[name].kill()
        self.running.pop(name).wait()

    def without_those_that_only_begin(self, folder: Path) -> None:
        """End those that have not said yet that they run: a start that finds no database fails, and rightly."""
        for name in list(self.running):
            if "运行中" not in (folder / f"{name}.log").read_text("utf-8"):
                self.kill(name)

    def at_the_door(self, port: int) -> str | None:
        """One that talks to the mail server in this moment, as /proc tells."""
        lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
        sockets = {f"socket:[{line[9]}]" for line in lines if line[2].endswith(f":{port:04X}") and line[3] == "01"}
        return next((name for name, each in self.running.items() if sockets & _held(each.pid)), None)

    def leave(self, *names: str) -> list[int]:
        """Tell them to, and wait; how they ended. One that stays says in its log where it stands."""
        gone = [self.running.pop(name) for name in names or list(self.running)]
        for each in gone:
            each.send_signal(signal.SIGTERM)
        try:
            return [each.wait(LIMIT) for each in gone]
        except subprocess.TimeoutExpired:
            for each in gone:
                each.send_signal(signal.SIGABRT)
                each.wait()
            raise


def _held(pid: int) -> set[str]:
    """What a process has open."""
    held = set()
    for each in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(OSError):  # closed in this moment
            held.add(str(each.readlink()))
    return held


@contextmanager
def workers(place: Place, *names: str) -> Iterator[Crew]:
    """So many, killed at the end if they have not left."""
    crew = Crew()
    try:
        for name in names:
            crew.begin(name, place)
        yield crew
    finally:
        for name in list(crew.running):
            crew.kill(name)


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """How far the closing is: drafts that lapsed, letters about it by state, and whether it was told."""

    lapsed: int
    told: bool
    letters: Counter[str]

    def begun(self, house: Built) -> bool:
        """In the middle of it."""
        return 0 < self.lapsed < house.drafts

    def leaving(self, house: Built) -> bool:
        """In the middle of the letters."""
        return house.units / 10 < self.letters["sent"] < house.units * 0.7

    def finished(self, house: Built, in_doubt: int = 0) -> bool:
        """All lapsed, and each letter is sent or shown: as of unknown outcome, or as one of so many at their dot."""
        ended = self.letters["sent"] + self.letters["parked"] + min(self.letters["dot"], in_doubt)
        return self.lapsed == house.drafts and self.told and house.units == self.letters.total() == ended


_LAPSED = text("SELECT coalesce(sum(n), 0) FROM track_tally JOIN campaign ON campaign.id = campaign_id "
               "WHERE key = 'closing' AND state = 'lapsed'")  # fmt: skip
_TOLD = text("SELECT count(*) FROM done JOIN campaign ON campaign.id = campaign_id "
             "WHERE key = 'closing' AND occasion LIKE 'lapsed:%'")  # fmt: skip
_LETTERS = text("SELECT state, count(*) FROM letter WHERE template = 'lapsed' GROUP BY state")
_AT_IT = text("SELECT application_name FROM pg_stat_activity JOIN pg_locks USING (pid) JOIN campaign ON objid = id "
              "WHERE locktype = 'advisory' AND classid = :space AND mode = 'ShareLock' AND granted "
              "AND key = 'closing'").bindparams(space=BATCHES)  # fmt: skip


@cache
def _engine(url: URL) -> Engine:
    """One connection for all looks."""
    return create_engine(url, pool_size=1, pool_pre_ping=True)


def look(url: URL) -> Look | None:
    """From the rows; None where the database is away."""
    with suppress(OperationalError), _engine(url).connect() as connection:
        return Look(
            lapsed=int(connection.execute(_LAPSED).scalar_one()),
            told=connection.execute(_TOLD).scalar_one() > 0,
            letters=Counter(dict(connection.execute(_LETTERS).all())),
        )
    return None


def in_the_middle(url: URL, house: Built) -> str:
    """Wait until the closing is under way; the name of the worker that carries it out."""
    while True:
        now = _waited(url, lambda look: look.begun(house) or look.lapsed == house.drafts)
        assert now.lapsed < house.drafts, "it was over before anything could be done to it"
        if name := at_it(url):
            return name


def letters_leave(url: URL, house: Built) -> None:
    """Wait until some of them have left, and many have not."""
    now = _waited(url, lambda look: look.letters["sent"] > house.units / 10, pause=0.1)
    assert now.leaving(house), "they had left before anything could be done to it"


def _waited(url: URL, condition: Callable[[Look], bool], pause: float = 0.02) -> Look:
    """Look again and again until it holds. Raises TimeoutError."""
    began = time.monotonic()
    while not ((now := look(url)) and condition(now)):
        if time.monotonic() > began + LIMIT:
            raise TimeoutError(f"not so after {LIMIT} s: {now}")
        time.sleep(pause)
    return now


def at_it(url: URL) -> str | None:
    """Whose transaction lets no batch of the closing campaign begin in this moment."""
    with _engine(url).connect() as connection:
        return connection.execute(_AT_IT).scalars().first()


def seconds_until_finished(url: URL, house: Built, in_doubt: int = 0) -> float:
    """From now on."""
    began = time.monotonic()
    _waited(url, lambda look: look.finished(house, in_doubt), pause=1.0)  # each look reads all letters
    return time.monotonic() - began


def seconds_until_free(url: URL) -> float:
    """For how long somebody who moves a date of the campaign that closes has to wait."""
    office = Office(database=Database(url))
    began = time.monotonic()
    with office.write(CLOSING, OFFICE, at=datetime.now(UTC), alone=True):
        waited = time.monotonic() - began
    office.database.dispose()
    return waited


_LOST = {
    "drafts that did not lapse": (
        0,
        """SELECT count(*) FROM nomination n JOIN campaign c ON c.id = campaign_id
           WHERE c.key = 'closing' AND n.state <> 'lapsed'""",
    ),
    "lapses in the history": (1, "SELECT count(*) FROM event WHERE verb = 'lapse'"),
    "nominations that lapsed": (1, "SELECT count(DISTINCT subject_id) FROM event WHERE verb = 'lapse'"),
    "instants reached more than once": (
        0,
        """SELECT count(*) FROM (
             SELECT 1 FROM event WHERE verb = 'reach'
             GROUP BY campaign_id, details ->> 'milestone', details ->> 'edge', details ->> 'revision'
             HAVING count(*) > 1) twice""",
    ),
    "contacts told more than once": (
        0,
        """SELECT count(*) FROM (
             SELECT 1 FROM letter WHERE template = 'lapsed' GROUP BY contact_ref HAVING count(*) > 1) twice""",
    ),
}
"""How many there should be, in all drafts that there are, and how they are counted."""


def lost(url: URL, house: Built) -> list[str]:
    """What is not there, or is there twice: each draft lapses once in the history, each instant is reached once."""
    with _engine(url).connect() as connection:
        found = {what: connection.execute(text(query)).scalar_one() for what, (_, query) in _LOST.items()}
    return [f"{what}: {n}" for what, n in found.items() if n != _LOST[what][0] * house.drafts]


def faults(url: URL) -> tuple[str, ...]:
    """What `audit verify` finds, in both campaigns."""
    office = Office(database=Database(url))
    found: list[str] = []
    for key in (CLOSING, CAMPAIGN):
        with office.read(key, ENGINE, at=datetime.now(UTC)) as work:
            found += verify(work).faults
    office.database.dispose()
    return tuple(found)


def wrong_letters(url: URL, copies: Counter[str]) -> list[str]:
    """Letters of which the mail server has a copy too many, or none of what stands as sent."""
    with _engine(url).connect() as connection:
        rows = connection.execute(select(LETTER.c.message_id, LETTER.c.state).where(LETTER.c.message_id.is_not(None)))
        state = dict(rows.all())
    many = [f"{each}: {n} copies ({state.get(each)})" for each, n in copies.items() if n > 2 or each not in state]
    none = [f"{each}: sent, and no copy" for each, its in state.items() if its == "sent" and each not in copies]
    return many + none


def submitted(url: URL) -> set[str]:
    """Of the campaign that collects."""
    with _engine(url).connect() as connection:
        query = select(col(Nomination.public_id)).where(col(Nomination.state) == "submitted")
        return set(connection.execute(query).scalars())


def wait_for_receipts(url: URL, number: int, in_doubt: int = 0) -> None:
    """Until so many have been sent, or are shown to a person. Raises TimeoutError."""
    query = select(LETTER.c.state, func.count()).where(LETTER.c.template == "submission-receipt")
    began = time.monotonic()
    while True:
        with _engine(url).connect() as connection:
            states: Counter[str] = Counter(dict(connection.execute(query.group_by(LETTER.c.state)).all()))
        if states["sent"] + states["parked"] + min(states["dot"], in_doubt) >= number:
            return
        if time.monotonic() > began + LIMIT:
            raise TimeoutError(f"of {number} receipts after {LIMIT} s: {states}")
        time.sleep(0.1)


@dataclass(kw_only=True)
class Clicks:
    """Somebody at a desk who looks at the campaign that closes, and submits in the other one."""

    desk: LiveDesk
    drafts: Sequence[str]
    answers: Counter[int] = field(default_factory=Counter)
    longest: tuple[float, str] = (0.0, "")
    accepted: list[str] = field(default_factory=list)
    unexpected: list[str] = field(default_factory=list)
    _over: threading.Event = field(default_factory=threading.Event)

    def __call__(self) -> None:
        """Go on until it is over, or every draft is submitted."""
        cookies = {SESSION: self.desk.house.session}
        waiting = list(self.drafts)
        with httpx2.Client(base_url=self.desk.client.base_url, cookies=cookies, timeout=LIMIT) as browser:
            while not self._over.wait(BETWEEN):
                self._timed("overview", lambda: browser.get(f"/c/{CLOSING}"))
                self._timed("list", lambda: browser.get(f"/c/{CLOSING}/nominations"))
                if waiting and self._timed("submit", lambda: self.desk.submit(waiting[0], key=waiting[0])) == 200:
                    self.accepted.append(waiting.pop(0))

    def end(self) -> None:
        """No more."""
        self._over.set()

    def _timed(self, what: str, ask: object) -> int:
        began = time.monotonic()
        answer = ask()  # type: ignore[operator]
        self.longest = max(self.longest, (time.monotonic() - began, what))
        self.answers[answer.status_code] += 1
        if answer.status_code not in (200, 503):
            self.unexpected.append(f"{what}: {answer.status_code} {answer.text[:300]}")
        return int(answer.status_code)


@contextmanager
def clicking(*desks: LiveDesk) -> Iterator[list[Clicks]]:
    """Somebody at each desk, each with drafts of their own."""
    all_drafts = desks[0].drafts
    people = [Clicks(desk=each, drafts=all_drafts[number :: len(desks)]) for number, each in enumerate(desks)]
    threads = [threading.Thread(target=each) for each in people]
    for each in threads:
        each.start()
    try:
        yield people
    finally:
        for person in people:
            person.end()
        for thread in threads:
            thread.join()
