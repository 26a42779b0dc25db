"""A letter's HTML as an answer of its own, for a frame: it may be styled, and may do and load nothing at all."""

from __future__ import annotations

from starlette.responses import HTMLResponse

POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'self'; sandbox"
)


def framed(html: str) -> HTMLResponse:
    """The HTML as it is. Letters bring their styles with them, so styles are allowed here, and nothing else is."""
    return HTMLResponse(html, headers={"content-security-policy": POLICY, "x-frame-options": "SAMEORIGIN"})
