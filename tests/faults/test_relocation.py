"""The house moves with every row, is open in one place at a time, and lets nothing out before it has arrived."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update
from sqlalchemy.engine import URL

from engine import muting, schema
from engine.backups.making import back_up
from engine.backups.restoring import restore
from engine.clock import now
from engine.database import Database
from engine.office import Office
from engine.proving import prove
from engine.relocation import arriving, standing
from engine.relocation import leaving as left
from engine.relocation.arriving import alone, target_at
from engine.relocation.moving_house import Mover, Relocated, Step
from engine.relocation.surveying import survey
from engine.tables import Nomination
from notifications.claims import claim
from notifications.muting import in_force
from notifications.tables import LETTER
from tests.builders import House
from tests.events import told
from tests.leaving import house_to_move
from tests.small import DURING, FINAL, OFFICE, draft, new_unit, small_house, states
from workflows.reasons import Refused

Tell = Callable[[Step], None]


class CutOff(Exception):
    """Something ends the mover in its middle."""


@pytest.fixture
def leaving(sqlite_database_url: str) -> Iterator[House]:
    database = Database(sqlite_database_url)
    yield house_to_move(database)
    database.dispose()


@pytest.fixture
def target(postgres_database_url: str) -> Iterator[Database]:
    database = Database(postgres_database_url)
    yield database
    database.dispose()


def moved(
    house: House, target: Database, tell: Tell = lambda _: None, pause: Callable[[], None] = lambda: None
) -> Relocated:
    return Mover(office=house.office, target=target, actor=OFFICE, tell=tell, pause=pause)()


def at_the(phase: str, do: Callable[[], None]) -> Tell:
    """`do`, once, at the first step of a phase."""
    there: list[Step] = []

    def tell(step: Step) -> None:
        if step.phase == phase and not there:
            there.append(step)
            do()

    return tell


def cut_off() -> None:
    raise CutOff


def half_way(house: House, target: Database) -> None:
    """A move that was cut off when everything was copied."""
    with pytest.raises(CutOff):
        moved(house, target, at_the("compare", cut_off))


def code(refused: pytest.ExceptionInfo[Refused]) -> str:
    return refused.value.reasons[0].code


def at(house: House, database: Database) -> House:
    """The same campaign, in another database."""
    schema.bring_up(database)
    return House(office=Office(database=database), campaign=house.campaign)


def due(database: Database) -> list[str]:
    """The letters that a sender gets, by their keys."""
    with database.write() as connection:
        held = claim(connection, at=DURING, worker="w", limit=100, lease_until=now() + timedelta(minutes=20),
                     repeat_at=DURING)  # fmt: skip
        return sorted(letter.key for letter in held)


def test_the_house_goes_on_in_the_other_database_where_it_stopped(leaving: House, target: Database) -> None:
    before = states(leaving)
    with leaving.read() as work:
        events = len(told(work.connection))

    found = moved(leaving, target)

    there = at(leaving, target)
    assert (found.rows["event"], found.letters) == (events + 1, len(due(target)))  # and the mute
    assert states(there) == before
    with there.read() as work:
        assert [each.verb for each in told(work.connection)][-2:] == ["mute", "unmute"]
    unit_id = new_unit(there, "乙学会")
    with there.write(DURING, OFFICE) as work:
        draft(work, unit_id, "新的一项")
    assert prove(there.office, there.campaign, at=FINAL).faults == ()


def test_the_old_house_opens_for_nobody_and_says_where_it_lives(leaving: House, target: Database) -> None:
    moved(leaving, target)

    with pytest.raises(Refused) as opening:
        schema.bring_up(leaving.office.database)
    with pytest.raises(Refused) as writing, leaving.write(DURING, OFFICE) as work:
        draft(work, 1, "太晚")

    assert code(opening) == code(writing) == "MOV-02"
    assert str(opening.value.reasons[0].facts["place"]) in opening.value.reasons[0].zh


def test_meanwhile_nothing_is_accepted_in_either_and_the_old_one_can_be_read(leaving: House, target: Database) -> None:
    half_way(leaving, target)

    with pytest.raises(Refused) as here, leaving.write(DURING, OFFICE) as work:
        draft(work, 1, "这时")
    with pytest.raises(Refused) as opening:
        schema.bring_up(target)
    with pytest.raises(Refused) as there, target.write() as connection:
        connection.execute(update(Nomination).values(title="改"))

    assert [code(each) for each in (here, opening, there)] == ["MOV-01", "MOV-03", "MOV-03"]
    assert states(leaving) == {"净水": "submitted"}


def test_meanwhile_no_letter_leaves_either_house(leaving: House, target: Database) -> None:
    half_way(leaving, target)

    with leaving.office.database.read() as old, target.read() as new:
        assert in_force(old) == in_force(new) is not None


def test_letters_that_a_server_has_are_waited_for(leaving: House, target: Database) -> None:
    waiting = due(leaving.office.database)
    sent = update(LETTER).where(LETTER.c.state == "claimed").values(state="sent", claimed_by=None, claimed_until=None)

    def server_answers() -> None:
        with leaving.office.database.write() as connection:
            connection.execute(sent)

    steps: list[Step] = []
    moved(leaving, target, steps.append, server_answers)

    assert steps[1] == Step(phase="letters", total=len(waiting))
    assert due(target) == []


def test_what_was_cut_off_goes_on_with_the_same_command(leaving: House, target: Database) -> None:
    half_way(leaving, target)

    copied: list[Step] = []
    found = moved(leaving, target, lambda step: copied.append(step) if step.phase == "copy" else None)

    assert copied == []
    assert found.rows["nomination"] == 1


def test_a_move_that_was_given_up_leaves_the_house_as_it_was(leaving: House, target: Database) -> None:
    half_way(leaving, target)

    left.abandon(leaving.office, OFFICE, at=DURING)

    with leaving.write(DURING, OFFICE) as work:
        draft(work, 1, "又可以了")
    assert due(leaving.office.database) != []
    with pytest.raises(Refused) as opening:
        schema.bring_up(target)
    assert code(opening) == "MOV-03"


def test_after_it_was_given_up_it_begins_anew(leaving: House, target: Database) -> None:
    half_way(leaving, target)
    left.abandon(leaving.office, OFFICE, at=DURING)
    with leaving.write(DURING, OFFICE) as work:
        work.connection.execute(update(LETTER).values(to_name="改名"))
        draft(work, 1, "后来的")

    moved(leaving, target)

    assert states(at(leaving, target)) == {"净水": "submitted", "后来的": "drafted"}


def test_whoever_left_the_house_cannot_give_up_leaving_it(leaving: House, target: Database) -> None:
    moved(leaving, target)

    with pytest.raises(Refused) as refused:
        left.abandon(leaving.office, OFFICE, at=DURING)

    assert code(refused) == "MOV-17"


def test_a_house_that_was_given_up_meanwhile_is_not_left(leaving: House, target: Database) -> None:
    def give_up() -> None:
        left.abandon(leaving.office, OFFICE, at=DURING)

    with pytest.raises(Refused) as refused:
        moved(leaving, target, at_the("prove", give_up))

    assert code(refused) == "MOV-16"


@pytest.mark.parametrize(
    ("change", "told_of"),
    [
        ("UPDATE nomination SET title = '别的'", "nomination [1]"),
        ("DELETE FROM event WHERE id = 3", "event [3]"),
        ("INSERT INTO unit_channel VALUES (1, 'zz')", "unit_channel [1, zz]"),
        ("UPDATE event SET role = 'unit' WHERE id = 2", "event [2]"),
    ],
)
def test_a_row_that_was_changed_behind_its_back_is_named(
    leaving: House, target: Database, change: str, told_of: str
) -> None:
    def behind_its_back() -> None:
        with target.write() as connection:
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
            connection.exec_driver_sql(change)

    half_way(leaving, target)
    behind_its_back()
    with pytest.raises(Refused) as refused:
        moved(leaving, target)

    assert code(refused) == "MOV-15"
    assert told_of in refused.value.reasons[0].zh
    with leaving.office.database.read() as connection:
        assert standing.under_way(connection) is not None


def test_a_mute_from_before_stays(leaving: House, target: Database) -> None:
    muting.mute(leaving.office, OFFICE, at=DURING, reason="先停一停")

    found = moved(leaving, target)

    assert found.letters is None
    with target.read() as connection:
        assert in_force(connection) is not None


def test_a_house_where_somebody_lives_is_left_alone(leaving: House, target: Database) -> None:
    small_house(target.url.render_as_string(hide_password=False)).office.database.dispose()
    with target.write() as connection:
        connection.exec_driver_sql("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")

    with pytest.raises(Refused) as refused:
        moved(leaving, target)

    assert code(refused) == "MOV-12"
    with leaving.office.database.read() as connection:
        assert standing.in_force(connection) is None


def test_a_house_that_was_only_looked_at_counts_as_empty(leaving: House, target: Database) -> None:
    schema.bring_up(target)
    with target.write() as connection:
        connection.exec_driver_sql("INSERT INTO clock_baseline VALUES ('another start', 1.5, NULL)")

    assert moved(leaving, target).rows["clock_baseline"] == 0


def test_two_movers_at_once_do_no_harm(leaving: House, target: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arriving, "PATIENCE", "100ms")
    with alone(target), pytest.raises(Refused) as refused:
        moved(leaving, target)

    assert code(refused) == "MOV-13"


def test_a_move_to_two_places_is_refused(leaving: House, target: Database, postgres_url: URL) -> None:
    half_way(leaving, target)

    with pytest.raises(Refused) as refused:
        survey(leaving.office, target_at(postgres_url.render_as_string(hide_password=False)))

    assert code(refused) == "MOV-11"


@pytest.mark.parametrize(
    "address", ["", "sqlite:///x.sqlite3", "mysql://h/x", "postgresql", "postgresql+asyncpg://h/x"]
)
def test_only_postgresql_is_moved_to(address: str) -> None:
    with pytest.raises(Refused) as refused:
        target_at(address)

    assert code(refused) == "MOV-10"


def test_only_an_sqlite_house_is_moved(target: Database) -> None:
    with pytest.raises(Refused) as refused:
        survey(Office(database=target), target)

    assert code(refused) == "MOV-10"


def test_a_server_that_is_away_is_named_without_its_password(leaving: House) -> None:
    away = target_at("postgresql://me:geheim@127.0.0.1:9/house")

    with pytest.raises(Refused) as refused:
        moved(leaving, away)

    assert code(refused) == "SCH-03"
    assert "geheim" not in str(refused.value)
    with leaving.office.database.read() as connection:
        assert standing.in_force(connection) is None


def test_a_backup_made_meanwhile_comes_back_free(leaving: House, target: Database, tmp_path: Path) -> None:
    half_way(leaving, target)
    back_up(leaving.office, tmp_path / "meanwhile", at=DURING)
    copied = Database(f"sqlite:///{tmp_path / 'copy.sqlite3'}")

    restore(tmp_path / "meanwhile", copied, at=DURING, actor="赵书")

    with at(leaving, copied).write(DURING, OFFICE) as work:
        draft(work, 1, "在副本里")
    copied.dispose()
