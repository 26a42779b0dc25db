"""`bangdan serve --rehearse`: one command, a page with a campaign in it, and nothing left afterwards."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

from bangdan import ROOT
from tests.small import FILE

EVERYWHERE = "0.0.0.0"  # noqa: S104 - what is warned of


def test_it_shows_the_campaign_until_it_is_stopped_and_leaves_nothing(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "bangdan", "serve", "--rehearse", str(FILE), "--host", EVERYWHERE, "--port", "0",
               "--units", "10", "--nominations", "12"]  # fmt: skip
    environment = {**os.environ, "TMPDIR": str(tmp_path), "BANGDAN_LANG": "zh"}

    with subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True) as served:
        assert served.stderr is not None
        told = ""
        while "http" not in told:
            told += served.stderr.readline()
        address = re.findall(r"http://0\.0\.0\.0:\d+/\S+", told)[0]
        with urllib.request.urlopen(address) as page:  # noqa: S310 - our own server
            text = page.read().decode()
        left = [*tmp_path.iterdir()]
        served.send_signal(signal.SIGTERM)
        rest = served.stderr.read()

    assert "彩排不需要登录" in told  # whoever opens it to others is told
    assert "虚构数据，不发邮件" in text
    assert len(left) == 1
    assert served.returncode == 0
    assert "彩排已结束" in rest
    assert [*tmp_path.iterdir()] == []
