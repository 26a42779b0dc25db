"""The command line. One module for each subject; importing this package registers them all on `app`.

Nothing heavy is imported here or at the top of those modules: `bangdan --help` must not pay for a database. A command
imports what it needs when it runs.
"""

from bangdan.cli.app import app

__all__ = ["app"]
