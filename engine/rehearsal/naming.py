"""What the numbers and random ids of one database name, so that what two databases say can be compared.

Row ids depend on the database, public ids are random; a unit has its code, a nomination its unit, track and title.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row, select
from sqlmodel import SQLModel

from engine.letters.correspondence import APPLICANT, contact_ref
from engine.tables import Seal

PUBLIC = 22  # characters of a public id
SEAL = SQLModel.metadata.tables[str(Seal.__tablename__)]
_RUNS = re.compile(rf"[A-Za-z0-9_-]{{{PUBLIC},}}")
_CONTACT = contact_ref(0).removesuffix("0")
_NUMBERED = re.compile(rf"\b({_CONTACT}|{APPLICANT})(\d+)")


@dataclass(kw_only=True)
class Names:
    """The names of a database's rows: by table and row id, and by public id."""

    of_row: dict[tuple[str, int], str] = field(default_factory=dict)
    of_public: dict[str, str] = field(default_factory=dict)

    def row(self, table: str, row_id: int | None) -> str | None:
        """What that row is called; its number, where rows of its table have no name."""
        return None if row_id is None else self.of_row.get((table, row_id), f"{table} {row_id}")

    def said(self, value: Any) -> Any:
        """A plain value with names in the place of ids, also within texts."""
        if isinstance(value, str):
            return _RUNS.sub(self._run, _NUMBERED.sub(self._numbered, value))
        if isinstance(value, dict):
            return {self.said(key): self.said(each) for key, each in value.items()}
        return [self.said(each) for each in value] if isinstance(value, list) else value

    def _numbered(self, found: re.Match[str]) -> str:
        table = "contact" if found[1] == _CONTACT else "nomination"
        return f"{found[1]}{self.row(table, int(found[2]))}"

    def _run(self, found: re.Match[str]) -> str:
        run = found[0]
        if name := self.of_public.get(run):
            return f"<{name}>"
        for start in range(len(run) - PUBLIC + 1):
            if name := self.of_public.get(run[start : start + PUBLIC]):
                return f"{run[:start]}<{name}>{run[start + PUBLIC :]}"
        return run


def names(connection: Connection) -> Names:
    """Everything that has a name. Of several that are called alike the later ones are numbered."""
    known = Names()
    for table, called in _CALLED.items():
        seen = Counter[str]()
        for row in _rows(connection, table):
            name = called(known, row)
            seen[name] += 1
            name = name if seen[name] == 1 else f"{name} #{seen[name]}"
            known.of_row[table, row.id] = name
            if public := getattr(row, "public_id", None):
                known.of_public[public] = name
    for number, digest in enumerate(connection.execute(select(SEAL.c.digest).order_by(SEAL.c.id)).scalars(), 1):
        known.of_public[digest] = f"seal {number}"
    return known


def _rows(connection: Connection, table: str) -> Iterator[Row[Any]]:
    held = SQLModel.metadata.tables[table]
    yield from connection.execute(select(held).order_by(held.c.id))


def _contact(known: Names, row: Row[Any]) -> str:
    return f"{known.row('unit', row.unit_id) or row.institution or ''}/{row.name}/{row.email or row.phones}"


def _nomination(known: Names, row: Row[Any]) -> str:
    return f"{known.row('unit', row.unit_id)}/{row.track}/{row.title}"


def _duty(known: Names, row: Row[Any]) -> str:
    whose = known.row("nomination", row.nomination_id) or known.row("unit", row.unit_id) or row.institution
    return f"{whose}/{row.kind}/{row.track}"


def _of_nomination(known: Names, row: Row[Any]) -> str:
    return f"{known.row('nomination', row.nomination_id)}"


def _letter(known: Names, row: Row[Any]) -> str:
    return str(known.said(f"{row.occasion}/{row.revision or 0}/{row.contact_ref}"))


_CALLED: dict[str, Callable[[Names, Row[Any]], str]] = {  # each after those that its names are made of
    "campaign": lambda _known, row: str(row.key),
    "unit": lambda _known, row: str(row.code),
    "contact": _contact,
    "nomination": _nomination,
    "duty": _duty,
    "objection": _of_nomination,
    "promotion": _of_nomination,
    "letter": _letter,
    "laureate": lambda _known, row: f"{row.award}/{row.edition}/{row.list_name}/{row.name}",
}
