"""The whole examination, in the order in which one thing rests on another."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from engine.clock import Clock
from engine.database import Database
from engine.doctor import disk
from engine.doctor.campaigns import campaigns, holidays
from engine.doctor.clock import clock
from engine.doctor.database import database, not_reached
from engine.doctor.dns import Ask, sender
from engine.doctor.finding import Finding, Status, ok
from engine.doctor.fleet import fleet
from engine.doctor.house import house
from engine.doctor.mail import mail
from engine.office import Office
from engine.settings import Settings
from engine.software import libraries, versions
from workflows.workdays import Workdays


@dataclass(frozen=True, kw_only=True)
class Patient:
    """What is examined. `letters` is the folder of templates; `stopwatch` counts seconds whatever the clock does."""

    told: Settings
    workdays: Workdays
    letters: Path
    now: Clock
    stopwatch: Callable[[], float]
    ask: Ask


def examine(patient: Patient) -> Iterator[Finding]:
    """One finding after the other, as they are made."""
    began, ticked = patient.now(), patient.stopwatch()
    told = Database(patient.told.database_url)
    try:
        yield _versions()
        of_database = list(database(told))
        yield from of_database
        usable = _usable(of_database)
        yield from disk.disks(patient.told)
        yield from disk.files(patient.told)
        yield from mail(patient.told, at=began)
        yield from sender(patient.told, patient.ask)
        yield from holidays(patient.workdays, at=began)
        yield from _within(patient, told, began) if usable else [not_reached()]
        jump = patient.now() - began - timedelta(seconds=patient.stopwatch() - ticked)
        yield from clock(told, patient.now, jump=jump, open_=usable)
    finally:
        told.dispose()


def _within(patient: Patient, told: Database, at: datetime) -> Iterator[Finding]:
    yield from house(told, patient.told)
    yield from campaigns(Office(database=told, workdays=patient.workdays), at=at, letters=patient.letters)
    yield from fleet(told)


def _usable(found: list[Finding]) -> bool:
    """Whether the database can be read by this version: it opens, and its tables are of today."""
    return {each.code: each.status for each in found}.get("DOC-02") is Status.OK


def _versions() -> Finding:
    zh = "、".join(f"{name} {number}" for name, number in versions().items())
    rest = ", ".join(f"{name} {number}" for name, number in libraries().items())
    return ok("DOC-70", f"{zh}（{rest}）", f"{zh.replace('、', ', ')} ({rest})")
