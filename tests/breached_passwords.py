"""Maintainers: make config/passwords/breached.bin from a list of passwords, one a line, on the standard input.

.venv/bin/python -m tests.breached_passwords < LIST
"""

from __future__ import annotations

import sys
import unicodedata

from engine.accounts.breached import FILE, made_of
from engine.accounts.passwords import SHORTEST

if __name__ == "__main__":
    lines = (unicodedata.normalize("NFKC", line.decode("utf-8", "replace").strip()) for line in sys.stdin.buffer)
    FILE.write_bytes(made_of(line for line in lines if len(line) >= SHORTEST))
