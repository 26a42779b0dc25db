"""Commands that take files in: rosters, a track's results, decisions; and the empty tables to fill in.

A file is stored whole or not at all. `--preview` shows what would be stored and the file's digest; with
`--confirm DIGEST` exactly that file is stored, and another one is refused.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bangdan.cli.acting import ForUnitOption, KeyOption, YesOption, acting, ask, instants, warn
from bangdan.cli.app import DO, app, contact, nomination, unit
from bangdan.cli.printing import console, emit, table
from bangdan.cli.shell import CampaignOption, JsonOption, reading, received
from bangdan.cli.speaking import Commands, command, group
from bangdan.language import say

if TYPE_CHECKING:
    from datetime import datetime

    from engine.office import Work
    from engine.rosters import Imported, Upload

laureate = group(
    "laureate", zh="历年入选：名录，用于排除和个人渠道", en="Earlier laureates: who is excluded, who may recommend"
)
app.add_typer(laureate, rich_help_panel=DO)

LARGEST = 21 << 20  # bytes: one more than the reader takes, so that it can say so
LISTED = 20  # rows that the answer shows
OUTCOMES = {"new": say("新增", "new"), "changed": say("更改", "changed"), "same": say("已有", "there already")}

FileArgument = Annotated[
    Path,
    typer.Argument(metavar=say("文件", "FILE"), show_default=False, help=say("Excel 或 CSV 文件", "An .xlsx or .csv.")),
]  # fmt: skip
SheetOption = Annotated[
    str | None,
    typer.Option(
        "--sheet", metavar=say("工作表", "NAME"), help=say("工作簿里的哪一张表", "Which sheet of a workbook.")
    ),
]
StrictOption = Annotated[
    bool, typer.Option("--strict", help=say("有多余的列即拒绝", "Refuse columns that nobody asked for."))
]
PreviewOption = Annotated[
    bool, typer.Option("--preview", help=say("只检查并显示结果，不保存", "Check and show; store nothing."))
]
ConfirmOption = Annotated[
    str | None,
    typer.Option("--confirm", metavar="SHA256",
                 help=say("只接受预览过的那个文件（其摘要）", "Take only the file of that preview.")),
]  # fmt: skip


def _roster(kind: str) -> Callable[[Work, Upload], Imported]:
    from engine import rosters

    take: Callable[[Work, Upload], Imported] = getattr(rosters, f"import_{kind}")
    return take


def _registered(on: Commands, kind: str, *, zh: str, en: str) -> None:
    @command(on, "import", zh=zh, en=en)
    def run(
        *, file: FileArgument, sheet: SheetOption = None, strict: StrictOption = False, preview: PreviewOption = False,
        confirm: ConfirmOption = None, key: KeyOption = None, campaign: CampaignOption = None, json: JsonOption = False,
    ) -> None:  # fmt: skip
        upload, at = _upload(file, sheet=sheet, strict=strict, preview=preview, confirm=confirm)
        _bring(upload, _roster(kind), {"verb": f"{kind} import"}, at=at, key=key, campaign=campaign, as_json=json)


_registered(unit, "units", zh="导入推荐单位名录（含联系人）", en="Import units with their contacts")
_registered(
    contact, "contacts", zh="导入初评机构和秘书处的联系人", en="Import contacts of institutions and the secretariat"
)
_registered(
    laureate,
    "laureates",
    zh="导入历年入选名单，并标出同名的草稿",
    en="Import earlier laureates and mark drafts of that name",
)


@command(
    nomination, "import", zh="导入申报项目：起草、更新，可一并提交", en="Import nominations: draft, update, and submit"
)
def import_nominations(
    *,
    file: FileArgument,
    submit: Annotated[bool, typer.Option("--submit", help=say("导入后即提交", "Submit them too."))] = False,
    sheet: SheetOption = None,
    strict: StrictOption = False,
    preview: PreviewOption = False,
    confirm: ConfirmOption = None,
    for_unit: ForUnitOption = None,
    key: KeyOption = None,
    campaign: CampaignOption = None,
    json: JsonOption = False,
) -> None:
    from engine import rosters

    upload, at = _upload(file, sheet=sheet, strict=strict, preview=preview, confirm=confirm)
    _bring(upload, lambda work, given: rosters.import_nominations(work, given, submit=submit),
           {"verb": "nominations import", "submit": submit}, at=at, key=key, campaign=campaign, for_unit=for_unit,
           as_json=json)  # fmt: skip


@command(
    app, "report", zh="报送初评结果：一个榜单或领域的结果文件", en="Report preliminary results from a file", panel=DO
)
def report(
    *,
    file: FileArgument,
    track: Annotated[
        str | None,
        typer.Option(
            "--track", metavar=say("榜单", "LIST"), help=say("文件只应含此榜单或领域", "What the file is about.")
        ),
    ] = None,
    sheet: SheetOption = None,
    preview: PreviewOption = False,
    confirm: ConfirmOption = None,
    key: KeyOption = None,
    campaign: CampaignOption = None,
    json: JsonOption = False,
) -> None:
    from engine import rosters
    from engine.queries.naming import tracks_named

    def take(work: Work, given: Upload) -> Imported:
        return rosters.import_results(work, given, tracks=tracks_named(work.definition, track) if track else None)

    upload, at = _upload(file, sheet=sheet, preview=preview, confirm=confirm)
    _bring(upload, take, {"verb": "report", "track": track}, at=at, key=key, campaign=campaign, as_json=json)


@command(
    app, "decide", zh="终评决定：谁拟入榜，谁不入榜，并通知单位", en="Decide who is on the list, from a file", panel=DO
)
def decide(
    *, file: FileArgument, sheet: SheetOption = None, preview: PreviewOption = False, confirm: ConfirmOption = None,
    yes: YesOption = False, key: KeyOption = None, campaign: CampaignOption = None, json: JsonOption = False,
) -> None:  # fmt: skip
    from dataclasses import replace

    from engine import plain

    upload, at = _upload(file, sheet=sheet, preview=preview, confirm=confirm)
    if not (yes or preview or confirm):
        with acting(campaign, at=at) as work:
            shown = plain.imported(work, _roster("decisions")(work, replace(upload, preview=True)))
        _print_imported({**shown, "preview": False, "asking": True})
        ask(say("将保存以上决定并通知各单位，是否继续？", "Store these and tell the units?"), yes=yes)
        at = received()
    _bring(upload, _roster("decisions"), {"verb": "decide"}, at=at, key=key, campaign=campaign, as_json=json)


@command(app, "template", zh="写出空白导入表；结果和决定的表已填好编号与名称", panel=DO,
         en="Write an empty table for import; those for results and decisions come with ids and titles")  # fmt: skip
def template(
    *,
    kind: Annotated[str, typer.Argument(metavar=say("种类", "KIND"), show_default=False,
                                        help=say("哪一种表：", "One of ")
                                        + "units | contacts | laureates | nominations | results | decisions")],
    out: Annotated[
        Path | None, typer.Option("--out", "-o", metavar=say("文件", "FILE"), help=say("写到文件", "Write to a file."))
    ] = None,
    track: Annotated[
        str | None, typer.Option("--track", metavar=say("榜单", "LIST"), help=say("只含此榜单或领域", "Only this one."))
    ] = None,
    campaign: CampaignOption = None,
) -> None:  # fmt: skip
    from engine import rosters
    from engine.queries.naming import tracks_named

    if kind not in rosters.KINDS:
        known = "、".join(rosters.KINDS)
        raise typer.BadParameter(say(f"没有这种表：{kind}；可用：{known}", f"no such table: {kind}; known: {known}"),
                                 param_hint=say("种类", "KIND"))  # fmt: skip
    with reading(campaign) as work:
        if kind in rosters.FILLED:
            content = rosters.to_fill_in(work, kind, tracks=tracks_named(work.definition, track) if track else None)
        else:
            content = rosters.empty(kind, work.definition)
    if out is None:
        sys.stdout.buffer.write(content)
    else:
        out.write_bytes(content)
        typer.echo(say(f"已写入 {out}，用 Excel 或 WPS 打开填写", f"written to {out}"), err=True)


def _upload(file: Path, **options: Any) -> tuple[Upload, datetime]:
    """The file as it was read, and the instant at which that was done: what the file is measured by."""
    from engine.rosters import Upload
    from workflows.reasons import FileRefused, Reason

    try:
        with file.open("rb") as opened:
            content = opened.read(LARGEST)
    except OSError as error:
        reason = Reason(code="FIL-02", zh=f"无法读取：{error.strerror}", en=f"can't be read: {error.strerror}",
                        where=str(file)[:200])  # fmt: skip
        raise FileRefused(reason) from error
    return Upload(content=content, name=file.name, **options), received()


def _bring(
    upload: Upload, take: Callable[[Work, Upload], Imported], asked: dict[str, Any], *, at: datetime, key: str | None,
    campaign: str | None, as_json: bool, for_unit: str | None = None,
) -> None:  # fmt: skip
    import hashlib

    from engine import plain
    from engine.office import once

    content = {**asked, "file": hashlib.sha256(upload.content).hexdigest()}
    with acting(campaign, for_unit=for_unit, at=at) as work:
        told = once(work, None if upload.preview else key, content, lambda: plain.imported(work, take(work, upload)))
    if as_json:
        emit(told)
    else:
        _print_imported(told)


def _print_imported(told: dict[str, Any]) -> None:
    for remark in told["remarks"]:
        warn(f"  {remark['where']}  {remark['code']}  {say(remark['zh'], remark['en'])}")
    counts = "，".join(f"{words}{told['counts'][key]}" for key, words in OUTCOMES.items())
    counts_en = ", ".join(f"{told['counts'][key]} {words}" for key, words in OUTCOMES.items())
    done = say("已导入", "imported")
    if told["preview"] or told.get("asking"):
        done = say("预览（未保存）", "preview, nothing stored")
    typer.echo(say(f"{done}：{counts}", f"{done}: {counts_en}"))
    _print_lines([line for line in told["lines"] if line["outcome"] != "same"], ids=told["kind"] == "nominations")
    if judged := told["judged"]:
        typer.echo(say(f"  通过{judged['passed']}项，未通过{judged['failed']}项，还有{judged['left']}项待定",
                       f"  {judged['passed']} passed, {judged['failed']} failed, {judged['left']} open"))  # fmt: skip
        for name in judged["filed"]:
            typer.echo(say(f"  {name}：结果已报齐", f"  {name}: all results are in"))
    if told["matched"]:
        typer.echo(say(f"  {told['matched']}份草稿与历年入选同名", f"  {told['matched']} drafts bear an earlier name"))
    typer.echo(f"  {instants(told)}")
    if told["preview"]:
        typer.echo(say(f"  保存这个文件：加 --confirm {told['digest']}", f"  to store it: --confirm {told['digest']}"))


def _print_lines(lines: list[dict[str, str]], *, ids: bool) -> None:
    if not lines:
        return
    made = table(say("位置", "place"), say("结果", "outcome"), say("名称", "name"))
    if ids and lines[0]["id"]:
        made.add_column(say("编号", "id"), no_wrap=True)
    for line in lines[:LISTED]:
        cells = (line["place"], OUTCOMES[line["outcome"]], line["name"], line["id"])
        made.add_row(*cells[: len(made.columns)])
    console().print(made)
    if len(lines) > LISTED:
        rest = len(lines) - LISTED
        typer.echo(say(f"  另有{rest}行（--json 列出全部）", f"  and {rest} more (--json lists all)"))
