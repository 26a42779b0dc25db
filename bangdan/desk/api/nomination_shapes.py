"""What is asked and answered about nominations."""

from __future__ import annotations

from datetime import datetime

from bangdan.desk.api.shapes import Asked, Ground, Line, Name, Reason, Told, Words, say


class Award(Told):
    """Level and what was drawn from its list; empty without."""

    zh: str = say("等级（荣誉），没有则为空", "in Chinese, empty without", "一等奖")
    en: str = say("英文", "in English", "First prize")


class NominationLine(Told):
    """A nomination as a list shows it."""

    id: str = say("编号", "its id", "Zk3vT0m1q2W4x5Y6z7A8bQ")
    title: str = say("项目名称或候选人", "project or candidate", "量子计算云平台")
    applicant: str = say("申报单位或申报人", "who is nominated", "某某科技有限公司")
    track: str = say("榜单/领域的代号", "its list, or list/field, by key", "pioneer/it")
    track_name: str = say("榜单与领域的名称", "the name of that", "先导技术榜·电子信息")
    unit: str = say("推荐单位的编号", "its unit's code", "EE")
    unit_name: str = say("推荐单位", "its unit", "中国电子学会")
    state: str = say("状态的代号", "its state, by key", "submitted")
    state_zh: str = say("状态", "its state in Chinese", "已提交")
    state_en: str = say("状态（英文）", "its state in English", "submitted")
    selected: bool = say("是否拟入榜", "whether it is selected for the list", example=False)
    award: Award = say("等级（荣誉）", "its award", {"zh": "", "en": ""})
    submitted_at: datetime | None = say("提交时间", "when it was submitted", "2023-11-20T02:00:00Z")
    changed_at: datetime = say("最近变动时间", "when it last changed", "2023-11-20T02:00:00Z")


class NominationPage(Told):
    """A page of nominations."""

    rows: list[NominationLine] = say("各行", "the rows", [])
    after: str | None = say("续页标记，没有更多则为空", "the mark to go on after; null at the end", None)
    next: str | None = say("下一页的地址", "the address of the next page", None, default=None)


class Promoted(Told):
    """One thing done to promote a laureate."""

    at: datetime = say("时间", "when", "2024-07-10T02:00:00Z")
    note: str = say("做了什么", "what was done", "在发布会上推介")
    actor: str = say("经办人", "by whom", "赵书")


class Nomination(Told):
    """One nomination in full."""

    line: NominationLine = say("列表中的内容", "what a list shows of it", {})
    version: int = say(
        "版本，每次变动加一；修改时由 If-Match 核对", "goes up with each change; If-Match compares it", 3
    )
    applicant_contact: str = say("申报联系人", "the applicant's contact", "李四")
    applicant_phones: str = say("申报联系电话", "their telephone numbers", "13800138000")
    applicant_email: str | None = say("申报联系邮箱", "their address", "li@example.cn")
    materials: list[str] = say("已交的材料，代号", "materials that were handed in, by key", ["application"])
    attributes: dict[str, str] = say("申报时填写的属性", "what is declared of it", {})
    resume_state: str | None = say("恢复后的状态", "the state to which reinstating leads", None)
    rank: int | None = say("名次", "its rank", None)
    score: float | None = say("得分", "its score", None)
    correct_by: datetime | None = say("补正期限", "until when to correct it", None)
    waiver: dict[str, str] = say("豁免的规定及理由", "what was waived, and why", {})
    drafted_at: datetime = say("起草时间", "when it was drafted", "2023-11-10T02:00:00Z")
    promotions: list[Promoted] = say("推广记录", "what was done to promote it", [])


class Done(Told):
    """What a verb did to a nomination."""

    id: str = say("编号", "its id", "Zk3vT0m1q2W4x5Y6z7A8bQ")
    verb: str = say("办理的事项", "what was done", "submit")
    title: str = say("项目名称或候选人", "project or candidate", "量子计算云平台")
    track: str = say("榜单/领域的代号", "its list, or list/field", "pioneer/it")
    track_name: str = say("榜单与领域的名称", "the name of that", "先导技术榜·电子信息")
    unit: str = say("推荐单位的编号", "its unit's code", "EE")
    unit_name: str = say("推荐单位", "its unit", "中国电子学会")
    state: str = say("现在的状态", "its state now", "submitted")
    state_zh: str = say("状态", "in Chinese", "已提交")
    state_en: str = say("状态（英文）", "in English", "submitted")
    at: datetime = say(
        "收到时间，以此对照截止时间", "when it was accepted: what was compared", "2023-11-20T02:00:00.123456Z"
    )
    closes: datetime | None = say("所对照的截止时间", "the deadline it was compared with", "2023-11-30T16:00:00Z")
    zone: str = say("活动的时区", "the campaign's zone", "Asia/Shanghai")


class About(Asked):
    """What a draft says beside its title; what is left out stays as it is."""

    applicant: Line | None = say("申报单位或申报人", "who is nominated", "某某科技有限公司", default=None)
    contact: Line | None = say("申报联系人", "the applicant's contact", "李四", default=None)
    phones: Line | None = say("申报联系电话", "their telephone numbers", "13800138000", default=None)
    email: Line | None = say("申报联系邮箱", "their address", "li@example.cn", default=None)
    materials: list[Line] | None = say("已交的材料，代号", "materials handed in, by key", ["application"], default=None,
                                       max_length=50)  # fmt: skip
    complete: bool = say("申报材料已齐", "all materials were handed in", example=True, default=False)
    attributes: dict[str, Line] | None = say(
        "属性，代号对应内容；空文字表示取消", "what is declared, by key; an empty text takes it back", {}, default=None,
        max_length=50,
    )  # fmt: skip

    def given(self) -> dict[str, object]:
        """What was given, without what was not."""
        return {name: value for name, value in self.model_dump().items() if value is not None}


