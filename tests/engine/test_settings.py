"""Settings: read once from the environment, refused with every error at once, and never telling a secret."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from pydantic import ValidationError

from bangdan import ROOT
from engine import settings
from engine.settings import Settings
from workflows.reasons import Refused


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing set, whatever the machine that runs the tests sets."""
    for name in list(os.environ):
        if name.startswith(("BANGDAN_", "LC_")) or name == "LANG":
            monkeypatch.delenv(name)


def _read(monkeypatch: pytest.MonkeyPatch, **values: str) -> Settings:
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    return settings.read()


def _refusals(monkeypatch: pytest.MonkeyPatch, **values: str) -> list[tuple[str, str]]:
    with pytest.raises(Refused) as refusal:
        _read(monkeypatch, **values)
    return [(reason.code, reason.where) for reason in refusal.value.reasons]


def test_without_any_setting_it_works_in_the_folder_it_is_in() -> None:
    read = settings.read()

    assert (str(read.database_url), read.mail_folder, read.smtp_host, read.lang, read.heartbeat_seconds) == (
        "sqlite:///bangdan.sqlite3",
        Path("bangdan-mail"),
        None,
        "zh",
        60,
    )
    assert read.holidays == ROOT / "config"


@pytest.mark.parametrize(
    ("environment", "lang"),
    [
        ({}, "zh"),
        ({"LANG": "C.UTF-8"}, "zh"),
        ({"LANG": "en_US.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LC_MESSAGES": "en_GB.UTF-8"}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "BANGDAN_LANG": "en"}, "en"),
        ({"LANG": "en_US.UTF-8", "BANGDAN_LANG": "zh"}, "zh"),
        ({"LANG": "en_US.UTF-8", "BANGDAN_LANG": ""}, "en"),
    ],
)
def test_it_speaks_chinese_unless_told_or_on_an_english_machine(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], lang: str
) -> None:
    assert _read(monkeypatch, **environment).lang == lang


