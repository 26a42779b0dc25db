"""A backup holds the whole house and proves it; what is restored from it is the same, and lets no letter out."""

from __future__ import annotations

import json
import stat
import zipfile
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlmodel import col

from engine import muting, schema, units
from engine.backups.making import DATABASE, MANIFEST, back_up
from engine.backups.restoring import Restored, restore
from engine.database import Database
from engine.office import Office
from engine.sealed import seal_head
from engine.tables import Event, Nomination
from engine.turn import turn
from notifications.tables import LETTER
from tests.builders import House, add_submitted, letters
from tests.events import told
from tests.small import AUDITOR, DURING, OFFICE, OPENED, REVIEW, new_unit, states
from workflows.reasons import FileRefused, Refused


@pytest.fixture
def busy(quick: House) -> House:
    """A house with a submitted nomination, letters, and a sealed history; its tables are of the last migration."""
    with quick.office.database.write() as connection:
        connection.exec_driver_sql("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
        connection.exec_driver_sql("INSERT INTO alembic_version VALUES (?)", (schema.revisions()[-1],))
    unit_id = new_unit(quick)
    with quick.write(DURING, OFFICE) as work:
        units.add_contact(work, name="王秘书", email="wang@unit.example", unit_id=unit_id)
        add_submitted(work, unit_id, "净水", track="inventions/water")
    turn(quick.office, quick.campaign, at=DURING)
    return quick


@pytest.fixture
def backup(busy: House, tmp_path: Path) -> Path:
    target = tmp_path / "house.backup"
    back_up(busy.office, target, at=DURING)
    return target


def taken_back(backup: Path, folder: Path) -> tuple[Restored, Office]:
    """The house that was restored into `folder`."""
    database = Database(f"sqlite:///{folder / 'restored.sqlite3'}")
    return restore(backup, database, at=REVIEW, actor="赵书"), Office(database=database)


def rewritten(backup: Path, **parts: bytes) -> Path:
    """The backup with other content under the same names."""
    changed = backup.with_suffix(".changed")
    with zipfile.ZipFile(backup) as before, zipfile.ZipFile(changed, "w") as after:
        for name in before.namelist():
            after.writestr(name, parts.get(name.partition(".")[0], before.read(name)))
    return changed


def codes(refused: pytest.ExceptionInfo[Any]) -> list[str]:
    return [reason.code for reason in refused.value.reasons]


def test_a_backup_says_what_it_holds_and_is_its_owners(busy: House, tmp_path: Path) -> None:
    target = tmp_path / "house.backup"

    made = back_up(busy.office, target, at=DURING)

    with busy.read() as work:
        head, events = seal_head(work).head, len(work.connection.execute(select(col(Event.id))).all())
    assert [(held.key, held.head, held.events) for held in made.campaigns] == [("small-2025", head, events)]
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    with zipfile.ZipFile(target) as archive:
        assert archive.namelist() == [DATABASE, MANIFEST]
        assert json.loads(archive.read(MANIFEST))["digest"] == made.digest


def test_what_was_restored_is_what_was_backed_up(busy: House, backup: Path, tmp_path: Path) -> None:
    _, office = taken_back(backup, tmp_path)

    assert states(House(office=office, campaign="small-2025")) == states(busy) == {"净水": "submitted"}


def test_the_house_goes_on_and_the_backup_is_of_its_moment(busy: House, backup: Path, tmp_path: Path) -> None:
    with busy.write(DURING, OFFICE) as work:
        work.connection.execute(update(Nomination).values(title="改过"))

    _, office = taken_back(backup, tmp_path)

    assert list(states(House(office=office, campaign="small-2025"))) == ["净水"]


def test_a_restored_house_is_muted_until_somebody_says_that_it_is_the_real_one(backup: Path, tmp_path: Path) -> None:
    restored, office = taken_back(backup, tmp_path)
    house = House(office=office, campaign="small-2025")
    with house.read() as work:
        muted = muting.must_be_muted(work.connection)

    count = muting.unmute(office, OFFICE, at=REVIEW, waiting="park")

    with house.read() as work:
        after = {letter.state for letter in letters(work)}
        by = [each.actor for each in told(work.connection, col(Event.verb) == "unmute")]
    assert (muted.since, muted.actor, restored.waiting, count > 0) == (REVIEW, "赵书", count, True)
    assert (after, by) == ({"parked"}, ["赵书"])


@pytest.mark.parametrize(("held", "becomes"), [("claimed", "ready"), ("dot", "ready")])
def test_what_was_on_its_way_is_free_again_and_its_outcome_is_not_guessed(
    busy: House, tmp_path: Path, held: str, becomes: str
) -> None:
    with busy.write(DURING, OFFICE) as work:
        work.connection.execute(update(LETTER).values(state=held, claimed_by="w/1", claimed_until=DURING))
    target = tmp_path / "later.backup"
    back_up(busy.office, target, at=DURING)

    _, office = taken_back(target, tmp_path)

    with House(office=office, campaign="small-2025").read() as work:
        assert {(one.state, one.unknowns, one.claimed_by) for one in letters(work)} == {
            (becomes, int(held == "dot"), None)
        }


def test_what_is_there_is_never_overwritten(busy: House, backup: Path) -> None:
    before = backup.read_bytes()
    with pytest.raises(Refused) as made:
        back_up(busy.office, backup, at=DURING)
    with pytest.raises(Refused) as restored:
        restore(backup, busy.office.database, at=REVIEW, actor="赵书")

    assert (codes(made), codes(restored)[0], backup.read_bytes()) == (["BAK-02"], "BAK-02", before)


def test_a_journal_that_lies_about_is_not_taken_for_this_ones(backup: Path, tmp_path: Path) -> None:
    (tmp_path / "restored.sqlite3-wal").write_bytes(b"old")

    with pytest.raises(Refused) as refused:
        taken_back(backup, tmp_path)

    assert codes(refused) == ["BAK-02"]


def test_another_content_than_was_backed_up_is_refused(backup: Path, tmp_path: Path) -> None:
    with pytest.raises(FileRefused) as refused:
        taken_back(rewritten(backup, bangdan=b"SQLite format 3\0"), tmp_path)

    assert (codes(refused), (tmp_path / "restored.sqlite3").exists()) == (["BAK-04"], False)


@pytest.mark.parametrize("content", [b"", b"no zip at all", b"PK\x03\x04 and then nothing"])
def test_what_is_no_backup_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "some.file"
    path.write_bytes(content)

    with pytest.raises(FileRefused) as refused:
        taken_back(path, tmp_path)

    assert codes(refused) == ["BAK-03"]


@pytest.mark.parametrize("manifest", [b"{}", b"[]", b"{", b'{"format": 2}', b'{"format": 1, "campaigns": 3}'])
def test_a_manifest_that_says_too_little_is_refused(backup: Path, tmp_path: Path, manifest: bytes) -> None:
    with pytest.raises(FileRefused) as refused:
        taken_back(rewritten(backup, manifest=manifest), tmp_path)

    assert codes(refused) == ["BAK-03"]


def test_a_history_that_was_changed_is_not_restored(busy: House, tmp_path: Path) -> None:
    with busy.office.database.write() as connection:
        connection.exec_driver_sql("DROP TRIGGER event_never_update")
        connection.exec_driver_sql("UPDATE event SET actor = '别人' WHERE verb = 'submit'")
    target = tmp_path / "changed.backup"
    back_up(busy.office, target, at=DURING)

    with pytest.raises(FileRefused) as refused:
        taken_back(target, tmp_path)

    assert set(codes(refused)) == {"BAK-05"}


def test_postgresql_has_a_tool_of_its_own(postgres_database_url: str, tmp_path: Path) -> None:
    office = Office(database=Database(postgres_database_url))

    with pytest.raises(Refused) as made:
        back_up(office, tmp_path / "house.backup", at=DURING)
    with pytest.raises(Refused) as restored:
        restore(tmp_path / "house.backup", office.database, at=DURING, actor="赵书")

    assert (codes(made), codes(restored)) == (["BAK-01"], ["BAK-01"])
    office.database.dispose()


def test_only_the_office_mutes_and_it_says_why(small: House) -> None:
    told = [muting.mute(small.office, OFFICE, at=OPENED, reason="演练") for _ in range(2)]
    with pytest.raises(Refused) as of_auditor:
        muting.mute(small.office, AUDITOR, at=OPENED, reason="不许")
    muting.unmute(small.office, OFFICE, at=OPENED, waiting="send")
    with pytest.raises(Refused) as twice:
        muting.unmute(small.office, OFFICE, at=OPENED, waiting="send")

    assert (told, codes(of_auditor), codes(twice)) == ([True, False], ["ROL-02"], ["MUT-01"])
