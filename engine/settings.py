"""What is set from outside: the only reader of the environment. Read once, by the wiring; a frozen value from then on.

Every setting is `BANGDAN_` and its name in capitals; an empty one counts as not set, and an unknown one is refused, so
that a mistyped name does not pass for a choice. Campaigns are not set here: they are files.
"""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterator
from difflib import get_close_matches
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PlainSerializer,
    SecretStr,
    ValidationError,
    model_validator,
)
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from engine.secret_files import mode_of, others_can_read
from notifications.domain_limits import domain_limits
from notifications.errors import AddressRefused, SettingsRefused, shown
from notifications.letter import check_address
from workflows.reasons import Reason, Refused

PREFIX = "BANGDAN_"
OF_THE_TESTS = "BANGDAN_TEST_"  # read by tests/conftest.py
POSTGRESQL = ("postgresql", "postgresql+psycopg")
DRIVERS = ("sqlite", *POSTGRESQL)
NOBODY = "office@bangdan.invalid"  # a domain that never exists: good enough for files, refused for a mail server
NEVER_SHOWN = ("database_url", "smtp_password", "metrics_token")  # an error does not repeat these: they hold passwords

Lang = Literal["zh", "en"]
Tls = Literal["starttls", "implicit", "none"]


class Wrong(ValueError):
    """A value that can't be taken: the code and both languages, for `_reasons`."""

    def __init__(self, zh: str, en: str, *, code: str = "SET-02", where: str = "") -> None:
        self.code, self.zh, self.en, self.where = code, zh, en, where
        super().__init__(en)


def _language_of_the_machine() -> Lang:
    """English where the locale says so; Chinese everywhere else, also where nothing is said."""
    said = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    return "en" if said.lower().startswith("en") else "zh"


def _database(value: object) -> URL:
    try:
        url = make_url(str(value))
    except (ArgumentError, ValueError) as error:
        raise Wrong(
            "不是数据库地址；例如 sqlite:///bangdan.sqlite3 或 postgresql://用户:密码@主机/库名",
            "not a database address; e.g. sqlite:///bangdan.sqlite3 or postgresql://user:password@host/name",
        ) from error
    if url.drivername not in DRIVERS:
        raise Wrong(
            f"不支持 {shown(url.drivername)} 数据库；可用：{'、'.join(DRIVERS)}",
            f"database {shown(url.drivername)} is not supported; known: {', '.join(DRIVERS)}",
        )
    if url.get_backend_name() == "sqlite" and url.database in (None, "", ":memory:"):
        raise Wrong(
            "内存数据库不能共用，请写文件名，如 sqlite:///bangdan.sqlite3",
            "a database in memory can't be shared; name a file, e.g. sqlite:///bangdan.sqlite3",
        )
    return url


def _address(text: str) -> str:
    try:
        return str(check_address(text))
    except AddressRefused as error:
        raise Wrong(error.zh, error.en, code=error.code) from error


