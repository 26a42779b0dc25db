"""Server time of the desk's pages over a very large campaign: `python -m bench.desk_pages [NOMINATIONS]`.

Makes the campaign once (kept under the temporary folder), asks each page many times, and prints median and 95th
percentile beside the floor of the same run: a page of the same frame that reads nothing.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import insert, select
from sqlmodel import col
from starlette.testclient import TestClient

from bangdan import ROOT
from bangdan.desk.app import make_app
from bangdan.desk.house import Desk
from bangdan.desk.serving import settle
from bangdan.desk.visiting import SESSION
from bench.desk.population import populate
from engine import schema
from engine.access import ENGINE
from engine.accounts import sessions
from engine.accounts.tables import Account, Membership
from engine.database import Database, inserted_id
from engine.office import Office
from engine.queries.listing import nominations
from engine.tables import Campaign, Duty
from workflows.nomination import Role

SOURCE = ROOT / "config" / "campaigns" / "kczg-2023.toml"
OPENED = datetime(2023, 9, 29, 16, tzinfo=UTC)
DRAFTED, CLOSED = OPENED + timedelta(days=9), OPENED + timedelta(days=62, hours=10)
NOW = CLOSED + timedelta(days=25)
# Milliseconds by the clock, and of the processor: the same on a machine with nothing else to do.
Took = tuple[float, float]
FLOOR, GOAL = "no-such-page", 100.0  # milliseconds
COLLECTION, INSTITUTION = "collection", "electronics"  # of that file


def made(count: int) -> Office:
    """An office over the campaign with `count` nominations; made anew only where there is none of that size."""
    path = Path(tempfile.gettempdir()) / f"bangdan-bench-{schema.revisions()[-1]}-{count}.sqlite3"
    there = path.exists()
    office = Office(database=Database(f"sqlite:///{path}", durable=False))
    if not there:
        print(f"making {count:,} nominations in {path} …", file=sys.stderr)
        schema.bring_up(office.database)
        source = SOURCE.read_text(encoding="utf-8")
        populate(office, source, nominations=count, units_=max(10, count // 100), opened=OPENED, drafted=DRAFTED,
                 closed=CLOSED)  # fmt: skip
    return office


def signed_in(office: Office, *, institution: str | None = None) -> tuple[TestClient, str]:
    """A browser of the secretariat or of an institution, and the path of the campaign."""
    role = Role.INSTITUTION if institution else Role.SECRETARIAT
    with office.database.write() as connection:
        campaign, key = connection.execute(select(col(Campaign.id), col(Campaign.key))).one()
        name = f"bench-{time.time_ns()}@example.org"
        account = {"name": "测量", "email": name, "email_key": name, "added_at": NOW}
        account_id = inserted_id(connection.execute(insert(Account), account))
        seat = {"account_id": account_id, "campaign_id": campaign, "role": role.value, "given_at": NOW,
                "institution": institution, "given_by": "bench", "holds": f"{campaign}:{role.value}"}  # fmt: skip
        connection.execute(insert(Membership), seat)
        token = sessions.begin(connection, account_id, at=NOW, how="password")
    client = TestClient(make_app(Desk(office=office, clock=lambda: NOW, address="http://testserver")))
    client.cookies.set(SESSION, token)
    settle()
    return client, f"/c/{key}"


def paths(office: Office, campaign: str) -> Iterator[str]:
    """The pages, and of the lists every kind of question."""
    with office.read(campaign, ENGINE, at=NOW) as work:
        waiting, chosen = (nominations(work, states=[state], limit=1).rows[0] for state in ("preliminary", "final"))
        duty = work.connection.execute(select(col(Duty.public_id)).order_by(col(Duty.id)).limit(1)).scalar_one()
    yield FLOOR
    yield from ("", "calendar", f"calendar/{COLLECTION}", "letters", "letters?state=sent", "calls", "circulars")
    yield from ("history", "history?subject=nomination&verb=withdraw", "proposals", "publish", "versions", "imports")
    yield from ("exports", "feeds", "webhooks", "accounts", "tokens", "for/U00007")
    for by in ("drafted", "changed", "submitted", "title", "unit", "state"):
        yield from (f"nominations?sort={by}", f"nominations?sort=-{by}", f"nominations?sort={by}&state=final")
    for text in ("lztx", "liangzi", "技术", "第299分会", "量子通信 固态电池", "zzzzq"):
        yield f"nominations?q={text}"
        yield f"nominations?q={text}&sort=-changed&state=final"
    for asked in ("state=preliminary", "track=technologies", "unit=U00007", "channel=corps", "waiting=waiver",
                  "waiting=objection", "since=2023-12-20", "channel=corps&sort=title"):  # fmt: skip
        yield f"nominations?{asked}"
    yield from (f"nominations/{waiting.id}", f"nominations/{chosen.id}")
    yield from ("units", "units?sort=-placed", "units?sort=-drafts", "units?q=xh", "units?unreachable=true")
    yield "units/U00007"
    yield from ("quotas", "institutions", f"duties/{duty}")


def measured(client: TestClient, base: str, path: str, rounds: int) -> list[Took]:
    """Each request but the first, which warms what a running desk has warm."""
    found = []
    for _ in range(rounds + 1):
        begun = time.perf_counter(), time.process_time()
        answer = client.get(f"{base}/{path}".rstrip("/"))
        found.append(((time.perf_counter() - begun[0]) * 1000, (time.process_time() - begun[1]) * 1000))
        if answer.status_code != (404 if path == FLOOR else 200):
            raise SystemExit(f"{path}: {answer.status_code}")
    return found[1:]


def main() -> None:
    """Measure and print; ends with 1 when the 95th percentile of any page is past the goal."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("nominations", nargs="?", type=int, default=300_000)
    parser.add_argument("--rounds", type=int, default=20)
    asked = parser.parse_args()
    office = made(asked.nominations)
    client, base = signed_in(office)
    institution, _ = signed_in(office, institution=INSTITUTION)
    floor, slow = 0.0, []
    print(f"{'median':>8} {'p95':>8} {'cpu p95':>8} {'× floor':>8}  page, ms, of {asked.nominations:,} nominations")
    asks = [(client, path) for path in paths(office, base.rpartition("/")[2])]
    for browser, path in [*asks, (institution, "review")]:
        times = measured(browser, base, path, asked.rounds)
        floor = floor or statistics.median(cpu for _, cpu in times)
        slow += [path] if _p95([clock for clock, _ in times]) >= GOAL else []
        print(_row(times), f"{statistics.median(cpu for _, cpu in times) / floor:8.1f}  {path or 'overview'}")
    print(f"past a p95 of {GOAL:.0f} ms: {', '.join(path or 'overview' for path in slow) or 'none'}")
    raise SystemExit(bool(slow))


def _row(times: list[Took]) -> str:
    clock, cpu = [each for each, _ in times], [each for _, each in times]
    return f"{statistics.median(clock):8.1f} {_p95(clock):8.1f} {_p95(cpu):8.1f}"


def _p95(numbers: list[float]) -> float:
    return statistics.quantiles(numbers, n=20)[-1]


if __name__ == "__main__":
    main()
