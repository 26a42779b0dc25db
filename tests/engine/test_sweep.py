"""The closing: in chunks it does what single steps would do, however often it is cut off, doubled or overtaken."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from threading import Event as Flag

import pytest
from sqlalchemy import select, text, update
from sqlmodel import col

from engine import campaigns, nominations, sweep
from engine.access import ENGINE
from engine.machine import step
from engine.office import Work
from engine.sweep import Swept, close, closings_due, next_correction
from engine.tables import Event, Nomination, UnitChannel
from engine.turn import turn
from tests.builders import House, add_unit, letters
from tests.events import told
from tests.small import (
    CLOSES,
    DURING,
    FILE,
    OFFICE,
    OPENED,
    SETTLE,
    SWEPT,
    TICK,
    draft,
    events,
    faults,
    new_unit,
    small_house,
    states,
)
from workflows.reasons import Refused

A_DAY = timedelta(days=1)
WITHIN = 30.0  # seconds
WATER, LIGHT, PEOPLE = "inventions/water", "inventions/light", "people"
OWN_END = CLOSES + 3 * A_DAY


@pytest.fixture
def chunk(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Sets how many rows a transaction of the sweep takes."""
    return lambda rows: monkeypatch.setattr(sweep, "CHUNK", rows)


def _unit(house: House, name: str = "大学会") -> int:
    """A unit with two contacts, one to write to and one to call."""
    with house.write(OPENED) as work:
        return add_unit(
            work, name, channels=["societies", "cities"], people=[("张三", "zhang@a.example"), ("李四", None)]
        )


def _into(
    house: House, state: str, *titles: str, unit: int, track: str = WATER, correct_by: datetime | None = None
) -> None:
    """Drafts of those titles, brought to a state by the verbs; at most four of a track may be handed in."""
    with house.write(DURING) as work:
        for title in titles:
            key = draft(work, unit, title, track=track)
            if state != "drafted":
                nominations.submit(work, key)
            if state == "returned":
                nominations.return_(work, key, reason="缺章", correct_by=correct_by)


def _many(house: House) -> None:
    """Drafts, returned and submitted ones over three tracks and two units, one with a date of its own."""
    first, second = _unit(house), new_unit(house, "小学会", "societies")
    _into(house, "drafted", *"甲乙丙丁戊己庚", unit=first)
    _into(house, "drafted", *"甲乙", unit=second)
    _into(house, "submitted", "子", "丑", unit=first)
    _into(house, "returned", "寅", unit=first)
    _into(house, "returned", "卯", unit=first, correct_by=OWN_END)
    _into(house, "submitted", "子", "丑", unit=second)
    _into(house, "drafted", "甲", "乙", unit=first, track=LIGHT)
    _into(house, "submitted", "子", "丑", "寅", "卯", unit=first, track=LIGHT)
    _into(house, "returned", "子", unit=first, track=PEOPLE)
    _into(house, "drafted", "甲", "乙", unit=first, track=PEOPLE)


def _stepped(work: Work, *, at: datetime) -> dict[int | None, str]:
    """Where the single-step machine brings every nomination at a closing: the oracle."""
    result = {}
    for row in work.connection.execute(select(Nomination)):
        lapses = row.state in work.shape.sources("lapse") and (row.correct_by is None or row.correct_by + SETTLE <= at)
        verb = "lapse" if lapses else "begin" if row.state in work.shape.sources("begin") else None
        result[row.id] = step(work.shape, verb, state=row.state) if verb else row.state
    return result


def _now(work: Work) -> dict[int | None, str]:
    return {row[0]: row[1] for row in work.connection.execute(select(col(Nomination.id), col(Nomination.state)))}


