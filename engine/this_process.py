"""By what this process is known to others of the house: in what it writes down, and in logs."""

from __future__ import annotations

import os
import socket


def process_name() -> str:
    """Its host and its number there."""
    return f"{socket.gethostname()}-{os.getpid()}"
