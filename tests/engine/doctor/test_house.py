"""What the examination says of a move to another database, and of the key of the host it is made on."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.accounts.house_key import house_keys
from engine.accounts.keys import keys_in
from engine.doctor.house import house
from engine.relocation.leaving import begin, leave
from tests.builders import House
from tests.engine.doctor.test_doctor import by_code, told
from tests.small import DURING, OFFICE

PLACE = "postgresql://award@db.example/award"


def test_a_house_that_never_moved_nor_used_a_key_has_nothing_to_say(quick: House, tmp_path: Path) -> None:
    assert list(house(quick.office.database, told(tmp_path))) == []


@pytest.mark.parametrize(("host", "status"), [("first", "ok"), ("second", "error"), ("without", "error")])
def test_the_key_of_a_host_is_compared_with_the_houses(quick: House, tmp_path: Path, host: str, status: str) -> None:
    house_keys(quick.office.database, tmp_path / "first.key", at=DURING)
    keys_in(tmp_path / "second.key")

    found = house(quick.office.database, told(tmp_path, key_file=tmp_path / f"{host}.key"))

    assert by_code(found) == {"DOC-81": status}


def test_a_key_file_that_others_can_read_is_told_with_the_reason(quick: House, tmp_path: Path) -> None:
    path = tmp_path / "open.key"
    house_keys(quick.office.database, path, at=DURING)
    path.chmod(0o644)

    (found,) = house(quick.office.database, told(tmp_path, key_file=path))

    assert (found.code, str(found.status), str(path) in found.en) == ("DOC-81", "error", True)


@pytest.mark.parametrize(("gone", "status"), [(False, "warning"), (True, "error")])
def test_a_house_that_is_being_moved_or_was_says_where_to(
    quick: House, tmp_path: Path, gone: bool, status: str
) -> None:
    move = begin(quick.office, OFFICE, place=PLACE, there=None, at=DURING)
    if gone:
        leave(quick.office.database, move, at=DURING)

    (found,) = house(quick.office.database, told(tmp_path))

    assert (found.code, str(found.status), PLACE in found.zh, PLACE in found.en) == ("DOC-07", status, True, True)
