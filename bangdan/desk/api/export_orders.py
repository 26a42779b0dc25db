"""Exports that are too long to be waited for, over the API: ordered, looked at until they are ready, fetched, deleted.

They are those of the token's account in its seat, the same that its page of exports lists.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import StringConstraints
from starlette.responses import Response

from bangdan.desk.api.call import Call, Calling
from bangdan.desk.api.routing import CAMPAIGN, Calls
from bangdan.desk.api.shapes import Asked, Ground, Id, Told, Words, say
from bangdan.desk.policy import EVERYBODY
from bangdan.desk.sheets import fetched, ordered_file
from engine.accounts import tokens
from engine.accounts.tokens import Scope
from engine.exports import orders
from engine.exports.catalogue import Form, What
from engine.exports.file import MEDIA
from engine.exports.narrowing import Narrowed
from engine.exports.orders import Order, Orderer
from engine.office import Work

calls = Calls("预订的导出", "Ordered exports")
ALL = f"{CAMPAIGN}/export-orders"
ONE = f"{ALL}/{{order}}"
Short = Annotated[str, StringConstraints(max_length=100)]


class OrderedExport(Told):
    """An export that was ordered."""

    id: str = say("编号", "its id", "o1f0aQ2wX3c4V5b6N7m8kL")
    what: str = say("哪张表格", "which table", "nominations")
    form: str = say("文件格式", "as what", "csv")
    chosen: Words = say("范围，空为全部", "what is chosen; nothing means all", {"zh": "已提交", "en": "submitted"})
    state: str = say("ordered、making、ready、failed 或 gone", "ordered, making, ready, failed or gone", "ready")
    rows: int = say("行数", "rows", 12000)
    size: int = say("字节", "bytes", 1500000)
    name: str = say("文件名", "the file's name", "kczg-2023-申报项目-2023-11-30.csv")
    failure: Ground | None = say("没有做成的原因", "why it could not be made", None)
    ordered_at: datetime = say("预订时间", "ordered when", "2023-11-30T02:00:00Z")
    ready_at: datetime | None = say("做好的时间", "ready since", "2023-11-30T02:01:00Z")
    ends_at: datetime | None = say("保存至", "kept until", "2023-12-07T02:01:00Z")
    fetched_at: datetime | None = say("首次下载的时间", "fetched first", None)


class OrderedExportList(Told):
    """What was ordered, the newest first."""

    rows: list[OrderedExport] = say("各行", "the rows", [])


class Discarded(Told):
    """The one that was deleted."""

    id: str = say("编号", "its id", "o1f0aQ2wX3c4V5b6N7m8kL")


class OrderExport(Asked):
    """Which table, as what, and of it how much."""

    what: Literal["nominations", "recommended", "funnel", "calls", "history"] = say(
        "哪张表格", "which table", "nominations"
    )
    form: Literal["xlsx", "csv"] = say("文件格式", "as what", "csv", default="xlsx")
    lang: Literal["zh", "en"] = say("标题的语言", "the language of the headings", "zh", default="zh")
    track: Short = say("榜单或领域", "a list or a field", "", default="")
    state: Short = say("状态", "a state", "", default="")
    unit: Short = say("单位编号", "a unit's code", "", default="")
    text: Short = say("名称中的文字", "a part of a name", "", default="")
    settled: bool = say("电话名单连同已办结的", "of calls, settled ones too", False, default=False)


@calls.post(ALL, name="order_export", allow=EVERYBODY, scope=Scope.READ, answers=OrderedExport, status=202,
            zh="预订一张表格", en="Order a table",
            about=("由引擎在后台制作；state 为 ready 后下载", "Fetch it once its state is ready."))  # fmt: skip
def order_export(call: Calling, body: OrderExport) -> Response:
    narrowed = Narrowed(track=body.track, state=body.state, unit=body.unit, text=body.text, settled=body.settled)

    def do(work: Work) -> OrderedExport:
        return _told(
            orders.order(work, _by(call, work), What(body.what), Form(body.form), narrowed, lang=body.lang)
        )  # fmt: skip

    return call.change_own(do, status=202)


@calls.get(ALL, name="list_export_orders", allow=EVERYBODY, scope=Scope.READ, answers=OrderedExportList,
           zh="列出预订的导出", en="List what was ordered")  # fmt: skip
def list_export_orders(call: Calling) -> Response:
    with call.read() as work:
        return call.plain(OrderedExportList(rows=[_told(each) for each in orders.mine(work, _by(call, work))]))


@calls.get(ONE, name="get_export_order", allow=EVERYBODY, scope=Scope.READ, answers=OrderedExport,
           zh="读取一个预订", en="Read one order")  # fmt: skip
def get_export_order(call: Calling, order: Id) -> Response:
    with call.read() as work:
        return call.plain(_told(orders.find(work, _by(call, work), order)))


@calls.get(f"{ONE}/file", name="get_ordered_file", allow=EVERYBODY, scope=Scope.READ,
           media={str(form): kind for form, kind in MEDIA.items()},
           zh="下载预订的表格", en="Fetch the file of an order")  # fmt: skip
def get_ordered_file(call: Calling, order: Id) -> Response:
    with call.read() as work:
        by = _by(call, work)
        answer = ordered_file(work, by, order)
    fetched(call.desk.office, call.campaign, call.actor, by, order, at=call.at)
    answer.headers.update(call.headers)
    return answer


@calls.post(f"{ONE}/discard", name="discard_export_order", allow=EVERYBODY, scope=Scope.READ, answers=Discarded,
            zh="删除一个预订", en="Delete an order, with its file")  # fmt: skip
def discard_export_order(call: Calling, order: Id) -> Response:
    def do(work: Work) -> Discarded:
        orders.discard(work, _by(call, work), order)
        return Discarded(id=order)

    return call.change_own(do)


def _by(call: Call, work: Work) -> Orderer:
    """The token's account, in its seat."""
    account_id, seat = tokens.whose(work.connection, call.holder)
    return Orderer(account_id=account_id, seat=seat)


def _told(order: Order) -> OrderedExport:
    return OrderedExport.model_validate({
        **{name: getattr(order, name) for name in OrderedExport.model_fields if name not in ("chosen", "failure")},
        "chosen": Words(zh=order.chosen[0], en=order.chosen[1]),
        "failure": order.failure and {"code": order.failure.code, "zh": order.failure.zh, "en": order.failure.en},
    })  # fmt: skip
