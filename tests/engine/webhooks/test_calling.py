"""One call over a real socket: what leaves, what is made of the answer, and which doors stay shut."""

from __future__ import annotations

import socket
from ipaddress import ip_network

import pytest

from engine.webhooks.calling import Answer, call
from tests.engine.webhooks.conftest import Listener

LOOPBACK = (ip_network("127.0.0.0/8"),)


def _call(url: str) -> Answer:
    return call(url, body=b"{}", headers={"Webhook-Id": "msg_1"}, networks=LOOPBACK)


def test_the_body_and_the_headers_arrive_as_they_were_given(listener: Listener) -> None:
    answer = _call(listener.url)
    ((headers, body),) = listener.came
    assert (answer.taken, answer.status, body) == (True, 204, b"{}")
    assert headers["Webhook-Id"] == "msg_1"
    assert listener.url.split("/")[2] == headers["Host"]


def test_a_redirect_is_not_followed(listener: Listener) -> None:
    listener.answer = lambda _: 302
    listener.headers = {"Location": listener.url}
    answer = _call(listener.url)
    assert (answer.taken, answer.status, len(listener.came)) == (False, 302, 1)


def test_how_long_a_server_asks_to_be_left_alone_is_heard(listener: Listener) -> None:
    listener.answer = lambda _: 429
    listener.headers = {"Retry-After": "120"}
    wait = _call(listener.url).wait
    assert wait is not None
    assert wait.total_seconds() == 120


def test_a_proxy_of_the_environment_is_not_used(listener: Listener, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    assert _call(listener.url).taken


def test_nobody_listening_is_no_connection() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    assert _call(f"http://127.0.0.1:{port}/") == Answer(status=None, zh="连接失败", en="no connection")


def test_a_private_number_behind_a_name_is_not_called() -> None:
    answer = call("https://localhost/", body=b"{}", headers={})
    assert answer.status is None
    assert "内部网络" in answer.zh


def test_a_server_that_speaks_no_tls_is_told_apart_from_silence(listener: Listener) -> None:
    answer = _call(listener.url.replace("http://", "https://"))
    assert answer.zh == "对方证书无效"
