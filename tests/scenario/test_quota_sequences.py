"""Whoever joins, submits, takes back or brings back what, in whatever order: no scope is ever exceeded."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import select
from sqlalchemy.engine import URL
from sqlmodel import col

from engine import endorsements, endorsing, nominations, units
from engine.audit import verify
from engine.letters.unit_facts import places_of_all
from engine.office import Work
from engine.places import of_unit
from engine.quota_changes import change_quota
from engine.tables import Nomination
from tests.builders import House
from tests.engine.test_endorsing import JOINT
from tests.scenario.test_sequences import on_postgresql, on_sqlite
from tests.small import DURING, OPENED, draft
from workflows.reasons import BangdanError

QUOTAS = JOINT[JOINT.index("[quotas.inventions]") : JOINT.index("[exclusions.earlier]")]
SCOPES = """
[quotas.field]
lists = ["inventions"]
channels = "units"
per = "field"
limit = 1
[quotas.pool]
lists = "all"
channels = "units"
per = "pool"
limit = 2
stacking = "most"
[quotas.persons]
lists = ["people"]
channels = "persons"
per = "list"
limit = 2
stacking = "most"
"""
FILE = JOINT.replace(QUOTAS, SCOPES)
HOLDERS = {"两栖": ("societies", "cities"), "学会": ("societies",), "甲": ("academicians",), "乙": ("academicians",),
           "丙": ("academicians", "winners")}  # fmt: skip
WHO, KEYS = st.sampled_from(list(HOLDERS)), st.integers(0, 30)


class Campaign(RuleBasedStateMachine):
    """A campaign with overlapping scopes and joint nominations, in the middle of its collection."""

    @staticmethod
    def open_house() -> tuple[House, ExitStack]:
        raise NotImplementedError

    def __init__(self) -> None:
        super().__init__()
        self.house, self.stack = self.open_house()
        with self.house.write(OPENED) as work:
            self.units = {
                name: units.add(work, code=name, name=name, channels=held, person=len(name) == 1)
                for name, held in HOLDERS.items()
            }
        with self.house.write(DURING) as work:
            self.keys = [
                draft(work, self.units[name], f"{name}{number}", track=track)
                for name in HOLDERS
                for number, track in enumerate(("people",) * 3 if len(name) == 1 else TRACKS)
            ]

    def teardown(self) -> None:
        self.house.office.database.dispose()
        self.stack.close()

    @rule(key=KEYS)
    def somebody_submits(self, key: int) -> None:
        self._try(lambda work: nominations.submit(work, self._key(key)))

    @rule(key=KEYS)
    def somebody_recalls(self, key: int) -> None:
        self._try(lambda work: nominations.recall(work, self._key(key)))

    @rule(key=KEYS, verb=st.sampled_from(["return_", "withdraw", "disqualify", "reinstate"]))
    def somebody_ends_returns_or_brings_back(self, key: int, verb: str) -> None:
        self._try(lambda work: getattr(nominations, verb)(work, self._key(key), reason="说明"))

    @rule(key=KEYS, who=WHO, verb=st.sampled_from(["join", "join", "leave"]))
    def somebody_joins_or_leaves(self, key: int, who: str, verb: str) -> None:
        self._try(lambda work: getattr(endorsing, verb)(work, self._key(key), unit_id=self.units[who]))

    @rule(quota=st.sampled_from(["field", "pool", "persons"]), limit=st.sampled_from([0, 1, 2, 3, None]),
          unit=st.one_of(st.none(), WHO))  # fmt: skip
    def the_secretariat_changes_a_quota(self, quota: str, limit: int | None, unit: str | None) -> None:
        def change(work: Work) -> None:
            change_quota(work, quota, limit=limit, unit=unit, reason="调整")

        self._try(change, alone=True)

    @invariant()
    def no_scope_is_exceeded(self) -> None:
        with self.house.read(DURING) as work:
            found = places_of_all(work)
            assert found == {unit: of_unit(work, unit) for unit in found}
        assert [place for places in found.values() for place in places if _exceeded(place)] == []

    @invariant()
    def the_history_leads_to_where_everything_stands(self) -> None:
        with self.house.read(DURING) as work:
            assert verify(work).faults == ()

    @invariant()
    def nothing_is_in_that_too_few_nominate(self) -> None:
        with self.house.read(DURING) as work:
            query = select(Nomination).where(col(Nomination.state) == "submitted")
            found = [endorsements.joint(work, row) for row in work.connection.execute(query).all()]
        assert [joint for joint in found if joint and len(joint.there) < joint.needed] == []

    def _key(self, number: int) -> str:
        return self.keys[number % len(self.keys)]

    def _try(self, verb: Callable[[Work], Any], *, alone: bool = False) -> None:
        try:
            with self.house.write(DURING, alone=alone) as work:
                verb(work)
        except BangdanError:
            pass


TRACKS = ("inventions/water", "inventions/light", "inventions/water")


def _exceeded(place: Any) -> bool:
    return place.limit is not None and place.used > place.limit


def test_no_order_of_verbs_exceeds_a_scope() -> None:
    class OnSqlite(Campaign):
        open_house = staticmethod(partial(on_sqlite, FILE))

    run_state_machine_as_test(OnSqlite, settings=settings(max_examples=15, stateful_step_count=40, deadline=None))


def test_no_order_of_verbs_exceeds_a_scope_on_postgresql(postgres_url: URL) -> None:
    class OnPostgresql(Campaign):
        open_house = staticmethod(partial(on_postgresql, postgres_url, FILE))

    run_state_machine_as_test(OnPostgresql, settings=settings(max_examples=3, stateful_step_count=30, deadline=None))
