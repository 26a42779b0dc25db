"""What every request leaves behind: one line of the log, and numbers for a monitor. Neither names anybody.

A route is told by its pattern (`/c/{campaign}/units`), never by what was asked for: a path may hold the secret of a
feed or of a sign-in link, and a query what somebody looked for.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bangdan.desk import noting
from bangdan.desk.house import Desk
from engine.access import ENGINE
from engine.queries.attention import Health, health
from engine.turn import campaigns
from notifications import muting, stops
from notifications.states import STATES

SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
NO_ROUTE = "(none)"
MARK = "bangdan.measured"  # in the scope of a request that is measured already
STREAM = "text/event-stream"
UNFINISHED = 499  # the client hung up before an answer

logger = logging.getLogger(__name__)


class Measures:
    """The numbers of one desk, in a registry of their own."""

    def __init__(self, desk: Desk) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter("bangdan_requests", "Requests by route, method and status.",
                                ("route", "method", "status"), registry=self.registry)  # fmt: skip
        self.seconds = Histogram("bangdan_request_seconds", "How long requests took, by route.", ("route",),
                                 buckets=SECONDS, registry=self.registry)  # fmt: skip
        self.refusals = Counter("bangdan_refusals", "Refusals by code.", ("code",), registry=self.registry)
        self.registry.register(_House(desk))

    def text(self) -> bytes:
        """All of them as Prometheus reads them."""
        return generate_latest(self.registry)


class _House:
    """What is read from the database when a monitor asks: letters and the engine of each campaign."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def describe(self) -> Iterator[Metric]:
        """Nothing is read to register: the database may be away."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        at, office = self.desk.clock(), self.desk.office
        letters = _gauge("bangdan_letters", "Letters by state.", "campaign", "state")
        ages = {name: _gauge(f"bangdan_{name}_seconds", about, "campaign") for name, about in AGES.items()}
        behind = _gauge("bangdan_engine_behind", "Things that are due and not done.", "campaign")
        for key in campaigns(office):
            with office.read(key, ENGINE, at=at) as work:
                found = health(work)
            for state in STATES:
                letters.add_metric((key, state), found.letters.get(state, 0))
            for name, value in _ages(found, at):
                ages[name].add_metric((key,), value.total_seconds())
            behind.add_metric((key,), len(found.behind) + found.closing_due)
        with office.database.read() as connection:
            muted = muting.in_force(connection) is not None
            stopped = stops.in_force(connection)
        yield from (letters, behind, *ages.values())
        yield GaugeMetricFamily("bangdan_muted", "1 while no letter leaves this house.", value=muted)
        yield GaugeMetricFamily(
            "bangdan_post_stopped", "1 while no letter leaves and time alone will not mend it.",
            value=stopped is not None and stopped.needs_a_person(at),
        )  # fmt: skip
        jump = doubt.step.total_seconds() if (doubt := office.doubt()) else 0
        yield GaugeMetricFamily("bangdan_clock_jump_seconds", "By how much a clock in doubt has jumped.", value=jump)


AGES = {
    "engine_turn_age": "Since the engine's last turn.",
    "engine_next": "Until the next instant at which there is something to do.",
    "letters_oldest_unsent": "Since the oldest unsent letter might have left.",
    "seal_age": "Since the history was last sealed.",
}


def _ages(found: Health, at: datetime) -> Iterator[tuple[str, timedelta]]:
    if found.turned is not None:
        yield "engine_turn_age", at - found.turned
    if found.next is not None:
        yield "engine_next", found.next - at
    if found.oldest_unsent is not None:
        yield "letters_oldest_unsent", at - found.oldest_unsent
    if found.sealed_at is not None:
        yield "seal_age", at - found.sealed_at


def _gauge(name: str, about: str, *labels: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, about, labels=labels)


class Measured:
    """ASGI middleware, the outermost: counts each request and logs it, once where a desk stands in another."""

    def __init__(self, app: ASGIApp, *, measures: Measures, stopwatch: Callable[[], float] = time.perf_counter) -> None:
        self.app, self.measures, self.stopwatch = app, measures, stopwatch

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or MARK in scope:
            await self.app(scope, receive, send)
            return
        scope[MARK] = True
        began, codes, status, streams = self.stopwatch(), noting.begin(), UNFINISHED, False

        async def watched(message: Message) -> None:
            nonlocal status, streams
            if message["type"] == "http.response.start":
                status = message["status"]
                streams = Headers(raw=message["headers"]).get("content-type", "").startswith(STREAM)
                if streams:  # it goes on for as long as a page is open: what counts is how soon it began
                    self._note(scope, status, codes, self.stopwatch() - began)
            await send(message)

        try:
            await self.app(scope, receive, watched)
        finally:
            if not streams:
                self._note(scope, status, codes, self.stopwatch() - began)

    def _note(self, scope: Scope, status: int, codes: list[str], seconds: float) -> None:
        route, method = route_of(scope), scope["method"] if scope["method"] in ("GET", "POST") else "OTHER"
        self.measures.requests.labels(route, method, status).inc()
        self.measures.seconds.labels(route).observe(seconds)
        for code in codes:
            self.measures.refusals.labels(code).inc()
        about = {"route": route, "method": method, "status": status, "ms": round(seconds * 1000, 1)}
        if account := _account(scope):
            about["account"] = account
        if codes:
            about["refused"] = ",".join(dict.fromkeys(codes))
        logger.info("request", extra=about)


def route_of(scope: Scope) -> str:
    """The pattern of the route that answered, with what it is mounted under; `(none)` where there was none."""
    found = getattr(scope.get("route"), "path", None)
    if found is None:
        return "/static" if scope["path"].startswith("/static/") else NO_ROUTE
    return f"{scope.get('root_path', '')}{found}"


def _account(scope: Scope) -> str:
    """Whose session it was, by the account's public id."""
    visit = scope.get("state", {}).get("visit")
    return visit.signed.account.public_id if visit is not None and visit.signed is not None else ""
