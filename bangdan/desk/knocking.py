"""Who knocks: from which network address, with what browser. A proxy is believed only if it is one of ours."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from starlette.requests import Request

from bangdan.desk.house import Desk
from bangdan.desk.visiting import SESSION
from engine.accounts.patience import place_of
from engine.accounts.signing_in import Visitor

# What browsers call themselves, the particular before the general: each but the last also claims to be some other.
BROWSERS = {
    "wxwork": "企业微信", "MicroMessenger": "微信", "DingTalk": "钉钉", "QQBrowser": "QQ浏览器", "Edg": "Edge",
    "OPR": "Opera", "Firefox": "Firefox", "Chrome": "Chrome", "Safari": "Safari",
}  # fmt: skip
SYSTEMS = {
    "HarmonyOS": "HarmonyOS", "Android": "Android", "iPhone": "iPhone", "iPad": "iPad", "Windows": "Windows",
    "Mac OS": "macOS", "Linux": "Linux",
}  # fmt: skip


def knocks(request: Request) -> Visitor:
    """The visitor of a request."""
    desk: Desk = request.app.state.desk
    return Visitor(place=place_of(_address(request, desk)), device=device_of(request.headers.get("user-agent", "")),
                   session=request.cookies.get(desk.cookie(SESSION), ""))  # fmt: skip


def device_of(agent: str) -> str:
    """Browser and system by the names that people know them by; empty where it says neither."""
    known = [next((name for mark, name in marks.items() if mark in agent), "") for marks in (BROWSERS, SYSTEMS)]
    return " · ".join(name for name in known if name)


def _address(request: Request, desk: Desk) -> str:
    """The nearest address that is not one of our proxies: what stands further left anybody may have written."""
    address = request.client.host if request.client else ""
    told = [each.strip() for each in ",".join(request.headers.getlist("x-forwarded-for")).split(",")]
    while _is_ours(address, desk) and told and (further := told.pop()):
        address = further
    return address


def _is_ours(address: str, desk: Desk) -> bool:
    read = _read(address)
    return read is not None and any(read in ip_network(each) for each in desk.proxies.split(",") if each)


def _read(address: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(address)
    except ValueError:
        return None
