"""What is answered about the campaign as a whole: its words, its calendar, its numbers, what needs a person."""

from __future__ import annotations

from datetime import datetime

from bangdan.desk.api.shapes import Ground, Told, Words, say


class Named(Told):
    """Something of the file, by key, in both languages."""

    key: str = say("代号", "its key", "societies")
    name: str = say("名称", "its name", "全国学会")
    english: str = say("英文名称", "its name in English", "national societies")


class TrackName(Named):
    """A list, or a field of one: what a nomination is for."""

    ranking: str = say("榜单的代号", "its list", "pioneer")
    materials: list[str] = say("须交的材料，代号", "materials that are asked for, by key", ["application"])
    institutions: list[str] = say("初评机构，代号", "who reviews it, by key", ["academy"])


class CampaignLine(Told):
    """A campaign that the token is for."""

    key: str = say("代号", "its key", "kczg-2023")
    name: str = say("名称", "its name", "2023年“科创中国”系列榜单")
    english: str = say("英文名称", "its name in English", "The 2023 lists")
    zone: str = say("时区", "its zone", "Asia/Shanghai")


class CampaignList(Told):
    """The campaigns that the token is for: one."""

    rows: list[CampaignLine] = say("各行", "the rows", [])


class Campaign(CampaignLine):
    """What a program must know to ask: keys and names of lists, channels, states, materials, attributes, milestones."""

    edition: int = say("年份", "its edition", 2023)
    organiser: str = say("主办单位", "whose it is", "中国科协")
    tracks: list[TrackName] = say("榜单与领域", "lists and fields", [])
    channels: list[Named] = say("推荐渠道", "channels", [])
    states: list[Named] = say("状态", "states of a nomination", [])
    materials: list[Named] = say("材料", "materials", [])
    attributes: list[Named] = say("属性", "attributes", [])
    milestones: list[Named] = say("时间节点", "milestones", [])
    now: datetime = say("服务器时间", "the server's time", "2023-11-20T02:00:00Z")


class Instant(Told):
    """An edge of the calendar."""

    at: datetime = say("时间", "when", "2023-11-30T16:00:00Z")
    milestone: str = say("时间节点的代号", "the milestone's key", "collection")
    name: str = say("名称", "its name", "征集")
    english: str = say("英文名称", "in English", "collection")
    edge: str = say("开始 opens 或截止 closes", "opens or closes", "closes")
    passed: bool = say("是否已过", "whether it is past", example=False)
    moved: int = say("调整过几次", "how often it was moved", 0)
    chosen: bool = say("是否选定的日期", "whether it was chosen", example=False)
    wording: str = say("通知原文", "the notice's own words", "11月30日24时")


class ToChoose(Told):
    """A milestone without a date yet."""

    milestone: str = say("时间节点的代号", "the milestone's key", "publication")
    name: str = say("名称", "its name", "发布")
    english: str = say("英文名称", "in English", "publication")
    opens: datetime | None = say("最早", "at the earliest", "2024-01-31T16:00:00Z")
    closes: datetime | None = say("最晚", "at the latest", "2024-02-29T16:00:00Z")
    after: str = say("在何者之后，没有则为空", "after which other one, empty without", "")
    to_announce: bool = say("时间另行通知", "its dates are to be announced", example=False)
    suspended: bool = say("已暂停", "its end is suspended", example=False)
    unknown_year: int | None = say("等待该年放假安排", "it waits for that year's holidays", None)


class Reach(Told):
    """How many people a letter would reach now."""

    letters: int = say("邮件", "by letter", 298)
    calls: int = say("电话", "by phone", 2)


class Reminding(Told):
    """A letter to come."""

    at: datetime = say("时间", "when", "2023-11-27T01:00:00Z")
    letter: str = say("邮件的代号", "the letter's key", "collection-closes")
    audience: str = say("对象", "for whom", "units-collecting")
    milestone: str = say("时间节点的代号", "the milestone's key", "collection")
    name: str = say("时间节点", "its name", "征集")
    english: str = say("英文名称", "in English", "collection")
    offset: str = say("提前多久", "how long before", "3天前")
    times: int = say("共几次", "how many of them", 1)
    last: datetime = say("最后一次", "the last one", "2023-11-27T01:00:00Z")
    reach: Reach | None = say("此刻会送达多少人", "how many it would reach now", {"letters": 298, "calls": 2})


