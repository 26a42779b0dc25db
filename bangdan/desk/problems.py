"""How the desk says no over HTTP: a status, and an `application/problem+json` document (RFC 9457) with the reasons.

The status follows from the code of the first reason, by its family; nothing else in the desk decides it. What is no
refusal of ours and no failing of the database is a defect, and passes through.
"""

from __future__ import annotations

import html
import json
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy.exc import TimeoutError as NoConnection

from bangdan.desk import noting
from engine.failing import FAILING
from notifications.errors import MailError
from workflows.reasons import BangdanError, FileRefused, NotFound, Reason

MEDIA_TYPE = "application/problem+json"
TYPE_BASE = "/api"  # the readable page of the API lists the kinds by status there

# By code where a code differs from its family.
BY_CODE = {
    "API-01": 413, "API-02": 400, "API-03": 400, "API-04": 400, "API-05": 400, "API-06": 422, "API-07": 408,
    "API-08": 422, "API-09": 422, "API-10": 400, "API-11": 422, "API-12": 412, "API-13": 405, "API-14": 415,
    "API-15": 429, "API-16": 428, "API-17": 401, "API-18": 503, "API-20": 403,
    "ACC-03": 403, "ACC-04": 403, "ACC-05": 403, "ACC-06": 403, "ACC-07": 403,
    "AUT-01": 403, "AUT-02": 429, "AUT-03": 403, "AUT-04": 403, "AUT-05": 403, "CLK-03": 403,
    "BLK-01": 422, "BLK-04": 422,
    "CMP-02": 404, "CMP-03": 422, "DUT-05": 403, "DUT-06": 403, "DUT-08": 422, "DUT-09": 422, "DUT-10": 403,
    "EXP-04": 409, "EXP-07": 409, "EXP-09": 409,
    "MIN-01": 403, "NOM-02": 422, "OBJ-03": 422, "OBJ-04": 422, "OBJ-05": 403, "OBJ-06": 403, "PUB-02": 403,
    "QTA-06": 422, "SEC-01": 422, "SEC-03": 403, "TEL-02": 422, "UNT-01": 422, "UNT-02": 422,
}  # fmt: skip
# What was sent doesn't fit (422), comes at the wrong time or from the wrong person (403), or clashes with how things
# stand (409, the rule for every family that is not here).
BY_FAMILY = {
    "ACC": 422, "ADR": 422, "ATT": 422, "AUT": 401, "CFG": 422, "CSR": 403, "DLN": 403, "EXP": 422, "FIL": 422,
    "FLT": 422, "FRM": 422, "GIV": 422, "IMP": 422, "MOV": 503, "NEW": 422, "NFD": 404, "PAG": 422, "PWD": 422,
    "ROL": 403, "RSN": 422, "SCH": 503, "SEA": 422, "SET": 503, "SRT": 422, "SYS": 503, "TOK": 422, "TXT": 422,
}  # fmt: skip
CONFLICT = 409
IN_FILE = 422

TITLES = {
    400: ("请求有误，没有保存任何内容", "the request is wrong; nothing was stored"),
    401: ("需要有效的接口令牌", "a valid API token is needed"),
    403: ("现在或以此身份不能办理，没有保存任何内容", "not at this time or not by you; nothing was stored"),
    404: ("未找到", "not found"),
    405: ("不接受此方法", "this method is not accepted"),
    408: ("传输超时，没有保存任何内容", "it took too long to arrive; nothing was stored"),
    409: ("与现状冲突，没有保存任何内容", "this conflicts with how things stand; nothing was stored"),
    412: ("内容已被他人改动，没有保存", "it was changed meanwhile; nothing was stored"),
    413: ("内容过大，没有保存", "too large; nothing was stored"),
    415: ("不接受此内容类型", "this content type is not accepted"),
    422: ("内容不符合要求，没有保存任何内容", "what was sent does not fit; nothing was stored"),
    428: ("须先读取再修改", "read it first, then change it"),
    429: ("请求过于频繁", "too many requests"),
    500: ("系统内部错误，已记入日志", "an error of ours; it was logged"),
    503: ("系统暂不可用", "not usable at the moment"),
}

