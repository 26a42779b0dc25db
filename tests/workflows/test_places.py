"""How many a unit may recommend: scopes by field, list and pool, stacking, own numbers; and what contradicts itself."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.small import FILE
from workflows.definition import Definition, Quota
from workflows.loading import Loaded, load
from workflows.matching import Subject
from workflows.places import Place, Scope, all_in_all, binding, scopes, tightest
from workflows.reasons import FileRefused
from workflows.vocabulary import Per, Stacking

SMALL = FILE.read_text(encoding="utf-8")
QUOTAS = SMALL[SMALL.index("[quotas.inventions]") : SMALL.index("[exclusions.earlier]")]
REGION = '[attributes.region]\nname = "地区"\nof = "unit"\nkind = "word"\nvalues = ["east", "west"]\n'
BOTH = Subject(channels=("societies", "cities"))
WATER, LIGHT, PEOPLE = "inventions/water", "inventions/light", "people"


def loaded(quotas: str, *edits: tuple[str, str]) -> Loaded:
    text = SMALL.replace(QUOTAS, quotas)
    for old, new in edits:
        text = text.replace(old, new)
    return load(text, name="a.toml")


def quota(key: str, lists: str, channels: str, per: str, limit: str, more: str = "") -> str:  # noqa: PLR0917 - as in the file
    return f'[quotas.{key}]\nlists = {lists}\nchannels = {channels}\nper = "{per}"\nlimit = {limit}\n{more}\n'


REST = quota("people", '["people"]', '["societies"]', "list", "1")


def limits(definition: Definition, subject: Subject, track: str) -> list[tuple[str, int | None]]:
    return [(scope.name, scope.limit) for scope in binding(definition, subject, track)]


def test_several_scopes_bind_at_once_the_narrowest_first() -> None:
    both = quota("field", '["inventions"]', '"units"', "field", "3") + quota("all", '"all"', '"units"', "pool", "5")
    it = loaded(both).definition
    assert limits(it, Subject(channels=("societies",)), WATER) == [("发明榜·水", 3), ("发明榜、人物榜", 5)]
    assert limits(it, BOTH, WATER) == [("发明榜·水", 6), ("发明榜、人物榜", 10)]
    assert limits(it, Subject(channels=("cities",)), PEOPLE) == []


@pytest.mark.parametrize(
    ("stacking", "channels", "limit"),
    [("add", ("societies",), 2), ("add", ("societies", "cities"), 4), ("most", ("societies", "cities"), 2),
     ("most", ("cities",), 2), ("most", (), None)],
)  # fmt: skip
def test_channels_add_up_or_the_most_counts(stacking: str, channels: tuple[str, ...], limit: int | None) -> None:
    it = loaded(quota("x", '["inventions"]', '"units"', "list", "2", f'stacking = "{stacking}"') + REST).definition
    assert limits(it, Subject(channels=channels), WATER) == ([("发明榜", limit)] if limit else [])


def test_of_two_quotas_with_most_the_larger_counts() -> None:
    text = quota("a", '["inventions"]', '["societies"]', "list", "2", 'stacking = "most"')
    text += quota("b", '["inventions"]', '["cities"]', "list", "5", 'stacking = "most"')
    assert limits(loaded(text + REST).definition, BOTH, WATER) == [("发明榜", 5)]


def test_a_unit_of_its_own_number_has_it_once_whatever_it_holds() -> None:
    it = loaded(
        quota("x", '["inventions"]', '"units"', "list", "2", 'units = { "11" = 15, "12" = "unlimited" }') + REST
    )
    found = [limits(it.definition, replace(BOTH, unit=unit), WATER) for unit in ("11", "12", "13")]
    assert found == [[("发明榜", 15)], [("发明榜", None)], [("发明榜", 4)]]


def test_left_out_beside_single_units_the_limit_is_nothing() -> None:
    text = quota("x", '["inventions"]', '"units"', "list", "2", 'units = { "11" = 15 }').replace("limit = 2\n", "")
    assert limits(loaded(text + REST).definition, replace(BOTH, unit="13"), WATER) == [("发明榜", 0)]


def test_a_quota_for_some_binds_only_those() -> None:
    text = REGION + quota("w", '["inventions"]', '"units"', "list", "5", 'for = { where = { region = "west" } }')
    text += quota("e", '["inventions"]', '"units"', "list", "1", 'for = { where = { region = "east" } }') + REST
    it = loaded(text).definition
    societies = Subject(channels=("societies",))
    found = [limits(it, replace(societies, attributes={"region": each}), WATER) for each in ("west", "east")]
    assert (found, limits(it, societies, WATER)) == ([[("发明榜", 5)], [("发明榜", 1)]], [])


def test_all_scopes_of_a_unit_stand_in_the_order_of_the_lists_and_pools_last() -> None:
    text = quota("f", '["inventions"]', '"units"', "field", "3") + quota("a", '"all"', '"units"', "pool", "5") + REST
    names = [scope.name for scope in scopes(loaded(text).definition, Subject(channels=("societies",)))]
    assert names == ["发明榜·水", "发明榜·光", "人物榜", "发明榜、人物榜"]


@pytest.mark.parametrize(
    ("numbers", "together"),
    [([("w", 3), ("l", 3)], 6), ([("w", 3), ("l", 3), ("wl", 4)], 4), ([("w", 3), ("wl", 9)], 9),
     ([("w", 3), ("l", None)], None), ([("w", 1), ("l", 1), ("wl", 9), ("wlp", None)], None), ([("wl", None)], None),
     ([("w", 1), ("l", 1), ("wl", 9), ("p", 2), ("wlp", 3)], 3), ([], 0)],
)  # fmt: skip
def test_overlapping_numbers_come_to_no_more_than_each_allows(
    numbers: list[tuple[str, int | None]], together: int | None
) -> None:
    assert all_in_all((tuple(tracks), number) for tracks, number in numbers) == together


def test_the_tightest_place_has_the_least_left() -> None:
    places = [Place(scope=name, limit=limit, used=2) for name, limit in (("甲", None), ("乙", 5), ("丙", 3))]
    assert tightest(places).scope == "丙"


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        (quota("x", '["inventions"]', '"units"', "list", "2") + quota("y", '["inventions"]', '["cities"]', "list", "3"),
         {("CFG-52", "quotas.y")}),
        (quota("x", '["inventions"]', '["societies"]', "list", "2")
         + quota("y", '["inventions"]', '["cities"]', "field", "3"), {("CFG-53", "quotas.y.per")}),
        (quota("x", '["inventions"]', '"persons"', "list", "2") + quota("y", '["inventions"]', '"units"', "list", "2"),
         {("CFG-110", "quotas.x.channels")}),
        (quota("x", '["inventions"]', '"units"', "list", "2",
               'shares.w = { name = "西", where = { region = "west" }, least = 3 }'),
         {("CFG-111", "quotas.x.shares.w.least")}),
        (quota("x", '["inventions"]', '"units"', "list", '"unlimited"',
               'shares.w = { name = "西", where = { region = "west" }, least = 3 }'),
         {("CFG-111", "quotas.x.shares.w.least")}),
        (quota("x", '["inventions"]', '"units"', "list", '"many"'), {("CFG-26", "quotas.x.limit")}),
        (quota("x", '["inventions"]', '"units"', "list", "2", 'units = { "11" = -1 }'),
         {("CFG-26", "quotas.x.units.11")}),
        (quota("x", '["inventions"]', '"units"', "list", "2", 'stacking = "sum"'), {("CFG-28", "quotas.x.stacking")}),
    ],
)  # fmt: skip
def test_what_contradicts_itself_is_refused(text: str, codes: set[tuple[str, str]]) -> None:
    with pytest.raises(FileRefused) as refused:
        loaded(REGION + text + REST)
    assert {(reason.code, reason.facts["path"]) for reason in refused.value.reasons} == codes


def test_a_channel_does_not_exclude_itself() -> None:
    with pytest.raises(FileRefused) as refused:
        loaded(QUOTAS, ("[channels.cities]\n", '[channels.cities]\nexcludes = ["cities"]\n'))
    assert [reason.code for reason in refused.value.reasons] == ["CFG-113"]


def test_channels_that_exclude_each_other_may_count_apart() -> None:
    text = quota("x", '["inventions"]', '["societies"]', "list", "2")
    text += quota("y", '["inventions"]', '["cities"]', "field", "3") + REST
    assert loaded(text, ("[channels.cities]\n", '[channels.cities]\nexcludes = ["societies"]\n')).definition.quotas


def test_a_pool_that_is_smaller_than_what_it_holds_is_remarked_on() -> None:
    text = quota("f", '["inventions"]', '"units"', "field", "3") + quota("a", '["inventions"]', '"units"', "pool", "5")
    (remark,) = loaded(text + REST).remarks
    assert (remark.code, remark.zh) == (
        "CFG-112", "quotas.a.limit：合计5个，少于其中各榜单、各领域的名额之和6个，不能全部用满"
    )  # fmt: skip


PIECES = st.builds(
    Quota, key=st.just("x"), lists=st.sampled_from([("inventions",), ("people",), ("inventions", "people")]),
    channels=st.sampled_from([("societies",), ("cities",), ("societies", "cities")]), per=st.sampled_from(Per),
    limit=st.one_of(st.none(), st.integers(0, 5)), stacking=st.sampled_from(Stacking),
)  # fmt: skip


@given(st.lists(PIECES, max_size=4))
def test_more_channels_never_give_fewer_places(quotas: list[Quota]) -> None:
    it = replace(load(SMALL, name="a.toml").definition, quotas=tuple(quotas))
    for track, held in product((WATER, LIGHT, PEOPLE), ("societies", "cities")):
        alone = {scope.tracks: scope for scope in binding(it, Subject(channels=(held,)), track)}
        both = {scope.tracks: scope for scope in binding(it, BOTH, track)}
        assert all(_as_many(both[tracks], scope) for tracks, scope in alone.items())


def _as_many(more: Scope, fewer: Scope) -> bool:
    return more.limit is None or (fewer.limit is not None and more.limit >= fewer.limit)
