"""The world of these tests is what it says: something of everything, and each thing of the other marked."""

from __future__ import annotations

from tests.builders import House
from tests.desk.world import reviewing


def test_there_is_one_of_everything_on_both_sides(quick: House) -> None:
    world = reviewing(quick)
    kinds = {"unit", "institution", "contact", "duty", "nomination", "letter", "call", "draft", "submitted", "returned"}
    assert kinds <= set(world.other) <= set(world.own)
    assert [kind for kind, mine in world.own.items() if mine in ("None", world.other.get(kind))] == []
