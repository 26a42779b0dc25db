"""Doors: command line, web desk, API, wiring. Reads everything below; nothing below reads it.

Importing this package makes the other floors importable, in a checkout and from an installed wheel alike: in the
checkout they lie beside `bangdan/`, in the wheel inside it. `ROOT` is the folder that holds them. Data is opened by
path (`ROOT / "config" / ...`), never as a package resource: `config` and `templates` have no `__init__.py`, and a
namespace package loses to any `config.py` on the path.
"""

import sys
from pathlib import Path

__all__ = ["ROOT"]

_here = Path(__file__).parent
ROOT = _here if (_here / "engine").is_dir() else _here.parent

# First, so that a stranger's `engine.py` in the working directory or on PYTHONPATH cannot take our place.
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))
