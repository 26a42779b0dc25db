"""What people and programs give, as the verbs take it: instants, tracks, materials, codes of units.

Every door reads them here, so that all refuse the same in the same words. `where` is the place of what was given: a
field, an option, a JSON pointer.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from engine.office import Work
from engine.queries.naming import tracks_named
from engine.sheets.cleaning import shown
from engine.sheets.columns import ID
from workflows.instants import Edge, InstantRefused, read_instant, zone_of
from workflows.phrases import phrase_of, text_of
from workflows.reasons import Reason, Refused


def instant(work: Work, text: str, *, where: str = "", edge: Edge = "end") -> datetime:
    """An instant in the campaign's zone; as an end, a date alone is the end of that day. Raises Refused."""
    try:
        return read_instant(text, zone=zone_of(work.definition.zone), edge=edge).instant
    except InstantRefused as refused:
        raise Refused(_wrong_instant(reason, where) for reason in refused.reasons) from refused


def _wrong_instant(reason: Reason, where: str) -> Reason:
    return Reason(code="GIV-01", zh=reason.zh, en=reason.en, where=where, facts={"as": reason.code})


def dated(work: Work, text: str | None, *, where: str = "") -> date | datetime:
    """When something arrived: a day where only a day is written, else the instant; now where nothing is."""
    if text is None:
        return work.at
    found = instant(work, text, where=where, edge="start")
    only_a_day = phrase_of(text_of(text)).clock is None
    return found.astimezone(zone_of(work.definition.zone)).date() if only_a_day else found


def one_track(work: Work, text: str, *, where: str = "") -> str:
    """The one track that is meant, by key or name. Raises Refused (FLT-01, NOM-03, GIV-02)."""
    found = tracks_named(work.definition, text)
    if len(found) > 1:
        raise Refused(Reason(
            code="GIV-02", where=where, zh=f"“{shown(text)}”有多个领域，请选一个：{'、'.join(found)}",
            en=f'"{shown(text)}" has fields; choose one: {", ".join(found)}',
        ))  # fmt: skip
    return found[0]


def code(text: str, *, where: str = "") -> str:
    """A unit's code, as a file's would have to be. Raises Refused (GIV-03)."""
    if not ID.fullmatch(text):
        raise Refused(Reason(
            code="GIV-03", where=where, zh="单位编号只能用英文字母、数字和 . _ -，最多64个",
            en="a unit's code is of ASCII letters, digits and . _ - only, at most 64",
        ))  # fmt: skip
    return text


def materials(work: Work, keys: Sequence[str], *, where: str = "") -> list[str]:
    """Materials by key, each once. Raises Refused (GIV-04)."""
    known = work.definition.material_by_key
    if unknown := [key for key in keys if key not in known]:
        listed = "、".join(f"{key}（{each.name}）" for key, each in known.items())
        raise Refused(Reason(
            code="GIV-04", where=where, zh=f"没有这项材料：{shown(unknown[0])}；可用：{listed}",
            en=f"no such material: {shown(unknown[0])}; known: {', '.join(known)}",
        ))  # fmt: skip
    return list(dict.fromkeys(keys))
