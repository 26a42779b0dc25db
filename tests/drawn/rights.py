"""Who may recommend how many of whom: channels, quotas, exclusions, rules, and classes of the collection's deadline."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.drawn.dates import A_DAY
from tests.drawn.dice import Dice, Inline, Tables
from tests.drawn.lists import taking, tracks, who

UNITS = ["U0001", "U0002", "U0003"]  # codes as the rehearsal gives them


def channels(dice: Dice, lists: Tables, known: Tables) -> Tables:
    """Members for everything, and now and then others beside them, some of persons."""
    found: Tables = {"members": {"name": "会员单位", "lists": "all"}}
    if dice.often():
        found["cities"] = {"name": "城市", "lists": [dice.one(*taking(lists))], "open_ended": dice.often()}
        where = who(dice, known, of=("unit",))
        found["cities"] |= {"for": Inline(where=where)} if where and dice.often() else {}
        found["cities"] |= {"excludes": ["members"]} if dice.rarely(3) else {}
    if dice.rarely(3):
        found["fellows"] = {"name": "会士", "lists": dice.some(taking(lists)), "persons": True}
        found["fellows"] |= {"jointly": dice.one(2, 2, 3, 30)} if dice.often() else {}
    if dice.rarely(5):
        found["laureates"] = {"name": "往届入选者", "lists": dice.some(taking(lists)),
                              "laureates": Inline(edition=2024, list=taking(lists)[0])}  # fmt: skip
    return found


def quotas(dice: Dice, lists: Tables, held: Tables, known: Tables) -> Tables:
    """For each list by itself or by its fields, for persons apart; now and then a pool over all beside them."""
    found: Tables = {}
    for key in taking(lists):
        for persons in (False, True):
            holders = [name for name, each in held.items() if is_person(each) is persons and may(each, key)]
            if holders:
                found[f"{key}-{'persons' if persons else 'units'}"] = _quota(dice, lists, key, holders, known)
    if len(taking(lists)) > 1 and dice.rarely():
        found["pool"] = {"lists": "all", "channels": ["members"], "per": "pool", "limit": dice.number(1, 6)}
    return found


def _quota(dice: Dice, lists: Tables, key: str, holders: list[str], known: Tables) -> Tables:
    per = dice.one("list", "field") if "fields" in lists[key] else "list"
    found: Tables = {"lists": [key], "channels": holders, "per": per, "limit": dice.one(2, 1, 3, "unlimited")}
    if dice.rarely(12):
        found["limit"] = 0
    if dice.rarely():
        found["units"] = Inline(**{code: dice.one(0, 1, 4, "unlimited") for code in dice.some(UNITS)})
        if dice.often():
            del found["limit"]
    found |= {"stacking": "most"} if dice.rarely() else {}
    where = who(dice, known, of=("nominee",))
    if where and found.get("limit") in (2, 3) and "units" not in found and dice.often():
        found["shares"] = {"part": Inline(name="其中", where=where, least=dice.one(None, 1), most=2)}
    return found


def is_person(channel: Tables) -> bool:
    return "persons" in channel or "laureates" in channel


def may(channel: Tables, key: str) -> bool:
    return channel["lists"] == "all" or key in channel["lists"]


def exclusions(dice: Dice, lists: Tables) -> Tables:
    found: Tables = {}
    if dice.rarely(3):
        found["earlier"] = {"lists": "all", "waivable": dice.often()}
    if dice.rarely():
        found["other"] = {"lists": dice.some(taking(lists)), "award": "别的奖", "since": 2016}
        found["other"] |= {"until": dice.one(2020, 2024), "waivable": True} if dice.often() else {}
    return found


def rules(dice: Dice, lists: Tables, held: Tables, known: Tables) -> Tables:
    """What the attributes there are can be asked; once in a while two that can hardly be fulfilled together."""
    able: Tables = {
        "young": {"name": "年龄", "attribute": "born", "least": dice.one("1985-01-01", "2026-01-01")},
        "not-too-young": {"name": "资历", "attribute": "born", "most": dice.one("2000-12-31", "1980-01-01")},
        "large": {"name": "规模", "attribute": "staff", "least": dice.number(1, 50)},
        "direct": {"name": "直接", "attribute": "direct", "among": [True]},
        "women": {"name": "女性", "attribute": "gender", "among": ["女"]},
        "western": {"name": "西部", "attribute": "region", "among": ["west"]},
        "own": {"name": "本领域", "attribute": "field", "own_field": True},
    }
    fielded = [key for key in taking(lists) if "fields" in lists[key]]
    found: Tables = {}
    for key, each in able.items():
        on = fielded if key == "own" else taking(lists)
        if each["attribute"] in known and on and dice.rarely():
            found[key] = {**each, "lists": dice.some(on), "waivable": dice.often()}
            found[key] |= {"for": _asked(dice, lists, held, known)} if dice.often() else {}
    if dice.rarely():
        found["once"] = {"name": "一次", "lists": "all", "once": dice.one("list", "campaign"), "waivable": dice.often()}
    return found


def _asked(dice: Dice, lists: Tables, held: Tables, known: Tables) -> Inline:
    where = who(dice, known, of=("unit", "nominee"))
    return dice.one(
        Inline(channels=dice.some(list(held))),
        Inline(tracks=dice.some(tracks(lists, taking(lists)))),
        Inline(where=where) if where else Inline(channels=["members"]),
    )  # fmt: skip


def classes(dice: Dice, closes: date, lists: Tables, held: Tables, known: Tables) -> Tables:
    """Other ends of the collection for some: mostly a little later, now and then earlier or far too late."""
    able: dict[str, dict[str, Any]] = {
        "writing": {"role": "applicant"},
        "unit-role": {"role": "unit", "channels": ["members"]},
        "unit": {"units": dice.some(UNITS)},
        "track": {"tracks": dice.some(tracks(lists, taking(lists)))},
        "channel": {"channels": [dice.one(*held)]},
    }
    where = who(dice, known, of=("unit",))
    able |= {"where": {"where": where}} if where else {}
    found: Tables = {}
    for key in dice.some(list(able), least=0) if dice.often() else []:
        days = dice.one(0, 1, 2, -1, -1, -3, 40) if dice.rarely(8) else dice.one(0, 1, -1)
        end = closes + (min(days, 0) if key == "writing" and not dice.rarely(8) else days) * A_DAY
        found[key] = {**able[key], "closes": f"{end} {dice.one('15:00', '24:00')}"}
    return found
