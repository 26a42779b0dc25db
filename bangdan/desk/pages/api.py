"""What the API can do, for people who write programs: made from the same document that the programs read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from bangdan.desk.api.app import SUBJECTS
from bangdan.desk.api.describing import operations
from bangdan.desk.api.routing import Operation
from bangdan.desk.policy import ANYBODY
from bangdan.desk.problems import TITLES
from bangdan.desk.routing import Pages
from bangdan.desk.token_words import SCOPES
from bangdan.desk.visiting import Visiting
from bangdan.language import Words
from workflows.calling import ROLES
from workflows.definition import Term

pages = Pages()


@dataclass(frozen=True, kw_only=True, slots=True)
class Field:
    """One parameter or field, as the page lists it; `words` is in both languages."""

    name: str
    kind: str
    words: Words
    needed: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One operation, as the page shows it."""

    it: Operation
    path: str
    title: Words
    about: Words
    roles: tuple[Term, ...]
    fields: tuple[Field, ...]


@pages.get("/api", name="api", allow=ANYBODY)
def api(visit: Visiting) -> Response:
    """Every operation of the API."""
    entries = [_entry(each) for each in operations(SUBJECTS)]
    subjects = [(Words(each.zh, each.en), [one for one in entries if one.it in each.declared]) for each in SUBJECTS]
    return visit.page("api/reference.html.j2", subjects=subjects, scopes=SCOPES, statuses=TITLES)


def _entry(each: Operation) -> Entry:
    return Entry(
        it=each, path=f"/api{each.path}", title=Words(*each.title), about=Words(*each.about),
        roles=tuple(ROLES[role] for role in each.need.roles), fields=tuple(_fields(each)),
    )  # fmt: skip


def _fields(each: Operation) -> Iterator[Field]:
    """What is asked for in the body; of a form its fields."""
    schema = each.form or each.asks()
    needed = schema.get("required", ())
    for name, told in schema.get("properties", {}).items():
        zh, _, en = str(told.get("description", "")).partition(" / ")
        yield Field(name=name, kind=_kind(told), words=Words(zh, en), needed=name in needed)


def _kind(told: dict[str, Any]) -> str:
    several = [each for each in told.get("anyOf", ()) if each.get("type") != "null"]
    it = several[0] if several else told
    if "enum" in it:
        return " | ".join(map(str, it["enum"]))
    inner = f"[{it['items'].get('type', '')}]" if it.get("type") == "array" else ""
    return f"{it.get('type', '')}{inner}"
