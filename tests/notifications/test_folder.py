from __future__ import annotations

from pathlib import Path

import pytest

from notifications.doors import Parcel
from notifications.folder import FolderDoor
from tests.notifications.samples import NOON
from tests.notifications.test_smtp import Round

pytestmark = pytest.mark.anyio


def _parcel(number: int, *, to: str = "zheng@unit.example", raw: bytes = b"raw") -> Parcel:
    return Parcel(id=number, public_id=f"id{number}", to_address=to, date=NOON, raw=raw)


async def _deliver(folder: Path, *parcels: Parcel, durable: bool = True, kept_back: set[int] | None = None) -> Round:
    round_ = Round()
    round_.kept_back = kept_back or set()
    stop = await FolderDoor(folder, durable=durable).deliver(parcels, dot=round_.dot, report=round_.report)
    round_.stop, round_.alarm = (stop.kind, stop.alarm) if stop else (None, False)
    return round_


def _files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize("durable", [True, False])
async def test_a_letter_becomes_a_file_named_by_date_reader_and_id(tmp_path: Path, durable: bool) -> None:
    done = await _deliver(tmp_path / "mail", _parcel(1), durable=durable)
    name = "20231127T040000Z-zheng@unit.example-id1.eml"
    assert _files(tmp_path / "mail") == {name: b"raw"}
    assert (done.kinds(), done.answers[1].words) == ({1: "sent"}, name)


async def test_a_repeat_makes_no_second_file(tmp_path: Path) -> None:
    await _deliver(tmp_path, _parcel(1))
    await _deliver(tmp_path, _parcel(1))
    assert len(_files(tmp_path)) == 1


async def test_a_letter_kept_back_at_the_gate_is_not_written(tmp_path: Path) -> None:
    done = await _deliver(tmp_path, _parcel(1), _parcel(2), kept_back={1})
    assert (done.kinds(), [name[-7:] for name in _files(tmp_path)]) == ({2: "sent"}, ["id2.eml"])


async def test_no_address_leads_out_of_the_folder(tmp_path: Path) -> None:
    await _deliver(tmp_path / "mail", _parcel(1, to="../../x/张三@unit.example"))
    assert list(_files(tmp_path / "mail")) == ["20231127T040000Z-.._.._x_张三@unit.example-id1.eml"]


async def test_a_folder_that_can_not_be_written_stops_the_round_with_an_alarm(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("a file, not a folder")
    done = await _deliver(tmp_path / "mail", _parcel(1))
    assert (done.kinds(), done.stop, done.alarm) == ({1: "known_not_delivered"}, "folder", True)
