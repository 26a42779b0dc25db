"""`bangdan completion`: the script that makes a shell complete our commands and options."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer
from typer._completion_classes import completion_init
from typer._completion_shared import get_completion_script

from bangdan.cli.app import CAMPAIGN, app
from bangdan.cli.speaking import command
from bangdan.language import say


class Shell(StrEnum):
    """The shells there is a script for."""

    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"
    POWERSHELL = "powershell"


# The scripts ask the program itself, which must know the shells' protocols before it reads its arguments.
completion_init()


@command(app, "completion", panel=CAMPAIGN,
         zh="输出命令补全脚本，例如：bangdan completion bash >> ~/.bashrc",
         en="Print the completion script, e.g.: bangdan completion bash >> ~/.bashrc")  # fmt: skip
def completion(shell: Annotated[Shell, typer.Argument(help=say("哪一种命令行", "Which shell."))] = Shell.BASH) -> None:
    typer.echo(get_completion_script(prog_name="bangdan", complete_var="_BANGDAN_COMPLETE", shell=shell.value))
