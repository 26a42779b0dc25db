"""The world of these tests is what it says: something of everything, and each thing of the other marked."""

from __future__ import annotations

from tests.builders import House
from tests.desk.world import reviewing


def test_there_is_one_of_everything_on_both_sides(quick: House) -> None:
    world = reviewing(quick)
    kinds = {"unit", "institution", "contact", "duty", "nomination", "letter", "call", "draft", "submitted", "returned"}
    assert kinds <= set(world.own) == set(world.other)
    assert [kind for kind in world.own if world.own[kind] == "None" or world.own[kind] == world.other[kind]] == []
