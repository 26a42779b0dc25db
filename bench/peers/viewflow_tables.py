"""The two tables for Django and the flow over them, imported once it is configured."""

from __future__ import annotations

from typing import Any

from django.db import models
from viewflow import fsm

from bench.peers.common import AT


class Item(models.Model):
    """A nomination."""

    public_id = models.TextField(unique=True)
    unit_id = models.IntegerField()
    track = models.TextField()
    title = models.TextField()
    applicant = models.TextField()
    state = models.TextField()
    version = models.IntegerField()
    changed_at = models.DateTimeField()
    flow = models.TextField()

    class Meta:
        app_label, db_table, managed = "bench", "item", False


class Event(models.Model):
    """One line of the history."""

    item_id = models.BigIntegerField()
    at = models.DateTimeField()
    actor = models.TextField()
    verb = models.TextField()
    from_state = models.TextField(null=True)
    to_state = models.TextField(null=True)

    class Meta:
        app_label, db_table, managed = "bench", "event", False


class States(models.TextChoices):
    """The part of the chain that is measured."""

    DRAFTED = "drafted"
    SUBMITTED = "submitted"
    LAPSED = "lapsed"


class Flow:
    """A nomination's flow. What a step tells is left in `told`, for whoever stores it."""

    state = fsm.State(States, default=States.DRAFTED)

    def __init__(self, item: Any) -> None:
        self.item = item
        self.told: dict[str, Any] = {}

    @state.getter()
    def _get(self) -> States:
        return States(self.item.state)

    @state.setter()
    def _set(self, value: States) -> None:
        self.item.state = value.value

    @state.on_success()
    def _tell(self, descriptor: Any, source: States, target: States, **_: Any) -> None:
        self.item.version, self.item.changed_at = self.item.version + 1, AT
        self.told = {"item_id": self.item.pk, "at": AT, "actor": "unit", "verb": descriptor.label.lower(),
                     "from_state": source.value, "to_state": target.value}  # fmt: skip

    @state.transition(source=States.DRAFTED, target=States.SUBMITTED)
    def submit(self) -> None:
        """Hand in."""

    @state.transition(source=States.SUBMITTED, target=States.DRAFTED)
    def recall(self) -> None:
        """Take back."""

    @state.transition(source=States.DRAFTED, target=States.LAPSED)
    def lapse(self) -> None:
        """The deadline has passed."""
