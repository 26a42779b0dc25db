"""What the pages call letters: their states with what each means, and the kinds by their templates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bangdan.language import Words
from notifications.states import LetterState


@dataclass(frozen=True, slots=True)
class Group:
    """States that stand under one tab. `help` says what they mean and what there is to do."""

    key: str
    words: Words
    states: tuple[LetterState, ...]
    tone: str
    help: Words


GROUPS = (
    Group("ready", Words("待发送", "Waiting"), ("ready",), "blue", Words(
        "到时间即发送；服务器暂时不收的，会隔一段时间再试，到有效期为止。提醒类邮件在发出那一刻重新核对，已办理的不再打扰。",
        "They leave when it is time, and are tried again until their use has passed. A reminder is looked at again in "
        "the moment it leaves: who has done it gets none.")),
    Group("sending", Words("发送中", "Leaving"), ("claimed", "dot"), "blue", Words(
        "正在与邮件服务器对话。停留在这里超过二十分钟，会自动回到待发送或转为结果未知。",
        "Being handed to the mail server. After twenty minutes they go back by themselves, or become unknown.")),
    Group("sent", Words("已发出", "Sent"), ("sent",), "green", Words(
        "邮件服务器已接收。这不表示对方已经收到或看过；日后若有退信，会寄到退信地址。",
        "Accepted by the mail server: not yet arrived, not yet read. What bounces goes to the bounce address.")),
    Group("parked", Words("结果未知", "Unknown"), ("parked",), "gold", Words(
        "邮件可能已经发出，但没有得到服务器的确认，对方收到与否无从得知。系统最多自动原样重发一次，此后不再发；请向收件人核实后处理。",
        "It may have left, and the server did not say so: nobody knows whether it arrived. It is repeated once at "
        "most by itself; ask the reader, then decide.")),
    Group("failed", Words("发送失败", "Failed"), ("failed",), "red", Words(
        "被拒收，或多日重试未果。请更正联系人邮箱后重试，或改为电话通知。",
        "Refused for good, or given up after days. Mend the contact's address and try again, or call them.")),
    Group("expired", Words("已过时", "Too late"), ("expired",), "", Words(
        "到有效期仍未能发出，再发已无意义。",
        "They could not leave before their use had passed.")),
    Group("cancelled", Words("已取消", "Cancelled"), ("cancelled",), "", Words(
        "内容已不成立：时间调整了，或对方已办理。没有发出。",
        "No longer true: a date was moved, or it was done meanwhile. They did not leave.")),
)  # fmt: skip

GROUP_OF: Mapping[str, Group] = {state: group for group in GROUPS for state in group.states}
BY_KEY: Mapping[str, Group] = {group.key: group for group in GROUPS}
