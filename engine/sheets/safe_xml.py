"""XML from strangers, as a stream of elements. A document type is refused, so no entity can grow or reach outside."""

from __future__ import annotations

from collections.abc import Callable
from xml.parsers import expat

CHUNK = 1 << 16  # bytes fed at a time, so that a handler that has seen enough stops the reading

Start = Callable[[str, dict[str, str]], None]


class UnsafeXmlError(Exception):
    """Not well-formed, or with a document type. Remedy: save the file anew in a spreadsheet program."""


def walk(data: bytes, *, start: Start, end: Callable[[str], None], text: Callable[[str], None]) -> None:
    """Calls the handlers for every element (local names, attributes as written) and every run of text.

    Raises UnsafeXmlError, and whatever a handler raises.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse
    parser.StartElementHandler = lambda name, attributes: start(_local(name), attributes)
    parser.EndElementHandler = lambda name: end(_local(name))
    parser.CharacterDataHandler = text
    try:
        for position in range(0, len(data), CHUNK):
            parser.Parse(data[position : position + CHUNK], False)
        parser.Parse(b"", True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise UnsafeXmlError(str(error)) from error


def _refuse(*_: object) -> None:
    raise UnsafeXmlError("document type")


def _local(name: str) -> str:
    return name.rpartition(":")[2]
