"""What is ranked: attributes, lists with fields, winners, levels and shares, lists from elsewhere, drawn lists."""

from __future__ import annotations

from tests.drawn.dice import Dice, Inline, Tables

FIELDS = ["water", "light", "earth"]


def attributes(dice: Dice) -> Tables:
    """Any of six, those that rules like to ask about."""
    every: Tables = {
        "region": {"name": "地区", "of": "unit", "kind": "word", "values": ["east", "west"]},
        "direct": {"name": "直接提名", "of": "unit", "kind": "flag"},
        "staff": {"name": "人数", "of": "unit", "kind": "number"},
        "born": {"name": "出生日期", "of": "nominee", "kind": "date", "needed": dice.often()},
        "gender": {"name": "性别", "of": "nominee", "kind": "word", "values": ["女", "男"]},
        "field": {"name": "学科", "of": "nominee", "kind": "word", "values": FIELDS},
    }
    return {key: every[key] for key in dice.some(list(every), least=0)}


def lists(dice: Dice, known: Tables) -> Tables:
    """One to three that take nominations, and now and then others that do not."""
    found = {f"list-{number}": _list(dice, number, known) for number in range(1, dice.one(1, 2, 2, 3) + 1)}
    if dice.rarely(6):
        found["elsewhere"] = {"name": "另行组织的榜单", "nominee": "project", "elsewhere": "另行组织"}
    if dice.rarely():
        base = dice.one(*taking(found))
        found["special"] = {"name": "特别奖", "drawn_from": base}
        if dice.often():
            found["special"]["winners"] = dice.one(1, 1, 2, 5)
    return found


def taking(found: Tables) -> list[str]:
    """The lists that take nominations."""
    return [key for key in found if key.startswith("list-")]


def tracks(found: Tables, keys: list[str]) -> list[str]:
    """The tracks of these lists."""
    return [f"{key}/{field}" if field else key for key in keys for field in found[key].get("fields", [None])]


def who(dice: Dice, known: Tables, *, of: tuple[str, ...]) -> Inline | None:
    """A `where` over one attribute of these bearers, if there is one that can be asked for a value."""
    able = [key for key, each in known.items() if each["of"] in of and each["kind"] in ("word", "flag")]
    if not able:
        return None
    key = dice.one(*able)
    value = dice.one(True, False) if known[key]["kind"] == "flag" else dice.one(*known[key]["values"])
    return Inline(**{key: value})


def _list(dice: Dice, number: int, known: Tables) -> Tables:
    nominee = dice.one("project", "organisation", "person")
    found: Tables = {"name": f"榜单{number}", "nominee": nominee}
    found |= {"materials": ["form"]} if dice.often() else {}
    found |= {"winners": dice.number(1, 5)} if dice.often() else {}
    found |= {"minimum": dice.number(1, 3)} if dice.rarely() else {}
    if dice.often():
        found["fields"] = {key: Inline(name=f"领域{key}", group="领域") for key in FIELDS[: dice.number(1, 3)]}
    if dice.rarely():
        found["levels"] = _levels(dice, found.get("winners"))
    if "winners" in found and dice.rarely(3) and (where := who(dice, known, of=("unit", "nominee"))):
        least = dice.number(0, found["winners"])
        found["shares"] = {"some": Inline(name="一部分", where=where, least=least or None,
                                          most=None if least else dice.number(0, 2))}  # fmt: skip
    return found


def _levels(dice: Dice, winners: int | None) -> Tables:
    """A first and a second prize, mostly with as many places together as the list has."""
    first = dice.number(1, winners or 2)
    second = dice.one(None, max(1, (winners or 4) - first))
    return {"first": Inline(name="一等奖", winners=first), "second": Inline(name="二等奖", winners=second)}
