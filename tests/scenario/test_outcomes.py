"""Caps under a race, and a rehearsal of a campaign that bounds everything it can."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

from bangdan import ROOT
from bangdan.rehearsing import DATABASE, Performance, alone, stage
from bangdan.report.gathering import gather
from bangdan.report.page import render
from engine import batches, distinctions, nominations
from engine.batches import Result
from engine.rehearsal.play import Size, rehearse
from engine.sweep import close
from tests.builders import House
from tests.small import DURING, FILE, FINAL, REVIEW, SWEPT, draft, faults, new_unit, small_house
from workflows.loading import load
from workflows.reasons import BangdanError

WAITING = 60  # seconds until a test gives up
NAME, OTHER, STAGE = 'name = "人物榜"\n', 'name = "发明榜"\n', 'name = "初评"\nenglish = "review"\n'
LEVELS = 'levels.first = { name = "一等奖", winners = 1 }\nlevels.second = { name = "二等奖" }\n'
BOUNDED = (
    FILE.read_text(encoding="utf-8")
    .replace(NAME, NAME + "winners = 2\n" + LEVELS)
    .replace(OTHER, OTHER + "winners = 3\nminimum = 400\n")
    .replace(STAGE, STAGE + 'shortlist = "3个"\n')
    + '\n[lists.special]\nname = "特别奖"\ndrawn_from = "people"\nwinners = 1\n'
    + '\n[lists.abroad]\nname = "国际榜"\nnominee = "project"\nelsewhere = "另行组织"\n'
)


def at_once(*calls: Callable[[], object]) -> Counter[str]:
    """How often each first code was heard, "" for what was done; all calls begin together."""
    start = Barrier(len(calls))

    def go(call: Callable[[], object]) -> str:
        start.wait(WAITING)
        try:
            call()
        except BangdanError as refused:
            return refused.reasons[0].code
        return ""

    with ThreadPoolExecutor(len(calls)) as pool:
        return Counter(pool.map(go, calls))


def submitted(house: House, count: int) -> list[str]:
    """So many people, each of a unit of its own, in the first stage."""
    ids = []
    for number in range(count):
        unit = new_unit(house, f"第{number}学会")
        with house.write(DURING) as work:
            ids.append(nominations.submit(work, draft(work, unit, f"第{number}人", track="people")).id)
    close(house.office, house.campaign, at=SWEPT)
    return ids


def in_final(house: House, count: int) -> list[str]:
    """The same, in the last stage."""
    ids = submitted(house, count)
    with house.write(REVIEW) as work:
        batches.report(work, [Result(id=key, passed=True) for key in ids])
    return ids


def test_decisions_at_once_make_exactly_the_winners_there_are(database_url: str) -> None:
    house = small_house(database_url, FILE.read_text(encoding="utf-8").replace(NAME, NAME + "winners = 3\n"))
    ids = in_final(house, 10)

    def deciding(key: str) -> Callable[[], object]:
        def decide() -> None:
            with house.write(FINAL) as work:
                batches.decide(work, [Result(id=key, passed=True)], occasion=key)

        return decide

    assert (at_once(*map(deciding, ids)), faults(house)) == (Counter({"": 3, "WIN-01": 7}), ())
    house.office.database.dispose()


def test_reports_at_once_pass_exactly_as_many_as_the_shortlist_lets(database_url: str) -> None:
    house = small_house(database_url, FILE.read_text(encoding="utf-8").replace(STAGE, STAGE + 'shortlist = "30%"\n'))
    ids = submitted(house, 10)

    def passing(key: str) -> Callable[[], object]:
        def report() -> None:
            with house.write(REVIEW) as work:
                batches.report(work, [Result(id=key, passed=True)])

        return report

    assert (at_once(*map(passing, ids)), faults(house)) == (Counter({"": 3, "WIN-05": 7}), ())
    house.office.database.dispose()


def test_winners_who_come_back_at_once_find_no_more_places_than_there_are(database_url: str) -> None:
    house = small_house(database_url, FILE.read_text(encoding="utf-8").replace(NAME, NAME + "winners = 2\n"))
    ids = in_final(house, 4)
    for pair in (ids[:2], ids[2:]):
        with house.write(FINAL) as work:
            batches.decide(work, [Result(id=key, passed=True) for key in pair], occasion=pair[0])
        for key in pair:
            with house.write(FINAL) as work:
                nominations.disqualify(work, key, reason="争议")

    def returning(key: str) -> Callable[[], object]:
        def reinstate() -> None:
            with house.write(FINAL) as work:
                nominations.reinstate(work, key, reason="已澄清")

        return reinstate

    assert (at_once(*map(returning, ids)), faults(house)) == (Counter({"": 2, "WIN-01": 2}), ())
    house.office.database.dispose()


def test_distinctions_at_once_are_exactly_as_many_as_there_may_be(database_url: str) -> None:
    house = small_house(database_url, BOUNDED.replace("winners = 2", "winners = 8").replace('"3个"', '"9个"'))
    ids = in_final(house, 6)
    with house.write(FINAL) as work:
        batches.decide(work, [Result(id=key, passed=True, level="second") for key in ids], occasion="1")

    def drawing(key: str) -> Callable[[], object]:
        def draw() -> None:
            with house.write(FINAL) as work:
                distinctions.distinguish(work, key, ranking="special", reason="突出")

        return draw

    assert (at_once(*map(drawing, ids)), faults(house)) == (Counter({"": 1, "WIN-01": 5}), ())
    house.office.database.dispose()


def test_a_campaign_that_bounds_everything_is_rehearsed_within_its_bounds(tmp_path: Path) -> None:
    office, definition = stage(tmp_path), load(BOUNDED, name="small.toml").definition
    words = tomllib.loads((ROOT / "config" / "rehearsal.toml").read_text(encoding="utf-8"))
    words["behaviour"] |= {"passes": 1.0, "listed": 1.0}
    size = Size(units=20, nominations=60)
    played = rehearse(
        office, BOUNDED, name="small.toml", words=words, size=size, crew=alone(office, definition)
    )  # fmt: skip
    found = gather(office, played)
    refused = {reason.code for each in played.theatre.refusals for reason in each.reasons}
    assert [(one.name.zh, one.number, one.limit, one.note.zh) for one in found.outcomes] == [
        ("发明榜", 3, 3, ""),
        ("人物榜", 2, 2, "一等奖 1/1，二等奖 1"),
        ("特别奖", 1, 1, "从人物榜中产生"),
        ("国际榜", None, None, "不在此接受推荐（另行组织）"),
    ]
    assert (found.events["campaign proceed"], found.verdict.faults) == (2, ())
    assert {code for code in refused if code.startswith(("WIN", "MIN"))} == set()
    done = Performance(office=office, played=played, database=tmp_path / DATABASE, seconds=0, megabytes=None)
    assert "从人物榜中产生" in render(found, done)
    office.database.dispose()
