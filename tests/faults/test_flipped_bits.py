"""A bit flipped anywhere in the database's file: it is named, or nothing that the history answers for has changed."""

# ruff: noqa: S608 - tampering by raw SQL is the point

from __future__ import annotations

import json
import random
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from engine import append_only
from engine.access import ENGINE
from engine.audit import seal
from engine.database import Database
from engine.office import Office
from engine.proving import prove
from engine.schema import METADATA, revisions
from tests.faults.campaigns_to_tamper_with import AFTER, played
from tests.faults.test_tampering import COVERED
from tests.small import small_house
from workflows.reasons import Refused

ROOT = Path(__file__).parents[2]
FLIPS = 120
SEED = 20250314
INSERTED = """INSERT INTO event SELECT 100000, campaign_id, at, role, actor, behalf, subject, subject_id, verb,
from_state, to_state, details, rows, words FROM event WHERE verb = 'select'"""


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a campaign that was carried through, as a backup would hold it."""
    folder = tmp_path_factory.mktemp("flipped")
    house = small_house(f"sqlite:///{folder / 'played.sqlite3'}")
    with house.office.database.write() as connection:
        connection.exec_driver_sql("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
        connection.exec_driver_sql("INSERT INTO alembic_version VALUES (?)", (revisions()[-1],))
    played(house)
    house.office.database.copy(folder / "whole.sqlite3")
    house.office.database.dispose()
    return folder / "whole.sqlite3"


def test_a_flipped_bit_is_named_or_has_changed_nothing_of_the_history(whole: Path, tmp_path: Path) -> None:
    rng, honest = random.Random(SEED), _held(whole)
    used = [position for position, byte in enumerate(whole.read_bytes()) if byte]  # most of a small file is empty
    places = [(rng.choice(used), 1 << rng.randrange(8)) for _ in range(FLIPS)]

    named, unnoticed = 0, []
    for position, bit in places:
        flipped = _flipped(whole, tmp_path / "flipped.sqlite3", position, bit)
        if _faults(flipped):
            named += 1
        elif _held(flipped) != honest:
            unnoticed.append((position, bit))

    assert (_faults(whole), unnoticed) == ((), [])
    assert named > FLIPS // 5  # the rest are letters, search keys, words for people, and free room


def _flipped(whole: Path, copy: Path, position: int, bit: int) -> Path:
    content = bytearray(whole.read_bytes())
    content[position] ^= bit
    copy.write_bytes(content)
    return copy


def _faults(file: Path) -> tuple[str, ...]:
    """What the proof says; what can't even be opened is refused in the driver's words."""
    database = Database(f"sqlite:///{file}", durable=False)
    try:
        return prove(Office(database=database), "small-2025", at=AFTER).faults
    except (Refused, DBAPIError) as error:
        return (str(error),)
    finally:
        database.dispose()


def _held(file: Path) -> dict[str, list[str]]:
    """Every value that the history answers for."""
    database = Database(f"sqlite:///{file}", durable=False)
    try:
        with database.read() as connection:
            return {
                name: sorted(
                    repr(tuple(row))
                    for row in connection.execute(
                        select(*(METADATA.tables[name].columns[key] for key in sorted(columns)))
                    )
                )
                for name, columns in COVERED.items()
            }
    finally:
        database.dispose()


# -- at the command line ----------------------------------------------------------------------------------------------


class Falsifier:
    """`bangdan audit` in a process of its own over a copy of the file, and a way to change the copy as its owner."""

    def __init__(self, whole: Path, folder: Path) -> None:
        self.file = folder / "bangdan.sqlite3"
        shutil.copy(whole, self.file)

    def sql(self, *statements: str) -> None:
        """As whoever has the file could: with another program, without the triggers."""
        with sqlite3.connect(self.file, isolation_level=None) as connection:
            for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
                connection.execute(f"DROP TRIGGER {name}")
            for statement in statements:
                connection.execute(statement)
        connection.close()

    def says(self, *words: str, lang: str = "zh") -> tuple[int, str]:
        """Exit code and everything that was said."""
        environment = {"PATH": "/usr/bin:/bin", "BANGDAN_DATABASE_URL": f"sqlite:///{self.file}", "BANGDAN_LANG": lang,
                       "COLUMNS": "200", "HOME": str(self.file.parent)}  # fmt: skip
        ran = subprocess.run([sys.executable, "-m", "bangdan", "audit", *words], cwd=ROOT, env=environment,
                             capture_output=True, text=True, check=False)  # fmt: skip
        return ran.returncode, ran.stdout + ran.stderr

    def cover_up(self) -> None:
        """Put the triggers back, as somebody careful would."""
        database = Database(f"sqlite:///{self.file}")
        with database.write() as connection:
            for table in append_only.PROTECTED:
                append_only.protect(connection, table)
        database.dispose()

    def seal_anew(self) -> None:
        """Work out every digest again, with the program's own means."""
        database = Database(f"sqlite:///{self.file}")
        with Office(database=database).write("small-2025", ENGINE, at=AFTER) as work:
            seal(work)
        database.dispose()

    def heads(self) -> list[str]:
        """Each head that there ever was, oldest first."""
        with sqlite3.connect(self.file) as connection:
            found = [str(row[0]) for row in connection.execute("SELECT digest FROM seal ORDER BY id")]
        connection.close()
        return found

    @property
    def head(self) -> str:
        return str(json.loads(self.says("head", "--json")[1])["head"])


