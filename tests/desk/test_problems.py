"""How the desk says no: the status follows from the code, the document holds the engine's own reasons."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection

from bangdan.desk import problems
from notifications.errors import AddressRefused
from workflows.reasons import FileRefused, NotFound, Reason, Refused


def reason(code: str, **more: Any) -> Reason:
    return Reason(code=code, zh="不行", en="no", **more)


def _database(kind: type[Exception]) -> Exception:
    return kind("SELECT", {}, Exception("disk I/O error"))


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (NotFound(reason("NFD-01")), 404),
        (NotFound(reason("CMP-02")), 404),
        (Refused(reason("DLN-01")), 403),
        (Refused(reason("ROL-03")), 403),
        (Refused(reason("QTA-01")), 409),
        (Refused(reason("STM-01")), 409),
        (Refused([reason("STM-01"), reason("DLN-01")]), 409),
        (Refused(reason("QTA-06")), 422),
        (Refused(reason("TXT-01")), 422),
        (Refused(reason("API-02")), 400),
        (Refused(reason("API-11")), 422),
        (Refused(reason("SYS-02")), 503),
        (FileRefused(reason("IMP-18")), 422),
        (FileRefused(reason("QTA-01")), 422),
        (AddressRefused("ADR-01", "不行", "no"), 422),
        (_database(OperationalError), 503),
        (NoConnection("pool"), 503),
        (OSError(28, "No space left on device"), 503),
        (_database(IntegrityError), None),
        (KeyError("a defect"), None),
    ],
    ids=lambda value: str(value)[:30],
)
def test_the_status_follows_from_the_code(error: Exception, status: int | None) -> None:
    assert problems.status_of(error) == status


def test_every_status_that_is_answered_has_a_title() -> None:
    answered = {*problems.BY_CODE.values(), *problems.BY_FAMILY.values(), problems.CONFLICT, problems.IN_FILE, 500}
    assert answered - set(problems.TITLES) == set()


def test_the_document_holds_every_reason_with_its_place() -> None:
    reasons = [reason("QTA-01", facts={"most": 5}), reason("TXT-01", where="/title"), reason("IMP-01", where="B7")]
    assert problems.problem(409, reasons) == {
        "type": "/api#409",
        "title": "与现状冲突，没有保存任何内容 / this conflicts with how things stand; nothing was stored",
        "status": 409,
        "detail": "不行 / no",
        "code": "QTA-01",
        "reasons": [
            {"code": "QTA-01", "zh": "不行", "en": "no", "facts": {"most": 5}},
            {"code": "TXT-01", "zh": "不行", "en": "no", "pointer": "/title"},
            {"code": "IMP-01", "zh": "不行", "en": "no", "where": "B7"},
        ],
    }


def test_a_failing_database_tells_nobody_its_words() -> None:
    assert problems.reasons_of(_database(OperationalError)) == (problems.NOT_STORED,)
