"""A wrong campaign file gets its answers: the exact code and place, every error at once, and never anything else."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.loading import Loaded, load
from workflows.reasons import FileRefused, Reason
from workflows.vocabulary import Per

FILE = Path(__file__).parents[2] / "config" / "campaigns" / "kczg-2023.toml"
GOOD = FILE.read_text(encoding="utf-8")
LINES = GOOD.splitlines()

OPENS, CLOSES = 'opens = "2023-10-07"', 'closes = "2023-11-30 24:00"\nwording'
LIMIT = "limit = 3"
ZONE = 'zone = "Asia/Shanghai"'


def changed(*edits: tuple[str, str]) -> str:
    """The good file with each text replaced, which must stand in it once."""
    text = GOOD
    for old, new in edits:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def refused(data: str | bytes) -> tuple[Reason, ...]:
    with pytest.raises(FileRefused) as refusal:
        load(data, name="a.toml")
    return refusal.value.reasons


def codes(data: str | bytes) -> list[str]:
    return [reason.code for reason in refused(data)]


def line_of(text: str, mark: str) -> int:
    """The line on which `mark` begins; it must stand in the text."""
    return text[: text.index(mark)].count("\n") + 1


def place(text: str, mark: str) -> str:
    before = text[: text.index(mark)]
    return f"a.toml:{line_of(text, mark)}:{len(before) - before.rfind(chr(10))}"


def load_ok(text: str) -> Loaded:
    return load(text, name="a.toml")


def closing(new: str) -> str:
    return changed((CLOSES, f"closes = {new}\nwording"))


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ('"2023-10-01"', "CFG-01"),
        ('"2023-10-07 00:00"', "CFG-02"),
        ('"2023-11-30 24:01"', "CFG-03"),
        ('"2023-11-30 24:00:01"', "CFG-03"),
        ('"2023-11-30 25:00"', "CFG-03"),
        ("2023-11-30 24:00", "CFG-04"),
        ("2023-11-30T24:00:00+08:00", "CFG-04"),
        ("2023-11-30T23:00:00", "CFG-04"),
        ("2023-11-30 18:00:00", "CFG-04"),
        ('"soon"', "CFG-05"),
        ('""', "CFG-05"),
        ('"2023-02-30"', "CFG-05"),
        ('"2023-11-30 23:59:60"', "CFG-15"),
        ('"2023/11/30"', "CFG-17"),
        ('"30.11.2023"', "CFG-17"),
        ('"11-30-2023"', "CFG-17"),
        ('"2023-11-30（周五）24:00"', "CFG-18"),
        ('"2023-11-30 24:00起"', "CFG-19"),
        ('"2023-11-30 24:00 Asia/Beijing"', "CFG-11"),
    ],
)
def test_a_wrong_end_is_refused_on_its_line(written: str, code: str) -> None:
    text = closing(written)
    (reason,) = refused(text)
    assert (reason.code, reason.where) == (code, place(text, f"closes = {written}"))


def test_an_end_before_its_start_names_both_lines() -> None:
    text = closing('"2023-10-01"')
    opens = line_of(text, OPENS)
    (reason,) = refused(text)
    assert reason.en == (
        "milestones.collection.closes: end 2023-10-01 24:00 (Asia/Shanghai) is before start"
        f" 2023-10-07 00:00 (Asia/Shanghai) (line {opens + 1}, {opens})"
    )
    assert reason.zh == (
        "milestones.collection.closes：截止时间2023年10月1日24:00早于开始时间2023年10月7日00:00"
        f"（第{opens + 1}、{opens}行）"
    )


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2023-11-30 23:59:60", ["CFG-04", "CFG-15"]),
        ("24:00", ["CFG-04", "CFG-05"]),
        ("2023/11/30", ["CFG-04", "CFG-17"]),
    ],
)
def test_an_end_that_lost_its_quotes_is_still_read(written: str, expected: list[str]) -> None:
    assert codes(closing(written)) == expected


def test_a_start_at_24_00_is_refused() -> None:
    (reason,) = refused(changed((OPENS, 'opens = "2023-10-06 24:00"')))
    assert (reason.code, reason.en) == (
        "CFG-06",
        "milestones.collection.opens: write a start as 00:00 of the next day: 2023-10-07 00:00",
    )


@pytest.mark.parametrize(
    "written", ['"2023-11-30"', "2023-11-30", '"２０２３-11-30 ２４：００"', '"2023年11月30日24时"', '"2023-11-30前"']
)
def test_these_all_mean_the_end_of_that_day(written: str) -> None:
    closes = load_ok(closing(written)).definition.milestone_by_key["collection"].closes
    assert closes == datetime(2023, 11, 30, 16, tzinfo=UTC)


def test_an_end_at_23_59_is_taken_with_a_warning() -> None:
    text = closing('"2023-11-30 23:59"')
    (warning,) = load_ok(text).warnings
    assert (warning.code, warning.where) == ("CFG-31", place(text, 'closes = "2023-11-30 23:59"'))
    assert warning.en == "milestones.collection.closes: ends at 23:59:00; did you mean 24:00?"


@pytest.mark.parametrize(
    ("edit", "code", "en"),
    [
        ((ZONE + "\n", ""), "CFG-10", 'timezone is missing; e.g. "Asia/Shanghai"'),
        ((ZONE, 'zone = ""'), "CFG-10", 'timezone is missing; e.g. "Asia/Shanghai"'),
        *(
            ((ZONE, f'zone = "{name}"'), "CFG-11", f'unknown zone "{name}"; did you mean "Asia/Shanghai"?')
            for name in ("CST", "GMT+8", "Asia/Beijing", "UTC+8")
        ),
        ((ZONE, "zone = 8"), "CFG-11", 'unknown zone "8"; write Area/Place, e.g. "Asia/Shanghai", or UTC, AoE'),
    ],
)
def test_a_missing_or_unknown_zone_is_the_one_error(edit: tuple[str, str], code: str, en: str) -> None:
    (reason,) = refused(changed(edit))
    assert (reason.code, reason.en) == (code, f"calendar.zone: {en}")


@pytest.mark.parametrize(("clock", "code"), [("2023-03-12 02:30", "CFG-12"), ("2023-11-05 01:30", "CFG-13")])
def test_a_time_that_a_clock_change_skips_or_repeats_is_refused(clock: str, code: str) -> None:
    text = changed((ZONE, 'zone = "America/New_York"'), (OPENS, f'opens = "{clock}"'))
    assert codes(text) == [code]


def test_an_unknown_key_is_refused_with_the_nearest_known_one() -> None:
    text = changed((LIMIT, "limit = 3\nlimitt = 3"))
    (reason,) = refused(text)
    assert (reason.code, reason.where) == ("CFG-20", place(text, "limitt"))
    assert reason.en == (
        'quotas.technologies.limitt: unknown key "limitt"; did you mean "limit"?'
        " (known here: lists, channels, per, limit, units, for, stacking, shares, wording)"
    )


@pytest.mark.parametrize(
    "table", ["[campaign]", "[lists.managers]", "[channels.corps]", "[office]", "[dailies.secretariat-digest]"]
)
def test_an_unknown_key_is_refused_in_every_table(table: str) -> None:
    assert codes(changed((f"\n{table}\n", f"\n{table}\nzzz = 1\n"))) == ["CFG-20"]


def test_a_key_given_twice_names_both_lines() -> None:
    text = changed((LIMIT, "limit = 3\nlimit = 4"))
    line = line_of(text, LIMIT)
    (reason,) = refused(text)
    assert (reason.code, reason.facts["first"], reason.facts["again"]) == ("CFG-21", line, line + 1)
    assert f'key "quotas.technologies.limit" twice (lines {line}, {line + 1})' in reason.en


def test_a_table_given_twice_is_told_once() -> None:
    text = changed(("[quotas.enterprises]", "[quotas.technologies]"))
    (reason,) = refused(text)
    assert (reason.code, reason.facts["path"]) == ("CFG-21", "quotas.technologies")


def test_a_missing_key_is_refused_at_its_table() -> None:
    text = changed((LIMIT + "\n", ""))
    (reason,) = refused(text)
    assert (reason.code, reason.where) == ("CFG-22", place(text, "[quotas.technologies]"))
    assert (reason.zh, reason.en) == ("quotas.technologies.limit：缺少这一项", "quotas.technologies.limit: is missing")


@pytest.mark.parametrize(
    ("edit", "path"),
    [
        (('window = "final"', 'window = "deans"'), "stages.final.window"),
        (('due = "final"', 'due = "deans"'), "stages.final.due"),
        (('publication = "publication"', 'publication = "deans"'), "calendar.publication"),
        (('after = "publication"', 'after = "deans"'), "milestones.promotion.after"),
        (('milestone = "final"', 'milestone = "deans"'), "reminders.final-opens.milestone"),
        (('since = "collection"', 'since = "deans"'), "dailies.secretariat-digest.since"),
        (('laureates = { edition = 2022, list = "managers" }', 'laureates = { edition = 2022, list = "deans" }'),
         "channels.earlier-managers.laureates.list"),
        (('tracks = ["managers"]', 'tracks = ["managers", "deans"]'), "institutions.managers.tracks[2]"),
        (('for = ["consultation"]', 'for = ["deans"]'), "office.contacts[3].for[1]"),
    ],
)  # fmt: skip
def test_a_reference_to_nothing_lists_what_there_is(edit: tuple[str, str], path: str) -> None:
    (reason,) = refused(changed(edit))
    assert (reason.code, reason.facts["path"], reason.facts["read"]) == ("CFG-23", path, '"deans"')
    assert "defined: " in reason.en
    assert "已定义：" in reason.zh


def test_a_letter_that_does_not_exist_is_refused_where_the_letters_are_known() -> None:
    letters = set(re.findall(r'letter = "([a-z-]+)"', GOOD))
    assert load(GOOD, name="a.toml", letters=letters).remarks == ()
    with pytest.raises(FileRefused) as refusal:
        load(GOOD, name="a.toml", letters=letters - {"stage-opens"})
    (reason,) = refusal.value.reasons
    assert (reason.code, reason.facts["path"]) == ("CFG-23", "reminders.final-opens.letter")


def test_milestones_that_wait_for_each_other_are_told_as_a_circle() -> None:
    text = changed(('after = "publication"', 'after = "r1"')) + (
        '\n[milestones.r1]\nname = "甲"\nafter = "r2"\n[milestones.r2]\nname = "乙"\nafter = "r1"\n'
    )
    (reason,) = refused(text)
    assert (reason.code, reason.where) == ("CFG-24", place(text, 'after = "r2"'))
    assert reason.facts["circle"] == "r1 -> r2 -> r1"


@pytest.mark.parametrize(
    "written", ["-1", "2.5", '"five"', "true", "1e400", "010", "10001", "9" * 5000, "[3]", "{}", "nan"]
)
def test_a_quota_is_a_whole_number_within_its_limits(written: str) -> None:
    text = changed((LIMIT, f"limit = {written}"))
    (reason,) = refused(text)
    assert (reason.code, reason.facts["path"]) == ("CFG-26", "quotas.technologies.limit")
    assert len(reason.en) < 200


@pytest.mark.parametrize("key", ["password", "smtp_password", "token", "secret"])
def test_a_secret_in_the_file_is_refused_and_not_repeated(key: str) -> None:
    (reason,) = refused(changed(("[campaign]", f'[campaign]\n{key} = "hunter2"')))
    assert (reason.code, "hunter2" in str(reason)) == ("CFG-30", False)


@pytest.mark.parametrize(
    ("edit", "code"),
    [
        (('name = "终评"', "name = 7"), "CFG-25"),
        (('name = "终评"', 'name = " "'), "CFG-25"),
        (('name = "终评"', f'name = "{"长" * 301}"'), "CFG-25"),
        (('phones = ["010-68517798"]', 'phones = "010-68517798"'), "CFG-25"),
        (("waivable = true", 'waivable = "yes"'), "CFG-25"),
        (('contacts = [{ name = "李沐谦", phones = ["010-84351699", "15801118942"] }]', "contacts = []"), "CFG-25"),
        (('nominee = "person"', 'nominee = "person"\nfields = 1'), "CFG-25"),
        (('judge = "secretariat"', 'judge = "secretary"'), "CFG-28"),
        (('per = "field"', 'per = "fields"'), "CFG-28"),
        (('channels = "persons"', 'channels = "person"'), "CFG-28"),
        (('name = "终评"', 'name = "终\\u202e评"'), "CFG-29"),
        (('name = "终评"', 'name = "终\\n评"'), "CFG-29"),
        (("[stages.final]", "[stages.Final]"), "CFG-43"),
        (('key = "kczg-2023"', 'key = "kczg 2023"'), "CFG-43"),
        (('name = "终评"', 'name = "初评"'), "CFG-44"),
        (('"生物医药", english', '"电子信息", english'), "CFG-44"),
        (("[stages.final]", "[stages.published]"), "CFG-45"),
        (('offsets = ["30天前", ', 'offsets = ["three weeks before", '), "CFG-54"),
        (('settle = "2分钟"', 'settle = "soon"'), "CFG-54"),
        (('at = "08:30"', 'at = "24:00"'), "CFG-54"),
        (('offsets = ["30天前", ', 'offsets = ["30天前", "30 days before", '), "CFG-55"),
        (('tracks = ["managers"]', 'tracks = ["managers", "managers"]'), "CFG-55"),
        (('phones = ["010-68517798"]', 'phones = ["010-6851 call me"]'), "CFG-57"),
        (('phones = ["010-68517798"]', 'email = "a@ok.example)b@evil.example"'), "CFG-58"),
        (('window = "2024年1月"', 'window = "2024年1月"\nopens = "2024-01-01"'), "CFG-60"),
    ],
)  # fmt: skip
def test_a_wrong_value_gets_its_code(edit: tuple[str, str], code: str) -> None:
    assert code in codes(changed(edit))


@pytest.mark.parametrize(
    ("edits", "expected"),
    [
        ([('tracks = ["managers"]', 'tracks = ["enterprises"]')],
         {("CFG-46", "stages.preliminary"), ("CFG-47", "institutions.managers.tracks")}),
        ([('judge = "institution"', 'judge = "secretariat"')],
         {("CFG-48", f"institutions.{key}.stage") for key in
          ("electronics", "biomedicine", "equipment", "advanced-materials", "low-carbon", "enterprises",
           "organisations", "managers")}
         | {("CFG-48", f"duties.{key}.stage") for key in ("results", "review-plan", "expert-panel", "criteria")}),
        ([('due = "final"', 'due = "promotion"')], {("CFG-49", "stages.final.due")}),
        ([('until = "publicity"', 'until = "promotion"')], {("CFG-49", "dailies.secretariat-digest.until")}),
        ([('collection = "collection"', 'collection = "preliminary-results"')], {("CFG-49", "calendar.collection")}),
        ([('channels = "persons"', 'channels = ["societies"]')],
         {("CFG-50", "lists.managers"), ("CFG-52", "quotas.earlier-managers")}),
        ([('lists = ["enterprises"]\nchannels = "units"', 'lists = ["enterprises"]\nchannels = "all"'),
          ('lists = ["organisations"]\nchannels = "units"',
           'lists = ["organisations"]\nchannels = ["earlier-managers"]')],
         {("CFG-50", "lists.organisations"), ("CFG-51", "quotas.organisations.channels")}),
        ([('per = "list"\nlimit = 5', 'per = "field"\nlimit = 5')], {("CFG-53", "quotas.enterprises.per")}),
        ([('lists = ["enterprises"]\nchannels = "units"',
           'lists = ["enterprises", "technologies"]\nchannels = "units"'),
          ('lists = ["technologies"]\nchannels = "units"', 'lists = ["technologies"]\nchannels = "persons"')],
         {("CFG-110", "quotas.technologies.channels")}),
    ],
)  # fmt: skip
def test_parts_that_do_not_fit_together_are_refused(
    edits: list[tuple[str, str]], expected: set[tuple[str, str]]
) -> None:
    assert {(reason.code, reason.facts["path"]) for reason in refused(changed(*edits))} == expected


def test_all_errors_of_a_file_are_told_at_once_from_top_to_bottom() -> None:
    text = changed(
        (ZONE, 'zone = "Asia/Beijing"'),
        ('nominee = "person"', 'nominee = "man"'),
        (LIMIT, "limit = 010\nlimit = 4"),
        (OPENS, "opens = 2023-10-07 24:00"),
        ('window = "final"', 'window = "finale"'),
        ('name = "祝翠"', 'nam = "祝翠"'),
    )
    reasons = refused(text)
    assert [reason.code for reason in reasons] == [
        "CFG-11", "CFG-28", "CFG-21", "CFG-26", "CFG-04", "CFG-06", "CFG-23", "CFG-22", "CFG-20",
    ]  # fmt: skip
    places = [(reason.line or 0, reason.column or 0) for reason in reasons]
    assert places == sorted(places)
    assert [f"a.toml:{line}:{column}" for line, column in places] == [reason.where for reason in reasons]


def test_at_most_200_errors_are_told() -> None:
    reasons = refused(GOOD + "".join(f"odd-{number} = 1\n" for number in range(300)))
    assert (len(reasons), reasons[-1].code, reasons[-1].facts["left"]) == (201, "CFG-99", 100)


@pytest.mark.parametrize(
    ("data", "code", "told"),
    [
        ("k = 1\n" * 20_000, "CFG-21", 200),
        ("[t]\n" * 20_000, "CFG-21", 200),
        ("k = [" + "x, " * 20_000 + "]", "CFG-42", 200),
    ],
)
def test_a_file_full_of_one_slip_is_told_of_the_first_200(data: str, code: str, told: int) -> None:
    assert codes(data)[:200] == [code] * told


def test_a_list_has_at_most_500_texts() -> None:
    names = ", ".join(f'"m{number}"' for number in range(501))
    assert codes(changed(('tracks = ["managers"]', f"tracks = [{names}]"))) == ["CFG-25"]


@pytest.mark.parametrize(
    ("data", "code", "at"),
    [
        ("x" * 1_000_001, "CFG-40", "1:1"),
        (b"a = 1\nb = '\xb0\xa1'", "CFG-41", "2:6"),
        ("a = 1\n名 = '".encode() + b"\xb0'", "CFG-41", "2:6"),
        (b"\xef\xbb\xbfa\xb0", "CFG-41", "1:2"),
        ("a = 1\nb = \ud800", "CFG-41", "2:5"),
        ('a = 1\nb = "open\n', "CFG-42", "2:10"),
        ("a = 1\nb = [1,\n2\n", "CFG-42", "2:5"),
        ("a\n", "CFG-42", "1:2"),
        ("a = 1\nb = 'open\n[c]\n", "CFG-42", "2:5"),
        ('a = """\nopen\n', "CFG-42", "1:5"),
        ("a = { b = [1, 2\n", "CFG-42", "1:11"),
        ("a = 1\n\na.b = 2", "CFG-42", "3:8"),
        ("[lists.a\n", "CFG-42", "1:9"),
        ("  名称 = 1\n", "CFG-42", "1:3"),
        ("a = 1 \u3000\n", "CFG-42", "1:7"),
        ("a = " + "[" * 100_000, "CFG-42", "1:45"),
        ("a = 1\n" + "a." * 300_000 + "b = 1", "CFG-42", "2:1"),
    ],
)
def test_a_file_that_is_no_toml_is_refused_with_its_place(data: str | bytes, code: str, at: str) -> None:
    (reason,) = refused(data)
    assert (reason.code, reason.where) == (code, f"a.toml:{at}")


