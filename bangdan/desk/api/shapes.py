"""What shapes are made of: models of what is asked and answered, whose fields say in both languages what they hold."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

from fastapi import Path, Query
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from workflows.reasons import Refused

LONGEST_ID = 64  # characters of an id, a code or a key in a path
MOST_ROWS = 200  # rows a page


class Told(BaseModel):
    """Base of what is answered; made from the engine's own values."""

    model_config = ConfigDict(frozen=True, from_attributes=True, extra="ignore")


class Asked(BaseModel):
    """Base of what is asked: exactly the fields that it names, each of its own type (`true` is no number)."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


def say(zh: str, en: str, example: Any, **more: Any) -> Any:
    """A field: what it holds, and an example."""
    return Field(description=f"{zh} / {en}", examples=[example], **more)


def parameter(zh: str, en: str, example: Any, **more: Any) -> Any:
    """A parameter of the address, behind the question mark."""
    return Query(description=f"{zh} / {en}", examples=[example], **more)


def in_path(zh: str, en: str, example: str) -> Any:
    """A part of the path."""
    return Path(description=f"{zh} / {en}", examples=[example])


Id = Annotated[str, in_path("编号", "its id", "Zk3vT0m1q2W4x5Y6z7A8bQ")]
Code = Annotated[str, in_path("单位编号", "the unit's code", "EE")]
Key = Annotated[str, in_path("代号", "its key in the campaign file", "collection")]

Preview = Annotated[
    bool, Query(description="只显示会发生什么，不办理；此时不要 Idempotency-Key / only show what would happen")
]
Limit = Annotated[
    int, Query(ge=1, le=MOST_ROWS, description=f"一页几行，至多{MOST_ROWS} / rows a page, at most {MOST_ROWS}")
]
After = Annotated[
    str | None,
    Query(max_length=2000, description="从上一页给出的标记之后继续 / go on after the mark of the page before"),
]
ForUnit = Annotated[
    str | None,
    Query(
        max_length=LONGEST_ID, examples=["EE"],
        description="秘书处代该单位办理，历史记下双方姓名；推荐单位自己办理时不用 / "
        "the secretariat acts for that unit, and the history keeps both names; units leave it out",
    ),
]  # fmt: skip


@contextmanager
def pointing() -> Iterator[None]:
    """Within it, what is refused of a field is said of its place in the body."""
    try:
        yield
    except Refused as refused:
        raise Refused(each.at(_pointer(each.where)) for each in refused.reasons) from refused


def _pointer(field: str) -> str:
    return f"/{field.replace('attribute.', 'attributes/', 1)}" if field and not field.startswith("/") else field


def _some(text: str) -> str:
    if not text.strip():
        raise ValueError("须填写内容 / must say something")
    return text


Line = Annotated[str, Field(max_length=300)]
Name = Annotated[str, Field(min_length=1, max_length=300), AfterValidator(_some)]
Reason = Annotated[str, Field(max_length=2000)]


class Words(Told):
    """The same in both languages."""

    zh: str = say("中文", "Chinese", "已提交")
    en: str = say("英文", "English", "submitted")


class Ground(Told):
    """One reason why something may not be done."""

    code: str = say("固定的代码", "a code that stays the same", "QTA-01")
    zh: str = say("中文说明", "in Chinese", "名额已用完：2个名额中已用2个")
    en: str = say("英文说明", "in English", "2 of 2 places are used")
    where: str = say("所在位置，没有则为空", "the place it is about, empty if there is none", "Sheet1!C5")
