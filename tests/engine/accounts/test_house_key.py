"""One key for every host of a house: the first that is used is noted, and no process goes by another."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlmodel import col

from engine.accounts.house_key import house_keys, noted, renew
from engine.accounts.keys import keys_in
from engine.backups import entries
from engine.tables import Event
from tests.builders import House
from tests.events import told
from tests.small import OFFICE
from workflows.reasons import Refused

AT = datetime(2025, 3, 1, 8, tzinfo=UTC)


def _key(folder: Path, host: str) -> Path:
    (folder / host).mkdir(exist_ok=True)
    return folder / host / "bangdan.key"


def test_a_second_host_needs_the_file_of_the_first(small: House, tmp_path: Path) -> None:
    database, first, second = small.office.database, _key(tmp_path, "first"), _key(tmp_path, "second")
    keys = house_keys(database, first, at=AT)

    with pytest.raises(Refused) as without:
        house_keys(database, second, at=AT)
    made = keys_in(second)
    with pytest.raises(Refused) as another:
        house_keys(database, second, at=AT)
    second.write_text(first.read_text(encoding="ascii"), encoding="ascii")

    told = [each.value.reasons[0] for each in (without, another)]
    assert [reason.code for reason in told] == ["KEY-03", "KEY-02"]
    assert told[1].facts == {"found": made.fingerprint, "noted": keys.fingerprint}
    assert all(str(second) in words for reason in told for words in (reason.zh, reason.en))
    assert house_keys(database, second, at=AT) == keys


def test_a_lost_file_is_never_made_anew_by_itself(small: House, tmp_path: Path) -> None:
    path = _key(tmp_path, "host")
    lost = house_keys(small.office.database, path, at=AT)
    path.unlink()
    with pytest.raises(Refused, match="KEY-03"):
        house_keys(small.office.database, path, at=AT)
    assert not path.exists()

    made = renew(small.office, OFFICE, path, at=AT)

    with small.read() as work:
        (event,) = told(work.connection, col(Event.verb) == "renew-key")
    assert (made != lost, house_keys(small.office.database, path, at=AT)) == (True, made)
    assert (event.actor, event.details) == (OFFICE.name, {"fingerprint": made.fingerprint})


def test_a_restored_copy_goes_by_the_first_key_it_is_opened_with(quick: House, tmp_path: Path) -> None:
    house_keys(quick.office.database, _key(tmp_path, "original"), at=AT)
    with quick.office.database.write() as connection:
        entries.shut(connection, at=AT, since=AT)

    made = house_keys(quick.office.database, _key(tmp_path, "copy"), at=AT)

    with quick.office.database.read() as connection:
        assert noted(connection) == made.fingerprint


def test_a_fingerprint_is_not_the_key(tmp_path: Path) -> None:
    keys = keys_in(_key(tmp_path, "host"))

    assert (len(keys.fingerprint), keys.fingerprint.replace("-", "") in keys.secret.hex()) == (19, False)
