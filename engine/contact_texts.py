"""What somebody types about a contact: read as the cells of a roster are, and every mistake told beside its field."""

from __future__ import annotations

from typing import Any

from engine.sheets import answers
from engine.sheets.columns import Column, Value, is_empty, read_cell
from workflows.reasons import FileRefused, Reason, Refused

NAME = Column(key="name", titles=("姓名",), required=True)
PHONES = Column(key="phones", titles=("联系电话",), kind="phones")
EMAIL = Column(key="email", titles=("邮箱",), kind="email")


def contact_values(*, name: str, phones: str, email: str) -> dict[str, Any]:
    """A contact as `engine.units.change_contact` takes it. Raises Refused; `where` of each reason is the field."""
    read, wrong = _read(((NAME, name), (PHONES, phones), (EMAIL, email)))
    if wrong:
        raise Refused(wrong)
    return {"name": read["name"], "phones": _joined(read["phones"]), "email": read["email"] or None}


def applicant_values(*, phones: str, email: str) -> dict[str, Any]:
    """How to reach an applicant, as the verbs of a nomination take it. Raises Refused, as above."""
    read, wrong = _read(((PHONES, phones), (EMAIL, email)))
    if wrong:
        raise Refused(wrong)
    return {"applicant_phones": _joined(read["phones"]), "applicant_email": read["email"] or None}


def _read(typed: tuple[tuple[Column, str], ...]) -> tuple[dict[str, Value], list[Reason]]:
    read: dict[str, Value] = {}
    wrong: list[Reason] = []
    for column, text in typed:
        try:
            read[column.key] = _value(column, text)
        except FileRefused as refused:
            wrong += (reason.at(column.key) for reason in refused.reasons)
    return read, wrong


def _joined(phones: Value) -> str:
    return "、".join(phones) if isinstance(phones, tuple) else ""


def _value(column: Column, text: str) -> Value:
    if is_empty(text):
        if column.required:
            raise FileRefused(answers.cell_empty(column.title))
        return column.empty
    return read_cell(column, text, day_zero=None, remark=lambda _: None)
