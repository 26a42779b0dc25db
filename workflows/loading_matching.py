"""The parts of a campaign file that say whom something is for: declared attributes, and the lines of a `Who`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from workflows.definition import Attribute, Channel, Track, Who
from workflows.findings import nearest, shown
from workflows.lines import Path
from workflows.reading import Table
from workflows.vocabulary import Bearer, Kind, Party

CHANNEL, TRACK = ("推荐渠道", "channel"), ("赛道（榜单或榜单/领域）", "track")
TRUE, FALSE = "true", "false"
_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,11})(\.[0-9]{1,6})?")


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """What the lines of a `Who` may name: each that is None can't be asked for here."""

    attributes: Mapping[str, Attribute]
    channels: Sequence[Channel] | None = None
    tracks: Mapping[str, Track] | None = None
    units: bool = False
    role: bool = False


def read_attributes(root: Table) -> tuple[Attribute, ...]:
    """`[attributes.*]`: what is declared of each unit or nominee."""
    return tuple(_attribute(table) for table in root.entries("attributes"))


def _attribute(table: Table) -> Attribute:
    name, kind = table.text("name"), table.word("kind", Kind)
    values = table.texts("values", needed=kind is Kind.WORD) if kind is Kind.WORD or table.has("values") else ()
    if values and kind is not Kind.WORD:
        table.error(
            "CFG-61", "values", '只有 kind = "word" 的属性才列出取值', 'only an attribute of kind "word" lists values'
        )
    table.once("values", values)
    read = Attribute(
        key=table.key, name=name, english=table.english(name), of=table.word("of", Bearer), kind=kind, values=values,
        needed=table.flag("needed"), wording=table.wording(),
    )  # fmt: skip
    table.done()
    return read


def read_who(table: Table, known: Known, *, bearers: Sequence[Bearer] = tuple(Bearer)) -> Who:
    """The lines `channels`, `units`, `tracks`, `role` and `where` of a table, of those that are `known` here.

    `where = { region = ["west"] }` asks for attributes of the given `bearers`.
    """
    tracks = () if known.tracks is None or not table.has("tracks") else read_tracks(table, known.tracks)
    channels = () if known.channels is None else _channels(table, known.channels)
    return Who(
        channels=channels,
        units=table.texts("units") if known.units else (),
        tracks=tracks,
        attributes=_where(table, known.attributes, bearers),
        role=table.word("role", Party) if known.role and table.has("role") else None,
    )


def _channels(table: Table, channels: Sequence[Channel]) -> tuple[str, ...]:
    return table.references("channels", CHANNEL, [each.key for each in channels]) if table.has("channels") else ()


def read_tracks(table: Table, tracks: Mapping[str, Track]) -> tuple[str, ...]:
    """`tracks`, in the order of the lists; the key of a list with fields stands for all of its tracks."""
    lists = dict.fromkeys(track.list.key for track in tracks.values())
    read = table.references("tracks", TRACK, tuple(dict.fromkeys((*tracks, *lists))))
    return tuple(key for key, track in tracks.items() if key in read or track.list.key in read)


def _where(
    table: Table, attributes: Mapping[str, Attribute], bearers: Sequence[Bearer]
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    if not table.has("where"):
        return ()
    inner = table.table("where")
    table.findings.known.pop(inner.kind, None)  # its keys are the file's own
    may = {key: each for key, each in attributes.items() if each.of in bearers}
    found = []
    for key, attribute in may.items():
        if inner.has(key):
            found.append((key, _values(inner, attribute)))
    _refuse_others(inner, attributes, may)
    inner.done()
    inner.findings.known.pop(inner.kind, None)  # the file's own keys, not the language's
    return tuple(found)


def _refuse_others(inner: Table, attributes: Mapping[str, Attribute], may: Mapping[str, Attribute]) -> None:
    """CFG-23 and CFG-63: what is not declared at all, or not of those who are asked here."""
    for key in inner.values:
        if key in may:
            continue
        inner.value(key)  # asked for here, so that it is no unknown key besides
        read, there, meant = shown(key), "、".join(may) or "无", nearest(key, may)
        if key in attributes:
            inner.error(
                "CFG-63", key,
                f"“{attributes[key].name}”是对申报项目登记的，此处只能按推荐单位的属性限定；可写：{there}",
                f"{read} is declared of nominees, and here only what is declared of units can narrow;"
                f" write one of: {', '.join(may) or 'none'}", read=read,
            )  # fmt: skip
        else:
            perhaps, perhaps_en = (f"；是要写“{meant}”吗？", f'; did you mean "{meant}"?') if meant else ("", "")
            inner.error(
                "CFG-23", key, f"没有名为 {read} 的属性，请在 [attributes.{key}] 里写明；已定义：{there}{perhaps}",
                f"no attribute {read}; define it in [attributes.{key}] (defined: {', '.join(may) or 'none'})"
                f"{perhaps_en}",
                read=read, meant=meant,
            )  # fmt: skip


def _values(inner: Table, attribute: Attribute) -> tuple[str, ...]:
    """One value or a list of them; each as it is kept."""
    value = inner.value(attribute.key)
    many = value if isinstance(value, list) else [value]
    path: Path = (*inner.path, attribute.key)
    read = [_value(inner, path, attribute, each) for each in many]
    return tuple(each for each in read if each)


def _value(inner: Table, path: Path, attribute: Attribute, value: object) -> str:
    kept = kept_value(attribute, value)
    if kept is None:
        zh, en = allowed(attribute)
        inner.findings.error(
            "CFG-62", path, f"属性“{attribute.name}”{zh}，读到 {shown(value)}",
            f'attribute "{attribute.key}" {en}; read {shown(value)}', read=shown(value),
        )  # fmt: skip
    return kept or ""


def kept_value(attribute: Attribute, value: object) -> str | None:
    """A value as it is kept and compared, from a file or a form; None if the attribute can't have it."""
    text = str(value).lower() if isinstance(value, bool) else str(value).strip()
    if attribute.kind is Kind.WORD:
        return text if text in attribute.values else None
    if attribute.kind is Kind.FLAG:
        return {"true": TRUE, "是": TRUE, "yes": TRUE, "false": FALSE, "否": FALSE, "no": FALSE}.get(text.lower())
    if attribute.kind is Kind.DATE:
        return _day(text)
    return _number(text) if not isinstance(value, bool) else None


def _number(text: str) -> str | None:
    """In its shortest form, so that 3 and 3.0 are the same."""
    return f"{Decimal(text).normalize() + 0:f}" if _NUMBER.fullmatch(text) else None


def _day(text: str) -> str | None:
    try:
        return date.fromisoformat(text).isoformat() if len(text) == 10 else None
    except ValueError:
        return None


def allowed(attribute: Attribute) -> tuple[str, str]:
    """What an attribute's value may be, in both languages."""
    if attribute.kind is Kind.WORD:
        return f"须为 {'、'.join(attribute.values)} 之一", f"must be one of {', '.join(attribute.values)}"
    return {
        Kind.FLAG: ("须为 true 或 false（是或否）", "must be true or false"),
        Kind.DATE: ("须为日期，写作 2024-01-31", "must be a date, written 2024-01-31"),
        Kind.NUMBER: ("须为数字", "must be a number"),
    }[attribute.kind]
