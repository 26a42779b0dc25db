"""The database: can it be opened and written, are its tables of this version, is it whole."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import URL, Connection
from sqlalchemy.exc import DatabaseError

from engine import schema
from engine.database import SAFE_WAL, SQLITE_VERSION, Database
from engine.doctor.finding import Finding, error, ok, unknown, warning

HERE = ("localhost", "127.0.0.1", "::1")
MUCH_FREE = 0.3  # of all pages
SMALL = 5_000  # pages: of a small file nobody minds


def database(told: Database) -> Iterator[Finding]:
    """Everything about the database; one that can't be opened is the last thing said of it."""
    if told.sqlite and not Path(str(told.url.database)).exists():
        yield _not_made(told)
        return
    if is_remote(told.url):
        yield _line(str(told.url.query.get("sslmode", "")))
    try:
        with told.read() as connection:
            found = schema.revision(connection)
        with told.write():
            pass
    except DatabaseError as failed:
        yield _unusable(failed)
        return
    yield ok("DOC-01", f"数据库可读写：{_where(told)}", f"the database can be read and written: {_where(told)}")
    yield _tables(found)
    if told.sqlite:
        with told.read() as connection:
            yield from _sqlite(connection)


def _not_made(told: Database) -> Finding:
    return warning(
        "DOC-01",
        f"还没有数据库文件：{told.url.database}",
        f"no database file yet: {told.url.database}",
        "首次执行 bangdan open 时建立",
        "it is made when a campaign is first opened",
    )


def is_remote(url: URL) -> bool:
    """Whether a server on another machine is named."""
    hosts = [url.host or "", *_listed(url.query.get("host", ""))]
    return any(host and not host.startswith("/") and host not in HERE for host in hosts)


def _listed(hosts: str | tuple[str, ...]) -> list[str]:
    return [each for text in ((hosts,) if isinstance(hosts, str) else hosts) for each in text.split(",")]


def _line(mode: str) -> Finding:
    if mode == "verify-full":
        return ok(
            "DOC-06", "与数据库服务器的连接加密并核对证书", "the line to the database server is encrypted and proven"
        )
    return warning(
        "DOC-06",
        f"与数据库服务器的连接未必加密、未核对证书（sslmode={mode or '未设'}）",
        f"the line to the database server may be open, or to somebody else (sslmode={mode or 'not set'})",
        "在 BANGDAN_DATABASE_URL 后加 ?sslmode=verify-full&sslrootcert=证书文件",
        "add ?sslmode=verify-full&sslrootcert=FILE to BANGDAN_DATABASE_URL",
    )


def _unusable(failed: DatabaseError) -> Finding:
    words = str(failed.orig).strip()[:200]
    return error(
        "DOC-01",
        f"数据库不能打开或写入：{words}",
        f"the database can't be opened or written: {words}",
        "核对 BANGDAN_DATABASE_URL、文件权限和磁盘空间",
        "check its address, its rights, and the disk's room",
    )


def _where(told: Database) -> str:
    return told.url.render_as_string(hide_password=True)


def _tables(found: str | None) -> Finding:
    known = schema.revisions()
    if found == known[-1]:
        return ok("DOC-02", f"数据表为最新版本 {found}", f"its tables are of the latest version, {found}")
    if found is None or found in known:
        return warning(
            "DOC-02",
            f"数据表版本为 {found or '（空）'}，最新为 {known[-1]}",
            f"its tables are of version {found or '(none)'}, the latest is {known[-1]}",
            "先备份；下次执行任何命令时自动升级",
            "make a backup; the next command brings them up to date",
        )
    return error(
        "DOC-02",
        f"数据表版本 {found} 比本程序认识的 {known[-1]} 更新",
        f"its tables are of version {found}, which is newer than {known[-1]}, the last known here",
        "请升级 bangdan",
        "install a newer bangdan",
    )


def _sqlite(connection: Connection) -> Iterator[Finding]:
    yield _library(str(connection.exec_driver_sql("PRAGMA journal_mode").scalar()))
    faults = [str(each) for each in connection.exec_driver_sql("PRAGMA quick_check(5)").scalars() if each != "ok"]
    if faults:
        yield error(
            "DOC-04",
            f"数据库文件已损坏：{faults[0]}",
            f"the database file is damaged: {faults[0]}",
            "停止运行，用 bangdan restore 恢复最近的备份",
            "stop, and restore the last backup",
        )
    else:
        yield ok("DOC-04", "数据库文件完好（快速检查）", "the database file is whole (quick check)")
    free, pages = (
        int(connection.exec_driver_sql(f"PRAGMA {name}").scalar() or 0) for name in ("freelist_count", "page_count")
    )
    if pages > SMALL and free > pages * MUCH_FREE:
        yield warning(
            "DOC-05",
            f"数据库文件有{free * 100 // pages}%空闲",
            f"{free * 100 // pages}% of the file is free",
            "空闲时执行 sqlite3 文件 VACUUM 可缩小",
            "`sqlite3 FILE VACUUM`, when nobody works, shrinks it",
        )
    else:
        yield ok("DOC-05", f"数据库文件 {pages} 页，空闲 {free} 页", f"the file has {pages} pages, {free} of them free")


def _library(journal: str) -> Finding:
    if journal.lower() == "wal":
        return ok("DOC-03", f"SQLite {SQLITE_VERSION}，写前日志（WAL）", f"SQLite {SQLITE_VERSION}, write-ahead log")
    safe = ".".join(map(str, SAFE_WAL))
    return warning(
        "DOC-03",
        f"SQLite {SQLITE_VERSION} 早于 {safe}，用回滚日志，读写互相等待",
        f"SQLite {SQLITE_VERSION} is older than {safe}: a rollback journal, readers and writers wait",
        "换用带有新版 SQLite 的 Python",
        "use a Python with a newer SQLite",
    )


def not_reached() -> Finding:
    """What is said of everything that would have been read from a database that can't be."""
    return unknown(
        "DOC-62",
        "没有可用的数据库，活动、模板和引擎未检查",
        "without the database, campaigns, letters and the engine were not looked at",
    )
