"""What is only needed for a while goes when its term is over, with any turn."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, insert, select

from engine.office import once
from engine.personal.keeping import ended, expire
from engine.personal.terms import Terms
from engine.tables import Request
from engine.turn import turn
from notifications.tables import LETTER, LETTER_BYTES
from tests.builders import House
from tests.small import DURING, OFFICE, REVIEW

DAY = timedelta(days=1)


def _requests(house: House) -> int:
    with house.read() as work:
        return int(work.connection.execute(select(func.count()).select_from(Request)).scalar_one())


def test_a_first_answer_is_kept_for_its_term_and_no_longer(small: House) -> None:
    with small.write(DURING, OFFICE) as work:
        once(work, "k", {"x": 1}, lambda: {"done": True})
    kept = []
    for at in (DURING + 30 * DAY, DURING + 30 * DAY + timedelta(seconds=1)):
        turn(small.office, small.campaign, at=at)
        kept.append(_requests(small))
    assert kept == [1, 0]


def _frozen(house: House, at: datetime) -> int:
    """How many messages there are after a turn's end at `at`."""
    with house.write(at) as work:
        expire(work, Terms())
        return int(work.connection.execute(select(func.count()).select_from(LETTER_BYTES)).scalar_one())


def test_messages_are_kept_a_year_after_the_last_date_and_the_letters_stay(small: House) -> None:
    with small.write(DURING) as work:
        values = {"campaign_id": work.campaign_id, "key": "k", "occasion": "o", "template": "t", "to_name": "n",
                  "to_address": "n@example.org", "created_at": DURING, "not_before": DURING, "next_attempt_at": DURING,
                  "state": "sent", "public_id": "p", "context": {}}  # fmt: skip
        row = work.connection.execute(insert(LETTER).returning(LETTER.c.id), values).scalar_one()
        work.connection.execute(insert(LETTER_BYTES), {"letter_id": row, "frozen": b"x"})
    with small.office.read(small.campaign, OFFICE, at=DURING + 400 * DAY) as work:
        end = ended(work)
    assert end is not None
    with small.office.read(small.campaign, OFFICE, at=REVIEW) as work:
        assert ended(work) is None
    second = timedelta(seconds=1)
    assert [_frozen(small, end + 365 * DAY - second), _frozen(small, end + 365 * DAY)] == [1, 0]
    with small.read() as work:
        assert work.connection.execute(select(LETTER.c.state)).scalars().all() == ["sent"]
