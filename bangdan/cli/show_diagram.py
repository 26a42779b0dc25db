"""`bangdan diagram`: the states of nominations and duties as a picture in text."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from bangdan.cli.app import LOOK, app
from bangdan.cli.campaign_file import MaybeFileArgument, read_campaign_file
from bangdan.cli.printing import emit
from bangdan.cli.shell import CampaignOption, JsonOption, reading
from bangdan.cli.speaking import command
from bangdan.language import LANGUAGE, say

if TYPE_CHECKING:
    from workflows.definition import Term
    from workflows.nomination import Shape


class Of(StrEnum):
    """What has states."""

    NOMINATION = "nomination"
    DUTY = "duty"


@command(app, "diagram", panel=LOOK,
         zh="状态图：申报项目或报送事项的全部状态与去向（Mermaid 文本）",
         en="The states of nominations or duties and all that can happen, as Mermaid text")  # fmt: skip
def diagram(
    file: MaybeFileArgument = None,
    of: Annotated[Of, typer.Option("--of", help=say("画申报项目还是报送事项", "Which of the two."))] = Of.NOMINATION,
    campaign: CampaignOption = None,
    json: JsonOption = False,
) -> None:
    from engine.diagrams import mermaid
    from workflows.duty import SHAPE
    from workflows.loading import load
    from workflows.nomination import shapes

    drawn: Shape = SHAPE
    roles: dict[str, Term] = {}
    if file is not None:
        read = read_campaign_file(file)
        definition = load(read.source, name=read.name).definition
        drawn, roles = shapes(definition).whole, dict(definition.roles)
    elif of is not Of.DUTY:
        with reading(campaign) as work:
            drawn, roles = work.shape, dict(work.definition.roles)
    text = mermaid(SHAPE if of is Of.DUTY else drawn, roles=roles, english=LANGUAGE == "en")
    if json:
        emit({"of": of, "mermaid": text})
    else:
        typer.echo(text, nl=False)
