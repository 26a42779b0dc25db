"""Comparing both houses row for row: every value, as it is read from either side."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import zip_longest
from typing import Any

from sqlalchemy import Connection, Row, Table

from engine.relocation.rows import key_of, parts
from workflows.reasons import Reason, Refused


def compare(source: Connection, target: Connection, table: Table, *, tell: Callable[[int], None]) -> int:
    """How many rows there are on either side. Raises Refused (MOV-15), which names the first row that differs."""
    seen = 0
    with closing(parts(source, table)) as here, closing(parts(target, table)) as there:
        for one, other in zip_longest(here, there, fillvalue=()):
            if [tuple(row) for row in one] != [tuple(row) for row in other]:
                raise Refused(next(_differences(table, one, other)))
            seen += len(one)
            tell(len(one))
    return seen


def _differences(table: Table, one: Any, other: Any) -> Iterator[Reason]:
    for left, right in zip_longest(one, other):
        if left is None or (right is not None and key_of(table, left) > key_of(table, right)):
            yield _differs(table, right, "目标库多出此行", "is in the target and not in the source")
        elif right is None or key_of(table, left) < key_of(table, right):
            yield _differs(table, left, "目标库缺少此行", "is not in the target")
        elif tuple(left) != tuple(right):
            names = ", ".join(each.name for each, a, b in zip(table.columns, left, right, strict=True) if a != b)
            yield _differs(table, left, f"内容不同（{names}）", f"holds something else in the target ({names})")


def _differs(table: Table, row: Row[Any], zh: str, en: str) -> Reason:
    key = ", ".join(map(str, key_of(table, row)))
    return Reason(
        code="MOV-15",
        zh=f"逐行核对不符：{table.name} [{key}] {zh}；迁移没有完成，原系统仍是正式系统。"
        "请查明谁改动了目标库，然后 bangdan migrate-to --abandon，再重新迁移",
        en=f"the two differ: {table.name} [{key}] {en}; the move is not complete and the old house is the real one. "
        "Find out who changed the target, then `bangdan migrate-to --abandon`, and move again",
        facts={"table": table.name, "key": key},
    )
