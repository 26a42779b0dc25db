"""In whatever order people submit, correct, recall, withdraw, reinstate, move and change quotas: no place too many.

The rules and what must always hold are those of `tests/scenario/test_quota_sequences.py`; here a nomination is also
given up by one unit for another, taken back and handed in again at once, and corrected after it was returned.
"""

from __future__ import annotations

from functools import partial

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import rule, run_state_machine_as_test
from sqlalchemy import select
from sqlalchemy.engine import URL
from sqlmodel import col

from engine import nominations
from engine.office import Work
from engine.tables import Nomination
from tests.scenario.test_quota_sequences import FILE, KEYS, WHO, Campaign
from tests.scenario.test_sequences import on_postgresql, on_sqlite
from tests.small import draft


class Moving(Campaign):
    """The same, with everything that can happen to a place in one step. Subclassed with a database."""

    @rule(key=KEYS, who=WHO, submitted=st.booleans())
    def somebody_gives_a_nomination_up_for_another_unit(self, key: int, who: str, submitted: bool) -> None:
        """All of it or nothing: where the other has no place, it stays where it was."""
        made: list[str] = []

        def move(work: Work) -> None:
            row = work.connection.execute(select(Nomination).where(col(Nomination.public_id) == self._key(key))).one()
            nominations.withdraw(work, row.public_id, reason=f"改由{who}推荐")
            made.append(draft(work, self.units[who], f"{row.title}改推{len(self.keys)}", track=row.track))
            if submitted:
                nominations.submit(work, made[0])

        before = self._stored()
        self._try(move)
        if self._stored() != before:
            self.keys += made

    @rule(key=KEYS)
    def somebody_recalls_and_submits_again_at_once(self, key: int) -> None:
        def again(work: Work) -> None:
            nominations.recall(work, self._key(key))
            nominations.submit(work, self._key(key))

        self._try(again)

    @rule(key=KEYS)
    def somebody_corrects_what_was_returned(self, key: int) -> None:
        def correct(work: Work) -> None:
            nominations.return_(work, self._key(key), reason="缺少公章")
            nominations.edit(work, self._key(key), applicant="又一公司")
            nominations.submit(work, self._key(key))

        self._try(correct)

    @rule(key=KEYS)
    def somebody_brings_back_and_withdraws_what_had_ended(self, key: int) -> None:
        def back(work: Work) -> None:
            nominations.reinstate(work, self._key(key), reason="恢复")
            nominations.withdraw(work, self._key(key), reason="退出")

        self._try(back)

    def _stored(self) -> int:
        with self.house.read() as work:
            return len(work.connection.execute(select(col(Nomination.id))).all())


def test_no_order_of_moves_takes_a_place_too_many() -> None:
    class OnSqlite(Moving):
        open_house = staticmethod(partial(on_sqlite, FILE))

    run_state_machine_as_test(OnSqlite, settings=settings(max_examples=8, stateful_step_count=40, deadline=None))


def test_no_order_of_moves_takes_a_place_too_many_on_postgresql(postgres_url: URL) -> None:
    class OnPostgresql(Moving):
        open_house = staticmethod(partial(on_postgresql, postgres_url, FILE))

    run_state_machine_as_test(OnPostgresql, settings=settings(max_examples=2, stateful_step_count=30, deadline=None))
