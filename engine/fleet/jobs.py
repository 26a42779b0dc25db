"""What a job says: "take a turn of this campaign", "deliver a batch of letters". It holds no instant and no row.

A job is known by its name. One of a name runs at a time and one more waits, so that a wish that comes while the same is
being carried out is carried out afterwards, and a hundred of them are one.

The library lets no job begin while an older one that has the same lock waits, though that be due next month. So what is
wanted later is a job of another kind, which holds no lock and, when it is due, asks for the job itself.
"""

from __future__ import annotations

from datetime import datetime

from procrastinate.jobs import Job

__all__ = ["Job", "exports", "job", "later", "lines", "turn"]

QUEUE = "bangdan"
TURN, POST, WEBHOOKS, EXPORT, PULSE, WAKE = "turn", "post", "webhooks", "export", "pulse", "wake"
LINES = 3  # runs of the post at a time, in the whole fleet
EXPORTS = 2  # exports that are made at a time, in the whole fleet: each may take a worker's thread for minutes
URGENT = {PULSE: 30, WAKE: 30, TURN: 20, WEBHOOKS: 10, POST: 10, EXPORT: 0}


def job(kind: str, about: str = "") -> Job:
    """A job that is wanted now."""
    name = f"{kind}:{about}"
    return Job(queue=QUEUE, task_name=kind, task_kwargs={"about": about}, lock=name, queueing_lock=name,
               priority=URGENT[kind])  # fmt: skip


def turn(campaign: str) -> Job:
    """Take a turn of this campaign."""
    return job(TURN, campaign)


def lines(count: int) -> list[Job]:
    """So many runs of the post side by side, but no more than there may be."""
    return [job(POST, str(number)) for number in range(min(count, LINES))]


def exports(count: int) -> list[Job]:
    """Make so many exports side by side, of those that were ordered, but no more than there may be."""
    return [job(EXPORT, str(number)) for number in range(min(count, EXPORTS))]


def later(wanted: Job, due: datetime) -> Job:
    """What asks for a job when it is due. It is there once for each instant: an instant that moved leaves one behind.

    The pulse, of which one is always on the way, needs no lock and so nobody who asks for it.
    """
    if wanted.task_name == PULSE:
        return wanted.evolve(lock=None, scheduled_at=due)
    said = {"kind": wanted.task_name, **wanted.task_kwargs}
    return Job(queue=QUEUE, task_name=WAKE, task_kwargs=said, lock=None, priority=URGENT[WAKE], scheduled_at=due,
               queueing_lock=f"{wanted.lock} {due.isoformat(timespec='seconds')}")  # fmt: skip