@pytest.mark.parametrize("value", ["24:00", "010"])
def test_a_slip_after_a_value_that_was_mended_has_its_own_column(value: str) -> None:
    text = f"a = {{ x = {value}, y = 1, z 2 }}\n"
    assert refused(text)[-1].where == f"a.toml:1:{text.index('2 }') + 1}"


def test_an_empty_file_is_told_every_table_it_lacks() -> None:
    assert {(reason.code, reason.facts["path"]) for reason in refused("")} == {
        ("CFG-22", table)
        for table in ("campaign", "calendar", "lists", "channels", "quotas", "milestones", "stages", "office")
    }


@pytest.mark.parametrize("data", [GOOD, GOOD.replace("\n", "\r\n"), b"\xef\xbb\xbf" + GOOD.encode()])
def test_line_ends_and_a_byte_order_mark_make_no_difference(data: str | bytes) -> None:
    assert load(data, name="a.toml") == load_ok(GOOD)


def test_the_lines_of_every_key_are_known() -> None:
    lines = load_ok(GOOD).lines
    assert lines["milestones.collection.closes"] == line_of(GOOD, CLOSES)
    assert lines["lists.technologies.fields.electronics.name"] == line_of(GOOD, "electronics = {")


def test_a_reminder_before_the_collection_opens_is_remarked_on() -> None:
    text = changed(('offsets = ["30天前", ', 'offsets = ["90天前", '))
    (remark,) = load_ok(text).remarks
    assert (remark.code, remark.where) == ("CFG-56", place(text, '"90天前"'))


