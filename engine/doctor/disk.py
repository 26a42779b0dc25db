"""Room on each disk that something is written to, and files that others on this machine can read."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

from engine.doctor.finding import Finding, error, ok, warning
from engine.secret_files import mode_of
from engine.settings import Settings

LITTLE, TOO_LITTLE = 2 << 30, 200 << 20  # bytes
Store = tuple[str, str, Path]  # what it holds, in both languages, and a folder on its disk


def disks(told: Settings) -> Iterator[Finding]:
    """Each store and how much room it has; those on one disk are one line."""
    seen: dict[int, list[Store]] = {}
    for store in _stores(told):
        seen.setdefault(store[2].stat().st_dev, []).append(store)
    yield from (_room(stores) for stores in seen.values())


def _stores(told: Settings) -> Iterator[Store]:
    """What is written to, with the nearest folder that is there."""
    if told.database_url.get_backend_name() == "sqlite":
        yield "数据库", "database", _there(Path(str(told.database_url.database)).parent)
    if told.smtp_host is None:
        yield "邮件", "letters", _there(told.mail_folder)
    yield "临时文件", "temporary files", Path(tempfile.gettempdir())


def _there(path: Path) -> Path:
    return next(each for each in (path.absolute(), *path.absolute().parents) if each.is_dir())


def _room(stores: list[Store]) -> Finding:
    path = stores[0][2]
    free = shutil.disk_usage(path).free
    zh = f"{'、'.join(store[0] for store in stores)}：{path} 可用 {_size(free)}"
    en = f"{', '.join(store[1] for store in stores)}: {path} has {_size(free)} free"
    if free < TOO_LITTLE:
        return error("DOC-20", zh, en, "磁盘将满，请立即清理或扩容", "the disk is nearly full: make room now")
    if free < LITTLE:
        return warning("DOC-20", zh, en, "请清理或扩容", "make room")
    return ok("DOC-20", zh, en)


def _size(number: int) -> str:
    return f"{number / (1 << 30):.1f} GiB"


def files(told: Settings) -> Iterator[Finding]:
    """What holds secrets or people's names and can be read by everybody on this machine."""
    open_ = [path for path in _confidential(told) if path.exists() and _others_can(path)]
    for path in open_:
        mode = mode_of(path)
        yield warning(
            "DOC-80",
            f"{path} 的权限为 {mode:o}，本机其他用户可读",
            f"{path} has mode {mode:o}: others can read it",
            f"chmod o-rwx,g-rwx {path}",
            f"chmod o-rwx,g-rwx {path}",
        )
    if not open_:
        yield ok(
            "DOC-80", "含密钥和个人信息的文件，本机其他用户不可读", "no secret or personal file can be read by others"
        )


def _confidential(told: Settings) -> Iterator[Path]:
    if told.database_url.get_backend_name() == "sqlite":
        yield Path(str(told.database_url.database))
    yield told.key_path
    if told.smtp_password_file is not None:
        yield told.smtp_password_file
    if told.smtp_host is None:
        yield told.mail_folder


def _others_can(path: Path) -> bool:
    """Whether any other user may; Windows has no such modes."""
    return os.name == "posix" and bool(mode_of(path) & stat.S_IROTH)