@pytest.fixture
def falsifier(whole: Path, tmp_path: Path) -> Falsifier:
    return Falsifier(whole, tmp_path)


def test_the_command_says_that_an_honest_history_stands(falsifier: Falsifier) -> None:
    code, said = falsifier.says("verify", "--kept", falsifier.head)
    assert (code, said.splitlines()[-1]) == (0, "历史完整，与现状一致。")


def test_the_command_names_a_forged_title_and_a_missing_trigger_in_chinese(falsifier: Falsifier) -> None:
    falsifier.sql("UPDATE nomination SET title = '冒名', title_key = '冒名' WHERE title = '净水'")
    code, said = falsifier.says("verify")
    assert (code, "Traceback" in said) == (1, False)
    assert "防改触发器被撤除或改动" in said
    assert "内容与历史所记不符" in said


def test_the_command_says_of_a_broken_file_that_it_is_damaged(falsifier: Falsifier) -> None:
    content = bytearray(falsifier.file.read_bytes())
    for page in range(4096 * 4, len(content), 4096):
        content[page : page + 64] = bytes(64)
    falsifier.file.write_bytes(content)
    code, said = falsifier.says("verify")
    assert (code in (1, 4), "Traceback" in said, "损坏" in said or "malformed" in said) == (True, False, True)


def test_a_tail_that_was_cut_off_shows_only_by_a_head_that_was_kept(falsifier: Falsifier) -> None:
    kept = falsifier.head
    last = "(SELECT max(id) FROM seal)"
    of_last = f"(SELECT event_id FROM sealed_event WHERE seal_id = {last})"
    falsifier.sql(
        f"DELETE FROM event WHERE id IN {of_last}",
        f"DELETE FROM sealed_event WHERE seal_id = {last}",
        f"DELETE FROM seal WHERE id = {last}",
    )
    falsifier.cover_up()
    assert falsifier.says("verify")[0] == 0  # said in docs/promises.md: without a head it can't be seen
    code, said = falsifier.says("verify", "--kept", kept)
    assert (code, said.splitlines()[-1]) == (1, f"所存封存值不在链中 / no seal has the digest that was kept: {kept}")


def test_a_chain_that_was_written_anew_shows_by_any_head_that_was_kept(falsifier: Falsifier) -> None:
    receipts = falsifier.heads()[3:6]
    forged = "UPDATE event SET at = '2025-03-03 09:00:00.000000' WHERE verb = 'remind'"
    falsifier.sql(forged, "DELETE FROM sealed_event", "DELETE FROM seal")
    falsifier.seal_anew()
    falsifier.cover_up()
    assert falsifier.says("verify")[0] == 0
    code, said = falsifier.says("verify", *(word for head in receipts for word in ("--kept", head)))
    assert (code, said.count("所存封存值不在链中")) == (1, 3)


@pytest.mark.parametrize(
    "statements",
    [
        ("UPDATE event SET id = -1 WHERE id = 30", "UPDATE event SET id = 30 WHERE id = 31",
         "UPDATE event SET id = 31 WHERE id = -1"),
        ("DELETE FROM event WHERE id = 30",),
        ("DELETE FROM sealed_event WHERE event_id = 30", "DELETE FROM event WHERE id = 30"),
        (INSERTED,),
    ],
    ids=["swapped", "deleted", "deleted with its link", "inserted"],
)  # fmt: skip
def test_an_event_that_was_swapped_deleted_or_inserted_is_named(
    falsifier: Falsifier, statements: tuple[str, ...]
) -> None:
    falsifier.sql(*statements)
    falsifier.cover_up()
    code, said = falsifier.says("verify")
    assert (code, "历史完整" in said, "Traceback" in said) == (1, False, False)