def test_a_person_whom_nobody_can_reach_is_warned_of() -> None:
    (warning,) = load_ok(changed(('phones = ["010-68517798"]\n', ""))).warnings
    assert (warning.code, warning.facts["path"]) == ("CFG-59", "office.contacts[3]")


def test_the_chinese_name_stands_in_for_an_english_one_that_is_left_out() -> None:
    text = changed(('english = "Emerging Enterprises"\n', ""))
    assert load_ok(text).definition.list_by_key["enterprises"].english == "新锐企业榜"


def test_a_quota_for_each_unit_gives_places_only_where_the_channel_may_recommend() -> None:
    text = changed(
        ('name = "新疆生产建设兵团科协"', 'name = "新疆生产建设兵团科协"\nlists = ["enterprises"]'),
        ('Corps"\nlists = "all"', 'Corps"'),
    )
    quotas = {quota.key: quota for quota in load_ok(text).definition.quotas}
    assert "corps" in quotas["enterprises"].channels
    assert "corps" not in quotas["technologies"].channels
    assert quotas["technologies"].per is Per.FIELD


WORDS = st.sampled_from(
    ['"', "=", "[", "]", "{", "}", "\n", "24:00", "true", "-1", "\\", "\u202e", "，", "'''", "#", "x."]
)


