"""How it is judged: stages, some for some lists only, institutions, and what institutions and units owe."""

from __future__ import annotations

from tests.drawn.dates import A_DAY, START, Days
from tests.drawn.dice import Dice, Inline, Tables
from tests.drawn.lists import taking, tracks, who

JUDGES = ("secretariat", "institution", "clock")


def stages(dice: Dice, lists: Tables, days: Days) -> Tables:
    """One to four; the first is for every list, mostly, and the clock judges some."""
    found: Tables = {}
    for number in range(1, dice.one(1, 2, 2, 3, 4) + 1):
        key, judge = f"stage-{number}", dice.one(*(JUDGES if number > 1 or dice.rarely(6) else JUDGES[:2]))
        found[key] = {"name": f"第{number}阶段", "judge": judge, "window": f"in-{number}"}
        found[key] |= {"objections": True} if dice.rarely(2 if judge == "clock" else 5) else {}
        held = judge == "clock" or "objections" in found[key]
        days.stage(f"in-{number}", f"期间{number}", ends=held or judge == "clock")
        if judge != "clock":
            found[key]["due"] = _due(dice, days, number)
            found[key] |= _judged(dice, bounded=all("winners" in lists[each] for each in taking(lists)))
        if taking(lists) != ["list-1"] and dice.rarely(3 if number > 1 else 8):
            found[key]["lists"] = dice.some(taking(lists))
    return found


def _due(dice: Dice, days: Days, number: int) -> str:
    """The stage's own window, or a day after it."""
    ends = {"window", "lasts", "to_announce"} & set(days.milestones[f"in-{number}"])
    if ends and dice.often():
        return f"in-{number}"
    days.results(f"out-{number}", f"报送{number}")
    return f"out-{number}"


def _judged(dice: Dice, *, bounded: bool) -> Tables:
    found: Tables = {"correction": dice.one("2天", "3个工作日", "30天")} if dice.rarely(3) else {}
    shortlists = ("50%", "3个", "1%", "2倍" if bounded else "10%")
    return found | ({"shortlist": dice.one(*shortlists)} if dice.rarely(3) else {})


def institutions(dice: Dice, lists: Tables, found: Tables) -> Tables:
    """One for each stage that institutions judge, or one for each of its tracks."""
    made: Tables = {}
    for stage, each in found.items():
        if each["judge"] != "institution":
            continue
        here = tracks(lists, each.get("lists") or taking(lists))
        for number, mine in enumerate([here] if dice.often() else [[track] for track in here], 1):
            contact = Inline(name="评审", phones=["010-2"], email=dice.one(f"a@{stage}.example", None))
            made[f"{stage}-{number}"] = {"name": f"机构{stage}-{number}", "stage": stage, "tracks": mine,
                                         "contacts": [contact]}  # fmt: skip
    return made


def duties(dice: Dice, days: Days, found: Tables, lists: Tables, known: Tables) -> Tables:
    """Results and plans of institutions, papers and filings of units, some of which hold something up."""
    made: Tables = {}
    for stage, each in found.items():
        if each["judge"] == "institution" and not dice.rarely(8):
            made[f"results-{stage}"] = {"name": f"结果{stage}", "stage": stage, "fulfilment": "results",
                                        "due": each["due"]}  # fmt: skip
            if dice.rarely():
                made[f"plan-{stage}"] = {"name": f"方案{stage}", "stage": stage, "fulfilment": "filing"}
                made[f"plan-{stage}"] |= (
                    {"for": Inline(tracks=tracks(lists, taking(lists))[:1])} if dice.often() else {}
                )
    for number in range(dice.one(0, 1, 1, 2)):
        made[f"paper-{number}"] = _of_unit(dice, days, number, found, known)
    return made


def _of_unit(dice: Dice, days: Days, number: int, found: Tables, known: Tables) -> Tables:
    each = dice.one("unit", "nomination")
    made: Tables = {"name": f"材料{number}", "owed_by": "unit", "each": each,
                    "fulfilment": dice.one("receipt", "filing")}  # fmt: skip
    gates = ("review", None) if each == "nomination" else ("review", "submit", "draft", None)
    gate = dice.one(*gates)
    made |= {"gate": gate} if gate else {}
    if dice.often():
        made["due"] = _date(dice, days, number, early=gate in ("submit", "draft"))
        postmark = made["fulfilment"] == "receipt" and dice.often()
        made |= {"decisive": "postmark"} if postmark else {}
    if each == "nomination" and dice.rarely(3):
        made["stage"] = next(iter(found)) if gate and not dice.rarely(8) else dice.one(*found)
    where = who(dice, known, of=("unit",))
    made |= {"for": Inline(where=where)} if where and dice.rarely() else {}
    return made


def _date(dice: Dice, days: Days, number: int, *, early: bool) -> str:
    """The collection itself, or a milestone for papers, perhaps with hours at a counter."""
    if dice.often():
        return "collection"
    closes = START + (dice.number(4, 8) if early and not dice.rarely(8) else dice.number(9, 25)) * A_DAY
    hours = {"slots": [f"{closes - A_DAY}—{closes} 08:30/16:30"]} if dice.rarely(3) else {}
    days.ahead(f"paper-{number}", f"寄送{number}", closes, **hours)
    return f"paper-{number}"
