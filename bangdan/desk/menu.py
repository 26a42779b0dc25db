"""The menu: which pages a role finds in it, in which order, by what name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bangdan.desk.policy import READERS
from bangdan.language import Words
from workflows.nomination import Role

if TYPE_CHECKING:
    from bangdan.desk.visit import Visit

UNIT, INSTITUTION = (Role.UNIT,), (Role.INSTITUTION,)


@dataclass(frozen=True, slots=True)
class Entry:
    """One page in the menu: its route, its name, whose menu it stands in, and `also` which paths belong to it."""

    route: str
    words: Words
    roles: tuple[Role, ...]
    also: tuple[str, ...] = ()


ENTRIES = (
    Entry("overview", Words("总览", "Overview"), READERS, also=("clock",)),
    Entry("mine", Words("本单位", "My unit"), UNIT, also=("my-contacts", "my-duties", "imports")),
    Entry("review", Words("初评工作", "Review"), INSTITUTION, also=("my-contacts", "my-duties", "imports")),
    Entry("nominations", Words("申报项目", "Nominations"), READERS),
    Entry("units", Words("推荐单位", "Units"), READERS, also=("quotas", "for")),
    Entry("institutions", Words("初评机构", "Institutions"), READERS, also=("duties",)),
    Entry("calendar", Words("日程", "Calendar"), READERS, also=("versions", "amend")),
    Entry("letters", Words("邮件", "Letters"), READERS, also=("circulars", "webhooks")),
    Entry("calls", Words("待电话通知", "Calls"), READERS),
    Entry("proposals", Words("复核", "Second person"), READERS, also=("publish",)),
    Entry("imports", Words("导入", "Import"), (Role.SECRETARIAT,)),
    Entry("exports", Words("导出", "Export"), (*READERS, *UNIT, *INSTITUTION), also=("feeds",)),
    Entry("history", Words("历史", "History"), READERS),
    Entry("rehearsal", Words("彩排", "Rehearsal"), READERS),
    Entry("accounts", Words("账号", "Accounts"), (Role.SECRETARIAT,), also=("tokens",)),
)


@dataclass(frozen=True, slots=True)
class Item:
    """An entry as a page shows it."""

    words: Words
    url: str
    current: bool


def menu(visit: Visit) -> tuple[Item, ...]:
    """What the person who asks finds in the menu."""
    return tuple(_items(visit)) if visit.here else ()


def _items(visit: Visit) -> Iterator[Item]:
    path, campaign = visit.request.url.path, visit.url("overview")
    for entry in ENTRIES:
        if visit.seat.role in entry.roles and visit.has(entry.route):
            url = visit.url(entry.route)
            at = [url, *(f"{campaign}/{each}" for each in entry.also)]
            yield Item(entry.words, url, any(_is_at(path, each, whole=entry.route == "overview") for each in at))


def _is_at(path: str, url: str, *, whole: bool) -> bool:
    return path == url or (not whole and path.startswith(f"{url}/"))