@pytest.mark.parametrize("rows", [1, 5_000])
def test_in_chunks_of_any_size_it_ends_where_single_steps_do(
    small: House, chunk: Callable[[int], None], rows: int
) -> None:
    _many(small)
    chunk(rows)
    with small.read() as work:
        expected = _stepped(work, at=SWEPT)
    swept = close(small.office, small.campaign, at=SWEPT)
    with small.read() as work:
        found, story = _now(work), Counter(events(work, "lapse", "begin"))
    assert (found, swept.lapsed, swept.begun) == (expected, 15, 8)
    assert story == {("lapse", "drafted", "lapsed"): 13, ("lapse", "returned", "lapsed"): 2,
                     ("begin", "submitted", "review"): 8}  # fmt: skip
    assert faults(small) == ()


def test_each_row_remembers_where_it_goes_back_to_and_which_closing_it_was(quick: House) -> None:
    _into(quick, "returned", "甲", unit=_unit(quick), correct_by=CLOSES + timedelta(seconds=1))
    at = SWEPT + timedelta(seconds=1)
    close(quick.office, quick.campaign, at=at)
    with quick.read() as work:
        row = work.connection.execute(select(Nomination)).one()
        event = work.connection.execute(select(Event).where(col(Event.verb) == "lapse")).one()
    assert (row.state, row.resume_state, row.correct_by, row.changed_at, row.version) == (
        "lapsed", "drafted", None, at, 4,
    )  # fmt: skip
    assert (event.role, event.actor, event.at, event.details) == (
        "engine", "bangdan", at, {"milestone": "collection", "revision": 1},
    )  # fmt: skip


@pytest.mark.parametrize("count", [1, 2, 3, 4, 6, 7])
def test_at_the_edge_of_a_chunk_nothing_is_lost_and_other_people_come_between(
    quick: House, chunk: Callable[[int], None], count: int
) -> None:
    _into(quick, "drafted", *map(str, range(count)), unit=_unit(quick))
    chunk(3)
    between = []

    def click() -> None:
        with quick.write(SWEPT) as work:
            between.append(
                len(work.connection.execute(select(Nomination).where(col(Nomination.state) == "lapsed")).all())
            )

    assert close(quick.office, quick.campaign, at=SWEPT, pause=click).lapsed == count
    assert between == [*(min(count, done) for done in range(3, count + 3, 3)), count]  # and when it was told


def test_before_the_settling_time_is_over_nothing_is_closed(quick: House) -> None:
    _into(quick, "drafted", "甲", unit=_unit(quick))
    early = close(quick.office, quick.campaign, at=SWEPT - TICK)
    with quick.office.read(quick.campaign, ENGINE, at=SWEPT - TICK) as work:
        assert (early, closings_due(work), work.closed) == (Swept(), (), {})


def test_closing_again_finds_nothing_to_do(quick: House) -> None:
    _many(quick)
    close(quick.office, quick.campaign, at=SWEPT)
    with quick.read() as work:
        story, told = events(work), len(letters(work, "lapsed"))
    again = [close(quick.office, quick.campaign, at=at) for at in (SWEPT, SWEPT + A_DAY)]
    with quick.read() as work:
        assert (again, events(work), len(letters(work, "lapsed"))) == ([Swept(), Swept()], story, told)


def test_a_collection_without_nominations_is_closed_too(quick: House) -> None:
    assert close(quick.office, quick.campaign, at=SWEPT) == Swept()
    with quick.office.read(quick.campaign, ENGINE, at=SWEPT) as work:
        assert (work.closed, closings_due(work)) == ({"collection": 1}, ())


class _PulledPlug(Exception):
    pass


def _plug(after: int) -> Callable[[], None]:
    """A pause in which the machine goes down, the `after`-th time."""
    pauses = iter(range(1, after + 1))

    def pause() -> None:
        if next(pauses) == after:
            raise _PulledPlug

    return pause