NO_DATABASE = (*FAILING, NoConnection)

NO_DISK = Reason(
    code="SYS-01",
    zh="服务器的磁盘或临时目录暂不可用（可能已满），本次内容没有保存；请稍后再试，或告知管理员",
    en="the server's disk or its temporary folder is not usable (full, perhaps), NOT stored; try again later, or tell "
    "whoever runs bangdan",
)
NOT_STORED = Reason(
    code="SYS-01",
    zh="数据库暂不可用，本次内容没有保存；请稍后再试",
    en="the database is not usable at the moment, NOT stored; try again later",
)


def reasons_of(error: Exception) -> tuple[Reason, ...] | None:
    """Why, for what is refused on purpose or because the database fails; None for a defect of ours."""
    if isinstance(error, BangdanError):
        return error.reasons
    if isinstance(error, MailError):
        return (Reason(code=error.code, zh=error.zh, en=error.en, where=error.where),)
    if isinstance(error, NO_DATABASE):
        return (NOT_STORED,)
    if isinstance(error, OSError):
        return (NO_DISK,)
    return None


def status_of(error: Exception) -> int | None:
    """The status to answer with; None for a defect of ours."""
    reasons = reasons_of(error)
    if reasons is None:
        return None
    if isinstance(error, NotFound):
        return 404
    if isinstance(error, FileRefused):
        return IN_FILE
    return status_for(reasons)


def status_for(reasons: Iterable[Reason]) -> int:
    """What the first of them asks for."""
    code = next(iter(reasons)).code
    return BY_CODE.get(code) or BY_FAMILY.get(code.partition("-")[0], CONFLICT)


def as_plain(reason: Reason) -> dict[str, Any]:
    """A reason as JSON has it. A place within what was sent is a JSON pointer there; any other is said in words."""
    told: dict[str, Any] = {"code": reason.code, "zh": reason.zh, "en": reason.en}
    if reason.where:
        told["pointer" if reason.where.startswith("/") else "where"] = reason.where
    if reason.facts:
        told["facts"] = dict(reason.facts)
    return told


def problem(status: int, reasons: Iterable[Reason]) -> dict[str, Any]:
    """The document."""
    every = tuple(reasons)
    noting.note(every)
    zh, en = TITLES[status]
    first = every[0]
    return {
        "type": f"{TYPE_BASE}#{status}", "title": f"{zh} / {en}", "status": status,
        "detail": f"{first.zh} / {first.en}", "code": first.code, "reasons": [as_plain(each) for each in every],
    }  # fmt: skip


def door_answer(scope: Mapping[str, Any], status: int, reason: Reason) -> tuple[dict[str, str], bytes]:
    """What is said before any page or route is known: a problem for programs, a plain page for browsers."""
    always = {"cache-control": "no-store", "x-content-type-options": "nosniff"}
    if _wants_page(scope):
        noting.note([reason])
        return {**always, "content-type": "text/html; charset=utf-8"}, _page(status, reason).encode()
    document = json.dumps(problem(status, [reason]), ensure_ascii=False)
    return {**always, "content-type": MEDIA_TYPE}, document.encode()


def _wants_page(scope: Mapping[str, Any]) -> bool:
    accepts = b" ".join(value for name, value in scope.get("headers", ()) if name == b"accept")
    return b"text/html" in accepts and not of_api(scope["path"])


def of_api(path: str) -> bool:
    """Whether that path belongs to programs."""
    return path == "/api" or path.startswith("/api/")


def _page(status: int, reason: Reason) -> str:
    zh, en = TITLES[status]
    said = [f"<p>{html.escape(reason.zh)}</p>", f"<p lang=en>{html.escape(reason.en)}</p>", f"<p>{reason.code}</p>"]
    head = f"<!doctype html><html lang=zh-CN><meta charset=utf-8><title>{zh} / {en}</title>"
    return head + f"<h1>{zh}</h1>" + "".join(said)
