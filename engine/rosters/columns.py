"""Which columns each roster has in this campaign: what an import reads, and what its empty template shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from engine.rosters.attribute_columns import with_attributes
from engine.sheets import specs
from engine.sheets.columns import Column
from workflows.definition import Definition
from workflows.vocabulary import Bearer

SECRETARIAT = "secretariat"  # in a contacts file, in the place of an institution's key


def columns(kind: str, definition: Definition) -> tuple[Column, ...]:
    """The columns of a roster of that kind. Raises KeyError for a kind that is not in `KINDS`."""
    return KINDS[kind](definition)


def _units(definition: Definition) -> tuple[Column, ...]:
    fixed = specs.units({each.key: each.name for each in definition.channels})
    return with_attributes(fixed, definition, Bearer.UNIT)


def _nominations(definition: Definition) -> tuple[Column, ...]:
    fields = {field.key: field.name for each in definition.lists for field in each.fields}
    lists = {each.key: each.name for each in definition.lists if each.takes_nominations}
    return with_attributes(specs.nominations(lists, fields), definition, Bearer.NOMINEE)


def _laureates(definition: Definition) -> tuple[Column, ...]:
    # An earlier edition had other lists, whose names this campaign does not know: its name is taken as it is written.
    awards = {each.award: each.award for each in definition.exclusions if each.award}
    return _replaced(specs.laureates({}, awards), "list", lambda column: replace(column, kind="text", choices=None))


def _contacts(definition: Definition) -> tuple[Column, ...]:
    names = {each.key: each.name for each in definition.institutions}
    names.setdefault(SECRETARIAT, definition.office.name)
    choices = specs.by_key_or_name(names)
    return _replaced(specs.CONTACTS, "institution", lambda column: replace(column, kind="choice", choices=choices))


def _decisions(definition: Definition) -> tuple[Column, ...]:
    levels = any(each.levels for each in definition.lists)
    return (*specs.DECISIONS, specs.LEVEL) if levels else specs.DECISIONS


def _replaced(found: Sequence[Column], key: str, change: Callable[[Column], Column]) -> tuple[Column, ...]:
    return tuple(change(column) if column.key == key else column for column in found)


KINDS: Mapping[str, Callable[[Definition], tuple[Column, ...]]] = {
    "units": _units,
    "nominations": _nominations,
    "laureates": _laureates,
    "contacts": _contacts,
    "results": lambda _: specs.RESULTS,
    "decisions": _decisions,
}
"""The kinds of roster, by the name that commands use."""
