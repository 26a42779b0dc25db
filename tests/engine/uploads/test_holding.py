"""A file waits between preview and confirmation for whoever sent it, one of a kind, and not for long."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

import pytest
from sqlalchemy import func, select

from engine import turn
from engine.uploads import holding
from engine.uploads.tables import HeldUpload
from tests.builders import House
from tests.small import AUDITOR, DURING, OFFICE, TICK
from workflows.reasons import FileRefused, Refused

SOON = DURING + timedelta(minutes=5)
OTHER = replace(OFFICE, name="另一人")


def _hold(house: House, content: bytes = b"a,b", *, name: str = "units.csv") -> holding.Held:
    with house.write(DURING, OFFICE) as work:
        return holding.hold(work, kind="units", name=name, content=content)


def _count(house: House) -> int:
    with house.read() as work:
        return int(work.connection.execute(select(func.count()).select_from(HeldUpload)).scalar_one())


def test_what_was_sent_is_found_again_by_its_sender(small: House) -> None:
    sent = _hold(small)

    with small.write(SOON, OFFICE) as work:
        found = holding.find(work, "units", sent.id)

    assert (found.content, found.digest, found.received_at) == (b"a,b", sha256(b"a,b").hexdigest(), DURING)


def test_another_person_and_an_absent_file_get_one_answer(small: House) -> None:
    sent = _hold(small)

    with small.write(SOON, OTHER) as work:
        with pytest.raises(Refused) as other:
            holding.find(work, "units", sent.id)
        with pytest.raises(Refused) as absent:
            holding.find(work, "units", "nothing")

    assert other.value.reasons == absent.value.reasons
    assert [reason.code for reason in other.value.reasons] == ["UPL-01"]


def test_a_later_file_of_the_kind_takes_the_place_of_the_first(small: House) -> None:
    first, second = _hold(small), _hold(small, b"c,d")

    with small.write(SOON, OFFICE) as work:
        with pytest.raises(Refused):
            holding.find(work, "units", first.id)
        assert holding.waiting(work, "units") == second
        holding.drop(work, "units")

    assert _count(small) == 0


def test_after_two_hours_it_is_gone_and_a_turn_forgets_it(small: House) -> None:
    sent = _hold(small)

    with small.write(sent.expires_at - TICK, OFFICE) as work:
        assert holding.find(work, "units", sent.id) == sent
    with small.write(sent.expires_at, OFFICE) as work, pytest.raises(Refused):
        holding.find(work, "units", sent.id)
    turn.turn(small.office, small.campaign, at=sent.expires_at)

    assert _count(small) == 0


def test_what_is_too_large_is_not_held(quick: House) -> None:
    with pytest.raises(FileRefused) as refused:
        _hold(quick, b"x" * (holding.LARGEST + 1))

    assert [reason.code for reason in refused.value.reasons] == ["IMP-13"]
    assert _count(quick) == 0


def test_an_auditor_holds_nothing(quick: House) -> None:
    with quick.office.database.write() as connection:
        work = quick.office.work(connection, quick.campaign, AUDITOR, DURING)
        with pytest.raises(Refused):
            holding.hold(work, kind="units", name="units.csv", content=b"a,b")


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd.xlsx", "passwd.xlsx"),
        ("C:\\fakepath\\名册.xlsx", "名册.xlsx"),
        ("a\r\nSet-Cookie: b.csv", "a Set-Cookie: b.csv"),
        ("\u202ex" + "长" * 300 + ".xlsx", "x" + "长" * 99 + ".xlsx"),
        ("CON", "CON"),
        ("", "file"),
    ],
)
def test_a_file_keeps_its_own_name_and_nothing_odd(sent: str, kept: str) -> None:
    assert holding.own_name(sent) == kept
