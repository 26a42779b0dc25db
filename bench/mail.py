"""How many letters a second the mail room renders, builds and sends: `python -m bench.mail [LETTERS] [--senders 2]`.

Makes one digest for each of so many contacts of a real campaign (its turn three days before the deadline writes them),
and lets senders, each a process of its own, send them all to a server that takes everything (postfix's `smtp-sink`).
The floor of the same run is `smtp-source`, which sends ready bytes to the same server.
"""

from __future__ import annotations

import argparse
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from shutil import which
from typing import Any

from sqlalchemy import insert, select
from sqlmodel import col

from bangdan import ROOT
from bangdan.__main__ import look_seldom_for_garbage
from engine import campaigns, schema
from engine.access import Actor
from engine.database import Database
from engine.letters.composing import compose
from engine.letters.post import Post
from engine.office import Office
from engine.tables import Campaign, Contact, Nomination, Unit, UnitChannel, UnitTally, public_id
from engine.turn import campaigns as keys
from engine.turn import turn
from notifications.letter import Sender, check_address
from notifications.mailbook import count_by_state
from notifications.smtp import SmtpDoor, SmtpSettings
from workflows.nomination import Role

SOURCE = ROOT / "config" / "campaigns" / "kczg-2023.toml"
LETTERS = ROOT / "templates" / "letters"
SECRETARIAT = Actor(role=Role.SECRETARIAT, name="测量")
OPENED = datetime(2023, 9, 29, 16, tzinfo=UTC)
DUE = datetime(2023, 11, 28, 2, tzinfo=UTC)  # three days before the end, on the next morning
OFFICE = Sender(name="秘书处", address=check_address("office@host.example"))
EACH, CHUNK, DOMAINS = 2, 5_000, 400  # contacts of a unit; rows a statement; where their mailboxes are
CONNECTIONS = 16
SIZE = 25_000  # octets of one of these letters, with its calendar entry
LONGEST_START = 60  # seconds


def measure(n: int, senders: int, database_url: str, *, host: str = "127.0.0.1", port: int) -> float:
    """Letters a second: `n` digests on the empty database at this URL, sent by so many processes to that server."""
    office = Office(database=Database(database_url))
    try:
        fill(office, n)
        with ExitStack() as stack:
            at_work = [stack.enter_context(_sender(database_url, host, port)) for _ in range(senders)]
            begun = time.perf_counter()
            for process in at_work:
                print("go", file=process.stdin, flush=True)
            for process in at_work:
                process.wait()
            took = time.perf_counter() - begun
        return _sent(office) / took
    finally:
        office.database.dispose()