class CalendarTold(Told):
    """Everything that the calendar holds, in order of time."""

    instants: list[Instant] = say("各时间节点", "its instants", [])
    to_choose: list[ToChoose] = say("待定的日期", "dates that are open", [])
    reminders: list[Reminding] = say("将要发出的提醒", "letters to come", [])


class FunnelLine(Told):
    """How many nominations are in which state."""

    key: str = say("代号，合计为空", "its key, empty for the total", "pioneer/it")
    name: str = say("名称", "its name", "先导技术榜·电子信息")
    english: str = say("英文名称", "in English", "Pioneer: IT")
    total: int = say("合计", "all of them", 48)
    counts: dict[str, int] = say("各状态的数量，按状态代号", "by state", {"drafted": 30, "submitted": 18})


class Funnel(Told):
    """Numbers by list, by track, by channel."""

    total: FunnelLine = say("合计", "all", {})
    lists: list[FunnelLine] = say("按榜单", "by list", [])
    tracks: list[FunnelLine] = say("按领域", "by track", [])
    channels: list[FunnelLine] = say("按推荐渠道", "by channel", [])


class Outcome(Told):
    """A list's winners against their number."""

    name: Words = say("榜单", "the list", {"zh": "先导技术榜", "en": "Pioneers"})
    number: int | None = say("拟入榜与入榜数", "how many are on it", 100)
    limit: int | None = say("名额", "of how many", 100)
    note: Words = say("说明", "a note", {"zh": "", "en": ""})


class Status(Told):
    """Where everything stands, as far as the token may see it."""

    campaign: str = say("活动", "the campaign", "kczg-2023")
    at: datetime = say("时间", "when", "2023-11-20T02:00:00Z")
    funnel: Funnel = say("各状态的数量", "the numbers", {})
    outcomes: list[Outcome] = say("拟入榜与入榜", "what came out", [])


class Waiting(Told):
    """A number of things that wait for somebody."""

    count: int = say("数量", "how many", 3)
    first: list[str] = say("其中前几个", "the first of them", ["张三"])


class DutyLine(Told):
    """What an institution or a unit owes."""

    id: str = say("编号", "its id", "d1f0aQ2wX3c4V5b6N7m8kL")
    kind: str = say("事项的代号", "which duty", "results")
    name: str = say("事项", "its name", "初评结果")
    english: str = say("英文名称", "in English", "preliminary results")
    institution: str = say("初评机构的代号，没有则为空", "the institution's key, empty without", "academy")
    institution_name: str = say("初评机构", "the institution", "科学院")
    unit: str = say("推荐单位的编号，没有则为空", "the unit's code, empty without", "")
    unit_name: str = say("推荐单位", "the unit", "")
    track: str = say("榜单/领域", "list or list/field", "inventions/water")
    track_name: str = say("榜单与领域的名称", "its name", "发明榜·水")
    nomination: str = say("申报项目的编号，没有则为空", "the nomination's id, empty without", "")
    title: str = say("申报项目", "the nomination", "")
    state: str = say("状态的代号", "its state", "owed")
    state_zh: str = say("状态", "in Chinese", "待报送")
    state_en: str = say("状态（英文）", "in English", "owed")
    due: datetime | None = say("期限", "by when", "2025-03-28T16:00:00Z")
    overdue: bool = say("是否逾期", "whether it is overdue", example=False)
    owing: bool = say("是否尚未报送", "whether it is still owed", example=True)
    left: int = say("尚缺几项结果", "how many results are missing", 12)
    document: str = say("报送的材料", "what was handed in", "")
    filed_at: datetime | None = say("报送时间", "when it was handed in", None)


class KindLine(Told):
    """How one duty of units stands."""

    kind: str = say("事项的代号", "which duty", "materials")
    name: str = say("事项", "its name", "纸质材料")
    english: str = say("英文名称", "in English", "paper")
    due: datetime | None = say("期限", "by when", "2025-03-28T16:00:00Z")
    total: int = say("共几项", "how many", 300)
    owing: int = say("尚未报送", "still owed", 20)
    overdue: int = say("已逾期", "overdue", 3)
    waiting: int = say("已报送待受理", "filed, to be accepted", 5)


class Short(Told):
    """A track with too few entries."""

    track: str = say("榜单/领域", "list or list/field", "inventions/light")
    name: str = say("名称", "its name", "发明榜·光")
    there: int = say("现有", "how many there are", 2)
    minimum: int = say("至少", "how many are needed", 3)


