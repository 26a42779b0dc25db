"""The file of the 2023 campaign says what the notice says: every fact of it, and nothing else."""

from __future__ import annotations

import re
import tomllib
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from workflows.definition import Definition, Person
from workflows.instants import show, zone_of
from workflows.loading import Loaded, load
from workflows.matching import Subject
from workflows.places import binding
from workflows.vocabulary import Audience, Days, Edge, Fulfilment, Judge, Nominee, Per

ROOT = Path(__file__).parents[2]
FILE = ROOT / "config" / "campaigns" / "kczg-2023.toml"
NOTICE = (ROOT / "tests" / "data" / "notice-kczg-2023.txt").read_text(encoding="utf-8")

UNIT_CHANNELS = ("societies", "provinces", "corps", "cities", "central-enterprises", "consortium", "others")


@pytest.fixture(scope="module")
def loaded() -> Loaded:
    return load(FILE.read_bytes(), name=FILE.name)


@pytest.fixture(scope="module")
def definition(loaded: Loaded) -> Definition:
    return loaded.definition


def plain(text: str) -> str:
    return re.sub(r"\s+", "", text)


def tables_of(document: Any, path: str = "") -> list[tuple[str, dict[str, Any]]]:
    """Every table of the document with its path."""
    found: list[tuple[str, dict[str, Any]]] = []
    items = document.items() if isinstance(document, dict) else enumerate(document)
    for key, value in items:
        if isinstance(value, dict):
            found.append((f"{path}.{key}", value))
        if isinstance(value, (dict, list)):
            found += tables_of(value, f"{path}.{key}")
    return found


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def places(definition: Definition, track: str, *channels: str) -> int:
    return sum(scope.limit or 0 for scope in binding(definition, Subject(channels=channels), track))


def test_the_file_gives_no_reason_for_a_warning_or_a_remark(loaded: Loaded) -> None:
    assert (loaded.warnings, loaded.remarks) == ((), ())


def test_every_wording_stands_in_the_notice() -> None:
    document = tomllib.loads(FILE.read_text(encoding="utf-8"))
    wordings = [
        (path, wording)
        for path, table in tables_of(document)
        for wording in ([table["wording"]] if isinstance(table.get("wording"), str) else table.get("wording", []))
    ]
    assert [(path, wording) for path, wording in wordings if plain(wording) not in plain(NOTICE)] == []
    assert len(wordings) > 50


def test_every_name_quoted_from_the_notice_stands_in_it(definition: Definition) -> None:
    institutions = [each.name.removesuffix("初评机构") for each in definition.institutions]
    quoted = [definition.name, definition.notice, definition.organiser, definition.platform, definition.office.name]
    quoted += [*definition.attachments, *definition.requirements, *institutions]
    quoted += [each.name for each in definition.lists] + [each.name for each in definition.channels]
    quoted += [each.name for each in definition.duties] + [each.name for each in definition.stages]
    quoted += [field.name for each in definition.lists for field in each.fields]
    quoted.remove("2022年入选的技术经理人先锋人物")
    assert [each for each in quoted if plain(each) not in plain(NOTICE)] == []


def test_what_the_notice_does_not_say_is_marked_as_our_choice() -> None:
    document = tomllib.loads(FILE.read_text(encoding="utf-8"))
    sections = ("lists", "materials", "channels", "quotas", "exclusions", "milestones", "stages", "duties")
    entries = {f"{section}.{key}": entry for section in sections for key, entry in document[section].items()}
    assert [key for key, entry in entries.items() if "wording" not in entry] == ["milestones.working-due"]
    assert entries["milestones.working-due"]["ours"] is True
    letters = [*document["reminders"].values(), *document["dailies"].values()]
    assert all(entry["ours"] is True for entry in letters)


def test_every_telephone_number_of_the_notice_is_a_contact_and_no_other(definition: Definition) -> None:
    printed = re.findall(r"\d{3}-\d{8}(?:-\d+)?|\b1\d{10}\b", NOTICE)
    people = [person for each in definition.institutions for person in each.contacts]
    people += [*definition.office.contacts, *definition.office.consultation, *definition.office.technical]
    assert {phone for person in people for phone in person.phones} == set(printed)
    assert [person.email for person in people if person.email] == []


def test_the_campaign_is_named_as_in_the_notice(definition: Definition) -> None:
    assert (definition.key, definition.edition, definition.zone) == ("kczg-2023", 2023, "Asia/Shanghai")
    assert definition.name == "2023年“科创中国”系列榜单"
    assert definition.platform == "ranking.kczg.cloud"