class Draft(About):
    """A new draft."""

    title: Name = say("项目名称或候选人", "project or candidate", "量子计算云平台")
    track: Name = say("榜单，有领域的写领域；代号或名称", "a list, or list/field; key or name", "pioneer/it")
    unit: Line | None = say(
        "推荐单位的编号；推荐单位自己办理时不必写", "its unit's code; units need not say it", "EE", default=None
    )


class Edit(About):
    """What is to change in a draft, or in one that was returned."""

    title: Name | None = say("新的名称", "its new title", "量子计算云平台（二期）", default=None)


class Reasoned(Asked):
    """Why."""

    reason: Reason = say("理由，记入历史", "why; kept in the history", "单位来函要求")


class Return(Reasoned):
    """Why, and until when to correct it."""

    correct_by: Line | None = say(
        "补正期限；截止后退回时必填", "until when; needed after the deadline", "2023-12-05 24:00", default=None
    )


class Waive(Reasoned):
    """Why, and which rule."""

    rule: Line | None = say(
        "规定的代号；不写则为目前受限且可豁免的全部", "the rule's key; else all that block it and may be waived",
        "earlier", default=None,
    )  # fmt: skip


class Promote(Asked):
    """What was done."""

    note: Name = say("做了什么", "what was done", "在发布会上推介")


class Joiner(Asked):
    """Who joins or leaves."""

    unit: Line | None = say(
        "单位编号；推荐单位自己办理时不必写", "a unit's code; units need not say it", "CAST", default=None
    )


class Joint(Told):
    """How a joint nomination stands."""

    channel: str = say("渠道", "the channel", "院士联名")
    needed: int = say("须有几个共同提名", "how many must nominate jointly", 3)
    there: list[str] = say("现有的", "who does", ["甲", "乙"])


class Joined(Told):
    """Who nominates together after somebody joined or left."""

    id: str = say("编号", "its id", "Zk3vT0m1q2W4x5Y6z7A8bQ")
    title: str = say("项目名称或候选人", "project or candidate", "量子计算云平台")
    joint: Joint = say("共同提名的情况", "how it stands", {})


class Possible(Told):
    """A verb that leads on from here."""

    verb: str = say("事项", "the verb", "submit")
    words: Words = say("名称", "in words", {"zh": "提交", "en": "submit"})
    roles: list[str] = say("由谁办理", "whose it is", ["unit"])
    target: Words = say("之后的状态", "the state it leads to", {"zh": "已提交", "en": "submitted"})
    needs_reason: bool = say("是否须说明理由", "whether it needs a reason", example=False)
    reasons: list[Ground] = say("现在不能办理的原因；空则可以", "what blocks it now; empty: nothing", [])


class Must(Told):
    """Somebody who must act."""

    who: Words = say("谁", "who", {"zh": "推荐单位", "en": "the unit"})
    what: Words = say("办什么", "what", {"zh": "提交", "en": "submit"})
    by: datetime | None = say("期限", "by when", "2023-11-30T16:00:00Z")
    late: bool = say("是否已逾期", "whether that is past", example=False)
    itself: bool = say("到时自动进行，无须办理", "it happens by itself then", example=False)
    reasons: list[Ground] = say("受何阻碍", "what blocks them", [])


class Fact(Told):
    """Something about it."""

    label: Words = say("名称", "what", {"zh": "截止时间", "en": "deadline"})
    value: Words | datetime = say("内容或时间", "text or instant", "2023-11-30T16:00:00Z")


class Happened(Told):
    """One line of the history."""

    number: int = say("序号", "its number", 4711)
    at: datetime = say("时间", "when", "2023-11-20T02:00:00Z")
    role: str = say("身份", "by which role", "unit")
    actor: str = say("姓名", "by whom", "张三")
    behalf: str = say("代谁办理，没有则为空", "for whom, empty without", "")
    subject: str = say("对象的种类", "what kind of thing", "nomination")
    id: str = say("对象的编号", "its id", "Zk3vT0m1q2W4x5Y6z7A8bQ")
    name: str = say("对象的名称", "its name", "量子计算云平台")
    verb: str = say("动作", "what was done", "submit")
    verb_zh: str = say("动作（中文）", "in Chinese", "提交")
    verb_en: str = say("动作（英文）", "in English", "submit")
    source: str | None = say("之前的状态", "the state before", "drafted")
    target: str | None = say("之后的状态", "the state after", "submitted")
    details: dict[str, object] = say("说明", "details", {})


class History(Told):
    """What happened to one thing, the newest last."""

    rows: list[Happened] = say("各行", "the lines", [])
    before: int | None = say(
        "更早的一页由此序号之前开始，没有则为空", "earlier lines are before this number; null without", None
    )


class Explanation(Told):
    """Why it is where it is, who must act by when, what can happen next, and what blocks it."""

    kind: str = say("种类", "what it is", "nomination")
    id: str = say("编号", "its id", "Zk3vT0m1q2W4x5Y6z7A8bQ")
    name: str = say("名称", "its name", "量子计算云平台")
    state: Words = say("状态", "its state", {"zh": "草稿", "en": "draft"})
    since: datetime = say("自何时起", "since when", "2023-11-10T02:00:00Z")
    facts: list[Fact] = say("有关事实", "facts about it", [])
    must: list[Must] = say("须由谁办理", "who must act", [])
    verbs: list[Possible] = say("下一步", "what can happen next", [])
    history: list[Happened] = say("经过", "what happened", [])
