"""The zip of a workbook, opened without trusting it.

Before anything is unpacked: the number of members, the sum of their sizes and how far they expand. Unpacking itself
stops at the declared size, and only the few parts that hold a table are unpacked, in memory: pictures, macros and links
are never read, and no name inside the zip ever becomes a path. `rebuilt` packs checked parts anew, so that a reader
downstream sees the very bytes that were checked and none of the original's contradictions between its two directories.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Mapping

from engine.sheets import answers
from workflows.reasons import FileRefused, Reason

MOST_MEMBERS = 200
MOST_BYTES = 50 << 20  # of all members, unpacked
HIGHEST_RATIO = 100  # unpacked to packed; a sheet of numbers reaches about 20
UNJUDGED = 1 << 20  # bytes: a member this small may have any ratio
DIRECTORY_ENTRY = b"PK\x01\x02"
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError)


class Package:
    """The parts of a zip by lower-case name, unpacked on request."""

    def __init__(self, content: bytes) -> None:
        """Raises FileRefused: IMP-13 (too much), IMP-14 (damaged or unsafe)."""
        # Counted before zipfile reads the directory: half a million entries would take 300 MB.
        if content.count(DIRECTORY_ENTRY) > MOST_MEMBERS:
            raise FileRefused(answers.damaged(f"超过 {MOST_MEMBERS} 个部件", f"more than {MOST_MEMBERS} parts"))
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(content))
        except BROKEN:
            raise FileRefused(answers.damaged("压缩包打不开", "the zip can't be opened")) from None
        members = self._zip.infolist()
        if reason := _suspicion(members, len(content)):
            raise FileRefused(reason)
        self._members = {_plain(member.filename): member for member in members}

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._members)

    def part(self, name: str) -> bytes | None:
        """The part's bytes; None where there is none. Raises FileRefused IMP-14."""
        member = self._members.get(name.lower())
        if member is None:
            return None
        try:
            content = self._zip.read(member)
        except BROKEN:
            raise FileRefused(answers.damaged(f"{name} 读不出来", f"{name} can't be unpacked")) from None
        if len(content) != member.file_size:
            raise FileRefused(answers.damaged(f"{name} 大小不符", f"{name} is not as large as it says"))
        return content


def rebuilt(parts: Mapping[str, bytes]) -> io.BytesIO:
    """A zip with these parts and nothing else, not compressed."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name, content in parts.items():
            package.writestr(name, content)
    out.seek(0)
    return out


def _plain(name: str) -> str:
    return name.replace("\\", "/").lower()


def _suspicion(members: list[zipfile.ZipInfo], packed: int) -> Reason | None:
    """Why this zip is not unpacked. The ratio is asked first: a bomb is no table that happens to be long."""
    if any(member.flag_bits & 1 for member in members):
        return answers.damaged("有密码", "it has a password")
    if len({_plain(member.filename) for member in members}) < len(members):
        return answers.damaged("部件重名", "two parts have one name")
    if any(member.compress_type not in METHODS for member in members):
        return answers.damaged("压缩方式不明", "unusual compression")
    unpacked = sum(member.file_size for member in members)
    if any(_expands(member.file_size, member.compress_size) for member in members) or _expands(unpacked, packed):
        return answers.damaged("压缩比异常", "it expands more than a table does")
    if unpacked > MOST_BYTES:
        return answers.too_large(unpacked >> 20, MOST_BYTES >> 20)
    return None


def _expands(unpacked: int, packed: int) -> bool:
    return unpacked > UNJUDGED and unpacked >= HIGHEST_RATIO * packed
