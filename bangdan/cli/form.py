"""What a person fills in about a nomination: the options, and what they mean in this campaign."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bangdan.language import say

if TYPE_CHECKING:
    from engine.office import Work
    from workflows.instants import Edge

TitleOption = Annotated[
    str,
    typer.Option("--title", "-t", metavar=say("名称", "TITLE"), help=say("项目名称或候选人", "Project or candidate.")),
]
ApplicantOption = Annotated[
    str | None,
    typer.Option("--applicant", metavar=say("名称", "NAME"), help=say("申报单位或申报人", "Who is nominated.")),
]
PersonOption = Annotated[
    str | None,
    typer.Option("--contact", metavar=say("姓名", "NAME"), help=say("申报联系人", "The applicant's contact.")),
]
PhonesOption = Annotated[
    str | None,
    typer.Option("--phones", metavar=say("号码", "NUMBERS"), help=say("申报联系电话", "The contact's phones.")),
]
EmailOption = Annotated[
    str | None,
    typer.Option("--email", metavar=say("邮箱", "ADDRESS"), help=say("申报联系邮箱", "The contact's address.")),
]
MaterialOption = Annotated[
    list[str] | None,
    typer.Option("--material", "-m", metavar="KEY",
                 help=say("已交的申报材料，可重复", "A material that was handed in; repeatable.")),
]  # fmt: skip
CompleteOption = Annotated[bool, typer.Option("--complete", help=say("申报材料已齐", "All materials were handed in."))]


def told(**values: Any) -> dict[str, Any]:
    """What was given, without what was not."""
    return {name: value for name, value in values.items() if value is not None}


def values(work: Work, track: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """What was given, as the verbs take it. Raises Refused, AddressRefused, BadParameter."""
    from engine.texts import line_of_text
    from notifications.letter import check_address

    found: dict[str, Any] = told(applicant=given.get("applicant"))
    if email := given.get("email"):
        found["applicant_email"] = str(check_address(email))
    for name, zh in (("contact", "联系人"), ("phones", "联系电话")):
        if name in given:
            found[f"applicant_{name}"] = line_of_text(given[name], what=zh, what_en=name, empty=True)
    if "declared" in given:
        found["attributes"] = given["declared"]
    if "material" in given or "complete" in given:
        found["materials"] = _materials(work, track, given.get("material", ()), complete=bool(given.get("complete")))
    return found


def _materials(work: Work, track: str, keys: Sequence[str], *, complete: bool) -> list[str]:
    from engine.given import materials

    with as_usage("--material"):
        required = work.definition.tracks[track].list.materials if complete else ()
        return materials(work, [*required, *keys])


def one_track(work: Work, text: str) -> str:
    """The one track that a person means, by key or name. Raises Refused (FLT-01), BadParameter."""
    from engine import given

    with as_usage("--track"):
        return given.one_track(work, text)


def instant(work: Work, text: str, *, hint: str, edge: Edge = "end") -> datetime:
    """An instant that a person wrote, in the campaign's zone; as an end, a date alone is the end of that day.

    Raises BadParameter; `hint` is the option's name.
    """
    from engine import given

    with as_usage(hint):
        return given.instant(work, text, edge=edge)


@contextmanager
def as_usage(hint: str) -> Iterator[None]:
    """What can't be read of an option, within it, is a wrong usage of that option. Raises BadParameter."""
    from workflows.reasons import Refused

    try:
        yield
    except Refused as refused:
        if not all(reason.code.startswith("GIV-") for reason in refused.reasons):
            raise
        words = say("；", "; ").join(say(reason.zh, reason.en) for reason in refused.reasons)
        raise typer.BadParameter(words, param_hint=hint) from refused
