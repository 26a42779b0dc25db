"""What a test of faults needs of the machine. Nothing is installed; what is missing skips the test and says why.

pytestmark = needs.strace()
pytestmark = [needs.strace(), needs.root()]
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest


def strace() -> pytest.MarkDecorator:
    """strace, and the right to attach it to another process."""
    why = "需要 strace 及跟踪其他进程的权限 / needs strace and the right to trace other processes"
    return pytest.mark.skipif(not _may_trace(), reason=why)


def root() -> pytest.MarkDecorator:
    """The right to mount file systems and to make network namespaces."""
    return pytest.mark.skipif(os.geteuid() != 0, reason="需要 root 权限 / needs to be root")


LIBFAKETIME = Path("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1")


def faketime() -> pytest.MarkDecorator:
    """libfaketime, which tells a process another time (`LIBFAKETIME`, to be preloaded)."""
    why = "需要 libfaketime / needs libfaketime: apt-get install libfaketime"
    return pytest.mark.skipif(not LIBFAKETIME.exists(), reason=why)


@cache
def _may_trace() -> bool:
    if shutil.which("strace") is None:
        return False
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as other:
        command = ["strace", "-o", os.devnull, "-p", str(other.pid)]
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as tracer:
            assert tracer.stderr is not None
            said = tracer.stderr.readline()
            other.kill()
    return "attached" in said
