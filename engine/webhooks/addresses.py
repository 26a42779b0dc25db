"""Where events may be sent: https to the public internet, and whatever networks the settings open beside it.

A subscription is an address that somebody typed and this server calls, so it must not become a way to whatever only
this server can reach. The address is read here; the numbers behind its name are checked at each call, in `calling`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

from workflows.reasons import Reason, Refused

LONGEST = 500  # characters of an address
PORTS = {"https": 443, "http": 80}

Number = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

# They carry an IPv4 address inside, so a gateway would lead anywhere: NAT64 and 6to4.
_TUNNELS = (ip_network("64:ff9b::/96"), ip_network("64:ff9b:1::/48"), ip_network("2002::/16"))


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """An address taken apart. `path` begins with a slash and has the query with it."""

    scheme: str
    host: str
    port: int
    path: str


def read_url(text: str, *, networks: Sequence[Network] = ()) -> Target:
    """The address, if it is one that may be called. Raises Refused (WHK-01, WHK-02)."""
    split = _split(text)
    host = split.hostname or "" if split else ""
    if split is None or split.scheme not in PORTS or not host or not host.isascii() or split.username is not None:
        raise Refused(_no_address(text))
    number = _number(host)
    if number is not None and not permitted(number, networks):
        raise Refused(private(host))
    if split.scheme == "http" and not (number is not None and number.is_loopback):
        raise Refused(_no_address(text))
    path = (split.path or "/") + (f"?{split.query}" if split.query else "")
    return Target(scheme=split.scheme, host=host, port=split.port or PORTS[split.scheme], path=path)


def networks_of(text: str) -> tuple[Network, ...]:
    """Networks as the settings have them: `10.1.0.0/16,fd00::/8`."""
    return tuple(ip_network(each) for each in text.split(",") if each)


def permitted(number: Number, networks: Iterable[Network]) -> bool:
    """Whether that number is public, or in a network that the settings open."""
    plain = number.ipv4_mapped or number if isinstance(number, IPv6Address) else number
    if any(plain in network for network in networks):
        return True
    tunnelled = any(plain in network for network in _TUNNELS)
    return plain.is_global and not plain.is_multicast and not tunnelled


def private(host: str) -> Reason:
    """Why nothing is sent there."""
    return Reason(
        code="WHK-02", where="url",
        zh=f"{host[:80]} 指向内部网络，不能推送；确需推送时，请管理员在 BANGDAN_WEBHOOK_NETWORKS 中放行该网段",
        en=f"{host[:80]} leads into a private network; where that is meant, BANGDAN_WEBHOOK_NETWORKS opens it",
        facts={"host": host[:80]},
    )  # fmt: skip


def _split(text: str) -> SplitResult | None:
    if len(text) > LONGEST or not text.isprintable() or " " in text or "\\" in text or "#" in text:
        return None
    try:
        split = urlsplit(text)
        _ = split.port  # a port that is none is found out only when it is asked for
    except ValueError:
        return None
    return split


def _number(host: str) -> Number | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def _no_address(text: str) -> Reason:
    return Reason(
        code="WHK-01", where="url",
        zh=f"网址不能用于推送：{text[:80]!r}；应为 https:// 开头的完整网址，不含用户名、空格和 #",
        en=f"events can't be sent to {text[:80]!r}; write a whole https:// address without user name, blanks or #",
    )  # fmt: skip