def test_four_lists_and_six_fields_make_nine_tracks(definition: Definition) -> None:
    assert [(each.name, each.nominee) for each in definition.lists] == [
        ("先导技术榜", Nominee.PROJECT),
        ("新锐企业榜", Nominee.ORGANISATION),
        ("融通创新组织榜", Nominee.ORGANISATION),
        ("技术经理人先锋榜", Nominee.PERSON),
    ]
    assert [(field.name, field.group) for field in definition.lists[0].fields] == [
        ("电子信息", "产业领域"),
        ("生物医药", "产业领域"),
        ("装备制造", "产业领域"),
        ("先进材料", "产业领域"),
        ("绿色低碳", "产业领域"),
        ("产业基础", "专项领域"),
    ]
    assert len(definition.tracks) == 9


def test_seven_channels_of_units_and_one_of_persons_for_one_list(definition: Definition) -> None:
    every = ("technologies", "enterprises", "organisations", "managers")
    assert {each.key: each.lists for each in definition.channels if not each.person} == dict.fromkeys(
        UNIT_CHANNELS, every
    )
    assert [each.key for each in definition.channels if each.open_ended] == ["others"]
    (persons,) = [each for each in definition.channels if each.person]
    assert (persons.lists, persons.laureates_edition, persons.laureates_list) == (("managers",), 2022, "managers")


@pytest.mark.parametrize("channel", UNIT_CHANNELS)
def test_a_unit_in_one_channel_may_recommend_27(definition: Definition, channel: str) -> None:
    counts = {track: places(definition, track, channel) for track in definition.tracks}
    fields = [count for track, count in counts.items() if track.startswith("technologies/")]
    assert fields == [3] * 6
    assert (counts["enterprises"], counts["organisations"], counts["managers"]) == (5, 2, 2)
    assert sum(counts.values()) == 27


def test_places_add_up_over_channels(definition: Definition) -> None:
    assert places(definition, "technologies/electronics", "societies", "consortium") == 6
    assert places(definition, "enterprises", *UNIT_CHANNELS) == 35


def test_an_earlier_laureate_may_recommend_one_manager_and_nothing_else(definition: Definition) -> None:
    counts = {track: places(definition, track, "earlier-managers") for track in definition.tracks}
    assert {track: count for track, count in counts.items() if count} == {"managers": 1}


def test_quotas_are_per_field_for_technologies_and_per_list_otherwise(definition: Definition) -> None:
    assert {(quota.lists, quota.per, quota.limit) for quota in definition.quotas} == {
        (("technologies",), Per.FIELD, 3),
        (("enterprises",), Per.LIST, 5),
        (("organisations",), Per.LIST, 2),
        (("managers",), Per.LIST, 2),
        (("managers",), Per.LIST, 1),
    }


def test_earlier_laureates_are_excluded_in_principle(definition: Definition) -> None:
    (exclusion,) = definition.exclusions
    assert exclusion.waivable
    assert exclusion.lists == tuple(definition.list_by_key)
    assert "原则上" in exclusion.wording


def test_the_calendar_is_that_of_the_notice(definition: Definition) -> None:
    assert {each.key: (each.opens, each.closes) for each in definition.milestones} == {
        "collection": (at("2023-10-06T16:00"), at("2023-11-30T16:00")),
        "preliminary": (at("2023-11-30T16:00"), at("2023-12-31T16:00")),
        "preliminary-results": (None, at("2023-12-30T16:00")),
        "working-due": (None, at("2023-11-30T16:00")),
        "final": (at("2023-12-31T16:00"), at("2024-01-31T16:00")),
        "publication": (at("2024-01-31T16:00"), at("2024-02-29T16:00")),
        "promotion": (None, None),
        "publicity": (at("2023-09-30T16:00"), at("2024-04-30T16:00")),
    }
    assert [each.key for each in definition.milestones if each.to_choose] == ["publication"]
    assert {each.key: each.after for each in definition.milestones if each.after} == {"promotion": "publication"}
    assert (definition.collection, definition.publication, definition.promotion) == (
        "collection",
        "publication",
        "promotion",
    )


def test_the_deadline_is_shown_as_24_00(definition: Definition) -> None:
    closes = definition.milestone_by_key["collection"].closes
    assert closes is not None
    assert show(closes, zone=zone_of(definition.zone), edge="end") == "2023年11月30日24:00"


def test_institutions_judge_first_and_the_secretariat_last(definition: Definition) -> None:
    assert [(each.key, each.judge, each.window, each.due) for each in definition.stages] == [
        ("preliminary", Judge.INSTITUTION, "preliminary", "preliminary-results"),
        ("final", Judge.SECRETARIAT, "final", "final"),
    ]


