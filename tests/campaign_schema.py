"""Maintainers: write config/campaign.schema.json again, after the language of campaign files has changed.

    .venv/bin/python -m tests.campaign_schema        # or: make schema

A key's shape is known once a file has it, so all the files there are are read, and one that has every key.
"""

from __future__ import annotations

import json
from pathlib import Path

from bangdan import ROOT
from workflows.findings import Findings
from workflows.loading import examine
from workflows.schema import read_docs, schema
from workflows.shapes import Known, together

SHIPPED = ROOT / "config" / "campaign.schema.json"
DOCS = ROOT / "docs" / "campaign-file.md"
EVERY_KEY = ROOT / "tests" / "workflows" / "every-key.toml"  # what no notice on file needs
CAMPAIGNS = (EVERY_KEY, *sorted((ROOT / "config" / "campaigns").glob("*.toml")))


def drafted() -> str:
    """The schema as it should be shipped."""
    made = schema(together(_asked(path) for path in CAMPAIGNS), read_docs(DOCS.read_text(encoding="utf-8")))
    return json.dumps(made, ensure_ascii=False, indent=2) + "\n"


def _asked(path: Path) -> Known:
    """What the reader asks for in a file; whether the file is good is asked elsewhere."""
    findings = Findings(name=path.name)
    examine(path.read_bytes(), findings)
    return findings.known


if __name__ == "__main__":
    SHIPPED.write_text(drafted(), encoding="utf-8")
