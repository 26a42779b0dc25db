"""Limits for single recipient domains, as somebody writes them: `qq.com=30,163.com=60`."""

from __future__ import annotations

from notifications.errors import AddressRefused, SettingsRefused, shown
from notifications.letter import check_address


def domain_limits(text: str) -> dict[str, int]:
    """How many letters a minute each domain takes, by its A-labels. Raises `SettingsRefused` (MTA-02)."""
    found = {}
    for each in filter(None, text.replace("，", ",").replace(" ", "").split(",")):
        domain, _, number = each.partition("=")
        if not number.isascii() or not number.isdigit() or int(number) < 1:
            raise SettingsRefused(
                "MTA-02",
                f"应写作 域名=每分钟封数，如 qq.com=30，读到 {shown(each)}",
                f"write domain=number, as in qq.com=30, not {shown(each)}",
            )
        try:
            found[check_address(f"a@{domain}").domain] = int(number)
        except AddressRefused as error:
            raise SettingsRefused(
                "MTA-02", f"不是有效的域名：{shown(domain)}", f"not a domain: {shown(domain)}"
            ) from error
    return found