def test_eight_institutions_with_the_contacts_of_the_notice(definition: Definition) -> None:
    assert {
        each.tracks: [(person.name, person.phones) for person in each.contacts] for each in definition.institutions
    } == {
        ("technologies/electronics",): [("郑伯龙", ("010-68767227", "13801237788"))],
        ("technologies/biomedicine",): [("郭天欢", ("010-64803381", "13681129930"))],
        ("technologies/equipment", "technologies/foundations"): [("胡志强", ("010-68799039", "13161224687"))],
        ("technologies/advanced-materials",): [("丁波", ("010-65133925", "13911128844"))],
        ("technologies/low-carbon",): [("马春萍", ("010-62219349", "15010954981"))],
        ("enterprises",): [("李娜", ("010-56057633", "18610016188"))],
        ("organisations",): [("章普", ("010-82000975-932", "15600777267"))],
        ("managers",): [("李沐谦", ("010-84351699", "15801118942"))],
    }


def test_four_duties_of_which_only_the_results_are_dated_by_the_notice(definition: Definition) -> None:
    assert {each.name: (each.fulfilment, each.due) for each in definition.duties} == {
        "初评结果": (Fulfilment.RESULTS, "preliminary-results"),
        "评审工作方案": (Fulfilment.FILING, "working-due"),
        "专家构成方案": (Fulfilment.FILING, "working-due"),
        "评价标准": (Fulfilment.FILING, "working-due"),
    }


def test_the_office_and_whom_to_ask(definition: Definition) -> None:
    def names(people: tuple[Person, ...]) -> list[tuple[str, tuple[str, ...]]]:
        return [(person.name, person.phones) for person in people]

    office = definition.office
    secretaries = [("徐春淼", ("010-56057633", "15810910998")), ("高辰麒", ("010-56057633", "18600593479"))]
    assert office.name == "“科创中国”联合体秘书处"
    assert names(office.contacts) == secretaries
    assert names(office.consultation) == [*secretaries, ("祝翠", ("010-68517798",))]
    assert office.consultation[2].organisation == "中国科协科学技术创新部"
    assert names(office.technical) == [("技术支持", ("17600470007",)), ("客服电话", ("010-56057633",))]


def test_the_reminders_are_those_we_chose(definition: Definition) -> None:
    countdown, overdue = ["14天前", "7天前", "3天前", "1天前"], ["1天后", "3天后", "7天后"]
    assert {
        each.key: (each.milestone, each.edge, [offset.text for offset in each.offsets], each.audience, each.letter)
        for each in definition.reminders
    } == {
        "collection-opens": ("collection", Edge.OPENS, ["当天"], Audience.UNITS, "collection-opens"),
        "collection-closes": ("collection", Edge.CLOSES, ["30天前", *countdown, "3小时前"],
                              Audience.UNITS_COLLECTING, "collection-closes"),
        "review-ready": ("preliminary", Edge.OPENS, ["当天"], Audience.INSTITUTIONS, "review-ready"),
        "results-due": ("preliminary-results", Edge.CLOSES, countdown, Audience.INSTITUTIONS_OWING, "duties-due"),
        "results-overdue": ("preliminary-results", Edge.CLOSES, overdue,
                            Audience.INSTITUTIONS_OWING, "duties-overdue"),
        "results-escalation": ("preliminary-results", Edge.CLOSES, overdue,
                               Audience.SECRETARIAT_IF_OWED, "duties-escalation"),
        "filings-due": ("working-due", Edge.CLOSES, countdown, Audience.INSTITUTIONS_OWING, "duties-due"),
        "filings-overdue": ("working-due", Edge.CLOSES, overdue, Audience.INSTITUTIONS_OWING, "duties-overdue"),
        "filings-escalation": ("working-due", Edge.CLOSES, overdue,
                               Audience.SECRETARIAT_IF_OWED, "duties-escalation"),
        "final-opens": ("final", Edge.OPENS, ["当天"], Audience.SECRETARIAT, "stage-opens"),
        "publication-due": ("publication", Edge.OPENS, ["7天前", "3天前", "1天前", "当天"],
                            Audience.SECRETARIAT, "publication-due"),
    }  # fmt: skip


def test_the_digest_goes_out_on_working_mornings(definition: Definition) -> None:
    (digest,) = definition.dailies
    assert (digest.at, digest.days, digest.audience) == (time(8, 30), Days.WORKING, Audience.SECRETARIAT)
    assert (definition.letters_at, definition.settle) == (time(9), timedelta(minutes=2))
