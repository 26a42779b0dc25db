"""The parts of a campaign file that hold places for some: `shares.west = { name, where, least = 2, most = 5 }`."""

from __future__ import annotations

from collections.abc import Mapping

from workflows.definition import Attribute, Share
from workflows.loading_matching import Known, read_who
from workflows.reading import Table


def read_shares(table: Table, attributes: Mapping[str, Attribute], *, most: int) -> tuple[Share, ...]:
    """`shares.*` of a table that gives out places, at most `most` of them; `where` says for whom each share is."""
    return tuple(_share(each, attributes, most) for each in table.entries("shares"))


def _share(table: Table, attributes: Mapping[str, Attribute], places: int) -> Share:
    table.value("where", allowed=", ".join(attributes))
    read = Share(
        key=table.key, name=table.text("name"), who=read_who(table, Known(attributes=attributes)),
        least=table.whole("least", low=1, high=places) if table.has("least") else None,
        most=table.whole("most", low=0, high=places) if table.has("most") else None,
        wording=table.wording(),
    )  # fmt: skip
    if table.there and read.least is None and read.most is None:
        table.findings.error(
            "CFG-95", table.path, "须写明 least（至少几个）或 most（至多几个）", "needs least or most: how many places"
        )
    if read.least is not None and read.most is not None and read.least > read.most:
        table.error(
            "CFG-95", "least", f"至少{read.least}个，多于至多{read.most}个",
            f"at least {read.least} is more than at most {read.most}", least=read.least, most=read.most,
        )  # fmt: skip
    table.done()
    return read
