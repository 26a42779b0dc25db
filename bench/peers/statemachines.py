"""python-statemachine over SQLAlchemy's ORM: its class is built once, an instance is bound to each row's object."""

from __future__ import annotations

from statemachine import State, StateMachine

from bench import protocol
from bench.peers.tables import Item
from bench.peers.versioned import Versioned


class Nomination(StateMachine):
    """The part of the chain that is measured."""

    drafted = State(initial=True)
    submitted = State()
    lapsed = State(final=True)

    submit = drafted.to(submitted)
    recall = submitted.to(drafted)
    lapse = drafted.to(lapsed)


class Statemachines(Versioned):
    """The machine writes the state into the row's object."""

    def decide(self, item: Item, verb: str) -> None:
        Nomination(item, state_field="state").send(verb)


if __name__ == "__main__":
    protocol.serve(Statemachines())
