"""The proof: whatever is changed behind the engine's back is named, and what was done properly is not."""

# ruff: noqa: S608 - tampering by raw SQL is the point, and nobody gives these tests any text

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import count
from threading import Barrier

import pytest
from sqlalchemy import Connection, insert, select, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import col

from engine import append_only, audit, campaigns, nominations
from engine.access import ENGINE
from engine.audit import GENESIS, Verdict, seal, verify
from engine.history import record, record_many
from engine.sweep import close
from engine.tables import Event, Seal, SealedEvent
from tests.builders import House
from tests.small import CLOSES, DURING, FILE, OFFICE, OPENED, SWEPT, draft, faults, new_unit, small_house


def _story(house: House) -> None:
    """A few nominations through some verbs and the closing."""
    unit = new_unit(house, "甲学会", "societies", "cities")
    with house.write(DURING) as work:
        keys = [draft(work, unit, title) for title in ("一", "二", "三")]
        nominations.submit(work, keys[0])
        nominations.submit(work, keys[1])
        nominations.return_(work, keys[1], reason="缺章")
    close(house.office, house.campaign, at=SWEPT)


def _seal(house: House) -> int:
    with house.office.write(house.campaign, ENGINE, at=CLOSES) as work:
        return seal(work)


def _verdict(house: House, *kept: str) -> Verdict:
    with house.read() as work:
        return verify(work, kept=kept)


def _behind_the_back(house: House, *statements: str) -> None:
    """As the owner of the database could: without triggers and without foreign keys."""
    with house.office.database.reshape() as connection:
        for table in append_only.TABLES:
            if house.office.database.sqlite:
                for verb in ("update", "delete"):
                    connection.execute(text(f"DROP TRIGGER IF EXISTS {table}_never_{verb}"))
            else:
                connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER ALL"))
        for statement in statements:
            connection.execute(text(statement))


def test_an_honest_history_has_no_faults_sealed_or_not(small: House) -> None:
    _story(small)
    unsealed = _verdict(small)
    sealed = _seal(small)
    whole = _verdict(small, GENESIS)
    assert (unsealed.faults, unsealed.sealed, unsealed.head) == ((), 0, GENESIS)
    assert (whole.faults, whole.sealed, whole.events, whole.seals) == ((), sealed, unsealed.events, 1)


def test_each_seal_stands_on_the_one_before_and_only_what_is_new_is_sealed(quick: House) -> None:
    first = _seal(quick)
    _story(quick)
    second, nothing = _seal(quick), _seal(quick)
    with quick.read() as work:
        rows = work.connection.execute(select(Seal).order_by(col(Seal.id))).all()
    assert [(row.events, row.previous) for row in rows] == [(first, GENESIS), (second, rows[0].digest)]
    assert (nothing, _verdict(quick, *[row.digest for row in rows]).faults) == (0, ())


