"""Where events may be sent, and where they may never be."""

from __future__ import annotations

from ipaddress import ip_address, ip_network

import pytest

from engine.webhooks.addresses import Target, permitted, read_url
from workflows.reasons import Refused

LOOPBACK = (ip_network("127.0.0.0/8"),)


def test_an_https_address_is_taken_apart() -> None:
    assert read_url("https://platform.example.cn/in?x=1") == Target(
        scheme="https", host="platform.example.cn", port=443, path="/in?x=1"
    )
    assert read_url("https://platform.example.cn:8443").path == "/"


@pytest.mark.parametrize(
    "text",
    [
        "http://platform.example.cn/", "ftp://platform.example.cn/", "platform.example.cn", "https://", "https:///a",
        "https://me:pw@platform.example.cn/", "https://platform.example.cn/#a", "https://a b/", "https://a\r\nb/",
        "https://x:99999/", "https://x\\@127.0.0.1/", "http://localhost/", "https://例子.cn/", "https://" + "a" * 500,
    ],
)  # fmt: skip
def test_what_is_no_public_https_address_is_refused(text: str) -> None:
    with pytest.raises(Refused) as refusal:
        read_url(text, networks=LOOPBACK)
    assert refusal.value.reasons[0].code == "WHK-01"


@pytest.mark.parametrize("host", ["127.0.0.1", "10.0.0.1", "192.168.1.1", "169.254.169.254", "[::1]", "[fd00::1]"])
def test_a_private_number_is_refused_at_once(host: str) -> None:
    with pytest.raises(Refused) as refusal:
        read_url(f"https://{host}/")
    assert refusal.value.reasons[0].code == "WHK-02"


def test_http_is_for_the_loopback_alone_and_only_where_it_is_opened() -> None:
    assert read_url("http://127.0.0.1:8080/", networks=LOOPBACK).port == 8080
    with pytest.raises(Refused):
        read_url("http://127.0.0.1:8080/")
    with pytest.raises(Refused):
        read_url("http://10.0.0.1/", networks=(ip_network("10.0.0.0/8"),))


@pytest.mark.parametrize(
    "number",
    [
        "0.0.0.1", "10.1.2.3", "100.64.0.1", "127.0.0.1", "169.254.1.1", "172.16.0.1", "192.168.0.1", "224.0.0.1",
        "239.1.1.1", "255.255.255.255", "::", "::1", "fe80::1", "fc00::1", "ff0e::1", "::ffff:127.0.0.1",
        "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "192.0.2.1", "198.18.0.1",
    ],
)  # fmt: skip
def test_numbers_that_are_not_of_the_public_internet_are_never_called(number: str) -> None:
    assert not permitted(ip_address(number), ())


@pytest.mark.parametrize("number", ["8.8.8.8", "114.114.114.114", "2400:3200::1"])
def test_public_numbers_may_be_called(number: str) -> None:
    assert permitted(ip_address(number), ())


def test_a_network_that_the_settings_open_may_be_called() -> None:
    assert permitted(ip_address("10.1.2.3"), (ip_network("10.1.0.0/16"),))
    assert permitted(ip_address("::ffff:10.1.2.3"), (ip_network("10.1.0.0/16"),))
    assert not permitted(ip_address("10.2.2.3"), (ip_network("10.1.0.0/16"),))
