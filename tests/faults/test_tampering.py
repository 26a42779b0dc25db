"""History can't be changed unnoticed: whatever is falsified in the database behind the engine's back is named.

`COVERED` and `LEFT_OUT` together name every column that there is, so a new one has to be decided about.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Column, Table, select, update

from engine import audit
from engine.schema import METADATA
from engine.witness import HELD
from tests.builders import House
from tests.faults.campaigns_to_tamper_with import AFTER, as_owner, faults_in, played
from tests.small import faults, small_house

COVERED: dict[str, set[str]] = {
    **{str(table.__tablename__): {*held} for table, held in HELD.items()},
    "event": {"id", "campaign_id", "at", "role", "actor", "behalf", "subject", "subject_id", "verb", "from_state",
              "to_state", "details", "words", "rows"},
    "event_word": {"mark", "salt", "value"},
    "seal": {"id", "campaign_id", "events", "previous", "digest"},
    "sealed_event": {"event_id", "seal_id"},
    "campaign": {"source", "digest"},
    "track_tally": {"campaign_id", "track", "state", "n"},
    "unit_tally": {"unit_id", "track", "state", "n"},
    "nomination_key": {"nomination_id", "words"},
    "unit_key": {"unit_id", "words"},
}  # fmt: skip
COVERED["nomination"] |= {"campaign_id", "state", "selected", "correct_by", "resume_state", "returned_from"}
COVERED["duty"] |= {"campaign_id", "state"}
COVERED["campaign_version"] |= {"campaign_id", "source"}
for each in ("unit", "milestone_revision", "milestone_class", "milestone_actual", "quota_change", "objection",
             "laureate"):  # fmt: skip
    COVERED[each].add("campaign_id")

WORDS = "the event has these words, or the name; here they would outlive their erasure"
PEOPLE = "how to reach a person: changes in the roster without being a step of the campaign; the verb is in the history"
COUNTER = "a version that only tells processes to read anew, or refuses a change that was based on an old look"
NUMBER = "the row's number, to which nothing points"
SEARCH = "how something is found and sorted; worked out again from the name"
SIGNING_IN = "who may come in is asked anew at each request; what was granted or taken is in the history"
POST = "the mail room's own book: what was asked for is in the history, and a key makes each letter unique"
WORK = "what is under way; nothing of it counts before a verb of the history"
LEFT_OUT: dict[str, str] = {
    # A whole table, or one column.
    **dict.fromkeys(("account", "membership", "desk_session", "sign_in_failure", "sign_in_link", "sign_in_place",
                     "api_token", "api_pace", "key_mark", "feed", "second_factor", "account_here"), SIGNING_IN),
    "organiser": "in whose name letters go out: nothing of the campaign's course",
    "campaign.organiser_id": "whose people may come in, as a membership says it of one person",
    "relocation": "whether the house is here or has moved: it shuts doors, and opens none that the history knows of",
    **dict.fromkeys(("letter", "letter_bytes", "call", "mute", "post_grant", "post_stop", "webhook",
                     "webhook_delivery"), POST),
    **dict.fromkeys(("circular", "held_upload", "proposal", "request"), WORK),
    **dict.fromkeys(("export_order", "export_piece"), "a copy for one reader of what is covered where it stands"),
    "contact": PEOPLE,
    "clock_baseline": "what the machine's clock is compared with; every event bears its own instant",
    "event_word.campaign_id": "in whose history the words stand; the mark, which is sealed, says it too",
    "event_word.holder": "by which one name is held once; the mark is sealed",
    "done": "what the calendar asked for once; without the row it is asked for again, and the letter's key stops it",
    "closing_part": "numbers of a closing that is under way; each nomination's own event bears what happened to it",
    "seal.at": "when it was sealed; each event bears its own instant",
    "campaign.id": "what every other row points to",
    "campaign.key": "its name in commands; the file, which is covered, says it too",
    "campaign.source_name": "the name that the file had; each version's is covered",
    "campaign.opened_at": "the event of the opening bears it",
    "campaign.calendar_version": COUNTER,
    "campaign.quota_version": COUNTER,
    "campaign.turned_at": "when the engine last looked",
    "campaign.closed": "shuts out who comes late to the lock; every submission is compared with the instant itself",
    **dict.fromkeys(("campaign_version.reason", "campaign_version.actor", "milestone_revision.reason",
                     "milestone_revision.actor", "milestone_actual.actor", "unit.name", "unit.name_key",
                     "quota_change.reason", "quota_change.actor", "distinction.reason", "distinction.actor",
                     "promotion.note", "promotion.actor", "objection.name", "objection.organisation",
                     "objection.contact", "objection.text", "objection.settled_by", "objection.settlement"), WORDS),
    **dict.fromkeys(("nomination.applicant_contact", "nomination.applicant_phones", "nomination.applicant_email"),
                    PEOPLE),
    **dict.fromkeys(("nomination.earlier", "nomination.undecided"),
                    "worked out from the title, the applicant and the laureates; a waiver is covered"),
    "nomination.changed_at": "when its row was last written; every event bears its instant",
    "duty.changed_at": "the same",
    "nomination.version": COUNTER, "duty.version": COUNTER,
    "promotion.id": NUMBER, "objection.id": NUMBER, "laureate.id": NUMBER,
    **dict.fromkeys(("nomination_key.campaign_id", "nomination_key.unit_id", "nomination_key.initials",
                     "nomination_key.sounds", "nomination_key.title_order", "unit_key.campaign_id",
                     "unit_key.initials", "unit_key.sounds", "unit_key.name_order"), SEARCH),
}  # fmt: skip


@pytest.fixture(scope="module")
def sqlite_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Played once; each test takes back what it changed."""
    house = small_house(f"sqlite:///{tmp_path_factory.mktemp('played') / 'bangdan.sqlite3'}")
    played(house)
    yield house
    house.office.database.dispose()