@pytest.mark.parametrize("after", [1, 11])
def test_cut_off_between_two_chunks_it_goes_on_where_it_was(
    small: House, chunk: Callable[[int], None], after: int
) -> None:
    _many(small)
    chunk(2)
    with small.read() as work:
        expected = _stepped(work, at=SWEPT)
    with pytest.raises(_PulledPlug):
        close(small.office, small.campaign, at=SWEPT, pause=_plug(after))
    with small.office.read(small.campaign, ENGINE, at=SWEPT) as work:
        half_way = (closings_due(work) == (), faults(small), letters(work, "lapsed"))
    rest = close(small.office, small.campaign, at=SWEPT + timedelta(minutes=1))
    with small.read() as work:
        assert (_now(work), len(letters(work, "lapsed"))) == (expected, 1)
        titles = [line["title"] for line in letters(work, "lapsed")[0].context["lapsed"]]
    assert (half_way, (rest.lapsed, rest.begun), faults(small)) == ((False, (), []), (15, 8), ())
    assert sorted(titles) == sorted([*"甲乙丙丁戊己庚", "寅", "甲", "乙", "子", "甲", "乙"])


def test_cut_off_after_the_last_chunk_the_digest_is_still_written(quick: House) -> None:
    _into(quick, "drafted", "甲", unit=_unit(quick))
    with pytest.raises(_PulledPlug):
        close(quick.office, quick.campaign, at=SWEPT, pause=_plug(1))
    swept = close(quick.office, quick.campaign, at=SWEPT + A_DAY)
    assert ((swept.lapsed, swept.told.letters, swept.told.calls), states(quick)) == ((1, 1, 1), {"甲": "lapsed"})


def test_while_a_closing_is_cut_off_nothing_commits_against_its_deadline(quick: House) -> None:
    unit = _unit(quick)
    _into(quick, "drafted", "甲", "乙", unit=unit)
    with pytest.raises(_PulledPlug):
        close(quick.office, quick.campaign, at=SWEPT, pause=_plug(1))
    with pytest.raises(Refused, match="DLN-03"), quick.write(CLOSES - TICK) as work:
        draft(work, unit, "丙")


def _at_once(*calls: Callable[[], Swept]) -> list[Swept]:
    start = Barrier(len(calls))

    def go(call: Callable[[], Swept]) -> Swept:
        start.wait(20)
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(go, calls))


def test_two_engines_closing_at_once_do_it_once_and_tell_it_once(small: House, chunk: Callable[[int], None]) -> None:
    _many(small)
    chunk(1)
    with small.read() as work:
        expected = _stepped(work, at=SWEPT)
    both = _at_once(*[lambda: close(small.office, small.campaign, at=SWEPT)] * 2)
    with small.read() as work:
        assert (_now(work), len(letters(work))) == (expected, _letters_before(work) + 1)
    assert (sum(each.lapsed for each in both), sum(each.begun for each in both), faults(small)) == (15, 8, ())


@pytest.fixture
def shared(postgres_database_url: str) -> Iterator[House]:
    """The small campaign where several may write at the same time."""
    opened = small_house(postgres_database_url)
    yield opened
    opened.office.database.dispose()


def test_what_somebody_withdraws_in_this_moment_does_not_lapse_and_others_click_meanwhile(
    shared: House, chunk: Callable[[int], None]
) -> None:
    _into(shared, "drafted", *"甲乙丙丁", unit=_unit(shared))
    chunk(2)
    withdrawn = Flag()

    def withdraw() -> None:
        with shared.write(SWEPT) as work:
            nominations.withdraw(work, _key(work, "丙"), reason="不报了")
            withdrawn.set()
            _until(lambda: work.connection.execute(_HELD_UP).scalar_one() > 0)
            new_unit(shared, "新学会")

    with ThreadPoolExecutor(1) as somebody:
        clicks: list[Future[None]] = []

        def pause() -> None:
            if not clicks:
                clicks.append(somebody.submit(withdraw))
                assert withdrawn.wait(WITHIN)

        swept = close(shared.office, shared.campaign, at=SWEPT, pause=pause)
        clicks[0].result()
    with shared.read() as work:
        assert (swept.lapsed, Counter(events(work, "lapse"))) == (3, {("lapse", "drafted", "lapsed"): 3})
    assert (states(shared), faults(shared)) == (dict.fromkeys("甲乙丁", "lapsed") | {"丙": "withdrawn"}, ())


_HELD_UP = text("SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'transactionid'")


