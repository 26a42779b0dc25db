"""What a test of faults needs of the machine. Nothing is installed; what is missing skips the test and says why.

pytestmark = needs.strace()
pytestmark = [needs.strace(), needs.root()]
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from functools import cache

import pytest


def strace() -> pytest.MarkDecorator:
    """strace, and the right to attach it to another process."""
    why = "需要 strace 及跟踪其他进程的权限 / needs strace and the right to trace other processes"
    return pytest.mark.skipif(not _may_trace(), reason=why)


def root() -> pytest.MarkDecorator:
    """The right to mount file systems and to make network namespaces."""
    return pytest.mark.skipif(os.geteuid() != 0, reason="需要 root 权限 / needs to be root")


def mounting() -> pytest.MarkDecorator:
    """The right to mount a small file system."""
    why = "需要 root 权限以挂载小磁盘（tmpfs） / needs to be root, to mount a small disk (tmpfs)"
    return pytest.mark.skipif(not _may_mount(), reason=why)


def network() -> pytest.MarkDecorator:
    """The right to make network namespaces, and `ip` to make them with."""
    why = "需要 root 权限及 ip 命令以建立网络命名空间 / needs to be root, and ip, to make network namespaces"
    return pytest.mark.skipif(not may_net(), reason=why)


@cache
def may_net() -> bool:
    """Whether that is so."""
    if os.geteuid() != 0 or shutil.which("ip") is None:
        return False
    name = f"bangdan-try-{os.getpid()}"
    tries = (("netns", "add", name), ("-n", name, "link", "add", "one", "type", "veth", "peer", "name", "two"),
             ("netns", "delete", name))  # fmt: skip
    commands = [["ip", *words] for words in tries]
    done = [subprocess.run(each, capture_output=True, check=False).returncode for each in commands]
    return not any(done)


@cache
def _may_mount() -> bool:
    if os.geteuid() != 0 or shutil.which("mount") is None:
        return False
    with tempfile.TemporaryDirectory(prefix="bangdan-mount-") as folder:
        mount, unmount = ("mount", "-t", "tmpfs", "tmpfs", folder), ("umount", folder)
        mounted = subprocess.run(mount, capture_output=True, check=False)
        if mounted.returncode == 0:
            subprocess.run(unmount, check=True)
    return mounted.returncode == 0


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
