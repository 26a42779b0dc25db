"""Many at once, in threads and in processes: places stay exact, nobody waits for ever, and nothing is told twice."""

from __future__ import annotations

import multiprocessing
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from engine import batches, campaigns, nominations
from engine.batches import Result
from engine.database import Database
from engine.office import Office
from engine.rosters import Upload, import_nominations
from engine.sheets.writing import write_csv
from engine.sweep import close
from engine.tables import Duty, Nomination, Unit
from engine.turn import turn
from tests.builders import House, add_unit, letters
from tests.small import (
    CLOSES,
    DURING,
    OFFICE,
    OPENED,
    REVIEW,
    SWEPT,
    TICK,
    beijing,
    draft,
    events,
    faults,
    new_unit,
    states,
)
from workflows.definition import Who
from workflows.reasons import BangdanError

WAITING = 60  # seconds until a test gives up
LATER = CLOSES + timedelta(days=3)


def _at_once(*calls: Callable[[], object]) -> list[Any]:
    """What each call answers, all of them begun together; a refusal is answered with its first code."""
    start = Barrier(len(calls))

    def go(call: Callable[[], object]) -> object:
        start.wait(WAITING)
        try:
            return call()
        except BangdanError as refused:
            return refused.reasons[0].code

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(go, calls))


def _submitting(house: House, key: str, at: datetime = DURING) -> Callable[[], str]:
    def submit() -> str:
        with house.write(at) as work:
            return nominations.submit(work, key).state

    return submit


def _drafts(house: House, unit: int, count: int, track: str = "inventions/water") -> list[str]:
    with house.write(DURING) as work:
        return [draft(work, unit, f"第{number}项", track=track) for number in range(count)]


def test_thirty_two_threads_at_the_limit_get_exactly_its_places(small: House) -> None:
    unit = new_unit(small, "两栖单位", "societies", "cities")
    heard = _at_once(*[_submitting(small, key) for key in _drafts(small, unit, 32)])
    assert Counter(heard) == {"submitted": 4, "QTA-01": 28}
    assert (Counter(states(small).values()), faults(small)) == ({"submitted": 4, "drafted": 28}, ())


def _process(url: str, keys: Sequence[str], start: Any, heard: Any) -> None:
    """One of several programs on the same database; no lock of ours is shared with the others."""
    office = Office(database=Database(url))
    start.wait(WAITING)
    for key in keys:
        try:
            with office.write("small-2025", OFFICE, at=DURING) as work:
                heard.put(nominations.submit(work, key).state)
        except BangdanError as refused:
            heard.put(refused.reasons[0].code)
    office.database.dispose()


def test_four_processes_at_the_limit_get_exactly_its_places(small: House) -> None:
    unit = new_unit(small, "两栖单位", "societies", "cities")
    keys = _drafts(small, unit, 12)
    spawn = multiprocessing.get_context("spawn")
    start, heard = spawn.Barrier(4), spawn.Queue()
    url = small.office.database.url.render_as_string(hide_password=False)
    processes = [spawn.Process(target=_process, args=(url, keys[place::4], start, heard)) for place in range(4)]
    for process in processes:
        process.start()
    answers = [heard.get(timeout=WAITING) for _ in keys]
    for process in processes:
        process.join(WAITING)
    assert [process.exitcode for process in processes] == [0] * 4
    assert (Counter(answers), faults(small)) == ({"submitted": 4, "QTA-01": 8}, ())


def test_reinstating_and_submitting_compete_for_the_last_place(small: House) -> None:
    unit = new_unit(small)
    keys = _drafts(small, unit, 8, "people")
    for key in keys[:4]:
        with small.write(DURING) as work:
            nominations.submit(work, key)
            nominations.withdraw(work, key, reason="不报了")

    def reinstate(key: str) -> Callable[[], str]:
        def back() -> str:
            with small.write(DURING) as work:
                return nominations.reinstate(work, key, reason="又报了").state

        return back

    heard = _at_once(*map(reinstate, keys[:4]), *[_submitting(small, key) for key in keys[4:]])
    assert (Counter(heard), faults(small)) == ({"submitted": 1, "QTA-01": 7}, ())


def test_the_same_draft_submitted_by_many_is_submitted_once(small: House) -> None:
    (key,) = _drafts(small, new_unit(small), 1)
    heard = _at_once(*[_submitting(small, key)] * 8)
    with small.read() as work:
        assert (Counter(heard), events(work, "submit")) == (
            {"submitted": 1, "STM-01": 7}, [("submit", "drafted", "submitted")],
        )  # fmt: skip


