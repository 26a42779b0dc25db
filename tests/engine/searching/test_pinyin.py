"""Names as they are typed by sound, whichever common reading of a character somebody has in mind."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from engine.searching import pinyin
from engine.searching.keeping import nomination_keys
from engine.sheets.cleaning import match_key


def _initials(name: str) -> set[str]:
    return set(pinyin.initials(pinyin.readings(match_key(name))).split("\n"))


def test_a_word_decides_how_its_characters_are_read() -> None:
    expected = {"重庆长安": "cqca", "银行": "yh", "音乐": "yy", "量子通信": "lztx"}
    assert {name: initials for name, initials in expected.items() if initials in _initials(name)} == expected


def test_a_character_with_two_common_readings_is_found_by_both() -> None:
    assert {"cstz", "sstz"} <= _initials("参数调制")
    assert {"zsj", "csj"} <= _initials("长三角")


def test_letters_and_digits_stand_for_themselves_and_signs_for_nothing() -> None:
    assert _initials("ＡＩ 芯片（2号）") == {"aixp2h"}
    assert pinyin.readings("！？") == [()]


def test_names_are_ordered_by_the_sound_of_one_character_after_the_other() -> None:
    names = ["张江", "AI芯片", "西安", "鲜花", "长沙"]
    assert sorted(names, key=lambda name: nomination_keys(name, "")["title_order"]) == [
        "AI芯片", "长沙", "西安", "鲜花", "张江",
    ]  # fmt: skip


@given(st.text(max_size=80))
def test_any_name_has_keys_of_bounded_size(name: str) -> None:
    keys = nomination_keys(name, name)
    assert len(pinyin.readings(match_key(name))) <= pinyin.MOST_READINGS
    assert len(keys["title_order"]) <= pinyin.ORDERED
    assert keys["words"].count("\n") == 2 * match_key(name).count("\n") + 1
