"""What people agree to with the consequences before them: shown, asked about, and only then done."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

from bangdan.cli.acting import ask
from bangdan.cli.printing import emit
from bangdan.cli.shell import writing
from bangdan.language import say

if TYPE_CHECKING:
    from engine.office import Work


class Show(Protocol):
    """Prints what was `done`, or what would be."""

    def __call__(self, told: dict[str, Any], *, done: bool) -> None: ...


def agreed(
    do: Callable[[Work], dict[str, Any]], show: Show, *, yes: bool, campaign: str | None, as_json: bool,
    key: str | None = None, asked: dict[str, Any] | None = None,
) -> None:  # fmt: skip
    """Show what it does, ask, and do it: measured anew by the instant at which the person said yes.

    The same request `key` is carried out once for what was `asked`.
    """
    from engine.office import once
    from engine.trying import tried

    if not yes:
        with writing(campaign, alone=True) as work:
            preview = tried(work, lambda: do(work))
        if not as_json:
            show(preview, done=False)
        ask(say("是否继续？", "Go on?"), yes=yes)
    with writing(campaign, alone=True) as work:
        told = once(work, key, asked, lambda: do(work))
    if as_json:
        emit(told)
    else:
        show(told, done=True)