def _one_line(text: str) -> str:
    if any(unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp") for char in text):
        raise Wrong("含有换行或不可见字符", "has a line break or an invisible character")
    return text


def _folder(path: Path) -> Path:
    if not path.is_dir():
        raise Wrong(f"没有这个目录：{path}", f"no such folder: {path}")
    return path


def _file(path: Path) -> Path:
    if not path.is_file():
        raise Wrong(f"没有这个文件：{path}", f"no such file: {path}")
    return path


def _secret_file(path: Path) -> Path:
    """A file that only its owner can read."""
    if others_can_read(_file(path)):
        raise Wrong(
            f"密码文件 {path} 的权限为 {mode_of(path):o}，他人可读；请执行 chmod 600",
            f"the password file {path} has mode {mode_of(path):o}, others can read it; run chmod 600",
            code="CFG-30",
        )
    return path


def _web_address(text: str) -> str:
    """Scheme and host, and nothing behind them."""
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.path.strip("/"):
        raise Wrong(
            "应为网址，如 https://bangdan.example.cn，不带路径",
            "must be an address like https://bangdan.example.cn, without a path",
        )
    return f"{parts.scheme}://{parts.netloc}"


def _networks(text: str) -> str:
    try:
        for each in filter(None, text.replace(" ", "").split(",")):
            ip_network(each)
    except ValueError as error:
        raise Wrong("应为 IP 地址或网段，如 10.0.0.0/8", "must be IP addresses or networks, e.g. 10.0.0.0/8") from error
    return text.replace(" ", "")


def _domain_limits(text: str) -> str:
    try:
        domain_limits(text)
    except SettingsRefused as error:
        raise Wrong(error.zh, error.en) from error
    return text


Address = Annotated[str, AfterValidator(_address)]
Line = Annotated[str, AfterValidator(_one_line)]


class Settings(BaseSettings):
    """All settings. Nothing secret shows when this is printed."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, frozen=True, arbitrary_types_allowed=True, validate_default=True
    )

    database_url: Annotated[URL, NoDecode, BeforeValidator(_database), PlainSerializer(URL.render_as_string)] = Field(
        default=make_url("sqlite:///bangdan.sqlite3"),
        description="数据库：SQLite 文件（默认在当前目录）或 PostgreSQL 地址 / "
        "the database: an SQLite file (by default in the working directory) or a PostgreSQL address",
    )
    lang: Lang = Field(
        default_factory=_language_of_the_machine,
        description="显示语言 zh 或 en；未设时，系统语言为英文则 en，否则 zh / "
        "zh or en; not set, it is en where the system's locale is English and zh everywhere else",
    )
    log: Literal["text", "json"] = Field(
        default="text", description="运行日志的格式：text 或 json（每行一条）/ how `run` logs: text, or json by line"
    )
    holidays: Annotated[Path, AfterValidator(_folder)] = Field(
        default=Path(__file__).parent.parent / "config",
        description="存放 holidays-YYYY.toml（放假安排）的目录 / the folder of holidays-YYYY.toml",
    )
    heartbeat_seconds: int = Field(
        default=60,
        ge=1,
        le=3600,
        description="最多隔多少秒查看一次到期事项 / seconds after which it looks again for what is due, at most",
    )
    secretariat_email: Address | None = Field(
        default=None,
        description="秘书处邮箱：每日汇总与催办寄往此处 / the secretariat's mailbox: daily digest, escalations",
    )
    mail_folder: Path = Field(
        default=Path("bangdan-mail"),
        description="未设邮件服务器时，信件存为此目录的 .eml 文件 / without a mail server letters are files here",
    )
    keep_answers_days: int = Field(
        default=30,
        ge=1,
        le=3650,
        description="重复请求的首次答复保存几天 / days for which first answers to requests are kept",
    )
    keep_places_days: int = Field(
        default=90,
        ge=1,
        le=3650,
        description="账号登录过的网络地址保存几天 / days for which addresses that were signed in from are kept",
    )
    keep_letters_days: int = Field(
        default=365,
        ge=1,
        le=36500,
        description="活动结束后信件原文保存几天 / days after a campaign's end for which messages are kept",
    )
    mail_from: Address = Field(default=NOBODY, description="发件地址；使用邮件服务器时必填 / the sender's address")
    mail_from_name: Line = Field(default="", description="发件人名称 / the sender's name")
    mail_reply_to: Address | None = Field(
        default=None, description="回复地址；未设则回复到发件地址 / where answers go; not set: to the sender"
    )
    mail_envelope: Address | None = Field(
        default=None, description="退信地址；未设则为发件地址 / where bounces go; not set: to the sender"
    )
    smtp_host: Line | None = Field(
        default=None, description="邮件服务器；未设则不发送 / the mail server; not set: no sending"
    )
    smtp_port: int | None = Field(
        default=None,
        ge=1,
        le=65535,
        description="端口；未设则按加密方式为 587、465 或 25 / its port; by TLS: 587, 465 or 25",
    )
    smtp_tls: Tls = Field(default="starttls", description="加密：starttls、implicit 或 none / how the line is secured")
    smtp_ca_file: Annotated[Path, AfterValidator(_file)] | None = Field(
        default=None, description="另行信任的证书机构（PEM 文件）/ a certificate authority to trust beside the system's"
    )
    smtp_username: str = Field(default="", description="登录名；未设则不登录 / login name; not set: no login")
    smtp_password: SecretStr | None = Field(default=None, description="登录密码 / its password")
    smtp_password_file: Annotated[Path, AfterValidator(_secret_file)] | None = Field(
        default=None, description="存放密码的文件，权限须为 600 / a file that holds the password, mode 600"
    )
    smtp_connections: int = Field(default=4, ge=1, le=50, description="最多同时连接数 / connections at a time, at most")
    smtp_per_minute: int | None = Field(
        default=None, ge=1, description="每分钟最多发信数；未设则不限 / letters a minute at most; not set: no limit"
    )
    smtp_domain_per_minute: int | None = Field(
        default=None,
        ge=1,
        description="每分钟发往同一收件域名的最多封数；未设则不限 / letters a minute to any one domain at most",
    )
    smtp_domain_limits: Annotated[str, AfterValidator(_domain_limits)] = Field(
        default="",
        description="个别收件域名的每分钟上限，如 qq.com=30,163.com=60 / the same for single domains",
    )

    desk_host: Line = Field(
        default="127.0.0.1", description="网页工作台监听的地址 / the address on which the desk listens"
    )
    desk_port: int = Field(
        default=8000, ge=1, le=65535, description="网页工作台监听的端口 / the port on which the desk listens"
    )

    desk_threads: int = Field(
        default=40,
        ge=4,
        le=400,
        description="工作台同时办理的请求数，每个占用一个数据库连接 / "
        "requests that a desk works at at the same time, each with a database connection of its own",
    )
    desk_url: Annotated[str, AfterValidator(_web_address)] | None = Field(
        default=None,
        description="工作台对外的网址，写入登录链接，如 https://bangdan.example.cn；未设则为监听的地址 / "
        "where people reach the desk, as in sign-in links; not set: the address on which it listens",
    )
    desk_proxies: Annotated[str, AfterValidator(_networks)] = Field(
        default="",
        description="可信的反向代理（IP 或网段，逗号分隔），只采信它们转告的来访地址 / "
        "reverse proxies whose word for a visitor's address is taken: addresses or networks, with commas",
    )
    metrics_token: SecretStr | None = Field(
        default=None,
        description="读取 /metrics 的令牌；未设则只允许本机读取 / "
        "the token with which /metrics is read; not set: from this machine alone",
    )
    key_file: Path | None = Field(
        default=None,
        description="登录链接和验证器的密钥文件（权限 600，没有则自动建立）；未设则在数据库文件旁 / "
        "the key of sign-in links and authenticators, mode 600, made if missing; not set: beside the database file",
    )
    second_factor: Literal["offered", "office"] = Field(
        default="offered",
        description="两步验证：offered 自愿启用，office 秘书处和监督人员必须启用 / "
        "a second factor at sign-in: offered to everybody, or demanded of the office and the supervision",
    )

    webhook_networks: Annotated[str, AfterValidator(_networks)] = Field(
        default="",
        description="允许推送事件的内部网段，逗号分隔；未设则只推送到公网 / "
        "private networks that webhooks may reach, with commas; not set: the public internet only",
    )

    @property
    def desk_address(self) -> str:
        """Where people reach the desk: scheme and host."""
        host = f"[{self.desk_host}]" if ":" in self.desk_host else self.desk_host
        return self.desk_url or f"http://{host}:{self.desk_port}"

    @property
    def key_path(self) -> Path:
        """Where the key of sign-in links lies."""
        sqlite = self.database_url.get_backend_name() == "sqlite"
        beside = Path(str(self.database_url.database)) if sqlite else Path("bangdan")
        return self.key_file or beside.with_suffix(".key")

    @model_validator(mode="after")
    def _fits_together(self) -> Settings:
        if self.smtp_host is None:
            if alone := sorted(name for name in self.model_fields_set if name.startswith("smtp_")):
                raise _needs(alone[0], "smtp_host")
        elif "mail_from" not in self.model_fields_set:
            raise _needs("smtp_host", "mail_from")
        given = [name for name in ("smtp_password", "smtp_password_file") if getattr(self, name) is not None]
        if len(given) > 1:
            raise Wrong("与密码文件只能设一个", "only one of this and the password file", where=given[0])
        if given and not self.smtp_username:
            raise _needs(given[0], "smtp_username")
        if self.smtp_username and not given:
            raise _needs("smtp_username", "smtp_password")
        return self


def read() -> Settings:
    """The settings of this process. Raises Refused with every error: SET-01 unknown, SET-02 unfit, CFG-30, ADR-0x."""
    unknown = list(_unknown())
    try:
        settings = Settings()
    except ValidationError as error:
        raise Refused([*unknown, *(_reason(each) for each in error.errors())]) from None
    if unknown:
        raise Refused(unknown)
    return settings


def variable(name: str) -> str:
    """The environment variable of a setting."""
    return PREFIX + name.upper()


def _needs(name: str, other: str) -> Wrong:
    return Wrong(f"须同时设置 {variable(other)}", f"needs {variable(other)}", where=name)


def _unknown() -> Iterator[Reason]:
    known = [name.upper() for name in Settings.model_fields]
    for variable_set in sorted(os.environ):
        name = variable_set.upper().removeprefix(PREFIX)
        if variable_set.upper() == name or name in known or variable_set.startswith(OF_THE_TESTS):
            continue
        close = [PREFIX + each for each in get_close_matches(name, known, n=1)]
        zh, en = (f"；是否应为 {close[0]}？", f"; did you mean {close[0]}?") if close else ("", "")
        yield Reason(code="SET-01", where=variable_set, zh=f"没有这项设置{zh}", en=f"no such setting{en}")


def _reason(error: ErrorDetails) -> Reason:
    own = error.get("ctx", {}).get("error")
    name = str(error["loc"][0]) if error["loc"] else getattr(own, "where", "")
    if isinstance(own, Wrong):
        return Reason(code=own.code, where=variable(own.where or name), zh=own.zh, en=own.en)
    zh, en = _wanted(error)
    if name not in NEVER_SHOWN:
        read = shown(str(error["input"]))
        zh, en = f"{zh}，读到 {read}", f"{en}; read {read}"
    return Reason(code="SET-02", where=variable(name), zh=zh, en=en)


def _wanted(error: ErrorDetails) -> tuple[str, str]:
    """What pydantic asks for, in both languages."""
    limits = error.get("ctx", {})
    match error["type"]:
        case "literal_error":
            return f"应为 {limits['expected'].replace(' or ', ' 或 ')}", f"must be {limits['expected']}"
        case "greater_than_equal":
            return f"不得小于 {limits['ge']}", f"must be {limits['ge']} or more"
        case "less_than_equal":
            return f"不得大于 {limits['le']}", f"must be {limits['le']} or less"
        case "int_parsing":
            return "应为整数", "must be a whole number"
        case _:
            return "无法识别", error["msg"]