def _in_review(house: House, units: int, each: int) -> list[str]:
    made = [new_unit(house, f"第{number}学会", "societies", "cities") for number in range(units)]
    with house.write(DURING) as work:
        keys = [draft(work, unit, f"{number}") for unit in made for number in range(each)]
        for key in keys:
            nominations.submit(work, key)
    close(house.office, house.campaign, at=SWEPT)
    return keys


def _reporting(house: House, keys: Sequence[str], *, passed: bool = True) -> Callable[[], tuple[str, ...]]:
    def report() -> tuple[str, ...]:
        with house.write(REVIEW) as work:
            return batches.report(work, [Result(id=key, passed=passed) for key in keys]).filed

    return report


def test_two_reports_of_halves_of_a_track_both_count_and_the_later_settles_the_duty(small: House) -> None:
    keys = _in_review(small, units=4, each=4)
    heard = _at_once(_reporting(small, keys[0::2]), _reporting(small, list(reversed(keys[1::2])), passed=False))
    with small.read() as work:
        query = select(col(Duty.state)).where(col(Duty.kind) == "results", col(Duty.track) == "inventions/water")
        assert work.connection.execute(query).scalar_one() == "filed"
    assert sorted(heard) == [(), ("inventions/water",)]
    assert (Counter(states(small).values()).total(), faults(small)) == (4, ())


def test_the_same_report_handed_in_twice_at_once_counts_once(small: House) -> None:
    keys = _in_review(small, units=2, each=4)
    heard = _at_once(_reporting(small, keys), _reporting(small, list(reversed(keys))))
    with small.read() as work:
        assert (sorted(map(str, heard)), len(events(work, "advance"))) == (["('inventions/water',)", "RES-02"], 8)


def test_reports_and_single_verbs_on_one_track_never_wait_for_each_other_in_a_circle(small: House) -> None:
    keys = _in_review(small, units=7, each=4)
    # The seventh stays undecided: with all others withdrawn at one moment, a report would settle the duty, and rightly.
    own = keys[0:24:4]
    reported = [key for place, key in enumerate(keys) if place % 4]

    def to_and_fro(key: str) -> Callable[[], int]:
        def go() -> int:
            for _ in range(6):
                with small.write(REVIEW) as work:
                    nominations.withdraw(work, key, reason="退出")
                with small.write(REVIEW) as work:
                    nominations.reinstate(work, key, reason="恢复")
            return 6

        return go

    thirds = [reported[0::3], list(reversed(reported[1::3])), reported[2::3]]
    reports = [_reporting(small, part, passed=bool(number % 2)) for number, part in enumerate(thirds)]
    heard = _at_once(*reports, *map(to_and_fro, own))
    assert (heard, faults(small)) == ([()] * 3 + [6] * 6, ())


def _importing(house: House, units: Sequence[str], prefix: str) -> Callable[[], int]:
    """Hands in a file: one submission for each of the units, in that order, and on each of two fields."""
    header = ("单位编号", "榜单", "领域", "项目名称", "申报单位", "材料齐全")
    rows = [(unit, "发明榜", field, f"{prefix}{unit}", "某公司", "是") for unit in units for field in ("水", "光")]

    def hand_in() -> int:
        with house.write(DURING) as work:
            file = Upload(content=write_csv(rows, header), name=f"{prefix}.csv")
            return len(import_nominations(work, file, submit=True).lines)

    return hand_in


def test_files_and_single_verbs_never_wait_for_each_other_in_a_circle(small: House) -> None:
    names = [f"U{number}" for number in range(8)]
    keys = [_drafts(small, new_unit(small, name, "societies", "cities"), 1)[0] for name in names]

    def to_and_fro(key: str) -> Callable[[], int]:
        def go() -> int:
            for _ in range(8):
                with small.write(DURING) as work:
                    nominations.submit(work, key)
                with small.write(DURING) as work:
                    nominations.recall(work, key)
            return 8

        return go

    files = [_importing(small, names, "甲"), _importing(small, list(reversed(names)), "乙")]
    heard = _at_once(*files, *map(to_and_fro, keys))
    assert (heard, faults(small)) == ([16, 16] + [8] * 8, ())


