"""SpiffWorkflow: a BPMN process for each nomination, kept as JSON beside its row and woken for each step.

The process is parsed once and not repeated in each row's JSON, as its example application does.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from SpiffWorkflow import TaskState
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.serializer.config import DEFAULT_CONFIG
from SpiffWorkflow.bpmn.serializer.helpers.bpmn_converter import BpmnConverter
from SpiffWorkflow.bpmn.specs import BpmnProcessSpec
from sqlalchemy import bindparam, insert, select, update

from bench import protocol
from bench.peers.common import AT, BATCH, Peer
from bench.peers.tables import Event, Item, opened, told

PROCESS = Path(__file__).with_name("nomination.bpmn")


def _parsed() -> Any:
    parser = BpmnParser()
    parser.add_bpmn_file(str(PROCESS))
    return parser.get_spec("nomination")


SPEC = _parsed()


class KnownSpec(BpmnConverter):
    """The one process there is, by its name."""

    def to_dict(self, spec: Any) -> dict[str, Any]:
        return {"name": spec.name}

    def from_dict(self, dct: dict[str, Any]) -> Any:  # noqa: ARG002 - there is one
        return SPEC


TABLE = Item.__table__
UPDATE = update(TABLE).where(TABLE.c.id == bindparam("row_id"), TABLE.c.version == bindparam("row_version"))
SERIALIZER = BpmnWorkflowSerializer(
    BpmnWorkflowSerializer.configure({**DEFAULT_CONFIG, BpmnProcessSpec: KnownSpec})
)  # fmt: skip


def _begun() -> str:
    flow = BpmnWorkflow(SPEC)
    flow.do_engine_steps()
    return str(SERIALIZER.serialize_json(flow))


class Spiff(Peer):
    """The process decides; rows are written by prepared Core statements."""

    flow = _begun()

    def open(self, url: str) -> None:
        self.engine = opened(url)
        self._item = select(Item.id, Item.state, Item.version, Item.flow)

    def step(self, public_id: str, verb: str) -> None:
        with self.engine.begin() as connection:
            row = connection.execute(self._item.where(Item.public_id == public_id)).one()
            self._store(connection, [(row, *_moved(row.flow, verb))], verb)

    def lapse_all(self) -> None:
        last = 0
        while True:
            with self.engine.begin() as connection:
                drafts = self._item.where(Item.state == "drafted", Item.id > last).order_by(Item.id).limit(BATCH)
                rows = connection.execute(drafts).all()
                if not rows:
                    return
                last = rows[-1].id
                self._store(connection, [(row, *_moved(row.flow, "lapse")) for row in rows], "lapse")

    def _store(self, connection: Any, moved: list[tuple[Any, str, str]], verb: str) -> None:
        rows = [{"row_id": row.id, "row_version": row.version, "state": state, "flow": flow,
                 "version": row.version + 1, "changed_at": AT} for row, state, flow in moved]  # fmt: skip
        if connection.execute(UPDATE, rows).rowcount != len(rows):
            raise RuntimeError("changed meanwhile")
        lines = [told(_Moved(row.id, state), verb, row.state) for row, state, _ in moved]
        connection.execute(insert(Event), lines)


class _Moved:
    def __init__(self, row_id: int, state: str) -> None:
        self.id, self.state = row_id, state


def _moved(kept: str, verb: str) -> tuple[str, str]:
    """The state that the process stands in after that, and its JSON."""
    flow = SERIALIZER.deserialize_json(kept)
    task = flow.get_next_task(state=TaskState.READY, manual=True)
    task.data["verb"] = verb
    task.run()
    flow.do_engine_steps()
    waits = flow.get_next_task(state=TaskState.READY, manual=True)
    return (waits.task_spec.name if waits else "lapsed"), str(SERIALIZER.serialize_json(flow))


if __name__ == "__main__":
    protocol.serve(Spiff())