def _key(work: Work, title: str) -> str:
    return work.connection.execute(select(col(Nomination.public_id)).where(col(Nomination.title) == title)).scalar_one()


def _until(so: Callable[[], bool]) -> None:
    pause = Flag()
    for _ in range(int(WITHIN / 0.01)):
        if so():
            return
        pause.wait(0.01)
    raise TimeoutError("the closing did not come so far")


def _letters_before(work: Work) -> int:
    """Receipts and returns; not the digest."""
    return len(letters(work, "submission-receipt")) + len(letters(work, "returned"))


def _extend(house: House, *, at: datetime, reopen: bool = True) -> None:
    with house.write(at, alone=True) as work:
        campaigns.extend(work, "collection", closes=CLOSES + 2 * A_DAY, reason="系统故障", reopen=reopen)


def _once(do: Callable[[], None]) -> Callable[[], None]:
    waiting = [do]
    return lambda: waiting.pop()() if waiting else None


def test_an_extension_while_it_runs_stops_it_and_the_next_deadline_has_a_closing_of_its_own(
    small: House, chunk: Callable[[int], None]
) -> None:
    unit = _unit(small)
    _into(small, "drafted", *"甲乙丙", unit=unit)
    _into(small, "submitted", "子", unit=unit)
    chunk(1)
    swept = close(small.office, small.campaign, at=SWEPT, pause=_once(lambda: _extend(small, at=SWEPT)))
    with small.read() as work:
        assert (swept, letters(work, "lapsed")) == (Swept(lapsed=1), [])
        assert _now(work) == dict.fromkeys(range(1, 4), "drafted") | {4: "submitted"}
    second = close(small.office, small.campaign, at=SWEPT + 2 * A_DAY)
    with small.read() as work:
        (letter,) = letters(work, "lapsed")
        assert (work.closed, letter.revision) == ({"collection": 2}, 2)
        assert [line["title"] for line in letter.context["lapsed"]] == ["甲", "乙", "丙"]
        assert letter.context["deadline"]["zh"] == "2025年3月16日（周日）24:00"
    assert ((second.lapsed, second.begun), faults(small)) == ((3, 1), ())


def test_an_extension_that_opens_nothing_again_leaves_what_lapsed_told(
    quick: House, chunk: Callable[[int], None]
) -> None:
    _into(quick, "drafted", *"甲乙", unit=_unit(quick))
    chunk(1)
    close(quick.office, quick.campaign, at=SWEPT,
          pause=_once(lambda: _extend(quick, at=SWEPT, reopen=False)))  # fmt: skip
    with quick.read() as work:
        (letter,) = letters(work, "lapsed")
        assert [line["title"] for line in letter.context["lapsed"]] == ["甲"]
        assert letter.context["deadline"]["zh"] == "2025年3月14日（周五）24:00"
    assert states(quick) == {"甲": "lapsed", "乙": "drafted"}


def test_a_correction_with_a_date_of_its_own_lapses_then_and_is_told_by_itself(small: House) -> None:
    unit = _unit(small)
    _into(small, "returned", "甲", "乙", unit=unit, correct_by=OWN_END)
    _into(small, "drafted", "丙", unit=unit)
    first = close(small.office, small.campaign, at=SWEPT)
    with small.read() as work:
        before, at = _now(work), next_correction(work)
    nothing_yet = close(small.office, small.campaign, at=OWN_END + SETTLE - TICK)
    second = close(small.office, small.campaign, at=OWN_END + SETTLE)
    with small.read() as work:
        told = [
            (letter.context["nomination"]["title"], letter.context["verb"]["zh"]) for letter in letters(work, "changed")
        ]
        assert len(letters(work, "lapsed")) == 1
    assert (before, at) == ({1: "returned", 2: "returned", 3: "lapsed"}, OWN_END + SETTLE)
    assert [(each.lapsed, each.told.letters) for each in (first, nothing_yet, second)] == [(1, 1), (0, 0), (2, 0)]
    assert (told, states(small)["乙"]) == ([("甲", "逾期失效"), ("乙", "逾期失效")], "lapsed")


