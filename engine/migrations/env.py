"""What Alembic runs for every command: the connection and its transaction come from `engine.schema`."""

from __future__ import annotations

from alembic import context

from engine import schema
from engine.migrations import draft

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=schema.METADATA,
    render_as_batch=True,
    render_item=draft.plain,
    process_revision_directives=draft.rewriter,
)
with context.begin_transaction():
    context.run_migrations()
