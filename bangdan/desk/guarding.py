"""What every answer says to the browser: load nothing from elsewhere, keep nothing, show it in no frame but ours."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bangdan.desk.house import Desk
from bangdan.desk.visiting import BEFORE

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; frame-src 'self'; form-action 'self'; object-src 'none'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "x-frame-options": "DENY",
}
FOR_A_YEAR = "public, max-age=31536000, immutable"
FILE = (200, 206, 304)  # how a file is answered, whole, in part, or as known


def guard(headers: MutableHeaders, desk: Desk, *, kept: bool = False) -> None:
    """Set what every answer says, where it was not set otherwise; `kept`: a file of ours, which browsers may keep."""
    for name, value in HEADERS.items():
        headers.setdefault(name, value)
    headers.setdefault("cache-control", FOR_A_YEAR if kept else "no-store")
    if desk.secure:
        headers.setdefault("strict-transport-security", "max-age=31536000; includeSubDomains")


class Guard:
    """ASGI middleware that sets these headers where a handler did not choose others, and the visitor's cookie."""

    def __init__(self, app: ASGIApp, *, desk: Desk) -> None:
        self.app = app
        self.desk = desk

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._guard(MutableHeaders(scope=message), scope, message["status"])
            await send(message)

        await self.app(scope, receive, guarded)

    def _guard(self, headers: MutableHeaders, scope: Scope, status: int) -> None:
        if (kind := headers.get("content-type", "")).endswith("xml"):  # the framework says it of text alone
            headers["content-type"] = f"{kind}; charset=utf-8"
        # A page that says no has the visitor's name and secret in it, also where a file was asked for.
        guard(headers, self.desk, kept=scope["path"].startswith("/static/") and status in FILE)
        if made := scope.get("state", {}).get("new_visitor"):
            secure = "; Secure" if self.desk.secure else ""
            headers.append("set-cookie", f"{self.desk.cookie(BEFORE)}={made}; Path=/; HttpOnly; SameSite=Lax{secure}")