def test_what_is_too_much_for_one_seal_goes_under_the_next(quick: House, monkeypatch: pytest.MonkeyPatch) -> None:
    _story(quick)
    monkeypatch.setattr(audit, "BATCH", 4)
    counts = [_seal(quick) for _ in range(6)]
    total = _verdict(quick).events
    assert (counts, _verdict(quick).faults) == ([4] * (total // 4) + [total % 4] + [0] * (5 - total // 4), ())


def test_the_same_story_has_the_same_seal_on_both_databases(
    sqlite_database_url: str, postgres_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    heads = []
    for url in (sqlite_database_url, postgres_database_url):
        numbers = count()  # for ids and salts: with those of chance no two marks are the same
        monkeypatch.setattr("secrets.token_urlsafe", lambda _, numbers=numbers: f"{next(numbers):022}")
        house = small_house(url)
        _story(house)
        _seal(house)
        heads.append((_verdict(house).head, _verdict(house).sealed))
        house.office.database.dispose()
    assert heads[0] == heads[1]


CHANGES = {
    "at": "at = '2025-03-10 02:00:00.000001'",
    "role": "role = 'unit'",
    "actor": "actor = '别人'",
    "behalf": "behalf = '别人'",
    "subject": "subject = 'duty'",
    "subject_id": "subject_id = subject_id + 1",
    "verb": "verb = 'edit'",
    "from_state": "from_state = 'returned'",
    "to_state": "to_state = 'drafted'",
    "rows": """rows = '[]'""",
    "details": """details = '{"reason": "x"}'""",
    "words": """words = '{"reason": "x"}'""",
    "campaign_id": "campaign_id = 2",
    "id": "id = 999999",
}


def _ids(house: House, verb: str) -> list[int]:
    with house.read() as work:
        return [
            row or 0 for row in work.connection.execute(select(col(Event.id)).where(col(Event.verb) == verb)).scalars()
        ]


def test_there_is_a_change_to_try_for_every_column_of_an_event() -> None:
    assert set(CHANGES) == {column.name for column in Event.__table__.columns}  # type: ignore[attr-defined]


def test_a_change_of_any_field_of_a_sealed_event_is_named(small: House) -> None:
    text_ = FILE.read_text(encoding="utf-8").replace('"small-2025"', '"second"', 1)
    campaigns.open_campaign(small.office, text_, name="second.toml", actor=OFFICE, at=OPENED)
    _story(small)
    _seal(small)
    (event, *_) = _ids(small, "submit")
    said = {}
    for name, change in CHANGES.items():
        with small.office.database.write() as connection:
            _as_owner(connection, small)
            connection.execute(text(f"UPDATE event SET {change} WHERE id = {event}"))
            said[name] = _faults_in(small, connection)
            connection.rollback()
    assert {name: any("封存1" in each for each in found) for name, found in said.items()} == dict.fromkeys(
        CHANGES, True
    )
    assert faults(small) == ()


def _as_owner(connection: Connection, house: House) -> None:
    """Within one transaction that is taken back: no trigger and no foreign key is in the way."""
    if house.office.database.sqlite:
        for table in append_only.TABLES:
            for verb in ("update", "delete"):
                connection.execute(text(f"DROP TRIGGER {table}_never_{verb}"))
        connection.execute(text("PRAGMA defer_foreign_keys=ON"))
    else:
        connection.execute(text("SET LOCAL session_replication_role = replica"))


def _faults_in(house: House, connection: Connection) -> tuple[str, ...]:
    return verify(house.office.work(connection, house.campaign, ENGINE, DURING)).faults


@pytest.mark.parametrize(
    ("what", "statements"),
    [
        ("an event", ["DELETE FROM event WHERE id = {id}"]),
        (
            "an event with its link",
            ["DELETE FROM sealed_event WHERE event_id = {id}", "DELETE FROM event WHERE id = {id}"],
        ),
        ("a link", ["DELETE FROM sealed_event WHERE event_id = {id}"]),
        ("a seal", ["DELETE FROM sealed_event WHERE seal_id = 1", "DELETE FROM seal WHERE id = 1"]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_taken_out_is_missed(quick: House, what: str, statements: list[str]) -> None:
    _story(quick)
    _seal(quick)
    new_unit(quick, "乙学会")
    _seal(quick)
    event = _ids(quick, "submit")[0]
    _behind_the_back(quick, *[statement.format(id=event) for statement in statements])
    assert (what, faults(quick) != ()) == (what, True)


def test_two_events_that_changed_places_are_noticed(quick: House) -> None:
    _story(quick)
    _seal(quick)
    one, other = _ids(quick, "add")[:2]
    swaps = [(-1, one), (one, other), (other, -1)]
    _behind_the_back(quick, *[f"UPDATE event SET id = {new} WHERE id = {old}" for new, old in swaps])
    assert faults(quick) == ("封存1的内容被改动 / events under seal 1 were changed",)


def test_an_event_that_went_under_another_seal_is_noticed(quick: House) -> None:
    _seal(quick)
    _story(quick)
    _seal(quick)
    _behind_the_back(quick, "UPDATE sealed_event SET seal_id = 2 WHERE event_id = 1")
    assert [each.split("：")[0].split("应")[0] for each in faults(quick)] == ["封存1", "封存2"]


def test_a_tail_that_was_cut_off_shows_by_the_head_that_was_kept(quick: House) -> None:
    _seal(quick)
    first = _verdict(quick).head
    with quick.write(DURING) as work:  # something that no row tells of
        record(work, "campaign", work.campaign_id, "note", text="不便公开")
    _seal(quick)
    kept = _verdict(quick).head
    _behind_the_back(quick, "DELETE FROM sealed_event WHERE seal_id = 2", "DELETE FROM seal WHERE id = 2",
                     "DELETE FROM event WHERE verb = 'note'")  # fmt: skip
    assert (_verdict(quick).faults, _verdict(quick, first).faults) == ((), ())
    assert _verdict(quick, kept).faults == (f"所存封存值不在链中 / no seal has the digest that was kept: {kept}",)


def test_a_chain_that_was_written_anew_shows_by_the_head_that_was_kept(quick: House) -> None:
    _story(quick)
    _seal(quick)
    kept = _verdict(quick).head
    _behind_the_back(quick, "UPDATE event SET at = '2025-03-09 02:00:00' WHERE verb = 'submit'",
                     "DELETE FROM sealed_event", "DELETE FROM seal")  # fmt: skip
    _seal(quick)
    assert (_verdict(quick).faults, len(_verdict(quick, kept).faults)) == ((), 1)


def test_a_seal_in_the_chain_that_was_changed_is_noticed(quick: House) -> None:
    _seal(quick)
    _story(quick)
    _seal(quick)
    _behind_the_back(quick, "UPDATE seal SET digest = '0' WHERE id = 1")
    assert faults(quick) == (
        "封存1的内容被改动 / events under seal 1 were changed",
        "封存2与前一封存不衔接 / seal 2 does not follow the one before it",
    )


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("UPDATE nomination SET state = 'published' WHERE title = '一'",
         "nomination 1：历史为review，状态为published / history says review, the row says published"),
        ("DELETE FROM nomination WHERE title = '一'", "nomination 1：有历史而无此行 / there is a history and no row"),
        ("UPDATE duty SET state = 'accepted' WHERE kind = 'plan' AND track = 'people'",
         "duty 3：历史为owed，状态为accepted / history says owed, the row says accepted"),
    ],
)  # fmt: skip
def test_a_row_that_the_history_does_not_lead_to_is_named(quick: House, statement: str, fault: str) -> None:
    _story(quick)
    _behind_the_back(quick, statement)
    assert faults(quick)[0] == fault


@pytest.mark.parametrize(
    ("verb", "source", "target"),
    [("publish", "review", "published"), ("advance", "final", "eliminated"), ("submit", "review", "submitted"),
     ("reinstate", "review", "submitted"), ("draft", "review", "drafted")],
)  # fmt: skip
def test_an_unsealed_event_that_no_arrow_allows_is_named(quick: House, verb: str, source: str, target: str) -> None:
    _story(quick)
    with quick.write(DURING) as work:
        record(work, "nomination", 1, verb, source=source, target=target)
    _behind_the_back(quick, f"UPDATE nomination SET state = '{target}' WHERE title = '一'")
    assert faults(quick)[0].startswith("nomination 1：历史为None")


def test_the_database_itself_refuses_to_change_history(small: House) -> None:
    _story(small)
    _seal(small)
    keys = {"milestone_revision": "revision", "campaign_version": "number", "sealed_event": "seal_id"}
    statements = [f"DELETE FROM {table}" for table in append_only.TABLES]
    statements += [
        f"UPDATE {table} SET {key} = {key}" for table in append_only.TABLES for key in [keys.get(table, "id")]
    ]
    if not small.office.database.sqlite:
        statements += [f"TRUNCATE {table} CASCADE" for table in append_only.TABLES]
    for statement in statements:
        with pytest.raises(DBAPIError, match="append-only"), small.office.database.write() as connection:
            connection.execute(text(statement))
    assert faults(small) == ()


def test_one_campaigns_seal_says_nothing_of_anothers(quick: House) -> None:
    text_ = FILE.read_text(encoding="utf-8").replace('"small-2025"', '"second"', 1)
    key = campaigns.open_campaign(quick.office, text_, name="second.toml", actor=OFFICE, at=OPENED)
    second = House(office=quick.office, campaign=key)
    _story(quick)
    _story(second)
    _seal(second)
    sealed = _seal(quick)
    assert (sealed, _verdict(quick).sealed, _verdict(quick).events) == (sealed, sealed, sealed)
    assert (faults(quick), faults(second)) == ((), ())


def test_an_event_that_no_seal_will_take_is_named(quick: House) -> None:
    _story(quick)
    _seal(quick)
    _behind_the_back(quick, "DELETE FROM sealed_event WHERE event_id = 3", "UPDATE seal SET events = events - 1")
    assert "事件3未被封存 / event 3 is under no seal" in faults(quick)


def test_what_commits_after_a_later_event_was_sealed_is_sealed_next_however_much_it_is(
    postgres_database_url: str,
) -> None:
    house = small_house(postgres_database_url)
    with house.write(DURING) as slow:
        many = [slow.campaign_id] * 6_000
        record_many(slow, "campaign", many, "note", source=None, target=None, details={"text": "先写后存"})
        with house.write(DURING) as meanwhile:
            record(meanwhile, "campaign", meanwhile.campaign_id, "note", text="后写先存")
        first = _seal(house)
    second = sum(iter(lambda: _seal(house), 0))
    assert (_verdict(house).sealed, second, faults(house)) == (first + 6_000, 6_000, ())
    house.office.database.dispose()


def test_two_engines_sealing_at_once_make_one_chain(small: House, monkeypatch: pytest.MonkeyPatch) -> None:
    _story(small)
    monkeypatch.setattr(audit, "BATCH", 5)
    total, start = _verdict(small).events, Barrier(4)

    def engine(_: int) -> int:
        start.wait(20)
        return sum(_seal(small) for _ in range(3))

    with ThreadPoolExecutor(4) as pool:
        counts = list(pool.map(engine, range(4)))
    with small.read() as work:
        links = work.connection.execute(select(col(SealedEvent.event_id))).scalars().all()
    assert (sum(counts), len(set(links)), faults(small)) == (total, total, ())


def test_a_replaced_event_gets_by_the_trigger_and_not_by_the_seal(quick: House) -> None:
    _story(quick)
    _seal(quick)
    (event, *_) = _ids(quick, "submit")
    with quick.office.database.write() as connection:
        row = dict(connection.execute(select(Event).where(col(Event.id) == event)).one()._mapping)
        connection.execute(text("PRAGMA defer_foreign_keys=ON"))
        connection.execute(insert(Event).prefix_with("OR REPLACE"), {**row, "actor": "别人"})
    assert faults(quick)[0] == "封存1的内容被改动 / events under seal 1 were changed"


def test_what_commits_late_is_sealed_however_much_others_wrote_meanwhile(postgres_database_url: str) -> None:
    house = small_house(postgres_database_url)
    slow, fast = new_unit(house, "甲学会"), new_unit(house, "乙学会")
    _seal(house)

    with house.write(DURING) as late:
        draft(late, slow, "开始得早")
        with house.office.database.write() as other:
            other.execute(text("SELECT setval(pg_get_serial_sequence('event', 'id'), 200000)"))
        with house.write(DURING) as work:
            draft(work, fast, "开始得晚", track="inventions/light")
        _seal(house)

    assert _seal(house) == 1
    assert _verdict(house).faults == ()
    house.office.database.dispose()
