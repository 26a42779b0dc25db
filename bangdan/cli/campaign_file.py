"""Which campaign file a person means: a path, or the bare name of one that comes with the program."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from bangdan import ROOT
from bangdan.language import say

EMBEDDED = ROOT / "config" / "campaigns"
LETTERS = ROOT / "templates" / "letters"
LARGEST = 1_000_000  # bytes

FileArgument = Annotated[
    str,
    typer.Argument(
        metavar=say("活动文件", "FILE"),
        help=say("活动文件，或自带活动的名称，如 kczg-2023", "A file, or the name of an embedded one: kczg-2023."),
    ),
]
MaybeFileArgument = Annotated[
    str | None,
    typer.Argument(
        metavar=say("活动文件", "FILE"),
        help=say("活动文件；不写则看已启动的活动", "A campaign file; without it, the open campaign."),
    ),
]


@dataclass(frozen=True, kw_only=True, slots=True)
class CampaignFile:
    """A campaign file as it was read; `name` is for messages."""

    name: str
    source: bytes

    @property
    def text(self) -> str:
        """Only after the file was loaded, which proves its encoding."""
        return self.source.decode("utf-8-sig")


def read_campaign_file(named: str) -> CampaignFile:
    """The file at the path `named`, or the embedded one of that name (`kczg-2023`). Raises FileRefused.

    A path that exists wins, so that nobody's own file is passed over.
    """
    path = _found(named)
    if path.is_dir():
        raise _refused("FIL-02", named, "这是文件夹，请写出其中的活动文件", "is a folder; name the campaign file in it")
    try:
        with path.open("rb") as file:
            source = file.read(LARGEST + 1)
    except OSError as error:
        raise _refused("FIL-02", named, f"无法读取：{error.strerror}", f"can't be read: {error.strerror}") from error
    if len(source) > LARGEST:
        raise _refused("FIL-03", named, "活动文件超过1 MB", "a campaign file has at most 1 MB")
    return CampaignFile(name=path.name, source=source)


def embedded() -> list[str]:
    """The names of the campaigns that come with the program."""
    return sorted(path.stem for path in EMBEDDED.glob("*.toml"))


def _found(named: str) -> Path:
    path = Path(named)
    if path.exists():
        return path
    if named in embedded():
        return EMBEDDED / f"{named}.toml"
    known = "、".join(embedded())
    raise _refused("FIL-01", named, f"没有这个文件，也不是自带的活动（{known}）",
                   f"no such file, nor a campaign that comes with the program ({', '.join(embedded())})")  # fmt: skip


def _refused(code: str, named: str, zh: str, en: str) -> Exception:
    from workflows.reasons import FileRefused, Reason

    return FileRefused(Reason(code=code, zh=zh, en=en, where=named[:200]))
