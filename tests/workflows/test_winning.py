"""The caps of a list: counted to the last one, and an “at least” that must stay possible."""

from __future__ import annotations

import pytest

from workflows.definition import Level, RankingList, Share, Shortlist, Who
from workflows.vocabulary import Nominee
from workflows.winning import Winner, asked_together, may_pass, reasons_against_winners

WEST = Share(key="west", name="西部地区", who=Who(attributes=(("region", ("west",)),)), least=2, most=3)
EAST = Share(key="east", name="东部地区", who=Who(attributes=(("region", ("east",)),)), least=1)
YOUNG = Share(key="young", name="青年", who=Who(attributes=(("young", ("true",)),)), least=2)
FIRST = Level(key="first", name="一等奖", english="First", winners=1)


def ranking(*shares: Share, winners: int | None = 4) -> RankingList:
    return RankingList(
        key="people", name="人物榜", english="People", nominee=Nominee.PERSON, winners=winners, levels=(FIRST,),
        shares=shares,
    )  # fmt: skip


def of(*regions: str, level: str | None = None) -> list[Winner]:
    return [Winner(level=level, attributes={"region": region}) for region in regions]


@pytest.mark.parametrize(
    ("shares", "winners", "codes"),
    [
        ((), of("a", "b", "c", "d"), []),
        ((), of("a", "b", "c", "d", "e"), ["WIN-01"]),
        ((), of("a", level="first"), []),
        ((), of("a", "b", level="first"), ["WIN-02"]),
        ((WEST,), of("east", "east"), []),
        ((WEST,), of("east", "east", "east"), ["WIN-03"]),
        ((WEST,), of("east", "east", "west", "west"), []),
        ((WEST,), of("east", "east", "west", "east"), ["WIN-03"]),
        ((WEST,), of("west", "west", "west", "west"), ["WIN-04"]),
        ((WEST, EAST), of("mid"), []),
        ((WEST, EAST), of("mid", "mid"), ["WIN-03"]),
        ((WEST, YOUNG), of("mid", "mid"), []),
    ],
)
def test_a_list_says_why_these_can_not_be_its_winners(
    shares: tuple[Share, ...], winners: list[Winner], codes: list[str]
) -> None:
    assert [reason.code for reason in reasons_against_winners(ranking(*shares), winners)] == codes


def test_the_refusal_names_the_numbers() -> None:
    (reason,) = reasons_against_winners(ranking(WEST), of("east", "east", "east"))
    assert reason.zh == "人物榜还剩1个位置，而“西部地区”至少2个、现有0个，已无法满足"


def test_without_a_cap_the_jury_decides() -> None:
    assert reasons_against_winners(ranking(winners=None), of(*"abcdefghi")) == ()


def test_shares_that_nobody_fits_both_of_are_added_up() -> None:
    assert (asked_together([WEST, EAST, YOUNG]), asked_together([WEST, EAST], {"west": 2})) == (3, 1)


@pytest.mark.parametrize(
    ("shortlist", "entered", "limit"),
    [
        (Shortlist(text="30%", percent=30), 10, 3),
        (Shortlist(text="30%", percent=30), 11, 4),
        (Shortlist(text="30%", percent=30), 0, 0),
        (Shortlist(text="1.1倍", times=1.1), 99, 11),
        (Shortlist(text="1.15倍", times=1.15), 99, 12),
        (Shortlist(text="20个", number=20), 99, 20),
    ],
)
def test_a_shortlist_is_rounded_up_and_no_further(shortlist: Shortlist, entered: int, limit: int) -> None:
    assert may_pass(shortlist, entered=entered, winners=10) == limit
