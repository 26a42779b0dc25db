"""What people and programs give, as the verbs take it: instants, tracks, materials, addresses, codes, phones.

Every door reads them here, so that all refuse the same in the same words. `where` is the place of what was given: a
field, an option, a JSON pointer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from engine.office import Work
from engine.queries.naming import tracks_named
from engine.sheets.cleaning import half_width, one_line, shown
from engine.sheets.columns import ID, PHONE
from engine.texts import line_of_text
from notifications.letter import check_address
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


def about_draft(
    work: Work, track: str, given: Mapping[str, Any], *, where: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """What a draft is to say, as `nominations.draft` and `edit` take it; what is not in `given` stays as it is.

    Of `title`, `applicant`, `contact`, `phones`, `email`, `attributes`, `materials`, and `complete`: all that its list
    asks for was handed in. Raises Refused, AddressRefused.
    """
    found = {name: given[name] for name in ("title", "applicant", "attributes") if name in given}
    for name, zh in (("contact", "联系人"), ("phones", "联系电话")):
        if name in given:
            found[f"applicant_{name}"] = line_of_text(given[name], what=zh, what_en=name, empty=True)
    if "email" in given:
        found["applicant_email"] = address(given["email"])
    if given.get("complete") or "materials" in given:
        place = (where or {}).get("materials", "")
        needed = work.definition.tracks[track].list.materials if given.get("complete") else ()
        found["materials"] = materials(work, [*needed, *given.get("materials", ())], where=place)
    return found


def materials(work: Work, keys: Sequence[str], *, where: str = "") -> list[str]:
    """Materials by key, each once. Raises Refused (GIV-03)."""
    known = work.definition.material_by_key
    if unknown := [key for key in keys if key not in known]:
        words = "、".join(f"{key}（{each.name}）" for key, each in known.items())
        raise Refused(Reason(code="GIV-03", where=where, zh=f"没有这项材料：{shown(unknown[0])}；可用：{words}",
                             en=f"no such material: {shown(unknown[0])}; known: {words}"))  # fmt: skip
    return list(dict.fromkeys(keys))


def code(text: str, *, where: str = "") -> str:
    """A unit's code, as a file's would have to be. Raises Refused (GIV-04)."""
    if not ID.fullmatch(text):
        raise Refused(Reason(
            code="GIV-04", where=where, zh="单位编号只能用英文字母、数字和 . _ -，最多64个",
            en="a unit's code is of ASCII letters, digits and . _ - only, at most 64",
        ))  # fmt: skip
    return text


def phones(numbers: Iterable[str], *, where: str = "") -> list[str]:
    """Telephone numbers. Raises Refused (GIV-05)."""
    found = [one_line(half_width(number)) for number in numbers]
    if wrong := next((number for number in found if not PHONE.fullmatch(number)), None):
        raise Refused(Reason(code="GIV-05", where=where, zh=f"不是电话号码：{shown(wrong)}",
                             en=f"no telephone number: {shown(wrong)}"))  # fmt: skip
    return found


def address(text: str | None) -> str | None:
    """A mail address, or none. Raises AddressRefused."""
    return str(check_address(text)) if text else None
