"""The story of a rehearsal on the terminal: what happened, what went wrong, the numbers, and where to read on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bangdan.cli.printing import NUMBER, console, table
from bangdan.language import LANGUAGE, Words, say
from bangdan.rehearsing import Performance, peak_megabytes
from bangdan.report.files import Written
from bangdan.report.gathering import Findings
from bangdan.report.nominations import Line
from bangdan.report.story import Chapter, Scene, Tone, story
from bangdan.report.troubles import Trouble, troubles
from bangdan.report.verdict import verdict

STYLES: dict[Tone, str] = {"plain": "", "mark": "bold", "good": "green", "bad": "red"}
WIDEST_BAR = 30  # columns


def spoken(words: Words) -> str:
    """In the reader's language."""
    return words.zh if LANGUAGE == "zh" else words.en


def tell(found: Findings, done: Performance, written: Written) -> None:
    """Print it all."""
    screen = console()
    screen.print()
    screen.print(Text(f"{spoken(found.name)}  {say('彩排', 'rehearsal')}", style="bold"))
    screen.print(spoken(verdict(found)))
    for chapter in story(found):
        _chapter(screen, found, chapter)
    _troubles(screen, troubles(found))
    _table(screen, found)
    _end(screen, done, written)


def _heading(screen: Console, words: str) -> None:
    screen.print()
    screen.print(Text(words, style="bold underline"))


def _chapter(screen: Console, found: Findings, chapter: Chapter) -> None:
    _heading(screen, spoken(chapter.title))
    for scene in chapter.scenes:
        _entry(screen, *_scene(found, scene))
        for line in _bars(scene):
            screen.print(line)


def _entry(screen: Console, head: Text, body: Text) -> None:
    """A head and what belongs to it: on a terminal its lines stand under each other, in a pipe it is one line."""
    if not screen.is_terminal:
        screen.print(Text.assemble(head, body))
        return
    both = Table.grid()
    both.add_column(no_wrap=True)
    both.add_column(overflow="fold")
    both.add_row(head, body)
    screen.print(both)


def _scene(found: Findings, scene: Scene) -> tuple[Text, Text]:
    dial = found.dial
    moment = f"{dial.day(scene.at, end=scene.end).year}-{dial.short(scene.at, end=scene.end)}"
    return Text(f"{moment}  ", style="dim"), Text(spoken(scene.words), style=STYLES[scene.tone])


def _bars(scene: Scene) -> Iterator[Text]:
    """The numbers that belong to a scene, as bars."""
    most = max((n for _, n in scene.bars), default=0) or 1
    for label, n in scene.bars:
        bar = "█" * round(WIDEST_BAR * n / most)
        yield Text.assemble(" " * 18, (f"{spoken(label)} ", "dim"), (bar, "blue"), f" {n}")


def _troubles(screen: Console, found: Iterable[Trouble]) -> None:
    _heading(screen, say("问题，以及应由谁办理", "What went wrong, and who would have had to act"))
    for each in found:
        advice = f"{say('应办：', 'to act: ')}{spoken(each.who)}{say('，', ', ')}{spoken(each.act)}"
        _entry(
            screen,
            Text("  • ", style="red" if each.grave else "yellow"),
            Text.assemble(spoken(each.what), (f"  {advice}", "dim")),
        )


def _table(screen: Console, found: Findings) -> None:
    _heading(screen, say("各榜单", "By list"))
    steps, outs = found.funnel.steps, found.funnel.outs
    made = table(say("榜单", "list"), *[(spoken(step.words), NUMBER) for step in (*steps, *outs)])
    for line in (*found.funnel.lines, found.funnel.total):
        made.add_row(
            *_cells(line, [step.key for step in steps], [out.key for out in outs]),
            style="bold" if line is found.funnel.total else "",
        )
    screen.print(made)


def _cells(line: Line, steps: Iterable[str], outs: Iterable[str]) -> list[str]:
    numbers = [*(line.reached.get(key, 0) for key in steps), *(line.out.get(key, 0) for key in outs)]
    return ["  " * line.level + spoken(line.name), *(str(n) if n else "·" for n in numbers)]


def _end(screen: Console, done: Performance, written: Written) -> None:
    peak = peak_megabytes()
    memory = "" if peak is None else say(f"，内存峰值 {peak:.0f} MB", f", peak memory {peak:.0f} MB")
    screen.print(
        Text(
            say(
                f"彩排用时 {done.seconds:.1f} 秒，报告 {written.seconds:.1f} 秒{memory}",
                f"played in {done.seconds:.1f} s, reported in {written.seconds:.1f} s{memory}",
            ),
            style="dim",
        )
    )
    screen.print()
    screen.print(Text.assemble(say("报告    ", "report   "), (str(written.page), "bold")))
    screen.print(
        say(
            f"样信    {written.folder}（{written.letters} 封，可用邮件程序打开）",
            f"letters  {written.folder} ({written.letters}, for any mail program)",
        )
    )
    screen.print(say(f"数据库  {done.database}", f"database {done.database}"))
    screen.print(say("继续查看：", "look further: ") + f"BANGDAN_DATABASE_URL=sqlite:///{done.database} bangdan status")
