"""What every door says of a post that stands still, and of one that only keeps its pace."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from bangdan.language import Words

if TYPE_CHECKING:
    from engine.queries.standstill import Slowed, Standstill
    from notifications.stops import Stopped


def trouble(stopped: Stopped) -> Words:
    """What is wrong and what a person does about it."""
    zh, en = stopped.todo
    return Words(
        f"邮件发不出去：{stopped.zh}" + (f"。处理：{zh}" if zh else ""),
        f"no letter leaves: {stopped.en}" + (f". To do: {en}" if en else ""),
    )


def standing(post: Standstill, at: Callable[[datetime], str]) -> Words:
    """The same with since when and what comes next; or how fast letters leave, and when the last will have left.

    `at` writes an instant as its reader reads it.
    """
    stopped, out_by = post.stopped, post.out_by
    if out_by is not None:
        return Words(
            f"限速发送中：每分钟至多{stopped.per_minute}封，到期待发{post.due}封，预计{at(out_by)}前发完",
            f"at most {stopped.per_minute} letters a minute leave: {post.due} are due, the last by {at(out_by)}",
        )
    what, since, again = trouble(stopped), at(stopped.since), at(stopped.again_at)
    return Words(
        f"自{since}起{what.zh}。待发的信都在，{again}自动再试",
        f"since {since} {what.en}. Nothing is lost; tried again at {again}",
    )


def slow(domain: Slowed, at: Callable[[datetime], str]) -> Words:
    """How many letters to a domain wait for its minute, and when the last of them will have left."""
    return Words(
        f"发往{domain.domain}的限速：每分钟至多{domain.per_minute}封，到期待发{domain.due}封，预计{at(domain.out_by)}前发完",
        f"to {domain.domain} at most {domain.per_minute} letters a minute leave: {domain.due} are due, "
        f"the last by {at(domain.out_by)}",
    )
