"""What an API token may do, as the page that makes tokens and the page about the API say it."""

from __future__ import annotations

from collections.abc import Mapping

from bangdan.language import Words
from engine.accounts.tokens import Scope

SCOPES: Mapping[Scope, Words] = {
    Scope.READ: Words("读取：项目、日程、通知等", "read: nominations, dates, letters"),
    Scope.NOMINATE: Words("申报：起草、修改、提交", "nominate: draft, edit, submit"),
    Scope.REVIEW: Words("评审：报送结果、办理报送事项", "review: report results, file what is owed"),
    Scope.OFFICE: Words("日常办理：单位、联系人、退回、豁免", "office: units, contacts, returns, waivers"),
    Scope.LETTERS: Words("邮件：撰写、重发、核实", "letters: compose, retry, resolve"),
    Scope.DECIDE: Words("决定：终评、发布、调整日程", "decide: awards, publication, dates"),
}