def deleted(number: int) -> str:
    return "\n".join(LINES[:number] + LINES[number + 1 :])


def doubled(number: int) -> str:
    return "\n".join(LINES[: number + 1] + LINES[number:])


@st.composite
def spoiled(draw: st.DrawFn) -> str:
    """The good file with a few lines lost, doubled, swapped or mistyped."""
    lines = list(LINES)
    for _ in range(draw(st.integers(1, 4))):
        number = draw(st.integers(0, len(lines) - 1))
        match draw(st.sampled_from(("lose", "double", "move", "mistype"))):
            case "lose":
                del lines[number]
            case "double":
                lines.insert(number, lines[number])
            case "move":
                lines.insert(draw(st.integers(0, len(lines) - 1)), lines.pop(number))
            case _:
                at = draw(st.integers(0, len(lines[number])))
                cut = draw(st.integers(0, 3))
                lines[number] = lines[number][:at] + draw(WORDS) + lines[number][at + cut :]
    return "\n".join(lines)


def outcome(text: str) -> Loaded | tuple[Reason, ...]:
    try:
        return load_ok(text)
    except FileRefused as refusal:
        return refusal.reasons


@given(spoiled())
def test_a_spoiled_file_is_loaded_or_refused_with_places_and_nothing_else(text: str) -> None:
    result = outcome(text)
    reasons = (*result.warnings, *result.remarks) if isinstance(result, Loaded) else result
    assert all(re.fullmatch(r"a\.toml:[1-9]\d*:[1-9]\d*", reason.where) for reason in reasons)
    assert all(reason.zh.isprintable() and reason.en.isprintable() for reason in reasons)
    assert isinstance(result, Loaded) or reasons


@given(st.binary(max_size=200))
def test_any_bytes_are_refused_and_nothing_else(data: bytes) -> None:
    assert refused(data)


@given(st.integers(0, len(LINES) - 1))
def test_a_file_that_lost_a_line_is_told_of_no_line_that_it_has_not(number: int) -> None:
    result = outcome(deleted(number))
    said = result.lines.values() if isinstance(result, Loaded) else [reason.line for reason in result]
    assert all(line and 1 <= line <= len(LINES) - 1 for line in said)


@given(st.sampled_from([number for number, line in enumerate(LINES) if re.match(r"[a-z_-]+ = [^\[]*$|\[[^\[]", line)]))
def test_a_doubled_key_or_table_is_always_found(number: int) -> None:
    assert "CFG-21" in codes(doubled(number))


def test_an_institution_may_review_all_fields_of_a_list_by_its_key() -> None:
    text = (Path(__file__).parents[1] / "scenario" / "small.toml").read_text(encoding="utf-8")
    short = text.replace('tracks = ["inventions/water", "inventions/light"]', 'tracks = ["inventions"]')

    assert short != text
    assert load(short, name="a.toml").definition == load(text, name="a.toml").definition
