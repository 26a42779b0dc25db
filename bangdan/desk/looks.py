"""What templates can use: both languages by one word, instants as people write them, links by route name.

Templates are compiled once. What depends on the visit is found by way of a context variable, so that macros which are
imported see it too.
"""

from __future__ import annotations

import hashlib
from contextvars import ContextVar
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bangdan import ROOT
from bangdan.desk.fields import new_key
from bangdan.desk.menu import menu
from bangdan.post_words import slow, standing
from workflows.calling import ROLES
from workflows.instants import show, show_en
from workflows.showing import iso, remaining, remaining_en
from workflows.zones import Edge, zone_of

if TYPE_CHECKING:
    from bangdan.desk.visit import Visit

TEMPLATES = ROOT / "templates" / "desk"
STATIC = TEMPLATES / "static"
ZONE = "Asia/Shanghai"  # on pages of no campaign; each campaign keeps its own

_visit: ContextVar[Visit] = ContextVar("visit")


def render(visit: Visit, template: str, **values: Any) -> str:
    """The template of `templates/desk` with these values, in the language and the zone of the visit."""
    token = _visit.set(visit)
    try:
        return _environment().get_template(template).render(visit=visit, **values)
    finally:
        _visit.reset(token)


@cache
def _environment() -> Environment:
    """Strict, so that a misspelt name is an error, and escaping, so that a name that is a script is shown as text."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True, auto_reload=False,
    )  # fmt: skip
    made.filters |= {
        "thousands": lambda number: f"{number:,}", "iso": iso, "when": when, "second": second, "exact": exact,
        "deadline": deadline, "say": say, "left": left, "instant": datetime.fromisoformat,
        "standing": lambda post: say(standing(post, second)),
        "slow": lambda domain: say(slow(domain, second)),
    }  # fmt: skip
    made.globals |= {
        "t": lambda zh, en: _visit.get().t(zh, en), "url": lambda name, **params: _visit.get().url(name, **params),
        "static": static, "roles": ROLES, "new_key": new_key, "menu": lambda: menu(_visit.get()),
        "has": lambda name: _visit.get().has(name),
    }  # fmt: skip
    return made


def say(words: Any) -> str:
    """What has `zh` and `en` in the visitor's language."""
    return str(words.zh if _visit.get().lang == "zh" else words.en)


def left(until: datetime) -> str:
    """How long it is until then."""
    visit = _visit.get()
    return remaining(visit.at, until) if visit.lang == "zh" else remaining_en(visit.at, until)


def when(at: datetime | None, *, weekday: bool = False, edge: Edge = "start") -> str:
    """An instant in the campaign's zone and the visitor's language, to the minute."""
    return "—" if at is None else exact(at.replace(second=0, microsecond=0), weekday=weekday, edge=edge)


def second(at: datetime | None, *, weekday: bool = False, edge: Edge = "start") -> str:
    """The same to the second: where one thing is told in full."""
    return "—" if at is None else exact(at.replace(microsecond=0), weekday=weekday, edge=edge)


def exact(at: datetime, *, weekday: bool = False, edge: Edge = "start") -> str:
    """The same to the microsecond: what a deadline was compared with."""
    zone = zone_of(_zone(_visit.get()))
    if _visit.get().lang == "zh":
        return show(at, zone=zone, edge=edge, weekday=weekday)
    return show_en(at, zone=zone, edge=edge, weekday=weekday, name_zone=False)


def deadline(at: datetime | None, *, weekday: bool = False) -> str:
    """An instant at which something ends, to the second it counts by: the end of a day is its 24:00."""
    return second(at, weekday=weekday, edge="end")


def _zone(visit: Visit) -> str:
    """The zone of the campaign that the page is of."""
    if visit.here is None:
        return ZONE
    memory = visit.desk.office.memory
    known = memory.latest.get(memory.ids.get(visit.campaign, 0))
    return known.zone if known else ZONE


def static(name: str) -> str:
    """The address of a file of `templates/desk/static`; another content has another address, so it may be kept."""
    root: str = _visit.get().request.scope.get("root_path", "")
    return f"{root}/static/{name}?v={_digest(name)}"


@cache
def _digest(name: str) -> str:
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
