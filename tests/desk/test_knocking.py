"""Who knocks: a proxy's word is taken only if it is ours, and only about whoever stands before it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from starlette.requests import Request

from bangdan.desk.knocking import device_of, knocks
from tests.desk.people import AtTheDesk


def _place(desk: AtTheDesk, proxies: str, client: str, *told: str) -> str:
    desk.app.state.desk = replace(desk.desk, proxies=proxies)
    headers = [(b"x-forwarded-for", each.encode()) for each in told]
    scope = {"type": "http", "app": desk.app, "client": (client, 1), "headers": headers}
    return knocks(Request(scope)).place


@pytest.mark.parametrize(
    ("proxies", "client", "told", "place"),
    [
        ("", "192.0.2.1", (), "192.0.2.1"),
        ("", "192.0.2.1", ("198.51.100.1",), "192.0.2.1"),
        ("10.0.0.0/8", "192.0.2.1", ("198.51.100.1",), "192.0.2.1"),
        ("10.0.0.0/8", "10.0.0.1", ("198.51.100.1",), "198.51.100.1"),
        ("10.0.0.0/8", "10.0.0.1", ("203.0.113.5, 198.51.100.1",), "198.51.100.1"),
        ("10.0.0.0/8", "10.0.0.1", ("198.51.100.1, 10.0.0.2",), "198.51.100.1"),
        ("10.0.0.0/8,127.0.0.1", "127.0.0.1", ("198.51.100.1", "10.9.9.9"), "198.51.100.1"),
        ("10.0.0.0/8", "10.0.0.1", (), "10.0.0.1"),
        ("10.0.0.0/8", "10.0.0.1", ("nonsense",), "?"),
        ("10.0.0.0/8", "10.0.0.1", ("10.0.0.3, 10.0.0.2",), "10.0.0.3"),
    ],
)
def test_the_nearest_address_that_is_no_proxy_of_ours_counts(
    desk: AtTheDesk, proxies: str, client: str, told: tuple[str, ...], place: str
) -> None:
    assert _place(desk, proxies, client, *told) == place


@pytest.mark.parametrize(
    ("agent", "device"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/130.0 Safari/537.36 Edg/130.0", "Edge · Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) MicroMessenger/8.0", "微信 · iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox · Linux"),
        ("curl/8.5", ""),
        ("", ""),
    ],
)  # fmt: skip
def test_a_device_is_called_what_people_call_it(agent: str, device: str) -> None:
    assert device_of(agent) == device
