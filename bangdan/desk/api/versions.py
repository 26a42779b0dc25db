"""The campaign's file over the API: every text that was in force. Another one is put in force at the desk."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import Path
from starlette.responses import Response

from bangdan.desk.api.call import Calling
from bangdan.desk.api.routing import CAMPAIGN, Calls
from bangdan.desk.api.shapes import Told, say
from bangdan.desk.policy import READERS
from engine import versions as kept
from engine.accounts.tokens import Scope

calls = Calls("活动文件", "The campaign's file")

Number = Annotated[int, Path(description="第几版 / which version", examples=[1], ge=1, le=2**31 - 1)]


class VersionLine(Told):
    """One text of the file."""

    number: int = say("第几版", "its number", 1)
    source_name: str = say("文件名", "the file's name", "kczg-2023.toml")
    digest: str = say("内容的摘要", "its digest", "ab" * 32)
    reason: str = say("理由", "why", "")
    actor: str = say("由谁", "by whom", "徐春淼")
    made_at: datetime = say("何时生效", "since when", "2023-10-07T00:00:00Z")


class VersionList(Told):
    """All of them, oldest first; the last is in force."""

    rows: list[VersionLine] = say("各版", "the versions", [])


class Version(VersionLine):
    """One text of the file, with its words."""

    source: str = say("全文（TOML）", "its text, TOML", "[campaign]\n")


@calls.get(f"{CAMPAIGN}/versions", name="list_versions", allow=READERS, scope=Scope.READ, answers=VersionList,
           zh="活动文件的各版", en="Every version of the campaign's file")  # fmt: skip
def list_versions(call: Calling) -> Response:
    with call.read() as work:
        return call.plain(VersionList.model_validate({"rows": kept.versions(work)}))


@calls.get(f"{CAMPAIGN}/versions/{{number}}", name="get_version", allow=READERS, scope=Scope.READ, answers=Version,
           marked=True, zh="活动文件的一版", en="One version of the campaign's file")  # fmt: skip
def get_version(call: Calling, number: Number) -> Response:
    with call.read() as work:
        return call.single(Version.model_validate(kept.version(work, number)))
