"""Nominations come in from a file through the verbs themselves: window, quota, exclusion, receipts, all or nothing."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from engine import nominations
from engine.access import Actor
from engine.rosters import Outcome, import_nominations
from engine.tables import Call, Event, Nomination
from notifications.tables import LETTER, Letter
from tests.engine.rosters.conftest import CLOSES, IN_TIME, NOMINATION_HEADER, House, table, unit_id
from workflows.nomination import Role
from workflows.reasons import FileRefused

EE = ("EE", "中国电子学会", "societies", "张三", "13800138000", "zhang@example.cn")
CAST = ("CAST", "某某省科协", "provinces", "李四", "13900139000", "")
A_MOMENT = timedelta(microseconds=1)


def enterprise(title: str, unit: str = "EE", complete: str = "是", applicant: str = "某公司") -> tuple[str, ...]:
    return (unit, "新锐企业榜", "", title, applicant, complete)


@pytest.fixture
def home(house: House) -> House:
    house.units(EE, CAST)
    return house


def codes(refused: pytest.ExceptionInfo[FileRefused]) -> list[tuple[str, str]]:
    return [(reason.code, reason.where) for reason in refused.value.reasons]


def test_rows_become_drafts(home: House) -> None:
    answer = home.nominations(enterprise("甲"), ("EE", "先导技术榜", "电子信息", "乙", "某所", ""))

    assert [line.outcome for line in answer.lines] == [Outcome.NEW, Outcome.NEW]
    assert home.count(Nomination, state="drafted", track="enterprises", title="甲") == 1
    assert home.count(Nomination, state="drafted", track="technologies/electronics", title="乙") == 1


def test_with_submit_they_are_submitted_and_each_contact_hears_of_it(home: House) -> None:
    home.nominations(enterprise("甲"), enterprise("乙", unit="CAST"), submit=True)

    assert home.count(Nomination, state="submitted", submitted_at=IN_TIME) == 2
    assert (home.count(Letter), home.count(Call)) == (1, 1)


def test_many_submitted_together_are_one_letter_to_each_contact(home: House) -> None:
    home.nominations(*[enterprise(f"企业{number}") for number in range(4)], submit=True)

    with home.office.database.read() as connection:
        (letter,) = connection.execute(select(LETTER.c.template, LETTER.c.to_address, LETTER.c.context)).all()
    assert (letter.template, letter.to_address) == ("submission-receipts", "zhang@example.cn")
    assert [line["title"] for line in letter.context["submitted"]] == ["企业0", "企业1", "企业2", "企业3"]
    assert [(place["name"], place["used"]) for place in letter.context["places"] if place["used"]] == [
        ("新锐企业榜", 4)
    ]


def test_each_applicant_of_a_file_hears_of_their_own(home: House) -> None:
    header = (*NOMINATION_HEADER, "邮箱")
    rows = [(*enterprise(f"企业{number}"), f"a{number}@example.org") for number in range(2)]

    with home.write() as work:
        import_nominations(work, table(header, *rows), submit=True)

    with home.office.database.read() as connection:
        letters = connection.execute(select(LETTER.c.template, LETTER.c.to_address).order_by(LETTER.c.to_address)).all()
    assert [tuple(letter) for letter in letters] == [
        ("submission-receipt", "a0@example.org"),
        ("submission-receipt", "a1@example.org"),
        ("submission-receipts", "zhang@example.cn"),
    ]


def test_the_same_file_again_is_there_already_and_sends_no_second_letter(home: House) -> None:
    home.nominations(enterprise("甲"), enterprise("乙", unit="CAST"), submit=True)
    before = (home.count(Letter), home.count(Call), home.count(Event))

    again = home.nominations(enterprise("甲"), enterprise("乙", unit="CAST"), submit=True)

    assert [line.outcome for line in again.lines] == [Outcome.SAME, Outcome.SAME]
    assert (home.count(Letter), home.count(Call), home.count(Event)) == before


def test_another_spelling_of_the_title_is_the_same_nomination_and_said_so(home: House) -> None:
    home.nominations(enterprise("Café 芯片"))

    again = home.nominations(enterprise("ＣＡＦＥ\u0301芯片"))

    assert [line.outcome for line in again.lines] == [Outcome.SAME]
    assert [(reason.code, reason.where) for reason in again.remarks] == [("IMP-35", "名单.csv:2 “项目名称”")]
    assert home.count(Nomination) == 1


def test_what_a_draft_says_otherwise_is_edited(home: House) -> None:
    home.nominations(enterprise("甲", complete=""))

    changed = home.nominations(enterprise("甲", applicant="新公司"))

    assert [line.outcome for line in changed.lines] == [Outcome.CHANGED]
    with home.office.database.read() as connection:
        row = connection.execute(select(Nomination)).one()
    assert (row.applicant, row.materials) == ("新公司", ["application"])


def test_what_a_submission_says_otherwise_is_refused_like_the_verb(home: House) -> None:
    home.nominations(enterprise("甲"), submit=True)

    with pytest.raises(FileRefused) as refused:
        home.nominations(enterprise("甲", applicant="新公司"))

    assert codes(refused) == [("STM-01", "名单.csv:2")]


def test_a_row_that_stands_twice_is_counted_once_and_two_that_differ_are_refused(home: House) -> None:
    twice = home.nominations(enterprise("甲"), enterprise("甲"))
    with pytest.raises(FileRefused) as refused:
        home.nominations(enterprise("乙"), enterprise("乙", applicant="别家"))

    assert [line.outcome for line in twice.lines] == [Outcome.NEW, Outcome.SAME]
    assert [(reason.code, reason.where) for reason in twice.remarks] == [("IMP-32", "名单.csv:3")]
    assert codes(refused) == [("IMP-30", "名单.csv:3 “申报单位”")]


def test_a_withdrawn_nomination_is_left_withdrawn_and_said_so(home: House) -> None:
    home.nominations(enterprise("甲"))
    with home.write() as work:
        nominations.withdraw(work, home.id_of("甲"), reason="单位决定")

    again = home.nominations(enterprise("甲"), submit=True)

    assert [line.outcome for line in again.lines] == [Outcome.SAME]
    assert [reason.code for reason in again.remarks] == ["IMP-36"]
    assert home.count(Nomination, state="withdrawn") == home.count(Nomination) == 1


def test_all_errors_of_all_rows_are_told_at_once_and_nothing_is_stored(home: House) -> None:
    rows = [
        enterprise("甲"),
        enterprise("乙", unit="XX"),
        ("EE", "先导技术榜", "", "丙", "某所", "是"),
        ("EE", "新锐企业榜", "电子信息", "丁", "某所", "是"),
        enterprise("戊", complete="否"),
        enterprise("己", applicant=""),
    ]

    with pytest.raises(FileRefused) as refused:
        home.nominations(*rows, submit=True)

    assert codes(refused) == [
        ("IMP-31", "名单.csv:3 “单位编号”"),
        ("IMP-33", "名单.csv:4 “领域”"),
        ("IMP-33", "名单.csv:5 “领域”"),
        ("MAT-01", "名单.csv:6"),
        ("MAT-01", "名单.csv:7"),
    ]
    assert (home.count(Nomination), home.count(Letter), home.count(Call)) == (0, 0, 0)


def test_more_rows_than_places_store_nothing_and_name_the_unit_and_its_rows(home: House) -> None:
    rows = [enterprise(f"企业{number}") for number in range(6)]

    with pytest.raises(FileRefused) as refused:
        home.nominations(enterprise("别家", unit="CAST"), *rows, submit=True)

    (reason,) = refused.value.reasons
    assert (reason.code, reason.where) == ("IMP-18", "名单.csv:3")
    assert reason.zh == "单位EE（中国电子学会）新锐企业榜：6行，名额5个；第3、4、5、6、7、8行"
    assert reason.en == "unit EE, 新锐企业榜: 6 rows, 5 places; rows 3, 4, 5, 6, 7, 8"
    assert home.count(Nomination) == 0


def test_places_used_before_the_file_are_told_apart(home: House) -> None:
    home.nominations(*[enterprise(f"先到{number}") for number in range(2)], submit=True)

    with pytest.raises(FileRefused) as refused:
        home.nominations(*[enterprise(f"后到{number}") for number in range(4)], submit=True)

    (reason,) = refused.value.reasons
    assert reason.facts == {"unit": "EE", "scope": "新锐企业榜", "rows": 4, "limit": 5, "taken": 2}
    assert home.count(Nomination, state="submitted") == 2


def test_drafts_take_no_place(home: House) -> None:
    answer = home.nominations(*[enterprise(f"企业{number}") for number in range(6)])

    assert answer.count(Outcome.NEW) == 6


@pytest.mark.parametrize(("at", "stored"), [(CLOSES - A_MOMENT, 2), (CLOSES, 0), (CLOSES + A_MOMENT, 0)])
def test_the_whole_file_is_measured_by_the_instant_it_arrived(home: House, at: datetime, stored: int) -> None:
    rows = [enterprise("甲"), enterprise("乙", unit="CAST")]
    if stored:
        home.nominations(*rows, submit=True, at=at)
    else:
        with pytest.raises(FileRefused) as refused:
            home.nominations(*rows, submit=True, at=at)
        (reason,) = refused.value.reasons
        assert (reason.code, reason.where, reason.facts["rows"]) == ("DLN-01", "名单.csv", 2)
        assert reason.facts["closes"] == CLOSES.isoformat()
        assert reason.facts["received"] == at.isoformat()
        assert "2023年11月30日24:00" in reason.zh

    assert home.count(Nomination, state="submitted", submitted_at=at) == stored
    assert home.count(Nomination) == stored


def test_a_late_file_that_says_nothing_new_is_no_error(home: House) -> None:
    home.nominations(enterprise("甲"), submit=True)

    again = home.nominations(enterprise("甲"), submit=True, at=CLOSES)

    assert [line.outcome for line in again.lines] == [Outcome.SAME]


def test_a_draft_of_before_is_submitted_by_the_file_and_counts_as_changed(home: House) -> None:
    home.nominations(enterprise("甲"))

    answer = home.nominations(enterprise("甲"), submit=True)

    assert [line.outcome for line in answer.lines] == [Outcome.CHANGED]
    assert home.count(Nomination, state="submitted") == 1


def test_a_preview_checks_the_places_too_and_sends_nothing(home: House) -> None:
    rows = [enterprise(f"企业{number}") for number in range(6)]

    with pytest.raises(FileRefused) as refused, home.write() as work:
        import_nominations(work, table(NOMINATION_HEADER, *rows, preview=True), submit=True)
    with home.write() as work:
        preview = import_nominations(work, table(NOMINATION_HEADER, *rows[:5], preview=True), submit=True)

    assert [reason.code for reason in refused.value.reasons] == ["IMP-18"]
    assert (preview.count(Outcome.NEW), {line.id for line in preview.lines}) == (5, {""})
    assert (home.count(Nomination), home.count(Letter)) == (0, 0)


def test_a_unit_imports_its_own_nominations_and_does_not_learn_of_others(home: House) -> None:
    with home.write() as work:
        actor = Actor(role=Role.UNIT, name="张三", unit_id=unit_id(work, "EE"))
    upload = table(NOMINATION_HEADER, enterprise("甲"), enterprise("乙", unit="CAST"), enterprise("丙", unit="XX"))

    with pytest.raises(FileRefused) as refused, home.write(actor=actor) as work:
        import_nominations(work, upload)

    reasons = list(refused.value.reasons)
    assert [reason.code for reason in reasons] == ["IMP-31", "IMP-31"]
    assert reasons[0].zh.replace("CAST", "XX") == reasons[1].zh
