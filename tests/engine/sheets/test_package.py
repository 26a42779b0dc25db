"""The zip of a workbook, as somebody might forge it."""

from __future__ import annotations

import io
import random
import struct
import zipfile

import pytest

from engine.sheets.package import MOST_MEMBERS, Package
from tests.engine.sheets.making import HEADER, SHEET_PART, packed, parts, refusal, said, workbook
from workflows.reasons import FileRefused

GOOD = workbook([HEADER, ["A1", "丁波"]])


def test_a_part_that_expands_a_thousandfold_is_refused_before_it_is_unpacked() -> None:
    bomb = packed(parts(GOOD) | {SHEET_PART: b"\0" * (2 << 20)})
    [reason] = refusal(bomb)
    assert (reason.code, "it expands more than a table does" in reason.en) == ("IMP-14", True)


def test_many_parts_that_together_unpack_to_more_than_50_mb_are_too_much() -> None:
    noise = random.Random(1)
    piece = b"".join(noise.randbytes(300) + b" " * 9_000 for _ in range(600))
    content = packed({f"xl/worksheets/sheet{n}.xml": piece for n in range(10)})
    with pytest.raises(FileRefused) as caught:
        Package(content)
    assert [(reason.code, reason.facts) for reason in caught.value.reasons] == [
        ("IMP-13", {"size_mb": 53, "limit_mb": 50})
    ]


def test_more_than_200_parts_are_refused_before_the_directory_is_read() -> None:
    many = packed({f"xl/p{n}.xml": b"" for n in range(MOST_MEMBERS + 1)})
    assert said(refusal(many)) == [("IMP-14", "people.xlsx")]


@pytest.mark.parametrize("declared", [0, 10, 1 << 30])
def test_a_forged_size_is_refused(declared: int) -> None:
    forged = bytearray(GOOD)
    entry = forged.rindex(SHEET_PART.encode()) - 46
    struct.pack_into("<L", forged, entry + 24, declared)
    assert [reason.code for reason in refusal(bytes(forged))] == ["IMP-14"]


def test_two_parts_of_one_name_are_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name, content in (parts(GOOD) | {SHEET_PART.upper(): b"<x/>"}).items():
            package.writestr(name, content)
    assert said(refusal(out.getvalue())) == [("IMP-14", "people.xlsx")]


def test_an_unusual_compression_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_LZMA) as package:
        package.writestr("xl/workbook.xml", b"<x/>")
    assert said(refusal(out.getvalue())) == [("IMP-14", "people.xlsx")]


def test_a_part_with_a_password_is_refused() -> None:
    locked = bytearray(GOOD)
    locked[locked.index(b"PK\x01\x02") + 8] |= 1
    assert said(refusal(bytes(locked))) == [("IMP-14", "people.xlsx")]


@pytest.mark.parametrize("content", [GOOD[:-30], GOOD[:200], b"PK\x03\x04", b"PK\x05\x06" + bytes(18)])
def test_a_torn_file_is_refused(content: bytes) -> None:
    assert refusal(content)[0].code in {"IMP-14", "IMP-15"}


def test_names_that_climb_out_of_the_zip_are_never_read() -> None:
    table_and_more = packed(parts(GOOD) | {"../../etc/passwd": b"x", "/abs": b"y"})
    assert Package(table_and_more).part("xl/workbook.xml") == parts(GOOD)["xl/workbook.xml"]
