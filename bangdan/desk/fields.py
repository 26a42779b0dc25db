"""What a form brought: text fields by name and files, read into a model that says what is allowed."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, TypeVar, get_args, get_origin

from annotated_types import Ge, Le
from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError
from pydantic_core import ErrorDetails
from starlette.datastructures import FormData, UploadFile

from bangdan.desk.unfit import wanted
from engine.texts import broken, unstorable
from workflows.reasons import Reason, Refused, refuse

OWN = ("csrf", "key")  # fields of every form, which no model names
LONGEST_KEY = 64

Number = Annotated[int, Ge(0), Le(2**53)]
"""The number of a row, a version or a count: beyond it no database compares, and no reader of JSON counts."""
Ordinal = Annotated[int, Ge(1), Le(2**53)]
"""The number by which people know a line or a version: the first one is 1."""


AsTyped = Annotated[str, StringConstraints(strip_whitespace=False)]
"""A text of which nothing is left out, not even blanks at its ends: a password."""


class DeskForm(BaseModel):
    """Base of what a form may hold: exactly the fields that it names; an empty field counts as not given."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, frozen=True)

    def asked(self) -> dict[str, Any]:
        """Its content as plain values: what a repeated request is compared with."""
        return self.model_dump(mode="json")


F = TypeVar("F", bound=DeskForm)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came with a form, under the name that the visitor's machine gave it."""

    name: str
    content: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class Fields:
    """What was typed and attached, as it came. `key` names the request, so that pressing twice does it once."""

    typed: Mapping[str, list[str]] = field(default_factory=dict)
    files: Mapping[str, Attachment] = field(default_factory=dict)

    @property
    def csrf(self) -> str:
        return self.one("csrf")

    @property
    def key(self) -> str | None:
        return self.one("key")[:LONGEST_KEY] or None

    def one(self, name: str) -> str:
        """The text of a field; empty when there is none."""
        return next(iter(self.typed.get(name, ())), "")

    def read(self, model: type[F]) -> F:
        """The fields as `model` wants them. Raises Refused: FRM-01 for each field that does not fit, API-05."""
        given = {name: values for name, values in self.typed.items() if name not in OWN}
        lists = {name for name, each in model.model_fields.items() if is_list(each.annotation)}
        if twice := [name for name, values in given.items() if len(values) > 1 and name not in lists]:
            raise Refused(_twice(name) for name in twice)
        refuse(_unstorable(self.typed))
        values = {name: each if name in lists else each[0] for name, each in given.items() if any(each)}
        try:
            return model.model_validate(values)
        except ValidationError as error:
            raise Refused(unfit(each) for each in error.errors()) from None


async def collected(form: FormData) -> Fields:
    """The parsed form, with its files read into memory: the body was bounded before."""
    typed: dict[str, list[str]] = {}
    files: dict[str, Attachment] = {}
    for name, value in form.multi_items():
        if isinstance(value, UploadFile):
            if value.filename:
                files[name] = Attachment(value.filename, await value.read())
        else:
            typed.setdefault(name, []).append(value.replace("\r\n", "\n"))
    return Fields(typed=typed, files=files)


def new_key() -> str:
    """A name for the request that a form makes."""
    return secrets.token_urlsafe(12)


def is_list(annotation: Any) -> bool:
    """Whether a field of that type may come several times."""
    kinds = (list, tuple)
    return get_origin(annotation) in kinds or any(get_origin(each) in kinds for each in get_args(annotation))


def _unstorable(given: Mapping[str, list[str]]) -> Iterator[Reason]:
    for name, values in given.items():
        for text in values:
            if reason := unstorable(text) or _not_utf8(text):
                yield reason.at(name[:40])


def _not_utf8(text: str) -> Reason | None:
    """What was no UTF-8 has become this character when the form was read; whoever typed it meant another one too."""
    return broken(text) if "\ufffd" in text else None


def _twice(name: str) -> Reason:
    name = name[:40]
    return Reason(
        code="API-05", zh=f"“{name}”给了两次，只能给一次", en=f"{name!r} was given twice; give it once", where=name
    )


def unfit(error: ErrorDetails) -> Reason:
    """One of pydantic's findings in both languages; `where` names the field."""
    where = ".".join(str(each) for each in error["loc"])
    zh, en = wanted(error)
    return Reason(code="FRM-01", zh=zh, en=en, where=where)