@pytest.mark.parametrize(
    "url",
    ["sqlite:////var/lib/bangdan.sqlite3", "postgresql://office:secret@db/bangdan", "postgresql+psycopg:///bangdan"],
)
def test_sqlite_and_postgresql_are_taken(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    assert _read(monkeypatch, BANGDAN_DATABASE_URL=url).database_url.render_as_string(hide_password=False) == url


@pytest.mark.parametrize(
    "url", ["mysql://db/x", "postgres://db/x", "sqlite+aiosqlite:///x", "sqlite://", "sqlite:///:memory:", "bangdan.db"]
)
def test_any_other_database_is_refused(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    assert _refusals(monkeypatch, BANGDAN_DATABASE_URL=url) == [("SET-02", "BANGDAN_DATABASE_URL")]


def test_a_mistyped_name_is_refused_with_what_was_meant(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Refused) as refusal:
        _read(monkeypatch, BANGDAN_SMTP_HOTS="mail.example.cn")

    [reason] = refusal.value.reasons
    assert str(reason) == (
        "BANGDAN_SMTP_HOTS: SET-01 没有这项设置；是否应为 BANGDAN_SMTP_HOST？ / "
        "no such setting; did you mean BANGDAN_SMTP_HOST?"
    )


def test_all_errors_are_told_at_once_and_in_both_languages(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Refused) as refusal:
        _read(
            monkeypatch,
            BANGDAN_LANG="fr",
            BANGDAN_HEARTBEAT_SECONDS="0",
            BANGDAN_SMTP_PORT="http",
            BANGDAN_SMTP_CONNECTIONS="51",
            BANGDAN_HOLIDAYS="nowhere",
            BANGDAN_MAIL_FROM_NAME="秘书处\nBcc: x@example.cn",
            BANGDAN_TYPO="1",
        )

    assert [str(reason) for reason in refusal.value.reasons] == [
        "BANGDAN_TYPO: SET-01 没有这项设置 / no such setting",
        "BANGDAN_LANG: SET-02 应为 'zh' 或 'en'，读到 “fr” / must be 'zh' or 'en'; read “fr”",
        "BANGDAN_HOLIDAYS: SET-02 没有这个目录：nowhere / no such folder: nowhere",
        "BANGDAN_HEARTBEAT_SECONDS: SET-02 不得小于 1，读到 “0” / must be 1 or more; read “0”",
        "BANGDAN_MAIL_FROM_NAME: SET-02 含有换行或不可见字符 / has a line break or an invisible character",
        "BANGDAN_SMTP_PORT: SET-02 应为整数，读到 “http” / must be a whole number; read “http”",
        "BANGDAN_SMTP_CONNECTIONS: SET-02 不得大于 50，读到 “51” / must be 50 or less; read “51”",
    ]


@pytest.mark.parametrize("limits", ["qq.com", "qq.com=0", "qq.com=many", "qq=30", "=30", "qq.com=30;163.com=60"])
def test_limits_of_domains_are_read_strictly(monkeypatch: pytest.MonkeyPatch, limits: str) -> None:
    assert _refusals(monkeypatch, BANGDAN_SMTP_DOMAIN_LIMITS=limits) == [("SET-02", "BANGDAN_SMTP_DOMAIN_LIMITS")]


@pytest.mark.parametrize("name", ["SECRETARIAT_EMAIL", "MAIL_FROM", "MAIL_REPLY_TO", "MAIL_ENVELOPE"])
def test_an_address_is_one_address(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    refused = _refusals(monkeypatch, **{f"BANGDAN_{name}": "a@ok.example)b@evil.example"})

    assert refused == [("ADR-01", f"BANGDAN_{name}")]


@pytest.mark.parametrize(
    ("values", "where"),
    [
        ({"SMTP_PORT": "25"}, "BANGDAN_SMTP_PORT"),
        ({"SMTP_HOST": "mail.example.cn"}, "BANGDAN_SMTP_HOST"),
        ({"SMTP_HOST": "mail.example.cn", "MAIL_FROM": "o@example.cn", "SMTP_USERNAME": "o"}, "BANGDAN_SMTP_USERNAME"),
        ({"SMTP_HOST": "mail.example.cn", "MAIL_FROM": "o@example.cn", "SMTP_PASSWORD": "s"}, "BANGDAN_SMTP_PASSWORD"),
    ],
)
def test_half_a_mail_server_is_refused(monkeypatch: pytest.MonkeyPatch, values: dict[str, str], where: str) -> None:
    assert _refusals(monkeypatch, **{f"BANGDAN_{name}": value for name, value in values.items()}) == [("SET-02", where)]


def _password_file(folder: Path, mode: int) -> dict[str, str]:
    path = folder / "password"
    path.write_text("open sesame\n")
    path.chmod(mode)
    server = {"BANGDAN_SMTP_HOST": "mail.example.cn", "BANGDAN_MAIL_FROM": "o@example.cn", "BANGDAN_SMTP_USERNAME": "o"}
    return {**server, "BANGDAN_SMTP_PASSWORD_FILE": str(path)}


def test_a_password_file_that_others_can_read_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    refused = _refusals(monkeypatch, **_password_file(tmp_path, 0o640))

    assert refused == [("CFG-30", "BANGDAN_SMTP_PASSWORD_FILE")]


def test_a_password_and_a_password_file_are_one_too_many(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    refused = _refusals(monkeypatch, **_password_file(tmp_path, 0o600), BANGDAN_SMTP_PASSWORD="open sesame")

    assert refused == [("SET-02", "BANGDAN_SMTP_PASSWORD")]


def test_no_secret_is_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    read = _read(
        monkeypatch,
        BANGDAN_DATABASE_URL="postgresql://office:open-sesame@db/bangdan",
        BANGDAN_SMTP_HOST="mail.example.cn",
        BANGDAN_MAIL_FROM="o@example.cn",
        BANGDAN_SMTP_USERNAME="office",
        BANGDAN_SMTP_PASSWORD="open-sesame",
    )

    assert "open-sesame" not in f"{read} {read!r} {read.model_dump()}"


def test_an_error_tells_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Refused) as refusal:
        _read(monkeypatch, BANGDAN_DATABASE_URL="postgrs://office:open-sesame@db/bangdan", BANGDAN_SMTP_PASSWORD="open")

    assert "open" not in str(refusal.value)


def test_settings_do_not_change() -> None:
    with pytest.raises(ValidationError):
        settings.read().lang = "en"


def test_the_documentation_tells_every_setting() -> None:
    shown = {"lang": "by locale", "holidays": "`config` of bangdan"}

    def row(name: str) -> str:
        field = Settings.model_fields[name]
        default = shown.get(name) or ("" if field.default in (None, "", ()) else f"`{field.default}`")
        return f"| `{settings.variable(name)}` | {default} | {field.description} |"

    told = [line for line in (ROOT / "docs/operations.md").read_text().splitlines() if line.startswith("| `BANGDAN_")]
    assert told == [row(name) for name in Settings.model_fields]


@pytest.mark.parametrize(
    ("environment", "address", "key"),
    [
        ({}, "http://127.0.0.1:8000", "bangdan.key"),
        ({"BANGDAN_DESK_PORT": "81", "BANGDAN_DESK_HOST": "::1"}, "http://[::1]:81", "bangdan.key"),
        ({"BANGDAN_DESK_URL": "https://desk.example.cn/"}, "https://desk.example.cn", "bangdan.key"),
        ({"BANGDAN_DATABASE_URL": "sqlite:////srv/data/awards.db"}, "http://127.0.0.1:8000", "/srv/data/awards.key"),
        ({"BANGDAN_DATABASE_URL": "postgresql:///x"}, "http://127.0.0.1:8000", "bangdan.key"),
        ({"BANGDAN_KEY_FILE": "/etc/bangdan.key"}, "http://127.0.0.1:8000", "/etc/bangdan.key"),
    ],
)
def test_the_desk_has_an_address_and_a_key(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], address: str, key: str
) -> None:
    read = _read(monkeypatch, **environment)

    assert (read.desk_address, str(read.key_path)) == (address, key)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BANGDAN_DESK_URL", "desk.example.cn"),
        ("BANGDAN_DESK_URL", "ftp://desk.example.cn"),
        ("BANGDAN_DESK_URL", "https://desk.example.cn/bangdan"),
        ("BANGDAN_DESK_URL", "https://office@desk.example.cn"),
        ("BANGDAN_DESK_PROXIES", "10.0.0.0/33"),
        ("BANGDAN_DESK_PROXIES", "proxy.example.cn"),
    ],
)
def test_an_address_of_the_desk_or_its_proxies_that_is_none_is_refused(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    assert _refusals(monkeypatch, **{name: value}) == [("SET-02", name)]
