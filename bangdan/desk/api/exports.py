"""Tables to take away over the API: the same as the page of exports gives, as workbook or CSV."""

from __future__ import annotations

from typing import Annotated, Literal

from starlette.responses import Response

from bangdan.desk.api.call import Calling
from bangdan.desk.api.nominations import OfUnit, States, Text, Track
from bangdan.desk.api.routing import CAMPAIGN, Calls
from bangdan.desk.api.shapes import Key, Told, Words, parameter, say
from bangdan.desk.policy import EVERYBODY
from bangdan.desk.sheets import file_of, sheet_of, what_known
from engine.accounts.tokens import Scope
from engine.exports.catalogue import Form, offered
from engine.exports.file import MEDIA
from engine.exports.narrowing import AT_ONCE, Narrowed, is_long
from engine.exports.sheet import in_language
from workflows.reasons import Reason, Refused

calls = Calls("导出", "Exports")
As = Annotated[Literal["xlsx", "csv"], parameter("文件格式", "as what", "csv")]
Language = Annotated[Literal["zh", "en"], parameter("标题的语言", "the language of the headings", "zh")]


class Offer(Told):
    """A table that may be taken away."""

    what: str = say("代号", "its key", "nominations")
    name: Words = say("名称", "its name", {"zh": "申报项目一览", "en": "Nominations"})
    about: Words = say("内容", "what is in it", {"zh": "您能看到的全部项目", "en": "Every nomination you may see"})
    url: str = say("地址", "its address", "/api/campaigns/kczg-2023/exports/nominations")


class OfferList(Told):
    """The tables."""

    rows: list[Offer] = say("各行", "the rows", [])


@calls.get(f"{CAMPAIGN}/exports", name="list_exports", allow=EVERYBODY, scope=Scope.READ, answers=OfferList,
           zh="可以导出的表格", en="The tables that may be taken away")  # fmt: skip
def list_exports(call: Calling) -> Response:
    base = call.request.url.path
    rows = [Offer(what=each.what, name=Words(zh=each.name[0], en=each.name[1]), url=f"{base}/{each.what}",
                  about=Words(zh=each.about[0], en=each.about[1])) for each in offered(call.actor)]  # fmt: skip
    return call.plain(OfferList(rows=rows))


@calls.get(f"{CAMPAIGN}/exports/{{what}}", name="get_export", allow=EVERYBODY, scope=Scope.READ,
           media={str(form): kind for form, kind in MEDIA.items()},
           zh="导出一张表格", en="Take a table away")  # fmt: skip
def get_export(
    call: Calling, what: Key, *, form: As = "xlsx", lang: Language = "zh", track: Track = None, state: States = None,
    unit: OfUnit = None, text: Text = "",
) -> Response:  # fmt: skip
    chosen = what_known(what)
    with call.read() as work:
        narrowed = Narrowed(track=track or "", state=state or "", unit=unit or "", text=text)
        if is_long(work, chosen, narrowed):
            raise Refused(LONG)
        sheet = sheet_of(work, in_language(lang), chosen, narrowed)
        answer = file_of(work, sheet, Form(form))
    answer.headers.update(call.headers)
    return answer


LONG = Reason(
    code="EXP-09",
    zh=f"这份表格超过{AT_ONCE}行，不能立即给出；请用 POST …/export-orders 预订，做好后下载，或缩小范围",
    en=f"this table has more than {AT_ONCE} rows and is not given at once; order it by POST …/export-orders and fetch "
    "it when it is ready, or narrow it down",
    facts={"most": AT_ONCE},
)
