"""The tables that can be brought in by the browser: what each is called, what it does, and who brings it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bangdan.language import Words
from engine import rosters
from engine.office import Work
from engine.rosters import Imported, Upload
from workflows.nomination import Role

Take = Callable[[Work, Upload, bool], Imported]


@dataclass(frozen=True, kw_only=True, slots=True)
class Kind:
    """A table that can be brought in. `take` is told whether nominations are to be submitted too."""

    words: Words
    does: Words
    roles: tuple[Role, ...] = (Role.SECRETARIAT,)
    take: Take


KINDS: Mapping[str, Kind] = {
    "units": Kind(
        words=Words("推荐单位名录", "Units"),
        does=Words(
            "登记推荐单位及其渠道、联系人；同编号的更新。",
            "Adds units with their channels and contacts, or brings them up to date.",
        ),
        take=lambda work, file, _: rosters.import_units(work, file),
    ),
    "contacts": Kind(
        words=Words("联系人", "Contacts"),
        does=Words(
            "登记初评机构和秘书处的联系人；同名的更新。", "Adds contacts of institutions and of the secretariat."
        ),
        take=lambda work, file, _: rosters.import_contacts(work, file),
    ),
    "laureates": Kind(
        words=Words("历年入选名单", "Earlier laureates"),
        does=Words(
            "登记往届入选，用于排除和个人渠道，并标出同名的草稿。",
            "Registers those of earlier editions, and marks drafts of the same name.",
        ),
        take=lambda work, file, _: rosters.import_laureates(work, file),
    ),
    "nominations": Kind(
        words=Words("申报项目", "Nominations"),
        does=Words(
            "起草新的，更新已有的，可以一并提交。",
            "Drafts what is new, changes what is there otherwise, and submits if asked to.",
        ),
        roles=(Role.SECRETARIAT, Role.UNIT),
        take=lambda work, file, submit: rosters.import_nominations(work, file, submit=submit),
    ),
    "results": Kind(
        words=Words("评审结果", "Results"),
        does=Words("报送初评结果；模板已填好编号和名称。", "Reports results; the template comes with ids and titles."),
        roles=(Role.SECRETARIAT, Role.INSTITUTION),
        take=lambda work, file, _: rosters.import_results(work, file),
    ),
    "decisions": Kind(
        words=Words("终评决定", "Decisions"),
        does=Words(
            "决定谁拟入榜，并通知各单位；模板已填好编号和名称。",
            "Decides who is on the list, and tells the units; the template comes with ids and titles.",
        ),
        take=lambda work, file, _: rosters.import_decisions(work, file),
    ),
}
"""By the name that commands use for them, too."""