def test_an_extension_and_submissions_at_the_old_deadline_agree_on_who_was_first(small: House) -> None:
    unit = new_unit(small, "两栖单位", "societies", "cities")
    keys = _drafts(small, unit, 4)

    def extend() -> str:
        with small.write(CLOSES - TICK, alone=True) as work:
            campaigns.extend(work, "collection", closes=LATER, reason="系统故障")
        return "moved"

    heard = _at_once(extend, *[_submitting(small, key, at=CLOSES) for key in keys])
    with small.read() as work:
        story = [verb for verb, *_ in events(work, "extend", "submit")]
    accepted = heard.count("submitted")
    assert (heard[0], set(heard[1:]) <= {"submitted", "DLN-01"}, story) == (
        "moved",
        True,
        ["extend"] + ["submit"] * accepted,
    )


def test_an_extension_for_some_and_submissions_at_the_old_deadline_agree_on_who_was_first(small: House) -> None:
    unit = new_unit(small, "两栖单位", "societies", "cities")
    keys = _drafts(small, unit, 4)

    def extend() -> str:
        with small.write(CLOSES - TICK, alone=True) as work:
            who = Who(units=("两栖单位",))
            campaigns.extend(work, "collection", closes=LATER, reason="系统故障", who=who)
        return "moved"

    heard = _at_once(extend, *[_submitting(small, key, at=CLOSES) for key in keys])
    with small.read() as work:
        story = [verb for verb, *_ in events(work, "extend", "submit")]
    accepted = ["submit"] * heard.count("submitted")
    assert (heard[0], set(heard[1:]) <= {"submitted", "DLN-01"}, story) == ("moved", True, ["extend", *accepted])
    assert faults(small) == ()


def test_a_closing_and_submissions_on_their_way_agree_on_who_was_first(small: House) -> None:
    unit = new_unit(small, "两栖单位", "societies", "cities")
    keys = _drafts(small, unit, 4)
    heard = _at_once(
        lambda: close(small.office, small.campaign, at=SWEPT).lapsed,
        *[_submitting(small, key, at=CLOSES - TICK) for key in keys],
    )
    lapsed, answers = heard[0], Counter(heard[1:])
    assert set(answers) <= {"submitted", "DLN-03"}
    assert Counter(states(small).values()) == Counter({"lapsed": lapsed, "review": 4 - lapsed}) + Counter()
    assert (answers["DLN-03"], faults(small)) == (lapsed, ())


def test_two_turns_at_once_do_every_due_thing_once(small: House) -> None:
    with small.write(OPENED) as work:
        add_unit(work, "甲学会", people=[("张三", "zhang@a.example"), ("李四", None)])
    for at in (beijing("2025-03-03 09:00"), beijing("2025-03-07 09:00"), SWEPT):
        reports = _at_once(*[lambda at=at: turn(small.office, small.campaign, at=at)] * 4)
        assert len({report.next for report in reports}) == 1
    with small.read() as work:
        keys = [letter.key for letter in letters(work)]
        story = Counter(verb for verb, *_ in events(work, "reach", "remind", "pass"))
    assert (len(keys), len(set(keys)), story["reach"], faults(small)) == (len(keys), len(keys), 4, ())
    assert story == {"reach": 4, "remind": 2, "pass": 2}


def test_readers_are_not_held_up_and_see_one_moment_while_many_write(small: House) -> None:
    units = [new_unit(small, f"第{number}学会") for number in range(4)]

    def write(unit: int) -> Callable[[], int]:
        def go() -> int:
            for number in range(5):
                with small.write(DURING) as work:
                    draft(work, unit, f"{number}甲")
                    draft(work, unit, f"{number}乙")
            return 10

        return go

    def read() -> bool:
        counts = []
        for _ in range(10):
            with small.read() as work:
                rows = work.connection.execute(select(col(Nomination.id))).all()
                again = work.connection.execute(select(col(Nomination.id))).all()
                counts.append(len(rows) == len(again) and len(rows) % 2 == 0)
        return all(counts)

    heard = _at_once(*map(write, units), read, read)
    with small.read() as work:
        assert len(work.connection.execute(select(col(Unit.id))).all()) == 4
    assert heard == [10, 10, 10, 10, True, True]


def test_threads_on_two_offices_of_one_file_keep_to_the_quota(small: House) -> None:
    unit = new_unit(small)
    other = House(office=Office(database=Database(small.office.database.url)), campaign=small.campaign)
    keys = _drafts(small, unit, 12)
    heard = _at_once(*[_submitting(house, key) for house, key in zip([small, other] * 6, keys, strict=True)])
    other.office.database.dispose()
    assert Counter(heard) == {"submitted": 2, "QTA-01": 10}
