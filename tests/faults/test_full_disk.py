"""A full disk under each store of a house that runs: a clear answer, nothing half stored, and on again with room."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import httpx2
import pytest
from sqlalchemy import select
from sqlmodel import col

from engine.database import Database
from engine.letters.composing import compose
from engine.letters.post import Post
from engine.office import Office
from engine.tables import Nomination
from notifications.delivery import DeliveryReport
from notifications.folder import FolderDoor
from notifications.letter import Sender, check_address
from notifications.tables import LETTER
from tests.builders import LETTERS, House
from tests.faults import needs
from tests.faults.accepting import again, prepared
from tests.faults.desks import CAMPAIGN, LiveDesk, command_line, furnished, served
from tests.faults.small_disk import SmallDisk, small_disk
from tests.small import DURING, faults

pytestmark = needs.mounting()
UNKNOWN = "数据库在保存时中断，不知是否已经保存；请再提交一次，不会重复办理"
NO_DISK = "服务器的磁盘或临时目录暂不可用（可能已满），本次内容没有保存；请稍后再试，或告知管理员"
LARGE = b"a,b\n" + b"1,2\n" * 500_000  # more than what is kept in memory while it comes


@dataclass(frozen=True, kw_only=True)
class Stores:
    """A desk that runs, and the disks that its database, its temporary files and its log lie on."""

    desk: LiveDesk
    folder: Path
    database: SmallDisk
    temporary: SmallDisk
    log: SmallDisk

    def stored(self) -> dict[str, str]:
        """Where each nomination stands, and no fault in the history."""
        with _house(self.desk.house.url) as house:
            assert faults(house) == ()
            with house.read() as work:
                found = work.connection.execute(select(col(Nomination.public_id), col(Nomination.state))).all()
        return {row[0]: row[1] for row in found}


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stores]:
    """All of that, up, with room everywhere."""
    folder = tmp_path_factory.mktemp("house")
    with ExitStack() as stack:
        database, temporary, log = (
            stack.enter_context(small_disk(folder / name)) for name in ("data", "temporary", "log")
        )
        house = furnished(f"sqlite:///{database.path / 'bangdan.sqlite3'}", drafts=8)
        environment = {"TMPDIR": str(temporary.path)}
        desk = served(house, folder, "--no-engine", environment=environment, log=log.path / "desk.log")
        yield Stores(desk=stack.enter_context(desk), folder=folder, database=database, temporary=temporary, log=log)


def _reasons(answer: httpx2.Response) -> tuple[int, list[tuple[str, str]]]:
    return answer.status_code, [(each["code"], each["zh"]) for each in answer.json()["reasons"]]


def test_the_api_says_that_the_database_has_no_room_and_stores_it_once_when_there_is(stores: Stores) -> None:
    draft = stores.desk.drafts[0]
    stores.database.fill()
    full = [stores.desk.submit(draft, key="one") for _ in range(2)]
    readable = stores.desk.client.get(f"/api/campaigns/{CAMPAIGN}/nominations")
    before = stores.stored()[draft]
    stores.database.free()
    freed = [stores.desk.submit(draft, key="one") for _ in range(2)]
    assert [_reasons(each) for each in full] == [(503, [("SYS-02", UNKNOWN)])] * 2
    assert (readable.status_code, before) == (200, "drafted")
    assert [each.status_code for each in freed] == [200, 200]
    assert (freed[0].json(), stores.stored()[draft]) == (freed[1].json(), "submitted")


def test_a_page_says_it_too_and_the_same_button_works_when_there_is_room(stores: Stores) -> None:
    draft = stores.desk.drafts[1]
    stores.desk.submit(draft, key="two")
    stores.database.fill()
    full = stores.desk.press(draft, "disqualify", key="pressed")
    before = stores.stored()[draft]
    stores.database.free()
    freed = stores.desk.press(draft, "disqualify", key="pressed")
    assert (full.status_code, UNKNOWN in full.text, before) == (503, True, "submitted")
    assert (freed.status_code, stores.stored()[draft]) == (303, "disqualified")


def test_a_command_says_it_too_and_ends_with_4(stores: Stores) -> None:
    draft, words = stores.desk.drafts[2], ("nomination", "submit", "--key", "typed")
    stores.database.fill()
    full = command_line(stores.desk.house.url, stores.folder, *words, stores.desk.drafts[2])
    before = stores.stored()[draft]
    stores.database.free()
    freed = command_line(stores.desk.house.url, stores.folder, *words, draft)
    assert (full.code, full.out, UNKNOWN in full.err, before) == (4, "", True, "drafted")
    assert (freed.code, stores.stored()[draft]) == (0, "submitted")


def test_a_command_whose_answer_can_not_be_written_says_that_it_was_done(stores: Stores) -> None:
    draft = stores.desk.drafts[3]
    with Path("/dev/full").open("wb") as full:
        said = command_line(stores.desk.house.url, stores.folder, "nomination", "submit", draft, output=full)
    assert (said.code, stores.stored()[draft]) == (4, "submitted")
    assert "SYS-03  已经办理并保存，但结果没有显示完" in said.err


def test_a_file_that_finds_no_room_on_its_way_in_is_refused_in_words(stores: Stores) -> None:
    path, key = f"/api/campaigns/{CAMPAIGN}/imports/nominations", {"idempotency-key": "file"}
    before = stores.stored()
    assert stores.desk.client.get(f"/api/campaigns/{CAMPAIGN}/exports/nominations").status_code == 200
    stores.temporary.fill()
    sent = stores.desk.client.post(path, headers=key, files={"file": ("a.csv", LARGE, "text/csv")})
    taken = stores.desk.client.get(f"/api/campaigns/{CAMPAIGN}/exports/nominations")
    page = stores.desk.page("exports/nominations.xlsx")
    stores.temporary.free()
    assert [_reasons(sent), _reasons(taken)] == [(503, [("SYS-01", NO_DISK)])] * 2
    assert (page.status_code, NO_DISK in page.text) == (503, True)
    assert (stores.stored(), stores.temporary.names()) == (before, [])
    assert stores.desk.client.get(f"/api/campaigns/{CAMPAIGN}/exports/nominations").status_code == 200


def test_a_log_without_room_stops_nobody(stores: Stores) -> None:
    draft = stores.desk.drafts[4]
    stores.log.fill()
    refused = stores.desk.client.get(f"/api/campaigns/{CAMPAIGN}/nominations", params={"sort": "x" * 10_000})
    answer = stores.desk.submit(draft, key="logged")
    stores.log.free()
    assert (refused.status_code, answer.status_code, stores.stored()[draft]) == (422, 200, "submitted")


def test_a_backup_without_room_leaves_nothing_and_says_so(stores: Stores) -> None:
    disk, url = stores.temporary, stores.desk.house.url
    disk.fill()
    full = command_line(url, stores.folder, "backup", str(disk.path / "house.zip"))
    left = disk.names()
    disk.free()
    freed = command_line(url, stores.folder, "backup", str(disk.path / "house.zip"))
    disk.fill()
    restored = command_line(f"sqlite:///{disk.path / 'new.sqlite3'}", stores.folder, "restore",
                            str(disk.path / "house.zip"))  # fmt: skip
    disk.free()
    assert (full.code, left, freed.code, restored.code, disk.names()) == (4, [], 0, 4, ["house.zip"])
    for said in (full, restored):
        assert re.search("SYS-01  系统或数据库不可用，本次操作未保存", said.err)
    (disk.path / "house.zip").unlink()


def test_letters_that_find_no_room_in_their_folder_wait_and_leave_once_when_there_is(tmp_path: Path) -> None:
    waiting = prepared(tmp_path)
    again(waiting.fresh(), waiting.draft)
    with (
        small_disk(tmp_path / "letters") as disk,
        _house(f"sqlite:///{tmp_path / 'copy' / 'bangdan.sqlite3'}") as house,
    ):
        disk.fill()
        full, left = _deliver(house, disk.path, at=DURING), disk.names()
        state = _letter(house)
        disk.free()
        _deliver(house, disk.path, at=DURING + timedelta(days=1))
        names, sent = disk.names(), _letter(house)
    assert (full.stop and full.stop.zh.split("：")[0], left, state) == ("无法写入邮件目录", [], "ready")
    assert (len(names), names[0].endswith(".eml"), sent) == (1, True, "sent")


@contextmanager
def _house(url: str) -> Iterator[House]:
    database = Database(url)
    yield House(office=Office(database=database), campaign=CAMPAIGN)
    database.dispose()


def _deliver(house: House, folder: Path, *, at: datetime) -> DeliveryReport:
    """What is due at that instant, into that folder; the last round's report."""
    post = Post(
        office=house.office, open_door=lambda: nullcontext(FolderDoor(folder)),
        sender=Sender(name="示例学会办公室", address=check_address("office@example.org")),
        compose=compose(house.office.memory.latest, LETTERS), clock=lambda: at, worker="test",
    )  # fmt: skip
    with house.read(at):  # the definitions that letters are written from
        return post.deliver()[-1]


def _letter(house: House) -> str:
    with house.office.database.read() as connection:
        return str(connection.execute(select(LETTER.c.state)).scalar_one())


def test_a_database_on_a_disk_that_may_only_be_read_is_said_to_be_and_nothing_is_changed(tmp_path: Path) -> None:
    with small_disk(tmp_path / "data") as disk:
        house = furnished(f"sqlite:///{disk.path / 'bangdan.sqlite3'}")
        disk.allow("ro")
        refused = command_line(house.url, tmp_path, "nomination", "submit", house.drafts[0])
        disk.allow("rw")
        done = command_line(house.url, tmp_path, "nomination", "submit", house.drafts[0])
        with _house(house.url) as opened:
            assert faults(opened) == ()
    assert (refused.code, refused.out, "SCH-03  无法打开数据库" in refused.err) == (4, "", True)
    assert (done.code, "状态：已提交" in done.out) == (0, True)