def fill(office: Office, n: int) -> None:
    """An open campaign with `n` letters due: three days are left, and each unit still has a draft."""
    schema.bring_up(office.database)
    key = campaigns.open_campaign(office, SOURCE.read_text(encoding="utf-8"), name=SOURCE.name, actor=SECRETARIAT,
                                  at=OPENED)  # fmt: skip
    with office.write(key, SECRETARIAT, at=OPENED) as work:
        numbers = iter(range(1, n // EACH + 1))
        while some := list(islice(numbers, CHUNK)):
            for table, rows in _rows(work.campaign_id, some):
                work.connection.execute(insert(table), rows)
    turn(office, key, at=DUE)
    with office.database.write() as connection:
        connection.exec_driver_sql("ANALYZE")  # as a database that has run for a while has done by itself


def _rows(campaign: int, numbers: list[int]) -> Iterator[tuple[type, list[dict[str, Any]]]]:
    """Units with a draft each; what a million clicks would have made, without the clicks."""
    names = {number: f"第{number}学会" for number in numbers}
    yield Unit, [{"id": number, "campaign_id": campaign, "code": f"U{number}", "name": name, "name_key": name,
                  "person": False, "added_at": OPENED} for number, name in names.items()]  # fmt: skip
    yield UnitChannel, [{"unit_id": number, "channel": "societies"} for number in numbers]
    yield Contact, [
        {"campaign_id": campaign, "unit_id": number, "name": f"郑伯龙{number}", "phones": "010-12345678",
         "email": f"zheng{number}.{one}@unit{number % DOMAINS}.example", "active": True, "added_at": OPENED}
        for number in numbers for one in range(EACH)
    ]  # fmt: skip
    yield Nomination, [
        {"campaign_id": campaign, "unit_id": number, "public_id": public_id(), "track": "enterprises",
         "title": f"量子通信关键技术研究（{number}期）", "title_key": str(number), "applicant": "某某科技股份有限公司",
         "applicant_contact": "某某", "applicant_phones": "13800138000", "applicant_email": "a@example.org",
         "materials": [], "attributes": {}, "selected": False, "state": "drafted", "drafted_at": OPENED,
         "changed_at": OPENED, "version": 1}
        for number in numbers
    ]  # fmt: skip
    yield UnitTally, [{"unit_id": number, "track": "enterprises", "state": "drafted", "n": 1} for number in numbers]


def _sent(office: Office) -> int:
    (key,) = keys(office)
    with office.database.read() as connection:
        campaign = connection.execute(select(col(Campaign.id)).where(col(Campaign.key) == key)).scalar_one()
        return count_by_state(connection, campaign_id=campaign or 0).get("sent", 0)


# --- one sender, a process ------------------------------------------------------------------------------------------


@contextmanager
def _sender(database_url: str, host: str, port: int) -> Iterator[subprocess.Popen[str]]:
    """A sender that waits for a word to begin."""
    command = [sys.executable, "-m", "bench.mail", "--send", database_url, host, str(port)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, text=True, stdin=pipe, stdout=pipe) as process:
        if process.stdout is None or process.stdout.readline() != "ready\n":
            raise SystemExit("a sender did not start")
        yield process


def send(database_url: str, host: str, port: int) -> None:
    """Send what is due, as `bangdan run` would; a call stands for as many beats as it takes."""
    look_seldom_for_garbage()
    office = Office(database=Database(database_url))
    settings = SmtpSettings(host=host, port=port, envelope_sender="bounce@host.example", tls="none",
                            connections=CONNECTIONS)  # fmt: skip
    post = Post(office=office, open_door=lambda: SmtpDoor(settings), sender=OFFICE, clock=lambda: DUE, worker="bench",
                compose=compose(office.memory.latest, LETTERS))  # fmt: skip
    for key in keys(office):
        with office.read(key, SECRETARIAT, at=DUE):
            pass  # the file is read before the word comes
    print("ready", flush=True)
    sys.stdin.readline()
    while post.deliver()[-1].more:
        pass


# --- alone: with a server and the floor -----------------------------------------------------------------------------


@contextmanager
def sink() -> Iterator[int]:
    """A server that takes everything, from postfix; its port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    command = [_postfix("smtp-sink"), "-u", "nobody", f"127.0.0.1:{port}", "1000"]
    with subprocess.Popen(command, cwd=tempfile.gettempdir()) as server:
        try:
            _wait_for(port)
            yield port
        finally:
            server.terminate()


def floor(n: int, port: int, size: int = SIZE) -> float:
    """Messages a second, as long as these letters are, that smtp-source sends to the same server."""
    begun = time.perf_counter()
    how = ["-s", str(CONNECTIONS), "-m", str(n), "-l", str(size), "-d", "-f", "a@b.example", "-t", "c@d.example"]
    command = [_postfix("smtp-source"), *how, f"127.0.0.1:{port}"]
    subprocess.run(command, check=True)
    return n / (time.perf_counter() - begun)


def _postfix(name: str) -> str:
    found = which(name) or which(name, path="/usr/sbin")
    if found is None:
        raise SystemExit(f"{name} is not here: install postfix, or unpack it from its package")
    return found


def _wait_for(port: int) -> None:
    until = time.monotonic() + LONGEST_START
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=LONGEST_START).close()
        except ConnectionRefusedError:
            time.sleep(0.01)
        else:
            return
    raise SystemExit("the server did not start")


def main() -> None:
    """Measure and print, beside the floor before and after."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("letters", nargs="?", type=int, default=20_000)
    parser.add_argument("--senders", type=int, default=1)
    parser.add_argument("--database", help="the URL of an empty database; else a new SQLite file")
    parser.add_argument("--send", nargs=3, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.send:
        send(asked.send[0], asked.send[1], int(asked.send[2]))
        return
    with tempfile.TemporaryDirectory() as folder, sink() as port:
        url = asked.database or f"sqlite:///{Path(folder) / 'mail.sqlite3'}"
        before = floor(asked.letters, port)
        ours = measure(asked.letters, asked.senders, url, port=port)
        after = floor(asked.letters, port)
    print(
        f"smtp-source {before:,.0f}/s, bangdan {ours:,.0f}/s over {asked.senders} senders, smtp-source {after:,.0f}/s"
    )


if __name__ == "__main__":
    main()
