"""Letters by Jinja2, EmailMessage and aiosmtplib: the environment is built once, 16 connections are kept open."""

from __future__ import annotations

import asyncio
import time
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid
from typing import Any

import aiosmtplib
from jinja2 import DictLoader, StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from bench import protocol
from bench.peers.common import AT

CONNECTIONS = 16
TEXT = """{{ to }}：

您好！申报推荐工作{{ left }}截止。贵单位有{{ drafts|length }}项尚未提交，敬请安排时间办理。

申报、推荐截止时间：{{ deadline }}

{% for draft in drafts %}{{ loop.index }}. {{ draft.title }}（{{ draft.track }}），申报单位：{{ draft.applicant }}
{% endfor %}
草稿不占名额，也不视为推荐；在截止时间前完成提交方为有效。截止当日提交较为集中，请尽量提前。

名额使用情况：
{% for place in places %}{{ place.name }}：已用{{ place.used }}，共{{ place.limit }}
{% endfor %}
The deadline is {{ deadline }}. Not submitted yet: {{ drafts|length }}. Only what is submitted before it counts.

秘书处
"""
HTML = """<!doctype html><html lang="zh-CN"><body style="font-family:sans-serif;color:#1d2129"><p>{{ to }}：</p>
<p>您好！申报推荐工作{{ left }}截止。贵单位有{{ drafts|length }}项尚未提交，敬请安排时间办理。</p>
<div style="border:1px solid #c9cdd4;padding:12px"><b>申报、推荐截止时间</b><br>{{ deadline }}</div>
<table style="border-collapse:collapse">{% for draft in drafts %}<tr><td style="padding:6px">{{ loop.index }}</td>
<td style="padding:6px">{{ draft.title }}</td><td style="padding:6px">{{ draft.track }}</td>
<td style="padding:6px">{{ draft.applicant }}</td></tr>{% endfor %}</table>
<p>草稿不占名额，也不视为推荐；在截止时间前完成提交方为有效。截止当日提交较为集中，请尽量提前。</p>
<table style="border-collapse:collapse">{% for place in places %}<tr><td style="padding:6px">{{ place.name }}</td>
<td style="padding:6px">{{ place.used }}</td><td style="padding:6px">{{ place.limit }}</td></tr>{% endfor %}</table>
<p lang="en">The deadline is {{ deadline }}. Not submitted yet: {{ drafts|length }}.</p><p>秘书处</p></body></html>
"""
PLACES = [{"name": name, "used": 1, "limit": 3} for name in ("电子信息", "生物医药", "装备制造", "新锐企业榜")]


class Mailing:
    """Each of so many tasks has a connection and takes the next letter when its last one is sent."""

    def prepare(self) -> dict[str, Any]:
        environment = SandboxedEnvironment(
            loader=DictLoader({"text": TEXT, "html": HTML}), autoescape=True, undefined=StrictUndefined
        )
        self._text, self._html = environment.get_template("text"), environment.get_template("html")
        return {}

    def send(self, port: int, letters: int) -> dict[str, Any]:
        """Seconds until all are with the server."""
        memory, begun = protocol.Memory(), time.perf_counter()
        asyncio.run(self._all(port, letters))
        return {"seconds": time.perf_counter() - begun, "memory": memory.over_idle()}

    async def _all(self, port: int, letters: int) -> None:
        numbers = iter(range(letters))
        await asyncio.gather(*(self._some(port, numbers) for _ in range(CONNECTIONS)))

    async def _some(self, port: int, numbers: Any) -> None:
        async with aiosmtplib.SMTP(hostname="127.0.0.1", port=port, use_tls=False, start_tls=False) as client:
            for number in numbers:
                await client.send_message(self._letter(number), sender="bounce@host.example")

    def _letter(self, number: int) -> EmailMessage:
        drafts = [
            {"title": f"量子通信关键技术研究（{number}期）", "track": "新锐企业榜", "applicant": "某某科技股份有限公司"}
        ]
        until = {"left": "还有3天", "deadline": "2023年11月30日（星期四）24:00"}
        told = {**until, "to": f"郑伯龙{number}", "drafts": drafts, "places": PLACES}
        message = EmailMessage(policy=SMTP)
        message["From"], message["To"] = "秘书处 <office@host.example>", f"郑伯龙 <zheng{number}@unit.example>"
        message["Subject"], message["Date"] = "申报推荐还有3天截止", format_datetime(AT)
        message["Message-ID"], message["Auto-Submitted"] = make_msgid(domain="host.example"), "auto-generated"
        message.set_content(self._text.render(told))
        message.add_alternative(self._html.render(told), subtype="html")
        return message


if __name__ == "__main__":
    protocol.serve(Mailing())
