"""What a campaign file may say of duties, and what it may not: every wrong combination with its place and words."""

from __future__ import annotations

import pytest

from tests.owing import TEXT
from workflows.definition import DutyKind, Who
from workflows.loading import load
from workflows.reasons import FileRefused
from workflows.vocabulary import Decisive, Each, Fulfilment, Gate, Owner

PLAN = '[duties.plan]\nname = "评审方案"\nstage = "review"'


def _refused(text: str) -> list[tuple[str, str]]:
    """The code and the words of every error, without the file and the place, which begin them."""
    with pytest.raises(FileRefused) as refused:
        load(text, name="a.toml")
    return [(reason.code, reason.zh) for reason in refused.value.reasons]


def test_a_duty_of_each_kind_is_read() -> None:
    duties = load(TEXT, name="a.toml").definition.duty_by_key
    assert duties["letter"] == DutyKind(
        key="letter", name="推荐函和汇总表", english="letter and summary", owed_by=Owner.UNIT, each=Each.UNIT,
        fulfilment=Fulfilment.RECEIPT, due="post", gate=Gate.REVIEW, decisive=Decisive.POSTMARK,
        who=Who(channels=("societies",)),
    )  # fmt: skip
    assert duties["original"] == DutyKind(
        key="original", name="申报书原件", english="original", owed_by=Owner.UNIT, each=Each.NOMINATION,
        stage="review", fulfilment=Fulfilment.RECEIPT, due="hand-in", gate=Gate.REVIEW,
    )  # fmt: skip
    assert (duties["plan"].owed_by, duties["plan"].each, duties["code"].due) == (Owner.INSTITUTION, Each.TRACK, None)


UNIT_LETTER = 'decisive = "postmark"\ngate = "review"\nfor = { channels = ["societies"] }'
TOO_LATE = (
    "duties.original.gate：此事项在“{}”之后才产生，不能作其前置条件；逐项的事项只能写 review，stage 不晚于第一个阶段；"
    "提交时每项须备齐的，请写入 [materials]；每单位一次的，请删去 each"
)
ORIGINAL = 'stage = "review"\nfulfilment = "receipt"\ndue = "hand-in"\ngate = "review"'


@pytest.mark.parametrize(
    ("old", "new", "code", "zh"),
    [
        (PLAN, f'{PLAN}\neach = "unit"', "CFG-120",
         "duties.plan.each：owed_by = \"institution\" 的事项，each 须为 track，读到“unit”"),
        (UNIT_LETTER, f'{UNIT_LETTER}\nstage = "review"', "CFG-121",
         'duties.letter.stage：每个单位一份的事项不看阶段，请删去 stage，或写 each = "nomination"'),
        ('fulfilment = "filing"\ngate = "submit"', 'fulfilment = "results"\ngate = "submit"', "CFG-122",
         'duties.code.fulfilment：推荐单位不报送评审结果，请写 fulfilment = "filing" 或 "receipt"'),
        ('fulfilment = "filing"\ngate = "submit"', 'fulfilment = "filing"\ngate = "submit"\ndecisive = "postmark"',
         "CFG-123", 'duties.code.decisive：decisive 只用于 fulfilment = "receipt" 且写明 due 的事项，请补写或删去'),
        ('for = { channels = ["societies"] }', 'for = { tracks = ["people"] }', "CFG-124",
         "duties.letter.for.tracks：每个单位一份的事项不分赛道，请删去 tracks"),
        (PLAN, f'{PLAN}\nfor = {{ channels = ["societies"] }}', "CFG-124",
         "duties.plan.for.channels：初评机构的事项只能按赛道（tracks）限定，请删去 channels"),
        (PLAN, f'{PLAN}\ngate = "review"', "CFG-125",
         "duties.plan.gate：只有推荐单位的事项可以作为前置条件，请删去 gate"),
        (ORIGINAL, ORIGINAL.replace('gate = "review"', 'gate = "submit"'), "CFG-126",
         TOO_LATE.format("submit")),
        (ORIGINAL, ORIGINAL.replace('stage = "review"', 'stage = "final"'), "CFG-126",
         TOO_LATE.format("review")),
    ],
)  # fmt: skip
def test_a_wrong_duty_is_told_where_and_what_to_write(old: str, new: str, code: str, zh: str) -> None:
    assert TEXT.count(old) == 1
    assert (code, zh) in _refused(TEXT.replace(old, new))


def test_what_institutions_owe_can_be_narrowed_to_tracks() -> None:
    text = TEXT.replace(PLAN, f'{PLAN}\nfor = {{ tracks = ["inventions"] }}')
    assert load(text, name="a.toml").definition.duty_by_key["plan"].who.tracks == (
        "inventions/water", "inventions/light",
    )  # fmt: skip


NOMINEES = """
[attributes.secret]
name = "涉密"
of = "nominee"
kind = "flag"
[attributes.region]
name = "地区"
of = "unit"
kind = "word"
values = ["east"]
"""
STATEMENT = 'each = "nomination"\nfulfilment = "filing"'


def test_what_each_nomination_owes_can_be_narrowed_by_what_is_declared_of_it() -> None:
    text = TEXT.replace(STATEMENT, f"{STATEMENT}\nfor = {{ where = {{ secret = true }} }}")
    found = load(text + NOMINEES, name="a.toml").definition.duty_by_key["statement"]

    assert found.who == Who(attributes=(("secret", ("true",)),))


@pytest.mark.parametrize(
    ("where", "code", "zh"),
    [
        ("secret = true", "CFG-63", "“涉密”是对申报项目登记的，此处只能按推荐单位的属性限定；可写：region"),
        ('regoin = "east"', "CFG-23",
         '没有名为 "regoin" 的属性，请在 [attributes.regoin] 里写明；已定义：region；是要写“region”吗？'),
    ],
)  # fmt: skip
def test_a_unit_is_not_known_by_what_is_declared_of_nominees_or_of_nobody(where: str, code: str, zh: str) -> None:
    text = TEXT.replace('gate = "submit"\nfor = {', f'gate = "submit"\nfor = {{ where = {{ {where} }},')
    key = where.split(" ", maxsplit=1)[0]

    assert _refused(text + NOMINEES) == [(code, f"duties.code.for.where.{key}：{zh}")]
