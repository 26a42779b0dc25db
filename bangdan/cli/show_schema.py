"""`bangdan schema`: what editors check and explain campaign files with."""

from __future__ import annotations

import typer

from bangdan import ROOT
from bangdan.cli.app import CAMPAIGN, app
from bangdan.cli.speaking import command

SCHEMA = ROOT / "config" / "campaign.schema.json"


@command(app, "schema", panel=CAMPAIGN,
         zh="写出活动文件的 JSON Schema，供编辑器提示和检查（存为 campaign.schema.json）",
         en="Print the JSON Schema of campaign files, for editors (save it as campaign.schema.json)")  # fmt: skip
def schema() -> None:
    typer.echo(SCHEMA.read_text(encoding="utf-8"), nl=False)
