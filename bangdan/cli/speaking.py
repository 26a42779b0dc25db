"""The two classes that every command and group of ours is made of: typer's, speaking the reader's language.

They also are the one place where a command's refusal is shown and becomes an exit code.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from difflib import get_close_matches
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command_from_info
from typer.models import CommandInfo

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


class _OnDemand(dict[str, Any]):
    """Commands by name, each built when it is asked for: to build them all takes half of a short command's time."""

    def __getitem__(self, name: str) -> Any:
        held = super().__getitem__(name)
        if isinstance(held, CommandInfo):
            self[name] = held = get_command_from_info(held, pretty_exceptions_short=False, rich_markup_mode="rich")
        return held

    def get(self, name: str, default: Any = None) -> Any:
        try:
            return self[name]
        except KeyError:
            return default


class Group(TyperGroup):
    """A group of commands; those named in `order` are listed first."""

    order: tuple[str, ...] = ()
    declared: dict[str, CommandInfo]

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.commands = _OnDemand({**self.declared, **self.commands})
        _plain_flags(self.params)

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - the framework's signature
        return sorted(self.commands, key=lambda name: _placed(name, self.order))

    def described(self, ctx: Any) -> Iterator[tuple[str, str | None, str]]:
        """Each command's name, panel and help, in order; none is built for it."""
        for name in self.list_commands(ctx):
            each: Any = self.declared.get(name) or self.commands[name]
            yield name, each.rich_help_panel, each.help or ""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        if near := get_close_matches(args[0], self.commands) if args[0] not in self.commands else ():
            ctx.fail(say(f"没有这个命令：{args[0]}；您是否要用 {'、'.join(near)}？",
                         f"no such command: {args[0]}; did you mean {' or '.join(near)}?"))  # fmt: skip
        return super().resolve_command(ctx, args)

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
    if kind == "BadParameter":
        return f"{hint} 的值不可用：{error.message}" if hint else str(error.message)
    return None


class Commands(typer.Typer):
    """A group as its modules fill it."""

    def __init__(self, *, order: Sequence[str], **options: Any) -> None:
        self.declared: dict[str, CommandInfo] = {}
        cls = type("OrderedGroup", (Group,), {"order": tuple(order), "declared": self.declared})
        super().__init__(cls=cls, **options)


def group(name: str | None, *, zh: str, en: str, bare: bool = False, order: Sequence[str] = ()) -> Commands:
    """A group of commands with its help, listed in `order`. A `bare` one answers a call without a command by itself."""
    return Commands(
        name=name, order=order, help=say(zh, en), add_completion=False, suggest_commands=False,
        invoke_without_command=bare, rich_markup_mode="rich", options_metavar=OPTIONS, subcommand_metavar=SUBCOMMAND,
        pretty_exceptions_enable=False, context_settings={"help_option_names": ["--help", "-h"]},
    )  # fmt: skip


def command(
    on: Commands, name: str, *, zh: str, en: str, panel: str | None = None
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Declare a function as a command, with its help in both languages."""

    def declared(run: Callable[..., None]) -> Callable[..., None]:
        on.declared[name] = CommandInfo(
            name, cls=Command, callback=run, help=say(zh, en), options_metavar=OPTIONS, rich_help_panel=panel
        )
        return run

    return declared
