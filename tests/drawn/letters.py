"""Who is told what and when, and in which words: reminders, dailies, the campaign's own names and letters."""

from __future__ import annotations

from typing import Any

from tests.drawn.dice import Dice, Inline, Tables
from tests.drawn.lists import who
from tests.drawn.rights import UNITS

BEFORE = ["10天前", "3天前", "1天前", "2个工作日前", "3小时前", "30 minutes before"]
AROUND = ["当天", "当时", "1天后", "2个工作日后", "2小时后"]
LETTERS = {
    "units": "collection-opens", "units-collecting": "collection-closes", "units-owing": "duties-due",
    "applicants": "applicant-drafts", "institutions": "review-ready", "institutions-owing": "duties-due",
    "secretariat": "stage-opens", "secretariat-if-owed": "duties-escalation",
}  # fmt: skip
COUNTING_DOWN = ("units-collecting", "applicants")
OWN = {
    "subject": "【{{ campaign.name }}】征集即将截止", "title": "截止提醒", "english": "Closes {{ deadline.en }}.",
    "text": "截止：{{ deadline.zh }}\n{% for draft in drafts %}\n- {{ draft.title }}\n{% endfor %}",
}  # fmt: skip


def reminders(dice: Dice, tables: Tables) -> Tables:
    """One before the deadline, mostly, and any others around any milestone."""
    found: Tables = {} if dice.rarely(8) else {"closing": _reminder(dice, tables, "collection", "units-collecting")}
    for number in range(dice.number(0, 4)):
        audience = dice.one(*_audiences(tables))
        found[f"more-{number}"] = _reminder(dice, tables, _milestone(dice, tables, audience), audience)
    return found


def _audiences(tables: Tables) -> list[str]:
    """Those that can have readers."""
    of_units = [each for each in tables["duties"].values() if "owed_by" in each and "due" in each]
    others = [each for each in tables["duties"].values() if "owed_by" not in each and "due" in each]
    there = {"institutions": tables["institutions"], "institutions-owing": others, "units-owing": of_units,
             "secretariat-if-owed": [*of_units, *others]}  # fmt: skip
    return [audience for audience in LETTERS if there.get(audience, True)]


def _milestone(dice: Dice, tables: Tables, audience: str) -> str:
    """For those who owe something, where it is due."""
    of = {"units-owing": (True,), "institutions-owing": (False,), "secretariat-if-owed": (True, False)}.get(audience)
    due = [each["due"] for each in tables["duties"].values() if "due" in each and ("owed_by" in each) in (of or ())]
    if audience in COUNTING_DOWN:
        return "collection"
    return str(dice.one(*(due or tables["milestones"])))


def _reminder(dice: Dice, tables: Tables, milestone: str, audience: str) -> Tables:
    closes = audience in COUNTING_DOWN or bool({"closes", "lasts", "window"} & set(tables["milestones"][milestone]))
    offsets = BEFORE if audience in COUNTING_DOWN else BEFORE + AROUND
    found: Tables = {"milestone": milestone, "edge": "closes" if closes else "opens", "offsets": dice.some(offsets),
                     "audience": audience, "letter": LETTERS[audience], "useful": dice.one("2天", "5小时"),
                     "shift": dice.one("none", "before", "after")}  # fmt: skip
    found |= {"at": dice.one("08:30", "00:00", "23:59")} if dice.rarely(3) else {}
    if audience.startswith("units") and dice.rarely(3):
        found["for"] = _narrowed(dice, tables)
    return found


def _narrowed(dice: Dice, tables: Tables) -> Inline:
    where = who(dice, tables["attributes"], of=("unit",))
    return dice.one(Inline(channels=["members"]), Inline(units=UNITS[:2]), Inline(where=where) if where else
                    Inline(channels=["members"]))  # fmt: skip


def dailies(dice: Dice) -> Tables:
    if not dice.rarely(3):
        return {}
    return {"digest": {"since": "collection", "until": "collection", "days": dice.one("every", "working"),
                       "audience": "secretariat", "letter": "secretariat-digest"}}  # fmt: skip


def words(dice: Dice, stages: Tables) -> Tables:
    if not dice.rarely(3):
        return {}
    states = {key: Inline(name=f"{key}之中", english=f"inside {key}") for key in ["drafted", *dice.some(list(stages))]}
    return {"states": states, "roles": {"unit": Inline(name="提名者", english="nominator")}}


def letters(dice: Dice) -> dict[str, Any]:
    return {"collection-closes": OWN} if dice.rarely() else {}
