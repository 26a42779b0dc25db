"""Subscriptions over the API: which address is told of what, and what became of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated

from starlette.responses import Response

from bangdan.desk.api.call import Calling
from bangdan.desk.api.nomination_shapes import Happened
from bangdan.desk.api.routing import CAMPAIGN, Calls
from bangdan.desk.api.shapes import After, Asked, Id, Limit, Line, Name, Told, parameter, say
from bangdan.desk.policy import OFFICE, READERS
from engine.accounts.tokens import Scope
from engine.office import Work
from engine.queries import webhooks as told
from engine.webhooks import subscriptions

calls = Calls("推送订阅", "Webhooks")
ONE = f"{CAMPAIGN}/webhooks/{{webhook}}"
State = Annotated[str | None, parameter("状态", "a state", "parked", max_length=20)]


class Subscription(Told):
    """An address that is told of what happens."""

    id: str = say("编号", "its id", "w1f0aQ2wX3c4V5b6N7m8kL")
    name: str = say("名称", "its name", "申报平台")
    url: str = say("地址", "its address", "https://platform.example.cn/hooks/bangdan")
    topics: list[str] = say("事件的种类", "what it is told of", ["nomination.*"])
    state: str = say("状态", "its state", "active")
    stopped_because: str = say("停止的原因", "why it was stopped", "")
    failures: int = say("连续失败几次", "failures in a row", 0)
    wait_until: datetime | None = say("何时再试", "when it is tried again", None)
    made_at: datetime = say("建立时间", "since when", "2025-03-10T02:00:00Z")
    made_by: str = say("建立人", "by whom", "赵书")
    waiting: int = say("待推送", "waiting", 0)
    delivered: int = say("已送达", "delivered", 12)
    parked: int = say("未送达", "given up", 0)


class SubscriptionList(Told):
    """The subscriptions."""

    rows: list[Subscription] = say("各行", "the rows", [])


class Made(Told):
    """A subscription, with the secret that signs what it is told: shown this once."""

    id: str = say("编号", "its id", "w1f0aQ2wX3c4V5b6N7m8kL")
    secret: str | None = say(
        "签名密钥，只给出这一次；重复的请求得到空值", "what signs; told this once, null to a request that is repeated",
        "whsec_MfKQ9r8GKYqrTwjUPD8ILP",
    )  # fmt: skip


class Delivery(Told):
    """One event told to one subscription; a test has no event."""

    id: str = say("编号", "its id", "v1f0aQ2wX3c4V5b6N7m8kL")
    message: str = say("请求头中的编号", "the id in the request's headers", "msg_v1f0aQ2wX3c4V5b6N7m8kL")
    event: Happened | None = say("事件", "the event", None)
    made_at: datetime = say("时间", "when", "2025-03-10T02:00:00Z")
    state: str = say("状态", "its state", "delivered")
    attempts: int = say("试过几次", "how often it was tried", 1)
    next_attempt_at: datetime = say("下一次", "when it is tried next", "2025-03-10T02:00:00Z")
    last_status: int | None = say("对方回答的状态", "the status that was answered", 204)
    last_answer: str = say("对方的回答", "what was answered", "")


class DeliveryPage(Told):
    """What became of it, the newest first."""

    rows: list[Delivery] = say("各行", "the rows", [])
    after: str | None = say("续页标记，没有更多则为空", "the mark to go on after; null at the end", None)
    next: str | None = say("下一页的地址", "the address of the next page", None, default=None)


class Subscribe(Asked):
    """Which address is to be told of what."""

    name: Name = say("名称", "its name", "申报平台")
    url: Line = say("地址，须为 https", "its address, over https", "https://platform.example.cn/hooks/bangdan")
    topics: list[Line] = say(
        "事件的种类：* 为全部", "what of; * is everything", ["nomination.*"], min_length=1, max_length=100
    )


class Sent(Told):
    """A test or a repetition that was put in line."""

    id: str = say("推送的编号", "the delivery's id", "v1f0aQ2wX3c4V5b6N7m8kL")


@calls.get(f"{CAMPAIGN}/webhooks", name="list_webhooks", allow=READERS, scope=Scope.READ, answers=SubscriptionList,
           zh="列出推送订阅", en="List subscriptions")  # fmt: skip
def list_webhooks(call: Calling) -> Response:
    with call.read() as work:
        return call.plain(SubscriptionList.model_validate({"rows": told.subscriptions(work)}))


@calls.post(f"{CAMPAIGN}/webhooks", name="add_webhook", allow=OFFICE, scope=Scope.OFFICE, answers=Made, status=201,
            zh="建立推送订阅", en="Begin a subscription",
            about=("密钥只在此时给出；用它核对签名", "The secret is told this once."))  # fmt: skip
def add_webhook(call: Calling, body: Subscribe) -> Response:
    told_once: dict[str, str] = {}

    def do(work: Work) -> Made:
        made = subscriptions.add(
            work, name=body.name, url=body.url, topics=body.topics, networks=call.desk.webhook_networks
        )  # fmt: skip
        told_once["secret"] = made.secret
        return Made(id=made.id, secret=None)

    return call.change(do, status=201, secrets=lambda: told_once)


@calls.get(ONE, name="get_webhook", allow=READERS, scope=Scope.READ, answers=Subscription, marked=True,
           zh="读取一个推送订阅", en="Read one subscription")  # fmt: skip
def get_webhook(call: Calling, webhook: Id) -> Response:
    with call.read() as work:
        return call.single(Subscription.model_validate(told.subscription(work, webhook)))


def _simple(verb: str, zh: str, en: str) -> None:
    act: Callable[[Work, str], None] = getattr(subscriptions, verb)

    @calls.post(f"{ONE}/{verb}", name=f"{verb}_webhook", allow=OFFICE, scope=Scope.OFFICE, answers=Subscription,
                zh=zh, en=en)  # fmt: skip
    def run(call: Calling, webhook: Id) -> Response:
        def do(work: Work) -> Subscription:
            act(work, webhook)
            return Subscription.model_validate(told.subscription(work, webhook))

        return call.change(do)


_simple("pause", "暂停推送", "Pause: what happens meanwhile is told afterwards")
_simple("resume", "恢复推送", "Go on where it was left")
_simple("end", "结束订阅", "End it: its secret is forgotten")


@calls.post(f"{ONE}/rotate", name="rotate_webhook", allow=OFFICE, scope=Scope.OFFICE, answers=Made,
            zh="更换密钥", en="Change its secret",
            about=("新密钥只在此时给出", "The new secret is told this once."))  # fmt: skip
def rotate_webhook(call: Calling, webhook: Id) -> Response:
    return call.change(lambda work: Made.model_validate(subscriptions.rotate(work, webhook)))


@calls.post(f"{ONE}/ping", name="ping_webhook", allow=OFFICE, scope=Scope.OFFICE, answers=Sent,
            zh="发一条测试", en="Send a test")  # fmt: skip
def ping_webhook(call: Calling, webhook: Id) -> Response:
    return call.change(lambda work: Sent(id=subscriptions.ping(work, webhook)))


@calls.get(f"{ONE}/deliveries", name="list_deliveries", allow=READERS, scope=Scope.READ, answers=DeliveryPage,
           paged=True, zh="推送的去向", en="What became of what it was told")  # fmt: skip
def list_deliveries(
    call: Calling, webhook: Id, *, state: State = None, after: After = None, limit: Limit = 50
) -> Response:
    with call.read() as work:
        page = told.deliveries(work, webhook, state=state, after=after, limit=limit)
        return call.page(DeliveryPage.model_validate(page))


@calls.post(f"{CAMPAIGN}/deliveries/{{delivery}}/resend", name="resend_delivery", allow=OFFICE, scope=Scope.OFFICE,
            answers=Sent, zh="再推送一次", en="Tell it once more")  # fmt: skip
def resend_delivery(call: Calling, delivery: Id) -> Response:
    def do(work: Work) -> Sent:
        subscriptions.resend(work, delivery)
        return Sent(id=delivery)

    return call.change(do)