class ObjectionLine(Told):
    """An objection in a public notice."""

    id: str = say("编号", "its id", "o1f0aQ2wX3c4V5b6N7m8kL")
    nomination: str = say("申报项目的编号", "the nomination's id", "Zk3vT0m1q2W4x5Y6z7A8bQ")
    title: str = say("申报项目", "the nomination", "量子水表")
    stage: str = say("公示阶段", "the stage", "notice")
    text: str = say("内容", "what it says", "成果归属有争议")
    received_at: datetime = say("收到时间", "when it came", "2025-04-02T02:00:00Z")
    by: datetime | None = say("应处理于", "to be settled by", "2025-04-09T16:00:00Z")
    state: str = say("状态", "its state", "open")


class Stopped(Told):
    """Why letters that are due do not leave."""

    since: datetime = say("自何时起", "since when", "2023-11-27T01:00:00Z")
    at: datetime = say("最近一次尝试", "the last try", "2023-11-27T02:00:00Z")
    again_at: datetime = say("下次尝试", "the next try", "2023-11-27T02:30:00Z")
    kind: str = say("种类", "its kind", "login")
    alarm: bool = say("须有人处理，时间不会使其好转", "time alone will not mend it", example=True)
    zh: str = say("中文说明", "in Chinese", "邮件服务器登录失败：535 5.7.8 wrong")
    en: str = say("英文说明", "in English", "login refused: 535 5.7.8 wrong")
    per_minute: int | None = say("仅因限速：每分钟至多几封", "only the pace: so many a minute", None)


class Standstill(Told):
    """What keeps the post, and how many letters."""

    stopped: Stopped = say("原因", "why", {})
    due: int = say("到期待发的邮件", "letters that are due", 298)
    out_by: datetime | None = say("限速时预计何时发完", "when the last will have left at this pace", None)


class Slowed(Told):
    """Letters to one domain that wait, because it takes only so many a minute."""

    domain: str = say("收件域名", "the domain", "qq.com")
    per_minute: int = say("每分钟至多几封", "so many a minute", 30)
    due: int = say("到期待发的邮件", "letters that are due", 298)
    again_at: datetime = say("下一封何时发出", "when the next leaves", "2023-11-27T01:01:00Z")
    out_by: datetime = say("预计何时发完", "when the last will have left", "2023-11-27T01:10:00Z")


class Health(Told):
    """Whether the engine keeps up."""

    turned: datetime | None = say("上一轮", "its last turn", "2023-11-20T01:59:00Z")
    next: datetime | None = say("下一个时刻", "the next instant", "2023-11-27T01:00:00Z")
    closing_due: bool = say("有到期而未做的截止处理", "a closing is due and not done", example=False)
    letters: dict[str, int] = say("各状态的邮件", "letters by state", {"sent": 298})
    oldest_unsent: datetime | None = say("最早未发的邮件", "the oldest letter not sent", None)
    head: str = say("最新的封存摘要", "the newest seal's digest", "3fa9")
    sealed_at: datetime | None = say("封存时间", "when it was sealed", "2023-11-20T01:59:00Z")
    muted_since: datetime | None = say("自何时起静音", "since when no letter may leave", None)
    post: Standstill | None = say("邮件为何发不出去", "why letters do not leave", None)
    slowed: list[Slowed] = say("限速等待中的收件域名", "domains for which letters wait", [])


class Attention(Told):
    """What only people can settle, and whether the engine keeps up."""

    overdue: list[DutyLine] = say("逾期事项", "overdue duties", [])
    units: list[KindLine] = say("推荐单位的事项", "what units owe", [])
    letters: Waiting = say("失败或结果未知的邮件", "letters that failed, or of unknown outcome", {})
    calls: Waiting = say("待打的电话", "calls to make", {})
    waivers: Waiting = say("待决定是否豁免的项目", "waivers to decide about", {})
    unreachable: Waiting = say("没有联系人的单位", "units without a contact", {})
    short: list[Short] = say("申报不足的榜单或领域", "tracks with too few entries", [])
    objections: list[ObjectionLine] = say("待处理的异议", "objections to settle", [])
    drifted: list[Ground] = say("时区数据变化", "dates that today's zone data would read otherwise", [])
    engine: Health = say("系统是否正常", "whether the engine keeps up", {})
