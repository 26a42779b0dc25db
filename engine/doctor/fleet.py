"""The workers of several hosts, where there are any: do they live, and do they keep up."""

from __future__ import annotations

from collections.abc import Iterator

from engine.database import Database
from engine.doctor.finding import Finding, ok, warning
from engine.fleet import health

CODE = "DOC-63"


def fleet(told: Database) -> Iterator[Finding]:
    """One finding where a fleet has ever worked, none elsewhere."""
    found = health.look(told)
    if found is not None:
        yield _of(found)


def _of(found: health.Health) -> Finding:
    waiting = f"等候办理的任务{found.waiting}项", f"{found.waiting} jobs wait"
    if found.workers == 0 and found.waiting:
        return warning(
            CODE,
            f"没有工作进程在运行，{waiting[0]}",
            f"no worker runs, and {waiting[1]}",
            "启动 bangdan worker；只用 bangdan run 或 serve 的，不必理会",
            "start `bangdan worker`; where only `bangdan run` or `serve` is used, never mind",
        )
    if found.left:
        return warning(
            CODE,
            f"有{found.left}项任务的工作进程已失去联系，尚未由其他进程接手",
            f"the workers of {found.left} jobs give no sign of life, and nobody took these over yet",
            "稍候再看；一直如此则重启各工作进程",
            "look again soon; if it stays so, restart the workers",
        )
    if found.lags:
        return warning(
            CODE,
            f"任务积压：{found.workers}个工作进程，{waiting[0]}，最久的已等{found.oldest:.0f}秒",
            f"jobs pile up: {found.workers} workers, {waiting[1]}, the oldest for {found.oldest:.0f} seconds",
            "看 bangdan workers；增加工作进程",
            "see `bangdan workers`; add workers",
        )
    return ok(
        CODE,
        f"多机运行：{found.workers}个工作进程，{waiting[0]}",
        f"fleet: {found.workers} workers, {waiting[1]}",
    )
