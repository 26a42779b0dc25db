"""The socket that a desk is served on."""

from __future__ import annotations

import socket

import pytest

from bangdan.desk import serving


@pytest.mark.parametrize(("host", "is_open"), [("127.0.0.1", False), ("0.0.0.0", True)])  # noqa: S104 - what is told
def test_whether_others_may_reach_it(host: str, *, is_open: bool) -> None:
    on: socket.socket = serving.listen(host, 0)
    with on:
        assert serving.is_open(on) is is_open
