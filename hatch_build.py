"""Nests the floors and the data under `bangdan/` in the wheel, so that an installation adds one top-level name."""

from __future__ import annotations

from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

# A new folder that `ROOT / ...` opens at run time is one word here, and in the sdist list of pyproject.toml.
NESTED = ("engine", "workflows", "notifications", "templates", "config")


class Hook(BuildHookInterface[Any]):
    """Runs for every wheel hatchling builds."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the nested folders; an editable wheel gets none, since a copy in it would hide later edits."""
        if version == "standard":
            for folder in NESTED:
                build_data["force_include"][folder] = f"bangdan/{folder}"
