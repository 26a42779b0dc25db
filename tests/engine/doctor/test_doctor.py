"""What the examination finds in houses that are well, and in those that are not."""

from __future__ import annotations

import os
import socketserver
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import dns.message
import dns.rdatatype
import dns.resolver
import dns.rrset
import pytest
from sqlalchemy import insert, update
from sqlalchemy.engine import make_url

from bangdan import ROOT
from engine import muting, schema
from engine.clock import boot, read
from engine.database import Database
from engine.doctor.campaigns import campaigns, holidays
from engine.doctor.clock import clock
from engine.doctor.database import database
from engine.doctor.disk import disks, files
from engine.doctor.dns import NoAnswerYet, Resolver, sender
from engine.doctor.examining import Patient, examine
from engine.doctor.finding import Finding, bad
from engine.doctor.mail import mail
from engine.settings import Settings
from engine.tables import Campaign
from engine.timekeeping.tables import ClockBaseline
from engine.timekeeping.watch import distance
from engine.turn import turn
from tests.builders import LETTERS, House
from tests.small import DURING, OFFICE
from workflows.workdays import Workdays

NOW = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
DOMAIN = "award.example"
WELL = {
    (DOMAIN, "TXT"): ['"v=spf1 mx -all"', '"google-site-verification=x"'],
    (f"_dmarc.{DOMAIN}", "TXT"): ['"v=DMARC1; p=none"'],
    (DOMAIN, "MX"): ["10 mx.award.example."],
}


def told(tmp_path: Path, **values: Any) -> Settings:
    """Settings of a house in `tmp_path`."""
    return Settings(
        database_url=make_url(f"sqlite:///{tmp_path / 'x.sqlite3'}"), mail_folder=tmp_path / "mail", **values
    )


def by_code(findings: Iterator[Finding]) -> dict[str, str]:
    return {each.code: str(each.status) for each in findings}


@contextmanager
def name_server(records: Mapping[tuple[str, str], Sequence[str]]) -> Iterator[Resolver]:
    """A name server on the loopback that knows these records, and who asks it."""

    class Answer(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            asked, line = self.request
            question = dns.message.from_wire(asked)
            answer = dns.message.make_response(question)
            name, kind = question.question[0].name, dns.rdatatype.to_text(question.question[0].rdtype)
            found = records.get((name.to_text(omit_final_dot=True), kind))
            if found:
                answer.answer.append(dns.rrset.from_text_list(name, 60, "IN", kind, list(found)))
            line.sendto(answer.to_wire(), self.client_address)

    with socketserver.ThreadingUDPServer(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        resolver = dns.resolver.Resolver(configure=False)
        resolver.nameservers, resolver.port = ["127.0.0.1"], server.server_address[1]
        yield Resolver(resolver)
        server.shutdown()


def test_a_house_that_is_well_has_nothing_wrong(quick: House) -> None:
    turn(quick.office, quick.campaign, at=DURING)

    found = by_code(campaigns(quick.office, at=DURING, letters=LETTERS))

    assert found == {"DOC-60": "ok", "DOC-61": "ok", "DOC-62": "ok"}


def test_a_file_that_was_changed_a_broken_letter_and_an_engine_that_stands_are_found(
    quick: House, tmp_path: Path
) -> None:
    with quick.office.database.write() as connection:
        connection.execute(update(Campaign).values(source=Campaign.source + "\n"))
    for path in LETTERS.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "lapsed.txt.j2").write_text("{{ nonsense }}", encoding="utf-8")

    found = by_code(campaigns(quick.office, at=DURING, letters=tmp_path))

    assert found == {"DOC-60": "error", "DOC-61": "error", "DOC-62": "warning"}


def test_a_muted_house_is_told(quick: House) -> None:
    muting.mute(quick.office, OFFICE, at=DURING, reason="副本")

    assert by_code(campaigns(quick.office, at=DURING, letters=LETTERS))["DOC-32"] == "warning"


def test_a_database_is_made_by_the_first_campaign_and_not_by_looking(tmp_path: Path) -> None:
    found = by_code(database(Database(told(tmp_path).database_url)))

    assert (found, list(tmp_path.iterdir())) == ({"DOC-01": "warning"}, [])


def test_a_database_is_whole_and_of_this_version(database_url: str) -> None:
    opened = Database(database_url)
    schema.bring_up(opened)

    found = by_code(database(opened))
    opened.dispose()

    assert set(found.values()) == {"ok"}
    assert found.keys() >= {"DOC-01", "DOC-02"}


@pytest.mark.parametrize(("version", "status"), [("0000", "error"), ("9999", "error")])
def test_tables_of_another_version_are_told(tmp_path: Path, version: str, status: str) -> None:
    opened = Database(told(tmp_path).database_url)
    schema.bring_up(opened)
    with opened.write() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = ?", (version,))

    assert by_code(database(opened))["DOC-02"] == status
    opened.dispose()


def test_what_is_no_database_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "x.sqlite3").write_bytes(b"not a database at all" * 100)

    assert by_code(database(Database(told(tmp_path).database_url))) == {"DOC-01": "error"}


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("postgresql://db.example/bangdan", "warning"),
        ("postgresql://db.example/bangdan?sslmode=require", "warning"),
        ("postgresql:///bangdan?host=db.example", "warning"),
        ("postgresql://db.example/bangdan?sslmode=verify-full&connect_timeout=1", "ok"),
        ("postgresql://localhost:1/bangdan", None),
        ("postgresql:///bangdan?host=/nowhere", None),
    ],
)
def test_a_line_to_a_database_elsewhere_that_is_not_proven_is_told(address: str, status: str | None) -> None:
    here = make_url(address).set(drivername="postgresql+psycopg")
    far = here.update_query_dict({"hostaddr": "127.0.0.1", "port": "1"}) if status else here
    assert by_code(database(Database(far.render_as_string(hide_password=False)))).get("DOC-06") == status


