"""Whatever people and the clock do, in whatever order: history replays, places hold, a refusal leaves no trace."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import sqlalchemy
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import func, select
from sqlalchemy.engine import URL
from sqlmodel import col

from engine import batches, campaigns, duties, nominations, places
from engine.access import ENGINE
from engine.audit import verify
from engine.batches import Result
from engine.office import Work
from engine.tables import Call, Duty, Event, Nomination
from engine.turn import turn
from notifications.tables import LETTER
from tests.builders import House, add_laureate, add_unit
from tests.small import ACADEMY, AUDITOR, GUILD, OFFICE, OPENED, beijing, draft, small_house, unit_actor
from workflows.reasons import BangdanError

TRACKS = ("inventions/water", "inventions/light", "people")
TITLES = ("甲", "丙", "丁", "老项目")
STEPS = [timedelta(microseconds=1), timedelta(minutes=2), timedelta(hours=1), timedelta(hours=9)]
MOMENTS = [
    beijing(text)
    for text in ("2025-03-14 23:59:59.999999", "2025-03-15 00:00", "2025-03-15 00:02", "2025-03-29 09:00",
                 "2025-04-01 09:00", "2025-04-20 10:00")
]  # fmt: skip
REASONS = st.sampled_from(["说明"] * 4 + [" "])
OTHERS = ["first unit", "second unit", "academy", "guild", "auditor", "nobody"]
WHO = st.sampled_from(["office"] * 2 * len(OTHERS) + OTHERS)
KEYS = st.integers(0, 15)  # which of the nominations there are
LIMITS = {("inventions", 1): 4, ("inventions", 2): 2, ("people", 1): 1, ("people", 2): 1}


class Campaign(RuleBasedStateMachine):
    """A campaign, its people and its clock, which never goes back. Subclassed with a database."""

    @staticmethod
    def open_house() -> tuple[House, ExitStack]:
        raise NotImplementedError

    def __init__(self) -> None:
        super().__init__()
        self.house, self.stack = self.open_house()
        self.at = beijing("2025-03-10 10:00")
        self.versions: dict[int | None, int] = {}
        with self.house.write(OPENED) as work:
            people: list[tuple[str, str | None]] = [("张三", "zhang@a.example"), ("李四", None)]
            self.units = [
                add_unit(work, "两栖单位", channels=["societies", "cities"], people=people),
                add_unit(work, "小学会", channels=["societies"], people=[("王五", "wang@b.example")]),
            ]
            add_laureate(work, "老项目", edition=2024, list_name="发明榜")
        with self.house.write(self.at) as work:
            for unit, track in [(unit, track) for unit in self.units for track in TRACKS]:
                draft(work, unit, "甲", track=track)
                nominations.submit(work, draft(work, unit, "乙", track=track))
        self.actors = {
            "office": OFFICE, "first unit": unit_actor(self.units[0]), "second unit": unit_actor(self.units[1]),
            "academy": ACADEMY, "guild": GUILD, "auditor": AUDITOR, "nobody": unit_actor(None),
        }  # fmt: skip

    def teardown(self) -> None:
        self.house.office.database.dispose()
        self.stack.close()

    @initialize(phase=st.sampled_from(["collecting", "reviewing", "deciding", "publishing"]))
    def it_has_come_so_far(self, phase: str) -> None:
        if phase != "collecting":
            self._turn_at("2025-03-15 00:02")
        if phase in ("deciding", "publishing"):
            self._try("office", lambda work: batches.report(work, self._results("review", [True] * 5)))
            self._turn_at("2025-04-01 09:00")
        if phase == "publishing":
            self._try("office", lambda work: batches.decide(work, self._results("final", [True] * 4), occasion="1"))
            self._try("office", lambda work: campaigns.choose_date(work, "publication", date=self.at + STEPS[0],
                                                                   reason="提前发布"), alone=True)  # fmt: skip

    @rule(step=st.sampled_from(STEPS))
    def time_goes_by(self, step: timedelta) -> None:
        self.at += step

    @rule(die=st.integers(1, 6))
    def now_and_then_a_moment_comes_that_matters(self, die: int) -> None:
        following = [moment for moment in MOMENTS if moment > self.at]
        if die == 6 and following:
            self.at = following[0]
            self.the_engine_turns()

    @rule(who=WHO, unit=st.sampled_from([0, 1]), track=st.sampled_from(TRACKS), title=st.sampled_from(TITLES))
    def somebody_drafts(self, who: str, unit: int, track: str, title: str) -> None:
        self._try(who, lambda work: draft(work, self.units[unit], title, track=track))

    @rule(who=WHO, key=KEYS, title=st.sampled_from(TITLES))
    def somebody_renames(self, who: str, key: int, title: str) -> None:
        self._try(who, lambda work: nominations.edit(work, self._key(key), title=title))

    @rule(who=WHO, key=KEYS)
    def somebody_submits(self, who: str, key: int) -> None:
        self._try(who, lambda work: nominations.submit(work, self._key(key)))

    @rule(who=WHO, key=KEYS)
    def somebody_recalls(self, who: str, key: int) -> None:
        self._try(who, lambda work: nominations.recall(work, self._key(key)))

    @rule(who=WHO, key=KEYS, reason=REASONS, later=st.sampled_from([None, timedelta(days=2), timedelta(days=-1)]))
    def somebody_returns(self, who: str, key: int, reason: str, later: timedelta | None) -> None:
        by = self.at + later if later else None
        self._try(who, lambda work: nominations.return_(work, self._key(key), reason=reason, correct_by=by))

    @rule(who=WHO, key=KEYS, reason=REASONS, verb=st.sampled_from(["withdraw", "disqualify", "reinstate", "waive"]))
    def somebody_ends_or_brings_back(self, who: str, key: int, reason: str, verb: str) -> None:
        self._try(who, lambda work: getattr(nominations, verb)(work, self._key(key), reason=reason))

    @rule(who=WHO, among=st.sampled_from(["review", "anything"]), passed=st.lists(st.booleans(), max_size=4))
    def somebody_reports(self, who: str, among: str, passed: list[bool]) -> None:
        self._try(who, lambda work: batches.report(work, self._results(among, passed)))

    @rule(who=WHO, among=st.sampled_from(["final", "anything"]), passed=st.lists(st.booleans(), max_size=4))
    def somebody_decides(self, who: str, among: str, passed: list[bool]) -> None:
        results = self._results(among, passed)
        self._try(who, lambda work: batches.decide(work, results, occasion=self.at.isoformat()))

    @rule(who=WHO)
    def somebody_publishes(self, who: str) -> None:
        self._try(who, batches.publish)

    @rule(who=WHO, key=KEYS)
    def somebody_promotes(self, who: str, key: int) -> None:
        self._try(who, lambda work: nominations.promote(work, self._key(key), note="推介"))

    @rule(who=WHO, place=st.integers(0, 5), verb=st.sampled_from(["file", "accept", "send_back"]), reason=REASONS)
    def somebody_files(self, who: str, place: int, verb: str, reason: str) -> None:
        words = {"file": {"document": "方案"}, "send_back": {"reason": reason}}.get(verb, {})
        self._try(who, lambda work: getattr(duties, verb)(work, self._duty(place), **words))

    @rule(who=WHO, by=st.sampled_from([timedelta(days=-2), timedelta(days=1), timedelta(days=3)]), reopen=st.booleans())
    def somebody_moves_the_deadline(self, who: str, by: timedelta, reopen: bool) -> None:
        def move(work: Work) -> None:
            closes = work.calendar["collection"].closes
            assert closes is not None
            campaigns.extend(work, "collection", closes=max(closes, self.at) + by, reason="系统故障", reopen=reopen)

        self._try(who, move, alone=True)

    @rule(who=WHO, ahead=st.sampled_from([timedelta(), timedelta(days=1)]), reason=REASONS)
    def somebody_chooses_the_date(self, who: str, ahead: timedelta, reason: str) -> None:
        self._try(who, lambda work: campaigns.choose_date(work, "publication", date=self.at + ahead, reason=reason),
                  alone=True)  # fmt: skip

    @rule()
    def the_engine_turns(self) -> None:
        report = turn(self.house.office, self.house.campaign, at=self.at)
        assert report.next is None or report.next > self.at

    @invariant()
    def the_history_leads_to_where_everything_stands(self) -> None:
        with self._look() as work:
            assert verify(work).faults == ()

    @invariant()
    def no_unit_has_more_places_than_its_channels_give(self) -> None:
        with self._look() as work:
            for number, unit in enumerate(self.units, 1):
                for track in TRACKS:
                    (place,) = places.places_of(work, unit, track)
                    assert place.limit is not None
                    assert place.used <= place.limit == LIMITS[track.partition("/")[0], number]

    @invariant()
    def nothing_is_told_twice(self) -> None:
        with self._look() as work:
            keys = [*work.connection.execute(select(LETTER.c.key)).scalars()]
            keys += work.connection.execute(select(col(Call.key))).scalars()
            assert len(keys) == len(set(keys))

    @invariant()
    def versions_only_grow(self) -> None:
        with self._look() as work:
            now = {
                row[0]: row[1] for row in work.connection.execute(select(col(Nomination.id), col(Nomination.version)))
            }
        assert all(now[row_id] >= version for row_id, version in self.versions.items())
        self.versions = now

    @invariant()
    def no_living_title_stands_twice(self) -> None:
        with self._look() as work:
            ended = [state.key for state in work.shape.states if state.final]
            subject = (col(Nomination.unit_id), col(Nomination.track), col(Nomination.title_key))
            living = select(*subject).where(col(Nomination.state).not_in(ended))
            assert work.connection.execute(living.group_by(*subject).having(func.count() > 1)).all() == []

    def _turn_at(self, text: str) -> None:
        self.at = beijing(text)
        self.the_engine_turns()

    def _try(self, who: str, verb: Callable[[Work], Any], *, alone: bool = False) -> None:
        before = self._traces()
        try:
            with self.house.write(self.at, self.actors[who], alone=alone) as work:
                verb(work)
        except BangdanError:
            assert self._traces() == before

    def _traces(self) -> tuple[Any, ...]:
        """What a refused verb must leave as it was."""
        with self._look() as work:
            counted = [select(func.count()).select_from(table) for table in (Event, Nomination, LETTER, Call)]
            rows = select(col(Nomination.id), col(Nomination.state), col(Nomination.version)).order_by(
                col(Nomination.id)
            )
            return (
                [work.connection.execute(query).scalar_one() for query in counted],
                work.connection.execute(rows).all(), work.calendar_version,
            )  # fmt: skip

    @contextmanager
    def _look(self) -> Iterator[Work]:
        with self.house.office.read(self.house.campaign, ENGINE, at=self.at) as work:
            yield work

    def _keys(self, state: str = "anything") -> list[str]:
        query = select(col(Nomination.public_id)).order_by(col(Nomination.id))
        chosen = query if state == "anything" else query.where(col(Nomination.state) == state)
        with self._look() as work:
            return [*work.connection.execute(chosen).scalars()]

    def _key(self, number: int) -> str:
        keys = self._keys()
        return keys[number % len(keys)]

    def _results(self, among: str, passed: list[bool]) -> list[Result]:
        return [Result(id=key, passed=verdict) for key, verdict in zip(self._keys(among), passed, strict=False)]

    def _duty(self, number: int) -> str:
        with self._look() as work:
            return str(
                work.connection.execute(select(col(Duty.public_id)).order_by(col(Duty.id)).offset(number)).scalar()
            )


def on_sqlite(text: str | None = None) -> tuple[House, ExitStack]:
    """The small campaign, in other words if `text` gives them, on a file that goes with the stack."""
    stack = ExitStack()
    folder = stack.enter_context(TemporaryDirectory())
    return small_house(f"sqlite:///{Path(folder) / 'x.sqlite3'}", text), stack


def test_any_sequence_of_verbs_keeps_the_promises() -> None:
    class OnSqlite(Campaign):
        open_house = staticmethod(on_sqlite)

    run_state_machine_as_test(OnSqlite, settings=settings(max_examples=20, stateful_step_count=35, deadline=None))


def test_any_sequence_of_verbs_keeps_the_promises_on_postgresql(postgres_url: URL) -> None:
    class OnPostgresql(Campaign):
        open_house = staticmethod(partial(on_postgresql, postgres_url))

    run_state_machine_as_test(OnPostgresql, settings=settings(max_examples=4, stateful_step_count=25, deadline=None))


def on_postgresql(server: URL, text: str | None = None) -> tuple[House, ExitStack]:
    """The same in a database that goes with the stack."""
    name = f"bangdan_test_{secrets.token_hex(6)}"
    admin = sqlalchemy.create_engine(server, isolation_level="AUTOCOMMIT", poolclass=sqlalchemy.NullPool)
    with admin.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    stack = ExitStack()

    def drop() -> None:
        with admin.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")

    stack.callback(drop)
    return small_house(server.set(database=name).render_as_string(hide_password=False), text), stack
