"""What an author answers before a file is begun: read as strictly as the file itself, refused with the same reasons."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from workflows.findings import Findings
from workflows.instants import check_order, read_instant, read_window, zone_of
from workflows.loading_quotas import MOST_PLACES
from workflows.loading_who import EARLIEST_EDITION, LATEST_EDITION, read_office
from workflows.reading import Table
from workflows.reasons import BangdanError, FileRefused, Reason
from workflows.syntax import parse
from workflows.vocabulary import Judge, Nominee

ZONE = "Asia/Shanghai"


@dataclass(frozen=True, kw_only=True, slots=True)
class ListAnswer:
    """A list; without `fields` it is one track."""

    name: str
    nominee: Nominee
    fields: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ChannelAnswer:
    """Who may recommend, and how many on each list (on each field, where a list has fields)."""

    name: str
    places: int


@dataclass(frozen=True, kw_only=True, slots=True)
class StageAnswer:
    """A stage of review; `window` is a text as in the file."""

    name: str
    judge: Judge
    window: str


@dataclass(frozen=True, kw_only=True, slots=True)
class OfficeAnswer:
    """The secretariat and one of its people, with a telephone, an address or both."""

    name: str
    contact: str
    phone: str
    email: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Answers:
    """Everything that a starting file is made from; instants are texts as in the file."""

    name: str
    key: str
    edition: int
    organiser: str
    notice: str
    lists: tuple[ListAnswer, ...]
    channels: tuple[ChannelAnswer, ...]
    opens: str
    closes: str
    stages: tuple[StageAnswer, ...]
    publication: str
    office: OfficeAnswer


def _instant(table: Table, key: str, *, start: bool) -> str:
    table.parsed(key, lambda text: read_instant(text, zone=zone_of(ZONE), edge="start" if start else "end"))
    return str(table.values.get(key, ""))


def _closes(table: Table) -> str:
    closes = table.parsed("closes", lambda text: read_instant(text, zone=zone_of(ZONE), edge="end"))
    try:
        opens = read_instant(table.values.get("opens", ""), zone=zone_of(ZONE), edge="start")
    except BangdanError:  # said of `opens` itself
        return ""
    if closes and (reason := check_order(opens.instant, closes.instant, zone=zone_of(ZONE))):
        table.error(reason.code, "closes", reason.zh, reason.en)
    return str(table.values.get("closes", ""))


def _window(table: Table) -> str:
    table.parsed("window", lambda text: read_window(text, zone=zone_of(ZONE)))
    return str(table.values.get("window", ""))


def _publication(table: Table) -> str:
    text = table.text("publication")
    if text and not is_instant(text):
        table.parsed("publication", lambda read: read_window(read, zone=zone_of(ZONE)))
    return text


def is_instant(text: str) -> bool:
    """Whether a text says on which day, or at what time of it; else it is a span in which a date will be chosen."""
    try:
        return read_instant(text, zone=zone_of(ZONE), edge="start").precision != "month"
    except BangdanError:
        return False


def _reachable(table: Table, key: str) -> str:
    """A telephone or an address, as the file would take it of a contact."""
    text = table.text(key, default="")
    person = {"name": "—", "for": ["office"], **({"phones": [text]} if key == "phone" else {"email": text})}
    tried = Findings(name="")
    read_office(Table(tried, (), "", {"office": {"name": "—", "contacts": [person]}}))
    for reason in tried.errors if text else ():
        table.error(reason.code, key, *told(reason))
    if not text and not table.values.get("phone") and key == "email":
        table.error("NEW-07", key, "电话和邮箱至少写一项", "a telephone or an e-mail address is needed")
    return text


Reader = Callable[[Table], Any]

_OWN: Mapping[str, Reader] = {
    "name": lambda table: table.text("name"),
    "key": lambda table: table.slug("key"),
    "edition": lambda table: table.whole("edition", low=EARLIEST_EDITION, high=LATEST_EDITION),
    "organiser": lambda table: table.text("organiser"),
    "notice": lambda table: table.text("notice"),
    "opens": lambda table: _instant(table, "opens", start=True),
    "closes": _closes,
    "publication": _publication,
}
_LIST: Mapping[str, Reader] = {
    "name": lambda table: table.text("name"),
    "nominee": lambda table: table.word("nominee", Nominee),
    "fields": lambda table: table.texts("fields"),
}
_CHANNEL: Mapping[str, Reader] = {
    "name": lambda table: table.text("name"),
    "places": lambda table: table.whole("places", low=1, high=MOST_PLACES),
}
_STAGE: Mapping[str, Reader] = {
    "name": lambda table: table.text("name"),
    "judge": lambda table: table.word("judge", Judge),
    "window": _window,
}
_OFFICE: Mapping[str, Reader] = {
    "name": lambda table: table.text("name"),
    "contact": lambda table: table.text("contact"),
    "phone": lambda table: _reachable(table, "phone"),
    "email": lambda table: _reachable(table, "email"),
}
READERS: Mapping[str, Mapping[str, Reader]] = {
    "": _OWN, "lists": _LIST, "channels": _CHANNEL, "stages": _STAGE, "office": _OFFICE,
}  # fmt: skip
"""How each answer is read, by the part of the answers it stands in."""


def told(reason: Reason) -> tuple[str, str]:
    """A reason in both languages, without the path before it."""
    path = str(reason.facts["path"])
    return reason.zh.removeprefix(f"{path}："), reason.en.removeprefix(f"{path}: ")


def flaws(part: str, key: str, given: Mapping[str, Any]) -> list[Reason]:
    """Why an answer can't be taken; `given` holds it beside the ones before it."""
    findings = Findings(name="")
    READERS[part][key](Table(findings, (), part, given))
    return findings.errors


def read_answers(data: str | bytes, *, name: str) -> Answers:
    """The answers of a TOML text. Raises FileRefused with every error."""
    findings = Findings(name=name)
    document = parse(data, findings)
    if document is None:
        raise FileRefused(findings.told())
    return take(document, findings)


def _answers(root: Table) -> Answers:
    own = {key: read(root) for key, read in _OWN.items()}
    answers = Answers(
        **own,
        lists=tuple(ListAnswer(**_part(row, _LIST)) for row in root.rows("lists", needed=True)),
        channels=tuple(ChannelAnswer(**_part(row, _CHANNEL)) for row in root.rows("channels", needed=True)),
        stages=tuple(StageAnswer(**_part(row, _STAGE)) for row in root.rows("stages", needed=True)),
        office=OfficeAnswer(**_part(root.table("office"), _OFFICE)),
    )
    root.done()
    return answers


def take(document: Mapping[str, Any], findings: Findings) -> Answers:
    """The answers of a document. Raises FileRefused with every error."""
    read = _answers(Table(findings, (), "", document))
    if findings.errors:
        raise FileRefused(findings.told())
    return read


def _part(table: Table, readers: Mapping[str, Reader]) -> dict[str, Any]:
    read = {key: reader(table) for key, reader in readers.items()}
    table.done()
    return read