def test_a_clock_that_jumped_or_is_behind_the_history_is_told(quick: House) -> None:
    turn(quick.office, quick.campaign, at=DURING)
    real = datetime.now(UTC)

    well = list(clock(quick.office.database, lambda: datetime.now(UTC), jump=timedelta(), open_=True))
    slow = list(clock(quick.office.database, lambda: DURING - timedelta(days=1), jump=timedelta(seconds=9), open_=True))

    assert not bad(well)
    assert [str(each.status) for each in slow][:3] == ["warning", "error", "error"]
    assert real.year >= 2026


def test_a_clock_that_the_house_is_in_doubt_about_is_told(quick: House) -> None:
    now = read()
    ahead = distance(now) - timedelta(hours=1).total_seconds()
    with quick.office.database.write() as connection:
        connection.execute(insert(ClockBaseline), {"boot": boot(), "ahead": ahead})

    found = list(clock(quick.office.database, lambda: datetime.now(UTC), jump=timedelta(), open_=True))

    assert [(str(each.status), each.zh) for each in found if "存疑" in each.zh] == [
        ("error", "时钟存疑：跳变了3600.0秒，到期事项已暂停")
    ]


def test_a_clock_that_nobody_can_watch_is_told(
    quick: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    monkeypatch.setattr("engine.clock.BOOT", tmp_path / "hidden")
    found = list(clock(quick.office.database, lambda: datetime.now(UTC), jump=timedelta(), open_=True))

    assert [str(each.status) for each in found if "无从察觉" in each.zh] == ["warning"]


def test_the_database_servers_clock_is_asked(postgres_database_url: str) -> None:
    opened = Database(postgres_database_url)
    schema.bring_up(opened)

    found = list(clock(opened, lambda: datetime.now(UTC) + timedelta(minutes=5), jump=timedelta(), open_=True))
    opened.dispose()

    assert [str(each.status) for each in found if "database server" in each.en] == ["error"]


def test_each_store_has_room_or_it_is_told(tmp_path: Path) -> None:
    assert {each.code for each in disks(told(tmp_path))} == {"DOC-20"}


@pytest.mark.skipif(os.name != "posix", reason="there are no modes")
@pytest.mark.parametrize(("mode", "status"), [(0o644, "warning"), (0o640, "ok"), (0o600, "ok")])
def test_files_that_everybody_can_read_are_told(tmp_path: Path, mode: int, status: str) -> None:
    path = tmp_path / "x.sqlite3"
    path.touch()
    path.chmod(mode)

    assert by_code(files(told(tmp_path))) == {"DOC-80": status}


def test_without_a_mail_server_letters_are_files_and_no_name_is_asked_for(tmp_path: Path) -> None:
    settings = told(tmp_path)

    assert by_code(mail(settings, at=NOW)) == {"DOC-30": "warning"}
    assert list(sender(settings, Resolver())) == []


def test_a_mail_server_that_is_not_there_is_an_error_with_advice(tmp_path: Path) -> None:
    settings = told(tmp_path, smtp_host="127.0.0.1", smtp_port=1, smtp_tls="none", mail_from=f"office@{DOMAIN}")

    (found,) = mail(settings, at=NOW)

    assert (str(found.status), found.todo[0] != "") == ("error", True)


@pytest.mark.parametrize(
    ("changed", "code", "status"),
    [
        ({}, "DOC-40", "ok"),
        ({(DOMAIN, "TXT"): []}, "DOC-40", "warning"),
        ({(DOMAIN, "TXT"): ['"v=spf1 +all"']}, "DOC-40", "warning"),
        ({(DOMAIN, "TXT"): ['"v=spf1 -all"', '"v=spf1 mx -all"']}, "DOC-40", "error"),
        ({(DOMAIN, "TXT"): ['"v=spf1 include:" "spf.example -all"']}, "DOC-40", "ok"),
        ({}, "DOC-41", "ok"),
        ({(f"_dmarc.{DOMAIN}", "TXT"): []}, "DOC-41", "warning"),
        ({}, "DOC-42", "ok"),
        ({(DOMAIN, "MX"): []}, "DOC-42", "warning"),
        ({(DOMAIN, "MX"): ["0 ."]}, "DOC-42", "warning"),
    ],
)
def test_the_senders_records_are_read(
    tmp_path: Path, changed: dict[tuple[str, str], list[str]], code: str, status: str
) -> None:
    settings = told(tmp_path, smtp_host="mail.award.example", mail_from=f"office@{DOMAIN}")

    with name_server({**WELL, **changed}) as ask:
        assert by_code(sender(settings, ask))[code] == status


def test_names_that_nobody_could_be_asked_for_are_unknown(tmp_path: Path) -> None:
    def ask(_name: str, _kind: str) -> tuple[str, ...]:
        raise NoAnswerYet("no network")

    settings = told(tmp_path, smtp_host="mail.award.example", mail_from=f"office@{DOMAIN}")

    assert by_code(sender(settings, ask)) == {"DOC-40": "unknown", "DOC-41": "unknown", "DOC-42": "unknown"}


@pytest.mark.parametrize(("month", "status"), [(11, "unknown"), (12, "warning")])
def test_next_years_holidays_are_not_published_yet_or_late(month: int, status: str) -> None:
    far = max(year for year in range(2026, 2100) if _known(year))

    found = [str(each.status) for each in holidays(Workdays(), at=datetime(far, month, 1, tzinfo=UTC))]

    assert found == ["ok", status]


def _known(year: int) -> bool:
    return str(next(holidays(Workdays(), at=datetime(year, 1, 1, tzinfo=UTC))).status) == "ok"


def test_the_whole_goes_on_when_there_is_no_database(tmp_path: Path) -> None:
    patient = Patient(told=told(tmp_path), workdays=Workdays(), letters=ROOT / "templates" / "letters",
                      now=lambda: datetime.now(UTC), stopwatch=lambda: 0.0, ask=Resolver())  # fmt: skip

    found = list(examine(patient))

    assert {"DOC-01", "DOC-10", "DOC-20", "DOC-30", "DOC-50", "DOC-62", "DOC-70", "DOC-80"} == {
        each.code for each in found
    }
    assert not bad(found)
