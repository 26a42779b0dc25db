"""django-viewflow's state machine (viewflow.fsm) over Django's ORM: a flow object around each row's object."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import django
from django.conf import settings
from django.db import transaction

from bench import protocol
from bench.peers.common import BATCH, PRAGMAS, Peer

CHANGED = ["state", "version", "changed_at"]


class Viewflows(Peer):
    """A transition locks its row; the closing writes each batch by bulk_update and bulk_create."""

    def open(self, url: str) -> None:
        settings.configure(DATABASES={"default": _database(url)}, USE_TZ=True, DEFAULT_AUTO_FIELD=_KEY)
        django.setup()
        # Only now: models and flows need the settings.
        from bench.peers import viewflow_tables  # noqa: PLC0415

        self.items, self.events = viewflow_tables.Item.objects, viewflow_tables.Event.objects
        self.event, self.flow_of = viewflow_tables.Event, viewflow_tables.Flow

    def step(self, public_id: str, verb: str) -> None:
        with transaction.atomic():
            flow = self.flow_of(self.items.select_for_update().get(public_id=public_id))
            getattr(flow, verb)()
            flow.item.save(update_fields=CHANGED)
            self.events.create(**flow.told)

    def lapse_all(self) -> None:
        last = 0
        while True:
            with transaction.atomic():
                drafts = self.items.filter(state="drafted", pk__gt=last).order_by("pk")
                flows = [self.flow_of(item) for item in drafts[:BATCH]]
                if not flows:
                    return
                last = flows[-1].item.pk
                for flow in flows:
                    flow.lapse()
                self.items.bulk_update([flow.item for flow in flows], CHANGED, batch_size=BULK)
                self.events.bulk_create([self.event(**flow.told) for flow in flows])


_KEY = "django.db.models.BigAutoField"
BULK = 100  # rows a statement: more make each slower than it saves


def _database(url: str) -> dict[str, Any]:
    if url.startswith("sqlite"):
        options = {"init_command": ";".join(PRAGMAS), "transaction_mode": "IMMEDIATE"}
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": url.removeprefix("sqlite:///"), "OPTIONS": options}
    parts = urlsplit(url)
    host = parse_qs(parts.query).get("host", [parts.hostname or ""])[0]
    return {"ENGINE": "django.db.backends.postgresql", "NAME": parts.path.strip("/"), "USER": parts.username or "",
            "PASSWORD": parts.password or "", "HOST": host, "PORT": parts.port or "", "CONN_MAX_AGE": None}  # fmt: skip


if __name__ == "__main__":
    protocol.serve(Viewflows())
