"""The two classes that every command and group of ours is made of: typer's, speaking the reader's language.

They also are the one place where a command's refusal is shown and becomes an exit code.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from bangdan.cli.helping import help_text
from bangdan.cli.refusing import MISUSED, answering
from bangdan.language import LANGUAGE, say

HELP = say("显示本说明", "Show this message and exit.")
USAGE = say("用法：", "Usage: ")
OPTIONS = say("[选项]", "[OPTIONS]")
SUBCOMMAND = say("命令 [参数]...", "COMMAND [ARGS]...")


class Command(TyperCommand):
    """One command."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        _plain_flags(self.params)

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        formatter.write_usage(ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), prefix=USAGE)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        formatter.write(help_text(self, ctx))

    def get_help_option(self, ctx: Any) -> Any:
        return _in_our_words(super().get_help_option(ctx))

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        return _parsed(super().parse_args, ctx, args)

    def invoke(self, ctx: Any) -> Any:
        with answering(as_json=bool(ctx.params.get("json"))), _in_our_language(ctx):
            return super().invoke(ctx)


class Group(TyperGroup):
    """A group of commands; those named in `order` are listed first."""

    order: tuple[str, ...] = ()

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        _plain_flags(self.params)

    def list_commands(self, ctx: Any) -> list[str]:
        return sorted(super().list_commands(ctx), key=lambda name: _placed(name, self.order))

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        formatter.write_usage(ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), prefix=USAGE)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        formatter.write(help_text(self, ctx))

    def get_help_option(self, ctx: Any) -> Any:
        return _in_our_words(super().get_help_option(ctx))

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if not args and not self.invoke_without_command:
            typer.echo(ctx.get_help(), err=True)
            raise typer.Exit(MISUSED)
        return _parsed(super().parse_args, ctx, args)


def _placed(name: str, order: Sequence[str]) -> int:
    return order.index(name) if name in order else len(order)


def _plain_flags(params: Iterable[Any]) -> None:
    """A switch takes no value, so that its help should not show the type of one."""
    for param in params:
        if getattr(param, "is_flag", False) and param.metavar is None:
            param.metavar = ""


def _in_our_words(option: Any) -> Any:
    if option is not None:
        option.help, option.metavar = HELP, ""
    return option


def _parsed(parse: Callable[[Any, list[str]], list[str]], ctx: Any, args: list[str]) -> list[str]:
    with _in_our_language(ctx):
        return parse(ctx, args)


@contextmanager
def _in_our_language(ctx: Any) -> Iterator[None]:
    """A wrong usage, found by the framework or by a command, is told in Chinese where that is the reader's language."""
    try:
        yield
    except typer.TyperException as error:
        if LANGUAGE == "zh" and (words := _in_chinese(error)):
            raise _Misused(words, ctx=ctx) from error
        raise


class _Misused(typer.BadParameter):
    """A wrong usage, worded by us."""

    def format_message(self) -> str:
        return self.message


def _in_chinese(error: typer.TyperException) -> str | None:
    """The framework words these three in English only; what else it says goes through the catalog."""
    kind = type(error).__name__
    param = getattr(error, "param", None)
    hint = param.get_error_hint() if param else getattr(error, "param_hint", None)
    if kind == "MissingParameter":
        return f"缺少{hint}"
    if kind == "NoSuchOption":
        near = "、".join(sorted(getattr(error, "possibilities", None) or ()))
        return f"没有这个选项：{getattr(error, 'option_name', '')}" + (f"；您是否要用 {near}？" if near else "")
    if kind == "BadParameter" and hint:
        return f"{hint} 的值不可用：{error.message}"
    return None


def group(name: str | None, *, zh: str, en: str, bare: bool = False, order: Sequence[str] = ()) -> typer.Typer:
    """A group of commands with its help, listed in `order`. A `bare` one answers a call without a command by itself."""
    return typer.Typer(
        name=name, cls=type("OrderedGroup", (Group,), {"order": tuple(order)}), help=say(zh, en), add_completion=False,
        invoke_without_command=bare, rich_markup_mode="rich", options_metavar=OPTIONS, subcommand_metavar=SUBCOMMAND,
        pretty_exceptions_enable=False, context_settings={"help_option_names": ["--help", "-h"]},
    )  # fmt: skip


def command(
    on: typer.Typer, name: str, *, zh: str, en: str, panel: str | None = None
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Register a function as a command, with its help in both languages."""
    return on.command(name, cls=Command, help=say(zh, en), options_metavar=OPTIONS, rich_help_panel=panel)
