"""The command line. One module for each subject; importing this package registers them all on `app`.

Nothing heavy is imported here or at the top of those modules: `bangdan --help` must not pay for a database. A command
imports what it needs when it runs.
"""

# Importing each of these registers its commands on `app`; their order in the help is `app.ORDER`.
from bangdan.cli import (
    amending,
    campaigning,
    completion,
    deadlines,
    filing,
    intake,
    joining,
    mailing,
    new_file,
    nominating,
    objecting,
    outcomes,
    people,
    quotas,
    rehearse,
    running,
    serving,
    show_check,
    show_diagram,
    show_diff,
    show_explain,
    show_history,
    show_rows,
    show_schema,
    show_status,
    show_timeline,
    show_versions,
)
from bangdan.cli.app import app

__all__ = [
    "amending",
    "app",
    "campaigning",
    "completion",
    "deadlines",
    "filing",
    "intake",
    "joining",
    "mailing",
    "new_file",
    "nominating",
    "objecting",
    "outcomes",
    "people",
    "quotas",
    "rehearse",
    "running",
    "serving",
    "show_check",
    "show_diagram",
    "show_diff",
    "show_explain",
    "show_history",
    "show_rows",
    "show_schema",
    "show_status",
    "show_timeline",
    "show_versions",
]
