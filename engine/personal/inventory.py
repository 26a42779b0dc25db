"""What is held of people: every column in which something of a person can stand, why, how long, and how it goes.

Whatever text, JSON or bytes a table holds is in here or among what is not personal; a test compares that with the
tables, so that nobody adds a column without saying which it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class How(StrEnum):
    """How something of a person goes when it is erased."""

    NAME = "name"  # a value that is theirs as a whole is replaced
    TEXT = "text"  # their name, numbers and addresses are taken out of other people's words
    DATA = "data"  # the same, in every value of a JSON
    OWN = "own"  # with the row itself, where it is theirs
    ROW = "row"  # the row is deleted
    MARK = "mark"  # nothing of them stands here, a mark does; its words are deleted
    STAYS = "stays"  # what was published or is the award's record


HOW: Mapping[How, tuple[str, str]] = {
    How.NAME: ("整格替换", "replaced as a whole"),
    How.TEXT: ("从文字中去除", "taken out of the words"),
    How.DATA: ("从各项内容中去除", "taken out of each value"),
    How.OWN: ("随本人的记录替换", "replaced with their own row"),
    How.ROW: ("整条删除", "deleted with its row"),
    How.MARK: ("只存摘要，文字另存并删除", "a mark alone; its words are deleted"),
    How.STAYS: ("依法或按评选记录保留", "stays, as the law or the award's record asks"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """What one table holds of people."""

    table: str
    columns: Mapping[str, How]
    what: tuple[str, str]
    why: tuple[str, str]
    until: tuple[str, str]


_CAMPAIGN = ("活动存续期间，或至删除", "as long as the campaign is kept, or until it is erased")
_RECORD = ("办理记录", "the record of what was done")
_BY = ("谁办理、理由", "who did it, and why")


def _held(
    table: str, what: tuple[str, str], why: tuple[str, str], until: tuple[str, str] = _CAMPAIGN, **columns: How
) -> Held:
    return Held(table=table, columns=columns, what=what, why=why, until=until)


PERSONAL: tuple[Held, ...] = (
    _held("contact", ("联系人的姓名、电话、邮箱", "names, telephones, addresses of contacts"),
          ("通知与登录", "to tell them, and to let them in"),
          name=How.OWN, phones=How.OWN, email=How.OWN, email_key=How.OWN),
    _held("nomination", ("候选人、申报单位及其联系方式、所登记的属性", "candidates, applicants, how to reach them"),
          ("评选", "the award itself"),
          ("公布后姓名长期保留，其余同活动", "published names stay, the rest as the campaign"),
          title=How.OWN, title_key=How.OWN, applicant=How.OWN, applicant_contact=How.NAME, applicant_phones=How.NAME,
          applicant_email=How.NAME, attributes=How.DATA, waiver=How.DATA, earlier=How.STAYS),
    _held("nomination_key", ("名称的检索词与拼音", "search keys and pinyin of names"), ("检索", "to be found"),
          words=How.OWN, initials=How.OWN, sounds=How.OWN, title_order=How.OWN),
    _held("account", ("账号的姓名与邮箱", "name and address of an account"), ("登录", "to sign in"),
          name=How.OWN, email=How.OWN, email_key=How.OWN),
    _held("event", ("办理人、被代办人、文字说明的摘要", "marks of who acted, for whom, and of what was said"), _RECORD,
          actor=How.MARK, behalf=How.MARK, words=How.MARK),
    _held("event_word", ("摘要所代表的姓名与文字", "the names and words behind the marks"), _RECORD,
          holder=How.ROW, value=How.ROW),
    _held("letter", ("收件人与信件内容所用的资料", "the reader, and what the letter says"),
          ("发信，并证明已告知", "to send it, and to prove that somebody was told"),
          to_name=How.NAME, to_address=How.NAME, to_domain=How.NAME, context=How.DATA, last_answer=How.TEXT,
          cancelled_reason=How.TEXT),
    _held("letter_bytes", ("信件原文", "letters as they were sent"), ("重发与查阅", "to repeat and to look up"),
          ("活动结束后一年（可设）", "a year after the campaign's end, as set"), frozen=How.ROW),
    _held("call", ("待电话通知者的姓名、电话与备注", "whom to call, their numbers, and notes"),
          ("电话通知", "to tell them by telephone"),
          name=How.NAME, phones=How.NAME, of=How.TEXT, context=How.DATA, note=How.TEXT, settled_by=How.NAME),
    _held("objection", ("异议人及其联系方式、异议内容", "who objected, how to reach them, what they say"),
          ("处理异议", "to settle it"),
          name=How.NAME, organisation=How.TEXT, contact=How.NAME, text=How.TEXT, settled_by=How.NAME,
          settlement=How.TEXT),
    _held("circular", ("通知的文字与撰写人", "a circular's words and writers"), _RECORD,
          subject=How.TEXT, body=How.TEXT, made_by=How.NAME, changed_by=How.NAME, sent_by=How.NAME),
    _held("held_upload", ("等待确认的名单文件", "rosters that wait for confirmation"), ("导入", "to import them"),
          ("两小时", "two hours"), caller=How.ROW, name=How.ROW, content=How.ROW),
    _held("export_order", ("预订的导出：所选范围与文件名", "ordered exports: what was chosen, the file's name"),
          ("制作并交给预订人", "to make them for whoever ordered"), ("制作后两周", "two weeks after they are made"),
          narrowed=How.DATA, chosen=How.DATA, name=How.TEXT, failure=How.DATA),
    _held("export_piece", ("预订的导出文件", "the files of ordered exports"), ("交给预订人", "for whoever ordered"),
          ("制作后七天", "seven days after they are made"), content=How.ROW),
    _held("request", ("重复请求的首次答复", "first answers to requests"),
          ("避免重复办理", "so that nothing is done twice"),
          ("三十天（可设）", "thirty days, as set"), caller=How.ROW, answer=How.DATA),
    _held("desk_session", ("登录所用的浏览器", "the browser of a session"), ("本人查看与结束登录", "to see and end it"),
          ("登录结束", "until it ends"), device=How.ROW),
    _held("sign_in_link", ("申请登录链接的邮箱与网络地址", "who asked for a link, and from where"),
          ("防止滥用", "against abuse"),
          ("一天", "a day"), email=How.ROW, email_key=How.ROW, asked_from=How.ROW),
    _held("sign_in_failure", ("登录失败的邮箱与网络地址", "addresses of failed sign-ins"),
          ("防止猜密码", "against guessing"),
          ("一天", "a day"), key=How.ROW),
    _held("sign_in_place", ("账号登录过的网络地址", "where an account signed in from"),
          ("不让他人的失败挡住本人", "so that strangers shut nobody out"), ("九十天（可设）", "ninety days, as set"),
          place=How.ROW),
    _held("api_token", ("令牌的名称与建立人", "the name of a token, and its maker's"),
          ("本人辨认", "to tell them apart"), name=How.TEXT, maker=How.NAME),
    _held("unit", ("推荐单位名称（可以是个人）", "a unit's name, which can be a person's"), ("推荐", "to recommend"),
          name=How.STAYS, name_key=How.STAYS, code=How.STAYS),
    _held("unit_key", ("单位名称的检索词与拼音", "search keys of units"), ("检索", "to be found"),
          words=How.STAYS, initials=How.STAYS, sounds=How.STAYS, name_order=How.STAYS),
    _held("unit_attribute", ("单位的登记属性", "what is declared of a unit"), ("资格与名额", "eligibility and quotas"),
          value=How.TEXT),
    _held("laureate", ("历年入选者", "laureates of earlier editions"), ("已公布的结果", "published results"),
          ("长期", "for good"), name=How.STAYS, name_key=How.STAYS, organisation=How.STAYS),
    _held("campaign", ("活动文件所列的联系人", "people whom the notice's file names"),
          ("已公布的通知", "a public notice"),
          source=How.STAYS),
    _held("campaign_version", ("历次活动文件；修改人与理由", "the file's versions; who changed it, and why"), _RECORD,
          source=How.STAYS, reason=How.TEXT, actor=How.NAME),
    _held("milestone_revision", _BY, _RECORD, reason=How.TEXT, actor=How.NAME),
    _held("milestone_actual", _BY, _RECORD, actor=How.NAME),
    _held("distinction", _BY, _RECORD, reason=How.TEXT, actor=How.NAME),
    _held("quota_change", _BY, _RECORD, reason=How.TEXT, actor=How.NAME),
    _held("promotion", _BY, _RECORD, note=How.TEXT, actor=How.NAME),
    _held("membership", _BY, _RECORD, given_by=How.NAME),
    _held("account_here", ("主办方所用的姓名", "how an organiser calls the owner of an account"),
          ("登录与办理", "to act by that name"), name=How.OWN),
    _held("organiser", ("主办方的名称与邮箱", "an organiser's names and mailboxes"),
          ("发信", "to write in its name"), ("长期", "for good"),
          name=How.STAYS, english=How.STAYS, mail_name=How.STAYS, reply_to=How.STAYS, mailbox=How.STAYS),
    _held("mute", _BY, _RECORD, reason=How.TEXT, actor=How.NAME, lifted_by=How.NAME),
    _held("relocation", ("谁迁移了数据库", "who moved the database"), _RECORD, actor=How.NAME),
    _held("proposal", ("提交复核的内容、双方姓名与理由", "what two people decide, their names and reasons"), _RECORD,
          arguments=How.DATA, effect=How.DATA, reason=How.TEXT, proposed_by=How.NAME, decided_by=How.NAME,
          note=How.TEXT),
    _held("duty", ("报送事项的说明", "what was filed, in words"), _RECORD, document=How.TEXT),
    _held("webhook", ("推送的名称与建立人", "a subscription's name and maker"), _RECORD,
          name=How.TEXT, made_by=How.NAME, stopped_because=How.TEXT),
    _held("post_stop", ("邮件服务器停止的原因", "why the mail server stopped"), ("查错", "to find faults"),
          zh=How.TEXT, en=How.TEXT),
    _held("webhook_delivery", ("对方系统的答复", "what another system answered"), ("查错", "to find faults"),
          last_answer=How.TEXT),
)  # fmt: skip

OUTSIDE: tuple[tuple[str, str], ...] = (
    ("信件目录中的 .eml 文件：删除时一并删除", "the .eml files of the mail folder: deleted along"),
    ("备份：不改动，仍含已删除的内容，保存多久由贵单位决定",
     "backups: left as they are, with what was erased since; how long they are kept is the house's choice"),
    ("已发出的邮件、已下载的表格、接口已给出的内容：不在本系统内",
     "letters that arrived, tables taken away, answers given to programs: out of reach"),
    ("运行日志：只有编号，没有姓名", "the log: ids and no names"),
)  # fmt: skip

NOT_PERSONAL: Mapping[str, str] = {
    "account": "public_id password_hash lang",
    "api_token": "public_id digest seat scopes",
    "call": "public_id key occasion milestone template state",
    "campaign": "key source_name digest closed",
    "campaign_version": "source_name digest",
    "circular": "public_id aim state",
    "clock_baseline": "boot",
    "closing_part": "milestone verb",
    "contact": "public_id institution",
    "desk_session": "public_id digest csrf how preferred",
    "distinction": "list",
    "done": "occasion outcome",
    "duty": "public_id institution kind track state",
    "event": "role subject verb from_state to_state details rows",
    "event_word": "mark salt",
    "export_order": "public_id seat what form lang state claimed_by sight",
    "feed": "public_id digest seat",
    "held_upload": "public_id kind digest",
    "key_mark": "fingerprint",
    "laureate": "award list_name",
    "letter": "public_id key occasion milestone template contact_ref subject_ref state claimed_by message_id",
    "membership": "public_id holds role institution",
    "milestone_actual": "milestone",
    "milestone_class": "key parent name english who",
    "milestone_revision": "milestone",
    "nomination": "public_id salt track materials state resume_state level returned_from undecided",
    "objection": "public_id stage state",
    "organiser": "key",
    "post_grant": "scope token",
    "post_stop": "kind by passed_by",
    "proposal": "public_id verb digest proposer state decider",
    "quota_change": "quota unit",
    "relocation": "token place outcome",
    "request": "key fingerprint",
    "seal": "previous digest",
    "second_factor": "nonce",
    "sign_in_link": "public_id then cancelled",
    "track_tally": "track state",
    "unit": "public_id",
    "unit_attribute": "attribute",
    "unit_channel": "channel",
    "unit_tally": "track state",
    "webhook": "public_id url topics secret old_secret state claimed_by",
    "webhook_delivery": "public_id state",
}
"""Keys, states, digests and secrets: text that says nothing of anybody."""
