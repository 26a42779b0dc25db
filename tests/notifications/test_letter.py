from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.errors import AddressRefused
from notifications.letter import Address, check_address


def _code(text: str) -> str:
    with pytest.raises(AddressRefused) as refused:
        check_address(text)
    return refused.value.code


@pytest.mark.parametrize(
    "text",
    [
        "",
        "zhang",
        "a@b@c.example",
        "a b@unit.example",
        " a@unit.example",
        "a@unit.example ",
        "a@unit.example\n",
        "a@unit.example.",
        "a..b@unit.example",
        ".a@unit.example",
        "a.@unit.example",
        "@unit.example",
        "a@",
        "a@unit",
        "a@x.example;",
        "a@-unit.example",
        "a@unit-.example",
        "a@unit..example",
        "a@unit_1.example",
        "a@1.2.3.4",
        "a@[1.2.3.4]",
        '"a b"@unit.example',
        "张三 <a@unit.example>",
        "<a@unit.example>",
        "a(comment)@unit.example",
        "a@ok.example)b@evil.example",
        "<a@ok.example>b@evil.example",
        "a\x00@unit.example",
        "a\u200b@unit.example",
        "a@un\u202eit.example",
        "a@例\ufe0f子.中国",
        "x" * 65 + "@unit.example",
        "a@" + "x" * 64 + ".example",
        "a@" + ("x" * 60 + ".") * 5 + "example",
    ],
)
def test_what_is_no_address_is_refused_whole(text: str) -> None:
    assert _code(text) == "ADR-01"


@pytest.mark.parametrize(
    "text",
    [
        "a@unit.example, b@unit.example",
        "a@unit.example;b@unit.example",
        "a@unit.example；b@unit.example",
        "a@unit.example、b@unit.example",
        "a@unit.example b@unit.example",
        "a@unit.example\nb@unit.example",
        "a@unit.example\r\nBcc: evil@x.example",
        "a@ok,b@evil",
    ],
)
def test_several_addresses_in_one_cell_are_refused_as_that(text: str) -> None:
    assert _code(text) == "ADR-02"


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("zhang.san+kc@unit.example", "zhang.san+kc@unit.example"),
        ("Zhang@Unit.Example", "Zhang@unit.example"),
        ("ｚｈａｎｇ＠ｕｎｉｔ．ｅｘａｍｐｌｅ", "zhang@unit.example"),
        ("a@例子.中国", "a@xn--fsqu00a.xn--fiqs8s"),
        ("a@例子。中国", "a@xn--fsqu00a.xn--fiqs8s"),
        ("a@straße.example", "a@xn--strae-oqa.example"),
        ("a@Bücher.example", "a@xn--bcher-kva.example"),
        ("张三@unit.example", "张三@unit.example"),
    ],
)
def test_an_address_is_read_in_its_one_plain_form(text: str, address: str) -> None:
    assert str(check_address(text)) == address


@pytest.mark.parametrize("other", ["ZHANG@unit.example", "zhang@UNIT.example", "ｚhang@unit.example"])
def test_two_spellings_of_one_address_share_a_key(other: str) -> None:
    assert check_address(other).key == check_address("zhang@unit.example").key


def test_long_s_is_s() -> None:
    assert check_address("boſs@unit.example").key == check_address("boss@unit.example").key


@given(st.text(max_size=40))
def test_whatever_is_typed_is_an_address_that_reads_back_as_itself_or_refused(text: str) -> None:
    with suppress(AddressRefused):
        address = check_address(text)
        assert check_address(str(address)) == address


@given(st.from_regex(r"[a-z0-9]{1,8}@[a-z]{1,8}\.example", fullmatch=True))
def test_a_plain_address_is_taken_as_it_is(text: str) -> None:
    local, _, domain = text.partition("@")
    assert check_address(text) == Address(local=local, domain=domain)


def test_a_refusal_repeats_what_was_read_shortened_and_with_nothing_hidden() -> None:
    with pytest.raises(AddressRefused) as refused:
        check_address("a\u202e" + "b" * 100)
    assert refused.value.en == (
        "not a mail address: “a\\u202e" + "b" * 57 + "…” (exactly one @ is needed); write it like zhang@example.cn"
    )
