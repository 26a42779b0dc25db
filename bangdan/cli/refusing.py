"""How a command says no: reasons on the error stream, in the reader's language or as JSON, and an exit code.

0 done; 1 refused by a rule; 2 wrong usage or a bad file; 3 not found; 4 the database or the system is not usable;
130 interrupted. Scripts may rely on them.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

import typer

from bangdan.language import say
from workflows.reasons import BangdanError, FileRefused, NotFound, Reason

REFUSED, BAD_FILE, MISUSED, NOT_FOUND, UNUSABLE = 1, 2, 2, 3, 4


@dataclass(frozen=True, kw_only=True, slots=True)
class Refusal:
    """An exit code with the reasons for it. `kind` and `title` name the class of it, for scripts and people."""

    code: int
    kind: str
    title: str
    reasons: tuple[Reason, ...]


_stored: ContextVar[bool] = ContextVar("stored", default=False)


def note_stored(_connection: object) -> None:
    """Something was stored: whatever fails from now on in this command, that stays."""
    _stored.set(True)


@contextmanager
def answering(*, as_json: bool) -> Iterator[None]:
    """Turn what is raised on purpose inside into words and an exit code; a defect of ours passes through."""
    _stored.set(False)
    try:
        yield
    except (typer.Exit, typer.Abort, typer.TyperException):
        raise
    except Exception as error:
        refusal = refusal_of(error)
        if refusal is None:
            raise
        show(refusal, as_json=as_json)
        raise typer.Exit(refusal.code) from error


def refusal_of(error: Exception) -> Refusal | None:
    """What to answer to `error`; None for a defect of ours."""
    if isinstance(error, BangdanError):
        return _ours(error)
    # Only now: something else went wrong, and these take their time to import.
    from sqlalchemy.exc import DBAPIError

    from notifications.errors import MailError

    if isinstance(error, MailError):
        reason = Reason(code=error.code, zh=error.zh, en=error.en, where=error.where)
        return Refusal(code=REFUSED, kind="refused", title=say("未办理", "refused"), reasons=(reason,))
    if isinstance(error, (DBAPIError, OSError)):
        return _unusable(error.orig or error if isinstance(error, DBAPIError) else error)
    return None


def _ours(error: BangdanError) -> Refusal:
    if isinstance(error, FileRefused):
        count = len(error.reasons)
        title = say(
            f"文件有{count}处错误，未作任何改动",
            f"{count} error{'' if count == 1 else 's'} in the file; nothing was stored",
        )
        return Refusal(code=BAD_FILE, kind="bad-file", title=title, reasons=error.reasons)
    if isinstance(error, NotFound):
        return Refusal(code=NOT_FOUND, kind="not-found", title=say("未找到", "not found"), reasons=error.reasons)
    if all(reason.code.startswith(("SCH-", "SYS-", "SET-", "MOV-", "WRK-")) for reason in error.reasons):
        return Refusal(code=UNUSABLE, kind="unusable", title=say("无法运行", "not usable"), reasons=error.reasons)
    if all(reason.code.startswith(("FLT-", "CMP-03")) for reason in error.reasons):
        return Refusal(code=MISUSED, kind="misused", title=say("用法有误", "wrong usage"), reasons=error.reasons)
    title = say("未办理，没有保存任何内容", "refused; nothing was stored")
    return Refusal(code=REFUSED, kind="refused", title=title, reasons=error.reasons)


def _unusable(error: BaseException) -> Refusal:
    words = " ".join(str(error).split())[:200]
    if _stored.get():
        return Refusal(code=UNUSABLE, kind="not-shown", title=say("已保存，未显示", "stored, not shown"),
                       reasons=(_not_shown(words),))  # fmt: skip
    reason = Reason(code="SYS-01", zh=f"系统或数据库不可用，本次操作未保存：{words}",
                    en=f"the system or the database is not usable, NOT stored: {words}")  # fmt: skip
    return Refusal(code=UNUSABLE, kind="unusable", title=say("无法运行", "not usable"), reasons=(reason,))


def _not_shown(words: str) -> Reason:
    return Reason(
        code="SYS-03",
        zh=f"已经办理并保存，但结果没有显示完：{words}；不必再办，可用 bangdan history 查看",
        en=f"it was done and stored, but the answer could not be shown in full: {words}; "
        "don't do it again, look at `bangdan history`",
    )


def show(refusal: Refusal, *, as_json: bool) -> None:
    """Print a refusal on the error stream."""
    if as_json:
        problem = {"type": refusal.kind, "title": refusal.title, "exit": refusal.code,
                   "reasons": [as_plain(reason) for reason in refusal.reasons]}  # fmt: skip
        print(json.dumps(problem, ensure_ascii=False), file=sys.stderr)  # noqa: T201 - a machine reads it
        return
    print_reasons(refusal.title, refusal.reasons)


def print_reasons(title: str, reasons: Sequence[Reason]) -> None:
    """One line for each reason: its place, its code, its words."""
    typer.secho(say(f"{title}：", f"{title}:"), fg="red", bold=True, err=True)
    for reason in reasons:
        place = typer.style(f"{reason.where}  ", dim=True) if reason.where else ""
        typer.echo(f"  {place}{typer.style(reason.code, fg='yellow')}  {say(reason.zh, reason.en)}", err=True)


def as_plain(reason: Reason) -> dict[str, object]:
    """A reason as JSON has it."""
    return {"code": reason.code, "zh": reason.zh, "en": reason.en, "where": reason.where, "facts": dict(reason.facts)}