def test_two_engines_tell_a_late_correction_once(small: House) -> None:
    _into(small, "returned", "甲", unit=_unit(small), correct_by=OWN_END)
    close(small.office, small.campaign, at=SWEPT)
    _at_once(*[lambda: close(small.office, small.campaign, at=OWN_END + SETTLE)] * 2)
    with small.read() as work:
        assert [len(letters(work, template)) for template in ("changed", "lapsed")] == [1, 0]
    assert faults(small) == ()


def test_a_correction_on_its_way_at_its_own_date_is_waited_for_as_long_as_any_other(quick: House) -> None:
    own_end = CLOSES + SETTLE / 2
    _into(quick, "returned", "甲", unit=_unit(quick), correct_by=own_end)
    found = []
    for at in (SWEPT, own_end + SETTLE - TICK, own_end + SETTLE):
        close(quick.office, quick.campaign, at=at)
        found.append(states(quick)["甲"])
    assert found == ["returned", "returned", "lapsed"]


def test_down_until_after_a_corrections_own_date_it_is_in_the_digest(quick: House) -> None:
    _into(quick, "returned", "甲", unit=_unit(quick), correct_by=OWN_END)
    swept = close(quick.office, quick.campaign, at=OWN_END + A_DAY)
    with quick.read() as work:
        assert (swept.lapsed, len(letters(work, "lapsed")), letters(work, "changed")) == (1, 1, [])


def test_a_correction_handed_in_after_the_closing_enters_review_with_the_next_turn(quick: House) -> None:
    _into(quick, "returned", "甲", unit=_unit(quick), correct_by=OWN_END)
    close(quick.office, quick.campaign, at=SWEPT)
    with quick.write(OWN_END - TICK) as work:
        (key,) = work.connection.execute(select(col(Nomination.public_id))).scalars()
        nominations.submit(work, key)
    report = turn(quick.office, quick.campaign, at=OWN_END)
    assert ((report.swept.begun, report.swept.lapsed), states(quick)) == ((1, 0), {"甲": "review"})


def test_what_moved_after_the_digest_and_was_cut_off_is_told_by_the_next_turn(quick: House) -> None:
    _into(quick, "returned", "甲", unit=_unit(quick), correct_by=OWN_END)
    close(quick.office, quick.campaign, at=SWEPT)
    with quick.write(OWN_END - TICK) as work:
        (key,) = work.connection.execute(select(col(Nomination.public_id))).scalars()
        nominations.submit(work, key)
    with pytest.raises(_PulledPlug):
        close(quick.office, quick.campaign, at=OWN_END, pause=_plug(1))
    close(quick.office, quick.campaign, at=OWN_END)
    with quick.office.read(quick.campaign, ENGINE, at=OWN_END) as work:
        closed = told(work.connection, col(Event.verb) == "close")
        assert ([(each.details["lapsed"], each.details["begun"]) for each in closed], closings_due(work)) == (
            [(0, 1)], (),
        )  # fmt: skip


def test_one_campaign_closes_without_the_other(quick: House) -> None:
    text = FILE.read_text(encoding="utf-8").replace('"small-2025"', '"second"', 1)
    second = House(
        office=quick.office,
        campaign=campaigns.open_campaign(quick.office, text, name="second.toml", actor=OFFICE, at=OPENED),
    )
    _into(quick, "drafted", "甲", unit=_unit(quick))
    _into(second, "drafted", "乙", unit=_unit(second))
    close(quick.office, quick.campaign, at=SWEPT)
    assert states(quick) == {"甲": "lapsed", "乙": "drafted"}


def test_a_unit_that_may_recommend_no_more_still_lapses(quick: House) -> None:
    unit = _unit(quick)
    _into(quick, "drafted", "甲", unit=unit)
    with quick.write(DURING) as work:
        work.connection.execute(update(UnitChannel).where(col(UnitChannel.channel) == "cities").values(channel="gone"))
    close(quick.office, quick.campaign, at=SWEPT)
    assert states(quick) == {"甲": "lapsed"}
