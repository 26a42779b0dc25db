"""Files that a visitor takes away, written whole before the first byte leaves: half of one must not look whole."""

from __future__ import annotations

import tempfile
import unicodedata
from collections.abc import Callable, Iterator
from typing import IO, BinaryIO
from urllib.parse import quote

from starlette.responses import StreamingResponse

CHUNK = 1 << 16  # bytes
IN_MEMORY = 1 << 20  # bytes; what is longer goes to the disk
LONGEST_NAME = 120  # characters


def download(name: str, media_type: str, write: Callable[[BinaryIO], None]) -> StreamingResponse:
    """What `write` writes, as a file of that name. Raises what `write` raises; then nothing was sent."""
    content: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - closed when it was sent
    try:
        write(content)  # type: ignore[arg-type]  # it has everything that a BinaryIO has
        size = content.tell()
        content.seek(0)
    except BaseException:
        content.close()
        raise
    headers = {"content-disposition": disposition(name), "content-length": str(size)}
    return StreamingResponse(_chunks(content), media_type=media_type, headers=headers)


def _chunks(content: IO[bytes]) -> Iterator[bytes]:
    with content:
        while chunk := content.read(CHUNK):
            yield chunk


def disposition(name: str) -> str:
    """A file's name as RFC 6266 writes it: whole for browsers of today, in ASCII for whatever else there is."""
    safe = "".join(char for char in name if _writable(char)).strip(" .")[-LONGEST_NAME:] or "file"
    plain = "".join(char if char.isascii() and (char.isalnum() or char in "._-") else "_" for char in safe)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(safe, safe='')}"


def _writable(char: str) -> bool:
    """Whether a file's name may hold it on every system."""
    return (char not in '/\\:*?"<>|' and not unicodedata.category(char).startswith(("C", "Z"))) or char == " "
