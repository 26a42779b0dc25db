"""What a list is and what comes out of it: who organises it, its winners, levels and shares, and who passes a stage."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from workflows.definition import EVERYBODY, Definition, Level, Share, Shortlist
from workflows.loading import load
from workflows.loading_shortlist import ShortlistRefused, read_shortlist
from workflows.reasons import FileRefused
from workflows.vocabulary import Nominee

SMALL = (Path(__file__).parents[1] / "scenario" / "small.toml").read_text(encoding="utf-8")
REGION = '[attributes.region]\nname = "地区"\nof = "unit"\nkind = "word"\nvalues = ["east", "west"]\n'
PEOPLE = 'name = "人物榜"\n'
STAGE = 'name = "初评"\nenglish = "review"\n'


def small(*, people: str = "", after: str = "", stage: str = "") -> str:
    """The small campaign with more said of the list of people, of further lists and of the first stage."""
    text = SMALL.replace(PEOPLE, PEOPLE + people).replace(STAGE, STAGE + stage)
    return f"{text}\n{REGION}\n{after}"


def definition(text: str) -> Definition:
    return load(text, name="small.toml").definition


def refused(text: str) -> list[tuple[str, str]]:
    """Codes and keys of what is refused."""
    with pytest.raises(FileRefused) as refusal:
        load(text, name="small.toml")
    return [(reason.code, str(reason.facts["path"])) for reason in refusal.value.reasons]


def share(least: int, region: str = "west") -> str:
    return f'shares.{region} = {{ name = "{region}", where = {{ region = "{region}" }}, least = {least} }}\n'


def test_a_list_elsewhere_is_named_and_takes_no_part() -> None:
    it = definition(small(after='[lists.abroad]\nname = "国际榜"\nnominee = "project"\nelsewhere = "另行组织"'))
    takes_part = [*it.tracks, *it.channels[0].lists]
    assert (it.list_by_key["abroad"].elsewhere, takes_part) == (
        "另行组织",
        ["inventions/water", "inventions/light", "people", "inventions", "people"],
    )


def test_a_drawn_list_ranks_what_its_base_ranks() -> None:
    it = definition(small(after='[lists.special]\nname = "特别奖"\ndrawn_from = "people"\nwinners = 2'))
    drawn = it.list_by_key["special"]
    assert (drawn.nominee, drawn.winners, "special" in it.tracks) == (Nominee.PERSON, 2, False)


def test_winners_levels_shares_and_a_minimum_are_read() -> None:
    levels = 'levels.first = { name = "一等奖", winners = 1 }\nlevels.second = { name = "二等奖" }\n'
    it = definition(small(people="winners = 5\nminimum = 3\n" + levels + share(2)))
    people = it.list_by_key["people"]
    west = Share(key="west", name="west", who=replace(EVERYBODY, attributes=(("region", ("west",)),)), least=2)
    assert (people.winners, people.minimum, people.levels, people.shares) == (
        5,
        3,
        (
            Level(key="first", name="一等奖", english="一等奖", winners=1),
            Level(key="second", name="二等奖", english="二等奖"),
        ),
        (west,),
    )


ABROAD = '[lists.abroad]\nname = "国际榜"\nnominee = "project"\nelsewhere = "另行组织"\n'
SPECIAL = '[lists.special]\nname = "特别奖"\ndrawn_from = "people"\n'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (small(after=ABROAD + "winners = 3"), ("CFG-90", "lists.abroad.winners")),
        (small(after=SPECIAL + "minimum = 3"), ("CFG-90", "lists.special.minimum")),
        (small(after=SPECIAL + 'nominee = "person"'), ("CFG-90", "lists.special.nominee")),
        (
            small(after=ABROAD).replace('lists = ["people"]\nchannels', 'lists = ["people", "abroad"]\nchannels'),
            ("CFG-91", "quotas.people.lists"),
        ),
        (
            small(after=SPECIAL).replace('lists = ["people"]\nwaivable', 'lists = ["special"]\nwaivable'),
            ("CFG-91", "exclusions.persons.lists"),
        ),
        (
            small(after=ABROAD).replace('name = "城市"\nlists = ["inventions"]', 'name = "城市"\nlists = ["abroad"]'),
            ("CFG-91", "channels.cities.lists"),
        ),
        (
            small(after=SPECIAL + '[lists.more]\nname = "再选"\ndrawn_from = "special"'),
            ("CFG-92", "lists.more.drawn_from"),
        ),
        (small(after='[lists.more]\nname = "再选"\ndrawn_from = "more"'), ("CFG-92", "lists.more.drawn_from")),
        (
            small(people='winners = 2\nlevels.first = { name = "一等奖", winners = 3 }\n'),
            ("CFG-93", "lists.people.levels.first.winners"),
        ),
        (
            small(people='winners = 9\nlevels.first = { name = "一等奖", winners = 3 }\n'),
            ("CFG-93", "lists.people.winners"),
        ),
        (
            small(people='levels.a = { name = "一等奖" }\nlevels.b = { name = "一等奖" }\n'),
            ("CFG-44", "lists.people.levels.b.name"),
        ),
        (small(people=share(2)), ("CFG-96", "lists.people.shares.west.least")),
        (small(people="winners = 3\n" + share(2) + share(2, "east")), ("CFG-96", "lists.people.shares.west.least")),
        (small(people="winners = 3\n" + share(4)), ("CFG-26", "lists.people.shares.west.least")),
        (small(stage='shortlist = "许多"\n'), ("CFG-97", "stages.review.shortlist")),
        (small(stage='shortlist = "1.5倍"\n', people="winners = 3\n"), ("CFG-98", "stages.review.shortlist")),
    ],
)  # fmt: skip
def test_what_contradicts_is_refused_at_its_place(text: str, expected: tuple[str, str]) -> None:
    assert refused(text) == [expected]


def test_a_campaign_in_which_nothing_can_be_nominated_is_refused() -> None:
    elsewhere = 'nominee = "project"\nelsewhere = "另行组织"'
    head, _, rest = SMALL.partition("[lists.inventions]")
    rest = rest[rest.index("[materials.application]") :]
    text = f'{head}[lists.only]\nname = "国际榜"\n{elsewhere}\n{rest}'
    assert ("CFG-94", "lists") in refused(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("30%", Shortlist(text="30%", percent=30)),
        ("３０％", Shortlist(text="３０％", percent=30)),
        ("1.5倍", Shortlist(text="1.5倍", times=1.5)),
        ("2 times", Shortlist(text="2 times", times=2.0)),
        ("20个", Shortlist(text="20个", number=20)),
        ("20 entries", Shortlist(text="20 entries", number=20)),
    ],
)
def test_a_shortlist_is_a_share_a_multiple_or_a_number(text: str, expected: Shortlist) -> None:
    assert read_shortlist(text) == expected


@pytest.mark.parametrize("text", ["0%", "101%", "0倍", "20", "-3个", "30 percent", "1.234倍"])
def test_what_is_no_shortlist_is_refused(text: str) -> None:
    with pytest.raises(ShortlistRefused, match="CFG-97"):
        read_shortlist(text)
