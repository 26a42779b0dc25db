"""The verbs of a nomination, one command each, and the publication of the list."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bangdan.cli.acting import (
    ForUnitOption,
    KeyOption,
    NominationArgument,
    YesOption,
    acting,
    ask,
    instants,
    print_answer,
)
from bangdan.cli.app import DO, app, nomination
from bangdan.cli.declaring import SetOption, declarations
from bangdan.cli.form import (
    ApplicantOption,
    CompleteOption,
    EmailOption,
    MaterialOption,
    PersonOption,
    PhonesOption,
    TitleOption,
    instant,
    one_track,
    told,
    values,
)
from bangdan.cli.printing import emit
from bangdan.cli.shell import CampaignOption, JsonOption, ReasonOption
from bangdan.cli.speaking import command
from bangdan.language import say

if TYPE_CHECKING:
    from engine.office import Work
    from engine.taking import Answer

DateOption = Annotated[
    str | None,
    typer.Option("--correct-by", metavar=say("时间", "WHEN"),
                 help=say("补正期限，如 2023-12-05 24:00；截止后退回时必填",
                          "Until when to correct, e.g. 2023-12-05 24:00; needed after the deadline.")),
]  # fmt: skip


@command(nomination, "draft", zh="为推荐单位起草一个项目", en="Begin a nomination for a unit.")
def draft(
    *,
    title: TitleOption,
    track: Annotated[
        str,
        typer.Option("--track", metavar=say("榜单", "LIST"),
                     help=say("榜单，有领域的写领域；代号或名称", "List, or list/field; key or name.")),
    ],
    unit: Annotated[
        str | None,
        typer.Option("--unit", "-u", metavar=say("单位编号", "CODE"),
                     help=say("哪个单位的项目；用 --for-unit 时不必写", "Whose it is; needless with --for-unit.")),
    ] = None,
    applicant: ApplicantOption = None,
    contact: PersonOption = None,
    phones: PhonesOption = None,
    email: EmailOption = None,
    material: MaterialOption = None,
    complete: CompleteOption = False,
    declare: SetOption = None,
    for_unit: ForUnitOption = None,
    key: KeyOption = None,
    campaign: CampaignOption = None,
    json: JsonOption = False,
) -> None:  # fmt: skip
    from engine import nominations, units

    code = unit or for_unit
    if code is None:
        raise typer.BadParameter(
            say("请用 --unit 写明是哪个单位的项目", "say whose it is with --unit"), param_hint="--unit"
        )
    given = told(applicant=applicant, contact=contact, phones=phones, email=email, material=material,
                 complete=complete or None, declared=declarations(declare) or None)  # fmt: skip

    def do(work: Work) -> Answer:
        chosen = one_track(work, track)
        unit_id = units.find(work, code).id
        return nominations.draft(work, unit_id=unit_id, track=chosen, title=title, **values(work, chosen, given))

    asked = {"unit": code, "track": track, "title": title, **given}
    _act("draft", asked, do, campaign=campaign, for_unit=for_unit, key=key, as_json=json)


@command(nomination, "edit", zh="修改草稿或退回的项目", en="Change a draft, or one that was returned.")
def edit(
    *,
    nomination_id: NominationArgument,
    title: Annotated[
        str | None, typer.Option("--title", "-t", metavar=say("名称", "TITLE"), help=say("新的名称", "Its new title."))
    ] = None,
    applicant: ApplicantOption = None,
    contact: PersonOption = None,
    phones: PhonesOption = None,
    email: EmailOption = None,
    material: MaterialOption = None,
    complete: CompleteOption = False,
    declare: SetOption = None,
    for_unit: ForUnitOption = None,
    key: KeyOption = None,
    campaign: CampaignOption = None,
    json: JsonOption = False,
) -> None:  # fmt: skip
    from engine import nominations, taking

    given = told(applicant=applicant, contact=contact, phones=phones, email=email, material=material,
                 complete=complete or None, declared=declarations(declare) or None)  # fmt: skip
    if not given and title is None:
        raise typer.BadParameter(say("没有写明要改什么", "nothing to change was given"))

    def do(work: Work) -> Answer:
        row = taking.locked(work, nomination_id)
        return nominations.edit(work, nomination_id, **values(work, row.track, given), **told(title=title))

    asked = {"id": nomination_id, **told(title=title), **given}
    _act("edit", asked, do, campaign=campaign, for_unit=for_unit, key=key, as_json=json)


def _simple(name: str, *, zh: str, en: str) -> None:
    """A verb that needs no more than the nomination."""

    @command(nomination, name, zh=zh, en=en)
    def run(
        nomination_id: NominationArgument, for_unit: ForUnitOption = None, key: KeyOption = None,
        campaign: CampaignOption = None, json: JsonOption = False,
    ) -> None:  # fmt: skip
        from engine import nominations

        verb: Callable[[Work, str], Answer] = getattr(nominations, name)
        _act(name, {"id": nomination_id}, lambda work: verb(work, nomination_id), campaign=campaign, for_unit=for_unit,
             key=key, as_json=json)  # fmt: skip


def _reasoned(name: str, *, zh: str, en: str) -> None:
    """A verb that needs a reason; the engine refuses an empty one."""

    @command(nomination, name, zh=zh, en=en)
    def run(
        *, nomination_id: NominationArgument, reason: ReasonOption = "", for_unit: ForUnitOption = None,
        key: KeyOption = None, campaign: CampaignOption = None, json: JsonOption = False,
    ) -> None:  # fmt: skip
        from engine import nominations

        verb: Callable[..., Answer] = getattr(nominations, name)
        _act(name, {"id": nomination_id, "reason": reason}, lambda work: verb(work, nomination_id, reason=reason),
             campaign=campaign, for_unit=for_unit, key=key, as_json=json)  # fmt: skip


_simple(
    "submit",
    zh="提交：以收到的时刻对照截止时间，占用名额",
    en="Submit: measured by the instant it arrives; takes a place.",
)
_simple("recall", zh="撤回提交：截止前可改回草稿，退还名额", en="Take a submission back before the deadline.")
_reasoned("withdraw", zh="退出：单位不再推荐此项目", en="The unit recommends it no longer.")
_reasoned("disqualify", zh="取消资格（秘书处）", en="Disqualify (secretariat).")
_reasoned("reinstate", zh="恢复已退出、逾期、未入围或被取消资格的项目", en="Bring an ended nomination back.")


@command(
    nomination, "waive", zh="豁免一条申报条件或排除规定（秘书处）", en="Waive a rule or an exclusion (secretariat)."
)
def waive(
    *,
    nomination_id: NominationArgument,
    rule: Annotated[
        str | None,
        typer.Option("--rule", metavar="KEY",
                     help=say("活动文件中的规定代号；不写则豁免目前受限且可豁免的全部规定",
                              "The rule's key in the file; else all that block it now and may be waived.")),
    ] = None,
    reason: ReasonOption = "",
    key: KeyOption = None,
    campaign: CampaignOption = None,
    json: JsonOption = False,
) -> None:  # fmt: skip
    from engine import nominations

    asked = told(id=nomination_id, reason=reason, rule=rule)
    _act("waive", asked, lambda work: nominations.waive(work, nomination_id, reason=reason, rule=rule),
         campaign=campaign, for_unit=None, key=key, as_json=json)  # fmt: skip


@command(nomination, "return", zh="退回修改（秘书处）", en="Return for correction (secretariat).")
def return_(
    *, nomination_id: NominationArgument, reason: ReasonOption = "", correct_by: DateOption = None,
    key: KeyOption = None, campaign: CampaignOption = None, json: JsonOption = False,
) -> None:  # fmt: skip
    from engine import nominations

    def do(work: Work) -> Answer:
        until = instant(work, correct_by, hint="--correct-by") if correct_by else None
        return nominations.return_(work, nomination_id, reason=reason, correct_by=until)

    asked = told(id=nomination_id, reason=reason, correct_by=correct_by)
    _act("return", asked, do, campaign=campaign, for_unit=None, key=key, as_json=json)


@command(nomination, "promote", zh="记录一次推广", en="Record something done to promote a laureate.")
def promote(
    nomination_id: NominationArgument,
    note: Annotated[str, typer.Option("--note", metavar=say("内容", "WORDS"), help=say("做了什么", "What was done."))],
    key: KeyOption = None,
    campaign: CampaignOption = None,
    json: JsonOption = False,
) -> None:
    from engine import nominations

    asked = {"id": nomination_id, "note": note}
    _act("promote", asked, lambda work: nominations.promote(work, nomination_id, note=note), campaign=campaign,
         for_unit=None, key=key, as_json=json)  # fmt: skip


@command(
    app,
    "publish",
    zh="发布：拟入榜的项目成为入榜项目，并通知各单位",
    en="Publish the list and tell the units.",
    panel=DO,
)
def publish(
    nomination_ids: Annotated[
        list[str] | None,
        typer.Argument(metavar=say("[申报编号]...", "[ID]..."), show_default=False,
                       help=say("只发布这些；不写则全部拟入榜项目", "Only these; else all that are selected.")),
    ] = None,
    yes: YesOption = False,
    key: KeyOption = None,
    campaign: CampaignOption = None,
    json: JsonOption = False,
) -> None:  # fmt: skip
    from engine import batches
    from engine.office import once
    from engine.trying import tried

    ids = nomination_ids or None
    if not yes:
        with acting(campaign) as work:
            count = tried(work, lambda: batches.publish(work, ids))
        ask(
            say(f"将发布{count}项并通知各单位，是否继续？", f"{count} will be published and the units told. Go on?"),
            yes=yes,
        )

    with acting(campaign) as work:

        def do() -> dict[str, Any]:
            return {"published": batches.publish(work, ids), "at": work.at.isoformat(), "zone": work.definition.zone}

        told = once(work, key, {"verb": "publish", "ids": ids}, do)
    if json:
        emit(told)
    else:
        typer.echo(say(f"已发布{told['published']}项。", f"{told['published']} published.") + f"  {instants(told)}")


def _act(
    verb: str, asked: dict[str, Any], do: Callable[[Work], Answer], *, campaign: str | None, for_unit: str | None,
    key: str | None, as_json: bool,
) -> None:  # fmt: skip
    from engine.office import once
    from engine.plain import answered

    with acting(campaign, for_unit=for_unit) as work:
        told = once(work, key, {"verb": verb, **asked}, lambda: answered(work, verb, do(work)))
        words = _words(work, verb)
    print_answer(told, done=words, as_json=as_json)


def _words(work: Work, verb: str) -> str:
    from workflows.nomination import DRAFT

    arrow = DRAFT if verb == DRAFT.verb else work.shape.words(verb)
    return say(f"已{arrow.zh}", f"done ({arrow.en})")
