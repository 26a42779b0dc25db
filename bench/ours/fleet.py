"""Jobs that do nothing, on procrastinate alone: what a job of a fleet costs before it has done anything."""

from __future__ import annotations

import logging
import time
from typing import Any

from procrastinate import App, PsycopgConnector
from sqlalchemy.engine import make_url

from bench import protocol

QUEUE, AT_ONCE = "bench", 10


class Floor:
    """One worker, ten jobs at a time, which is what such a worker does best."""

    def prepare(self, url: str) -> dict[str, Any]:
        """Its tables, in an empty database."""
        logging.getLogger("procrastinate").setLevel(logging.WARNING)
        bare = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        self._app = App(connector=PsycopgConnector(conninfo=bare))
        self._nothing = self._app.task(queue=QUEUE, name="nothing")(_nothing)
        with self._app.open():
            self._app.schema_manager.apply_schema()
        return {}

    def run(self, count: int) -> dict[str, Any]:
        """Seconds until so many are done; putting them up is not counted."""
        wanted: list[dict[str, Any]] = [{"number": number} for number in range(count)]
        with self._app.open():
            self._nothing.batch_defer(*wanted)
        begun = time.perf_counter()
        self._app.run_worker(queues=[QUEUE], concurrency=AT_ONCE, wait=False, delete_jobs="always",
                             install_signal_handlers=False)  # fmt: skip
        return {"seconds": time.perf_counter() - begun, "done": count}


async def _nothing(number: int) -> None:
    """Do nothing."""


if __name__ == "__main__":
    protocol.serve(Floor())
