"""Webhooks: which systems are told of events, what became of each telling, and a secret that is shown once."""

from __future__ import annotations

from collections.abc import Callable

from pydantic import Field
from starlette.responses import Response

from bangdan.desk.fields import DeskForm
from bangdan.desk.policy import OFFICE, READERS
from bangdan.desk.problems import status_for
from bangdan.desk.routing import Pages
from bangdan.desk.visiting import Visiting
from bangdan.language import Words
from engine.office import Work
from engine.queries import webhooks as queries
from engine.webhooks import subscriptions as verbs
from engine.webhooks import topics
from engine.webhooks.subscriptions import Made
from workflows.reasons import Reason, Refused

pages = Pages()

ONE = "/c/{campaign}/webhooks/{webhook}"


class WebhookForm(DeskForm):
    """A subscription as it is typed."""

    name: str = ""
    url: str = ""
    topics: list[str] = Field(default_factory=list)


@pages.get("/c/{campaign}/webhooks", name="webhooks", allow=READERS)
def webhooks(visit: Visiting) -> Response:
    """Every subscription, and the form of a new one."""
    return _list(visit)


def _list(visit: Visiting, *, reasons: tuple[Reason, ...] = (), status: int = 200) -> Response:
    with visit.read() as work:
        return visit.page(
            "webhooks/list.html.j2", status=status, found=queries.subscriptions(work), topics=topics.known(work.shape),
            typed=visit.fields, reasons=reasons,
        )  # fmt: skip


@pages.post("/c/{campaign}/webhooks", name="webhook-add", allow=OFFICE)
def add(visit: Visiting) -> Response:
    """Begin a subscription."""
    networks = visit.desk.webhook_networks
    try:
        form = visit.form(WebhookForm)
        return _made(
            visit, {"verb": "webhook-add", **form.asked()},
            lambda work: verbs.add(work, name=form.name, url=form.url, topics=form.topics, networks=networks),
        )  # fmt: skip
    except Refused as refused:
        return _list(visit, reasons=refused.reasons, status=status_for(refused.reasons))


@pages.post(f"{ONE}/rotate", name="webhook-rotate", allow=OFFICE)
def rotate(visit: Visiting, webhook: str) -> Response:
    """A new secret."""
    visit.form(DeskForm)
    return _made(visit, {"verb": "webhook-rotate", "webhook": webhook}, lambda work: verbs.rotate(work, webhook))


def _made(visit: Visiting, asked: dict[str, object], make: Callable[[Work], Made]) -> Response:
    """The page that shows the secret. It is in no kept answer, so a form that is sent again shows none."""
    shown: list[str] = []

    def do() -> dict[str, str]:
        made = make(work)
        shown.append(made.secret)
        return {"id": made.id}

    with visit.write() as work:
        done = visit.once(work, asked, do)
    return _one(visit, done["id"], secret=shown[0] if shown else "")


@pages.get(ONE, name="webhook", allow=READERS)
def webhook(visit: Visiting, webhook: str, state: str = "", after: str | None = None) -> Response:
    """One subscription, with what it was told."""
    return _one(visit, webhook, state=state, after=after)


def _one(
    visit: Visiting, webhook: str, *, state: str = "", after: str | None = None, secret: str = "",
    reasons: tuple[Reason, ...] = (), status: int = 200,
) -> Response:  # fmt: skip
    with visit.read() as work:
        return visit.page(
            "webhooks/one.html.j2", status=status, one=queries.subscription(work, webhook), state=state, secret=secret,
            page=queries.deliveries(work, webhook, state=state or None, after=after), reasons=reasons,
            topics=topics.known(work.shape), typed=visit.fields,
        )  # fmt: skip


@pages.post(ONE, name="webhook-change", allow=OFFICE)
def change(visit: Visiting, webhook: str) -> Response:
    """Another name, address or other events."""
    networks = visit.desk.webhook_networks

    def do(work: Work, form: WebhookForm) -> None:
        verbs.change(work, webhook, name=form.name, url=form.url, topics=form.topics, networks=networks)

    try:
        form = visit.form(WebhookForm)
        _once(visit, {"verb": "webhook-change", "webhook": webhook, **form.asked()}, lambda work: do(work, form))
    except Refused as refused:
        return _one(visit, webhook, reasons=refused.reasons, status=status_for(refused.reasons))
    return visit.go("webhook", webhook=webhook, said=Words("已保存", "saved"))


@pages.post(f"{ONE}/pause", name="webhook-pause", allow=OFFICE)
def pause(visit: Visiting, webhook: str) -> Response:
    """Tell nothing for a while."""
    said = Words("已暂停；期间的事件会在恢复后补推", "paused; what happens meanwhile is told afterwards")
    return _simply(visit, webhook, "pause", verbs.pause, said)


@pages.post(f"{ONE}/resume", name="webhook-resume", allow=OFFICE)
def resume(visit: Visiting, webhook: str) -> Response:
    """Go on where it was left."""
    return _simply(
        visit, webhook, "resume", verbs.resume, Words("已恢复，从中断处继续", "it goes on where it was left")
    )


@pages.post(f"{ONE}/ping", name="webhook-ping", allow=OFFICE)
def ping(visit: Visiting, webhook: str) -> Response:
    """Send a test."""
    said = Words("测试已排队，稍后刷新可见结果", "the test is queued; look again in a moment")
    return _simply(visit, webhook, "ping", verbs.ping, said)


@pages.post(f"{ONE}/end", name="webhook-end", allow=OFFICE)
def end(visit: Visiting, webhook: str) -> Response:
    """Tell that address nothing any more."""
    visit.form(DeskForm)
    _once(visit, {"verb": "webhook-end", "webhook": webhook}, lambda work: verbs.end(work, webhook))
    return visit.go("webhooks", said=Words("推送订阅已结束", "the subscription has ended"))


@pages.post("/c/{campaign}/webhooks/deliveries/{delivery}/resend", name="webhook-resend", allow=OFFICE)
def resend(visit: Visiting, delivery: str) -> Response:
    """Tell it once more."""
    visit.form(DeskForm)
    with visit.read() as work:
        webhook = verbs.find_delivery(work, delivery).webhook
    _once(visit, {"verb": "webhook-resend", "delivery": delivery}, lambda work: verbs.resend(work, delivery))
    return visit.go("webhook", webhook=webhook, said=Words("已排队重发", "queued once more"))


def _simply(visit: Visiting, webhook: str, verb: str, do: Callable[[Work, str], object], said: Words) -> Response:
    visit.form(DeskForm)
    _once(visit, {"verb": f"webhook-{verb}", "webhook": webhook}, lambda work: do(work, webhook))
    return visit.go("webhook", webhook=webhook, said=said)


def _once(visit: Visiting, asked: dict[str, object], do: Callable[[Work], object]) -> None:
    def done() -> dict[str, str]:
        do(work)
        return {}

    with visit.write() as work:
        visit.once(work, asked, done)
