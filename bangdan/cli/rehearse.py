"""`bangdan rehearse`: a whole campaign in virtual time, its story on the terminal, its report in a folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bangdan.cli.app import CAMPAIGN, app
from bangdan.cli.speaking import command
from bangdan.language import say

if TYPE_CHECKING:
    from bangdan.cli.campaign_file import CampaignFile
    from bangdan.rehearsing import Performance
    from engine.rehearsal.play import Size
    from workflows.definition import Definition

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
ExtendOption = Annotated[
    bool, typer.Option("--extend", help=say("途中延期一次征集截止时间", "Extend the collection once on the way."))
]


@command(app, "rehearse", panel=CAMPAIGN,
         zh="用虚拟时间把整个活动彩排一遍，生成报告（人员、单位、项目均为虚构）",
         en="Play a whole campaign in virtual time and report on it; everybody in it is made up.")  # fmt: skip
def rehearse(
    *,
    file: FileArgument,
    out: OutOption = Path("out"),
    units: UnitsOption = 300,
    nominations: NominationsOption = 2300,
    seed: SeedOption = 2023,
    extend: ExtendOption = False,
) -> None:
    # Here and in all commands, not above: what a rehearsal takes to import, help need not wait for.
    from bangdan.cli.campaign_file import read_campaign_file
    from engine.rehearsal.play import Size
    from workflows.loading import load

    read = read_campaign_file(file)
    definition = load(read.source, name=read.name).definition
    out.mkdir(parents=True, exist_ok=True)
    _rehearse(read, definition, out, Size(seed=seed, units=units, nominations=nominations, extend=extend))


def _rehearse(read: CampaignFile, definition: Definition, out: Path, size: Size) -> None:
    from bangdan.cli.progress import Progress
    from bangdan.rehearsing import perform, stage
    from engine.rehearsal.play import span

    opened = stage(out)
    try:
        with Progress(office=opened, definition=definition, span=span(definition)) as progress:
            done = perform(opened, read, definition, out, size=size, progress=progress)
        _report(done, out)
    finally:
        opened.database.dispose()


def _report(done: Performance, out: Path) -> None:
    from bangdan.cli.telling import tell
    from bangdan.report.files import write
    from bangdan.report.gathering import gather

    found = gather(done.office, done.played)
    tell(found, done, write(found, done, out))
