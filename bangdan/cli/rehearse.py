"""`bangdan rehearse`: a whole campaign in virtual time, its story on the terminal, its report in a folder."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bangdan.cli.app import CAMPAIGN, app
from bangdan.cli.refusing import REFUSED
from bangdan.cli.speaking import command
from bangdan.language import say

if TYPE_CHECKING:
    from bangdan.cli.campaign_file import CampaignFile
    from bangdan.rehearsed_twice import Compared
    from bangdan.rehearsing import Performance
    from engine.rehearsal.play import Size
    from engine.rosters.importing import Upload
    from workflows.definition import Definition

MOST_SHOWN = 20  # differences

FileArgument = Annotated[
    str,
    typer.Argument(
        metavar="FILE", help=say("活动文件，或自带活动的名称", "A campaign file, or an embedded one's name.")
    ),
]
OutOption = Annotated[
    Path,
    typer.Option("--out", "-o", metavar=say("目录", "FOLDER"), file_okay=False,
                 help=say("报告、样信和数据库写到哪里", "Where the report, sample letters and database go.")),
]  # fmt: skip
UnitsOption = Annotated[int, typer.Option("--units", min=10, max=5000, help=say("推荐单位数", "How many units."))]
NominationsOption = Annotated[
    int, typer.Option("--nominations", min=1, max=100_000, help=say("申报项目数", "How many nominations."))
]
SeedOption = Annotated[
    int, typer.Option("--seed", help=say("随机种子：相同的种子得到相同的彩排", "The same seed, the same rehearsal."))
]
RosterOption = Annotated[
    Path | None,
    typer.Option("--roster", metavar=say("名册", "ROSTER"), exists=True, dir_okay=False,
                 help=say("用真实的单位名册（CSV 或 XLSX，同 unit import）代替虚构的单位",
                          "A real roster of units (as for unit import) instead of made-up ones.")),
]  # fmt: skip
DatabaseOption = Annotated[
    str | None,
    typer.Option("--database", metavar=say("地址", "ADDRESS"),
                 help=say("再在这个空的 PostgreSQL 数据库上做同样的彩排，并逐条对照两边的历史和邮件",
                          "Rehearse on this empty PostgreSQL database too, and compare history and letters.")),
]  # fmt: skip
WorkersOption = Annotated[
    int,
    typer.Option("--workers", metavar="N", min=0, max=32,
                 help=say("在 --database 上由几个工作进程办理；0 为本进程",
                          "By how many worker processes on --database; 0 is this process.")),
]  # fmt: skip
ExtendOption = Annotated[
    bool, typer.Option("--extend", help=say("途中延期一次征集截止时间", "Extend the collection once on the way."))
]


@command(app, "rehearse", panel=CAMPAIGN,
         zh="用虚拟时间把整个活动彩排一遍，生成报告（人员、项目均为虚构，单位可用真实名册）",
         en="Play a whole campaign in virtual time; units may be yours, the rest is made up")  # fmt: skip
def rehearse(
    *,
    file: FileArgument,
    out: OutOption = Path("out"),
    units: UnitsOption = 300,
    nominations: NominationsOption = 2300,
    seed: SeedOption = 2023,
    extend: ExtendOption = False,
    roster: RosterOption = None,
    database: DatabaseOption = None,
    workers: WorkersOption = 0,
) -> None:
    # Here and in all commands, not above: what a rehearsal takes to import, help need not wait for.
    from bangdan.cli.campaign_file import read_campaign_file
    from engine.rehearsal.play import Size
    from engine.rosters.importing import Upload
    from workflows.loading import load

    if workers and not database:
        raise typer.BadParameter(say("--workers 须与 --database 同用", "--workers needs --database"))
    read = read_campaign_file(file)
    definition = load(read.source, name=read.name).definition
    size = Size(seed=seed, units=units, nominations=nominations, extend=extend)
    given = Upload(content=roster.read_bytes(), name=roster.name) if roster else None
    again = Again(place=database, workers=workers) if database else None
    _rehearse(read, definition, out, Programme(size=size, roster=given, again=again))


@dataclass(frozen=True, kw_only=True)
class Again:
    """Where the same is to be rehearsed once more, and by how many workers."""

    place: str
    workers: int


@dataclass(frozen=True, kw_only=True)
class Programme:
    """What is to be played, and where again."""

    size: Size
    roster: Upload | None
    again: Again | None


def _rehearse(read: CampaignFile, definition: Definition, out: Path, programme: Programme) -> None:
    from bangdan import rehearsed_twice
    from bangdan.cli.progress import Progress
    from bangdan.rehearsing import perform, stage
    from engine.rehearsal.play import span

    size, roster, again = programme.size, programme.roster, programme.again
    with ExitStack() as stack:
        second = rehearsed_twice.stage(again.place) if again else None  # refused before anything is written
        out.mkdir(parents=True, exist_ok=True)
        opened = stage(out)
        for each in filter(None, (opened, second)):
            stack.callback(each.database.dispose)
        shown = partial(Progress, definition=definition, span=span(definition, opened.workdays))
        with shown(office=opened) as progress:
            done = perform(opened, read, definition, out, size=size, progress=progress, roster=roster)
        _report(done, out)
        if again and second:
            with shown(office=second) as progress:
                found = rehearsed_twice.perform_again(
                    opened.database, second, read, definition, size=size, workers=again.workers, progress=progress,
                    roster=roster,
                )  # fmt: skip
            _compare(found, again)


def _compare(found: Compared, again: Again) -> None:
    """Say whether the two are alike; ends with 1 where they are not."""
    n = {table: found.rows.get(table, 0) for table in ("event", "letter", "call")}
    by = say(f"{again.workers or 1}个进程", f"{again.workers} workers" if again.workers else "1 process")
    rows = sum(found.rows.values())
    what = say(f"历史{n['event']}条、邮件{n['letter']}封、待电话通知{n['call']}条，共{rows}行",
               f"{n['event']} events, {n['letter']} letters, {n['call']} calls, {rows} rows in all")  # fmt: skip
    typer.echo(say(f"对照    SQLite（1个进程）与 PostgreSQL（{by}）：{what}",
                   f"compared  SQLite (1 process) and PostgreSQL ({by}): {what}"))  # fmt: skip
    if not found.differences:
        typer.echo(say("        两边一致（同一时刻内的先后不计）", "          alike, order within an instant aside"))
        return
    for each in found.differences[:MOST_SHOWN]:
        typer.echo(f"{each.table}  SQLite {each.first}, PostgreSQL {each.second}: {each.row}", err=True)
    typer.echo(say(f"两边有{len(found.differences)}处不同", f"{len(found.differences)} differences"), err=True)
    raise typer.Exit(REFUSED)


def _report(done: Performance, out: Path) -> None:
    from bangdan.cli.telling import tell
    from bangdan.report.files import write
    from bangdan.report.gathering import gather

    found = gather(done.office, done.played)
    tell(found, done, write(found, done, out))