def test_each_column_is_covered_or_is_left_out_for_a_reason() -> None:
    there = {f"{table.name}.{column.name}" for table in METADATA.sorted_tables for column in table.columns}
    covered = {f"{table}.{column}" for table, columns in COVERED.items() for column in columns}
    left_out = {name for name in there if name in LEFT_OUT or name.partition(".")[0] in LEFT_OUT}
    assert (there - covered - left_out, covered & left_out, covered - there) == (set(), set(), set())


def test_the_campaign_that_is_tampered_with_is_honest_and_holds_every_table(sqlite_house: House) -> None:
    with sqlite_house.read() as work:
        counts = {name: len(work.connection.execute(select(METADATA.tables[name])).all()) for name in COVERED}
        verdict = audit.verify(work)
    assert (verdict.faults, verdict.sealed, [name for name, n in counts.items() if not n]) == ((), verdict.events, [])
    assert (verdict.events >= 100, verdict.seals >= 10) == (True, True)


def test_a_change_in_any_covered_column_is_named(sqlite_house: House) -> None:
    assert _unnoticed(sqlite_house) == []
    assert faults(sqlite_house) == ()


def test_a_change_in_any_covered_column_is_named_on_postgresql_too(postgres_database_url: str) -> None:
    house = small_house(postgres_database_url)
    played(house)
    unnoticed = _unnoticed(house, rows=1)
    honest = faults(house)
    house.office.database.dispose()
    assert (unnoticed, honest) == ([], ())


def _unnoticed(house: House, *, rows: int = 2) -> list[str]:
    """The columns in which the first or the last row could be changed without a word from the proof."""
    found = []
    for name, columns in COVERED.items():
        table = METADATA.tables[name]
        for column in (table.columns[key] for key in sorted(columns)):
            with as_owner(house) as connection:
                for row in _ends(table, connection)[:rows]:
                    with connection.begin_nested() as savepoint:
                        same = (key == row._mapping[key.name] for key in table.primary_key)
                        changed = {column.name: _other(column, row._mapping[column.name])}
                        connection.execute(update(table).where(*same).values(changed))
                        if not faults_in(house, connection):
                            found.append(f"{name}.{column.name}: {row} became {changed}")
                        savepoint.rollback()
    return found


def _ends(table: Table, connection: Any) -> list[Any]:
    """The first and the last row; of counters one that counts something, of nominations one of each state."""
    rows = connection.execute(select(table).order_by(*table.primary_key)).all()
    if "n" in table.columns:
        rows = [row for row in rows if row.n]
    if table.name == "duty":
        rows = [row for row in rows if row.document]
    return [rows[0], rows[-1]] if len(rows) > 1 else rows


def _other(column: Column[Any], value: Any) -> Any:
    """Another value that the column can hold, as near as another row does not have it."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, datetime):
        return value + timedelta(microseconds=1)
    if isinstance(value, int | float):
        return -value - 1  # a number that no other row has
    if isinstance(value, str):
        return f"{value[:-1]}{chr(ord(value[-1]) ^ 1)}" if value else "x"
    if isinstance(value, dict | list):
        return [] if value else ["x"]
    return {"DATETIME": AFTER, "INTEGER": 1, "BIGINT": 1, "FLOAT": 1.5, "JSON": {"x": "y"}}.get(
        str(column.type).partition("(")[0], "drafted" if column.name.endswith("state") else "x"
    )
