"""The chain of a nomination: what it has passed, where it is, what would come next, and ends that lie beside."""

from __future__ import annotations

from engine import nominations, sweep
from engine.queries.explaining import nomination as explained
from engine.queries.standing import chain
from tests.builders import House
from tests.small import DURING, REVIEW, SWEPT, draft, new_unit


def _steps(house: House, public_id: str) -> list[tuple[str, str]]:
    with house.read(REVIEW) as work:
        return [(step.key, step.status) for step in chain(work, public_id, explained(work, public_id).history)]


AHEAD = [(key, "ahead") for key in ("submitted", "review", "final", "published", "promoted")]


def test_every_place_of_the_chain_is_told(small: House) -> None:
    unit = new_unit(small)
    with small.write(DURING) as work:
        waiting, back, lapsing, gone = (
            draft(work, unit, title, track=track) for title, track in
            (("一", "inventions/water"), ("二", "inventions/water"), ("三", "inventions/light"), ("四", "people"))
        )  # fmt: skip
        for each in (waiting, back, gone):
            nominations.submit(work, each)
        nominations.return_(work, back, reason="缺章")
        nominations.withdraw(work, gone, reason="重复")
    before = [_steps(small, each) for each in (back, gone, lapsing)]
    sweep.close(small.office, small.campaign, at=SWEPT)

    assert before == [
        [("drafted", "done"), ("returned", "now"), *AHEAD[1:]],
        [("drafted", "done"), ("submitted", "done"), ("withdrawn", "out"), *AHEAD[1:]],
        [("drafted", "now"), *AHEAD],
    ]
    assert _steps(small, waiting) == [("drafted", "done"), ("submitted", "done"), ("review", "now"), *AHEAD[2:]]
    assert _steps(small, lapsing) == [("drafted", "done"), ("lapsed", "out"), *AHEAD]
