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
RosterOption = Annotated[
    Path | None,
    typer.Option("--roster", metavar=say("名册", "ROSTER"), exists=True, dir_okay=False,
                 help=say("用真实的单位名册（CSV 或 XLSX，同 unit import）代替虚构的单位",
                          "A real roster of units (as for unit import) instead of made-up ones.")),
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
) -> None:
    # Here and in all commands, not above: what a rehearsal takes to import, help need not wait for.
    from bangdan.cli.campaign_file import read_campaign_file
    from engine.rehearsal.play import Size
    from workflows.loading import load

    read = read_campaign_file(file)
    definition = load(read.source, name=read.name).definition
    out.mkdir(parents=True, exist_ok=True)
    size = Size(seed=seed, units=units, nominations=nominations, extend=extend)
    _rehearse(read, definition, out, size, roster)


def _rehearse(read: CampaignFile, definition: Definition, out: Path, size: Size, roster: Path | None) -> None:
    from bangdan.cli.progress import Progress
    from bangdan.rehearsing import perform, stage
    from engine.rehearsal.play import span
    from engine.rosters.importing import Upload

    given = Upload(content=roster.read_bytes(), name=roster.name) if roster else None

    opened = stage(out)
    try:
        with Progress(office=opened, definition=definition, span=span(definition, opened.workdays)) as progress:
            done = perform(opened, read, definition, out, size=size, progress=progress, roster=given)
        _report(done, out)
    finally:
        opened.database.dispose()


def _report(done: Performance, out: Path) -> None:
    from bangdan.cli.telling import tell
    from bangdan.report.files import write
    from bangdan.report.gathering import gather

    found = gather(done.office, done.played)
    tell(found, done, write(found, done, out))
