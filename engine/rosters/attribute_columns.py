"""The columns that declared attributes (属性) add to a roster, and what a row says in them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from engine.attributes import checked, declared
from engine.sheets.columns import Column, Kind, Value, title_key
from engine.sheets.specs import NO, YES, YES_NO
from engine.sheets.table import Row
from workflows.definition import Attribute, Definition
from workflows.reasons import FileRefused, Refused
from workflows.vocabulary import Bearer
from workflows.vocabulary import Kind as Holds

KINDS: dict[Holds, Kind] = {
    Holds.WORD: "choice", Holds.FLAG: "choice", Holds.DATE: "date", Holds.NUMBER: "number",
}  # fmt: skip


def with_attributes(columns: Sequence[Column], definition: Definition, of: Bearer) -> tuple[Column, ...]:
    """The columns of a roster with one more for each attribute; its key is `attribute.KEY`.

    What is needed of a unit must stand in its row; a nomination may lack it until it is submitted.
    """
    taken = {title_key(title) for column in columns for title in column.titles}
    return (*columns, *(_column(each, taken) for each in declared(definition, of).values()))


def _column(attribute: Attribute, taken: set[str]) -> Column:
    titles = dict.fromkeys((attribute.name, attribute.english, attribute.key))
    free = [title for title in titles if title_key(title) not in taken]
    # A name that another column has already is told from it.
    first = attribute.name if attribute.name in free else f"{attribute.name}（属性）"
    taken.update(title_key(title) for title in (first, *free))
    return Column(
        key=_key(attribute), titles=tuple(dict.fromkeys((first, *free))), kind=KINDS[attribute.kind],
        required=attribute.needed and attribute.of is Bearer.UNIT, choices=_choices(attribute),
    )  # fmt: skip


def _key(attribute: Attribute) -> str:
    return f"attribute.{attribute.key}"


def _choices(attribute: Attribute) -> dict[str, str] | None:
    if attribute.kind is Holds.FLAG:
        return YES_NO
    return {value: value for value in attribute.values} if attribute.kind is Holds.WORD else None


def said(row: Row, definition: Definition, of: Bearer) -> dict[str, str]:
    """What the row declares, as it is kept; its empty cells say nothing. Raises FileRefused, each value at its cell."""
    found: dict[str, str] = {}
    for attribute in declared(definition, of).values():
        text = _text(row.values[_key(attribute)])
        try:
            found |= checked(definition, of, {attribute.key: text}) if text else {}
        except Refused as refused:
            raise FileRefused(reason.at(row.where(_key(attribute))) for reason in refused.reasons) from None
    return found


def _text(value: Value) -> str:
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, date):
        return value.isoformat()
    return {YES: "true", NO: "false"}.get(str(value), str(value)) if value else ""


def keys(definition: Definition, of: Bearer) -> tuple[str, ...]:
    """The keys of those columns."""
    return tuple(_key(each) for each in declared(definition, of).values())
