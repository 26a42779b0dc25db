"""Tables over the API: a file is checked whole, and stored whole or not at all, on the word that it is the same one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from starlette.responses import Response

from bangdan.desk.api.call import Call, Calling
from bangdan.desk.api.exports import As
from bangdan.desk.api.routing import CAMPAIGN, Calls
from bangdan.desk.api.shapes import ForUnit, Ground, Preview, Told, say
from bangdan.desk.downloads import disposition
from bangdan.desk.policy import OFFICE
from engine import plain, rosters
from engine.accounts.tokens import Scope
from engine.exports.catalogue import Form
from engine.exports.file import MEDIA
from engine.office import Work
from engine.rosters import Imported, Upload
from workflows.nomination import Role
from workflows.reasons import Reason, Refused

calls = Calls("导入", "Imports")
PATH = f"{CAMPAIGN}/imports/{{kind}}"
FIELDS = ("sheet", "strict", "confirm", "submit")

FORM: Mapping[str, Any] = {
    "type": "object", "required": ["file"], "additionalProperties": False,
    "properties": {
        "file": {"type": "string", "format": "binary", "examples": ["单位编号,推荐单位\n"],
                 "description": "Excel 或 CSV 文件 / .xlsx or .csv"},
        "sheet": {"type": "string", "description": "工作簿中的哪一张表 / which sheet", "examples": ["名录"]},
        "strict": {"type": "string", "enum": ["true", "false"], "examples": ["false"],
                   "description": "有多余的列即拒绝 / refuse columns that nobody asked for"},
        "submit": {"type": "string", "enum": ["true", "false"], "examples": ["false"],
                   "description": "导入申报项目后即提交 / submit imported nominations too"},
        "confirm": {"type": "string", "pattern": "^[0-9a-f]{64}$", "examples": ["ab" * 32],
                    "description": "预览过的文件的摘要：只接受同一个文件 / the digest of the previewed file"},
    },
}  # fmt: skip


class Counts(Told):
    """How many rows had which outcome."""

    new: int = say("新增", "new", 3)
    changed: int = say("更改", "changed", 1)
    same: int = say("已有", "there already", 0)


class ImportedLine(Told):
    """One row of the file."""

    place: str = say("位置", "its place", "第2行")
    name: str = say("名称", "whom it names", "中国电子学会")
    outcome: str = say("结果", "what was done", "new")
    id: str = say("编号，预览时为空", "its id, empty in a preview", "")


class Judged(Told):
    """What results did."""

    passed: int = say("通过", "passed", 10)
    failed: int = say("未通过", "failed", 5)
    left: int = say("待定", "open", 0)
    filed: list[str] = say("已报齐的榜单或领域", "tracks of which all results are in", ["发明榜·水"])


class ImportDone(Told):
    """What the import of a file did, or would do."""

    kind: str = say("种类", "what it is", "units")
    preview: bool = say("是否预览", "whether nothing was stored", example=True)
    digest: str = say("文件的摘要，用于 confirm", "the file's digest, for confirm", "ab" * 32)
    at: datetime = say("收到时间", "when it was accepted", "2025-03-10T02:00:00Z")
    zone: str = say("时区", "the zone", "Asia/Shanghai")
    counts: Counts = say("各结果的行数", "rows by outcome", {})
    closes: datetime | None = say("所对照的截止时间", "the deadline it was compared with", None)
    lines: list[ImportedLine] = say("各行", "the rows", [])
    remarks: list[Ground] = say("提示", "remarks", [])
    matched: int = say("与历年入选同名的草稿", "drafts that bear an earlier name", 0)
    judged: Judged | None = say("评审结果", "what results did", None)


ABOUT = (
    "全部错误一次列出，连同单元格；有一处错误就都不保存。先用 preview=true 查看，再以 confirm 确认同一个文件",
    "All errors at once, with their cells; one error, and nothing is stored. Look with preview=true, then confirm.",
)
Take = Callable[[Work, Upload], Imported]


def _importing(
    kind: str, take: Callable[[Call], Take], *, allow: tuple[Role, ...], scope: Scope, zh: str, en: str
) -> None:  # fmt: skip
    """Declare the import of one kind of table."""

    @calls.post(PATH.format(campaign="{campaign}", kind=kind), name=f"import_{kind}", allow=allow, scope=scope,
                answers=ImportDone, form=FORM, zh=zh, en=en,
                about=ABOUT)  # fmt: skip
    def run(call: Calling, *, preview: Preview = False, for_unit: ForUnit = None) -> Response:
        upload, work_through = _upload(call, preview=preview), take(call)
        return call.change(
            lambda work: ImportDone.model_validate(plain.imported(work, work_through(work, upload))),
            for_unit=for_unit, preview=preview,
        )  # fmt: skip

    @calls.get(f"{PATH.format(campaign='{campaign}', kind=kind)}/template", name=f"template_of_{kind}", allow=allow,
               scope=Scope.READ, media={str(form): media for form, media in MEDIA.items()},
               zh=f"模板：{zh}", en=f"The table to fill in: {en[0].lower()}{en[1:]}")  # fmt: skip
    def template(call: Calling, form: As = "xlsx") -> Response:
        with call.read() as work:
            content = rosters.workbook(work, kind) if form == "xlsx" else rosters.plain_table(work, kind)
        name = f"{kind}.{form}"
        headers = {**call.headers, "content-disposition": disposition(name)}
        return Response(content, media_type=MEDIA[Form(form)], headers=headers)


def _upload(call: Call, *, preview: bool) -> Upload:
    """The file that came, and how to read it. Raises Refused (API-08)."""
    fields = call.fields
    if strange := [name for name in (*fields.typed, *fields.files) if name not in (*FIELDS, "file")]:
        raise Refused(_wrong(name, "没有这一项", "there is no such field") for name in strange)
    if twice := [name for name, values in fields.typed.items() if len(values) > 1]:
        raise Refused(Reason(code="API-05", zh="只能给一次", en="give it once", where=f"/{name}") for name in twice)
    file = fields.files.get("file")
    if file is None:
        raise Refused(_wrong("file", "请附上文件", "a file is needed"))
    return Upload(content=file.content, name=file.name[:200], sheet=fields.one("sheet") or None,
                  strict=_flag(call, "strict"), preview=preview, confirm=fields.one("confirm") or None)  # fmt: skip


def _flag(call: Call, name: str) -> bool:
    text = call.fields.one(name) or "false"
    if text not in ("true", "false"):
        raise Refused(_wrong(name, "应为 true 或 false", "must be true or false"))
    return text == "true"


def _wrong(name: str, zh: str, en: str) -> Reason:
    return Reason(code="API-08", zh=zh, en=en, where=f"/{name[:40]}")


def _nominations(call: Call) -> Take:
    submit = _flag(call, "submit")
    return lambda work, upload: rosters.import_nominations(work, upload, submit=submit)


_importing("units", lambda _: rosters.import_units, allow=OFFICE, scope=Scope.OFFICE,
           zh="导入推荐单位名录（含联系人）", en="Import units with their contacts")  # fmt: skip
_importing("contacts", lambda _: rosters.import_contacts, allow=OFFICE, scope=Scope.OFFICE,
           zh="导入初评机构和秘书处的联系人", en="Import contacts of institutions and the secretariat")  # fmt: skip
_importing("laureates", lambda _: rosters.import_laureates, allow=OFFICE, scope=Scope.OFFICE,
           zh="导入历年入选名单", en="Import earlier laureates")  # fmt: skip
_importing("nominations", _nominations, allow=(Role.SECRETARIAT, Role.UNIT), scope=Scope.NOMINATE,
           zh="导入申报项目，可一并提交", en="Import nominations, and submit them")  # fmt: skip
_importing("results", lambda _: rosters.import_results, allow=(Role.SECRETARIAT, Role.INSTITUTION),
           scope=Scope.REVIEW, zh="报送初评结果", en="Report preliminary results")  # fmt: skip
_importing("decisions", lambda _: rosters.import_decisions, allow=OFFICE, scope=Scope.DECIDE,
           zh="终评决定：谁拟入榜", en="Decide who is on the list")  # fmt: skip
