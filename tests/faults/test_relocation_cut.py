"""A move whose line to the new database is cut, at any word of it, and said again, ends the same."""

from __future__ import annotations

from functools import partial

import pytest
from sqlalchemy.engine import make_url

from engine.database import Database
from engine.office import Office
from engine.proving import prove
from tests.builders import House, add_unit
from tests.faults.cut_line import cut_line
from tests.faults.test_relocation import at_the, moved
from tests.faults.test_relocation_killed import CHANGED_BY_OPENING, rows
from tests.leaving import house_to_move
from tests.small import DURING, FINAL
from workflows.reasons import Refused


# A cursor or a connection whose line is gone can't be closed any more, only dropped.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize(
    ("phase", "word", "forwarded"),
    [
        pytest.param("hold", b"COPY", False, id="the first table is not begun"),
        pytest.param("copy", b"COMMIT", True, id="a table is there and nobody knows"),
        pytest.param("compare", b"SELECT", True, id="while comparing"),
        pytest.param("prove", b"SELECT", False, id="while proving"),
        pytest.param("open", b"COMMIT", True, id="it is open and nobody knows"),
        pytest.param("open", b"COMMIT", False, id="it is not opened"),
    ],
)
def test_cut_off_at_any_word_the_same_command_ends_it(
    sqlite_database_url: str, postgres_database_url: str, phase: str, word: bytes, forwarded: bool
) -> None:
    old = Database(sqlite_database_url)
    house = house_to_move(old)
    before = rows(old)
    with cut_line(make_url(postgres_database_url)) as line:
        new = Database(line.url)
        with pytest.raises(Refused) as cut:
            moved(house, new, at_the(phase, partial(line.cut_at, word, forwarded=forwarded)))
        new.dispose()
    with pytest.raises(Refused) as refused, house.write(DURING) as work:
        add_unit(work, "丁学会")

    there = Database(postgres_database_url)
    moved(house, there)

    found = rows(there)
    arrived = House(office=Office(database=there), campaign=house.campaign)
    codes = [each.value.reasons[0].code for each in (cut, refused)]
    assert codes in (["MOV-21", "MOV-01"], ["MOV-21", "MOV-02"])
    assert {name for name, held in before.items() if held != found[name]} <= CHANGED_BY_OPENING
    assert prove(arrived.office, arrived.campaign, at=FINAL).faults == ()
    old.dispose()
    there.dispose()
