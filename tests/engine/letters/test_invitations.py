"""A deadline that units can put in their calendars, whatever zone the campaign has."""

from __future__ import annotations

import pytest

from engine.letters.invitations import invitation, read_invitation
from notifications.invitation import calendar_bytes
from tests.small import DURING, FILE, small_house
from workflows.vocabulary import Edge


@pytest.mark.parametrize(
    ("zone", "written"), [("Asia/Shanghai", b"TZID=Asia/Shanghai:20250314"), ("AoE", b"TZID=Etc/GMT+12:20250314")]
)
def test_a_zone_is_written_by_the_name_that_calendars_know(zone: str, written: bytes, sqlite_database_url: str) -> None:
    house = small_house(sqlite_database_url, FILE.read_text("utf-8").replace("Asia/Shanghai", zone))
    with house.read(DURING) as work:
        entry = read_invitation({"invitation": invitation(work, "collection", Edge.CLOSES, what="征集")})
    assert entry is not None
    assert written in calendar_bytes(entry)
    house.office.database.dispose()
