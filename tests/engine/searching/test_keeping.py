"""Search keys agree with the names they are made from, or the proof says which do not."""

from __future__ import annotations

from sqlalchemy import delete, update

from engine import nominations
from engine.searching.tables import NominationKey, UnitKey
from tests.builders import House, add_unit
from tests.small import DURING, draft, faults


def test_the_proof_finds_keys_that_are_gone_or_of_another_name(small: House) -> None:
    with small.write(DURING) as work:
        unit = add_unit(work, "甲学会")
        made = draft(work, unit, "量子通信")
        nominations.edit(work, made, applicant="某公司")
    assert faults(small) == ()
    with small.write(DURING) as work:
        work.connection.execute(delete(NominationKey))
        work.connection.execute(update(UnitKey).values(words="乙学会"))

    assert [fault.split(" / ")[0] for fault in faults(small)] == ["检索词不符", "检索词不符"]
