"""Recommending units, contacts and institutions over the API."""

from __future__ import annotations

from typing import Annotated, Any

from starlette.responses import Response

from bangdan.desk.api.call import Calling
from bangdan.desk.api.duties import OfInstitution
from bangdan.desk.api.nominations import ByChannel, OfUnit, Sort, Text
from bangdan.desk.api.routing import CAMPAIGN, Calls
from bangdan.desk.api.shapes import After, Asked, Code, Id, Key, Limit, Line, Name, Told, parameter, pointing, say
from bangdan.desk.policy import OFFICE, READERS
from engine import given, places, units
from engine.access import not_found
from engine.accounts.tokens import Scope
from engine.contact_texts import contact_values
from engine.office import Work
from engine.queries.contacts import contacts, find
from engine.queries.details import unit as in_full
from engine.queries.listing import UNIT_ORDERS
from engine.queries.listing import units as listed
from engine.queries.naming import channel_named
from engine.queries.paging import order_named
from engine.texts import line_of_text
from workflows.nomination import Role
from workflows.reasons import Reason, Refused

calls = Calls("单位与联系人", "Units and contacts")
ONE = f"{CAMPAIGN}/units/{{unit}}"
SEE_UNITS = (*READERS, Role.UNIT)
SEE_INSTITUTIONS = (*READERS, Role.INSTITUTION)
NAME_CONTACTS = (Role.SECRETARIAT, Role.UNIT, Role.INSTITUTION)
BY_ANY = (Scope.OFFICE, Scope.NOMINATE, Scope.REVIEW)

Unreachable = Annotated[bool, parameter("只看没有联系人的", "only those without a contact", example=False)]


class UnitEntry(Told):
    """What the roster has of a unit."""

    id: str = say("编号", "its id", "u1f0aQ2wX3c4V5b6N7m8kL")
    code: str = say("单位编号", "its code", "EE")
    name: str = say("名称", "its name", "中国电子学会")
    person: bool = say("是否个人", "whether it is a person", example=False)
    channels: list[str] = say("推荐渠道，代号", "its channels, by key", ["societies"])
    attributes: dict[str, str] = say("属性", "what is declared of it", {})


class UnitLine(UnitEntry):
    """A unit as a list shows it."""

    placed: int = say("占用名额的项目", "nominations that take a place", 2)
    drafts: int = say("草稿", "drafts", 1)


class UnitPage(Told):
    """A page of units."""

    rows: list[UnitLine] = say("各行", "the rows", [])
    after: str | None = say("续页标记，没有更多则为空", "the mark to go on after; null at the end", None)
    next: str | None = say("下一页的地址", "the address of the next page", None, default=None)


class Place(Told):
    """How many may be recommended within a scope, and how many were."""

    scope: str = say("范围", "what it is counted over", "发明榜·水")
    limit: int | None = say("名额，空为不限", "how many; null: unlimited", 2)
    used: int = say("已用", "used", 1)
    left: int | None = say("还剩，空为不限", "left; null: unlimited", 1)
    tracks: list[str] = say("所含榜单/领域", "its tracks", ["inventions/water"])


class Quota(Told):
    """The places of a unit."""

    unit: str = say("单位编号", "the unit's code", "EE")
    places: list[Place] = say("各范围的名额", "its places", [])


class ContactLine(Told):
    """A person to write to or to call."""

    id: str = say("编号", "its id", "c1f0aQ2wX3c4V5b6N7m8kL")
    name: str = say("姓名", "the name", "张三")
    of: str = say("所属", "whose", "中国电子学会")
    unit: str | None = say("推荐单位的编号", "the unit's code", "EE")
    institution: str | None = say("初评机构的代号", "the institution's key", None)
    phones: str = say("电话", "telephone numbers", "13800138000")
    email: str | None = say("邮箱", "the address", "zhang@example.cn")
    active: bool = say("是否启用", "whether we write to them", example=True)


class Unit(UnitEntry):
    """One unit in full."""

    places: list[Place] = say("名额", "its places", [])
    contacts: list[ContactLine] = say("联系人", "its contacts", [])


class ContactPage(Told):
    """A page of contacts."""

    rows: list[ContactLine] = say("各行", "the rows", [])
    after: str | None = say("续页标记，没有更多则为空", "the mark to go on after; null at the end", None)
    next: str | None = say("下一页的地址", "the address of the next page", None, default=None)


class Institution(Told):
    """An institution that reviews."""

    key: str = say("代号", "its key", "academy")
    name: str = say("名称", "its name", "科学院")
    english: str = say("英文名称", "in English", "Academy of Sciences")
    stage: str = say("阶段", "in which stage", "review")
    tracks: list[str] = say("初评的榜单/领域", "its tracks", ["inventions/water"])


class InstitutionList(Told):
    """The institutions."""

    rows: list[Institution] = say("各行", "the rows", [])


class NewUnit(Asked):
    """A unit; the one with that code is brought up to date."""

    code: Name = say("单位编号", "its code", "EE")
    name: Name = say("名称或姓名", "its name", "中国电子学会")
    channels: list[Line] = say("推荐渠道，代号或名称", "channels, by key or name", ["societies"], min_length=1,
                               max_length=50)  # fmt: skip
    person: bool = say("是否个人", "whether it is a person", example=False, default=False)
    attributes: dict[str, Line] = say("属性", "what is declared of it", {}, default={}, max_length=50)


class NewContact(Asked):
    """A contact; the one of that name is brought up to date."""

    name: Name = say("姓名", "the name", "张三")
    phones: Line = say("电话，多个以顿号分隔", "telephone numbers, with 、 between them", "13800138000", default="")
    email: Line = say("邮箱", "the address", "zhang@example.cn", default="")


class ContactChange(Asked):
    """What is to change about a contact; what is left out stays."""

    name: Name | None = say("姓名", "the name", "张三", default=None)
    phones: Line | None = say("电话", "telephone numbers", "13800138000", default=None)
    email: Line | None = say(
        "邮箱；空文字表示没有", "the address; an empty text: none", "zhang@example.cn", default=None
    )
    active: bool | None = say("启用或停用", "write to them, or no more", example=False, default=None)


NO_CHANGE = Reason(code="API-08", zh="没有写明要改什么", en="nothing to change was given", where="/")


@calls.get(f"{CAMPAIGN}/units", name="list_units", allow=SEE_UNITS, scope=Scope.READ, answers=UnitPage, paged=True,
           zh="列出推荐单位", en="List recommending units")  # fmt: skip
def list_units(
    call: Calling, *, channel: ByChannel = None, text: Text = "", unreachable: Unreachable = False,
    sort: Sort = "entered", after: After = None, limit: Limit = 50,
) -> Response:  # fmt: skip
    with call.read() as work:
        page = listed(
            work, channel=channel_named(work.definition, channel) if channel else None, text=text,
            unreachable=unreachable, order=order_named(sort, UNIT_ORDERS), after=after, limit=limit,
        )  # fmt: skip
        return call.page(UnitPage.model_validate(page))


@calls.post(f"{CAMPAIGN}/units", name="add_unit", allow=OFFICE, scope=Scope.OFFICE, answers=Unit, status=201,
            zh="登记推荐单位，或更新同编号的单位", en="Add a unit, or renew the one with that code")  # fmt: skip
def add_unit(call: Calling, body: NewUnit) -> Response:
    def do(work: Work) -> Unit:
        units.add(
            work, code=given.code(body.code, where="/code"), name=line_of_text(body.name, what="名称", what_en="name"),
            channels=[channel_named(work.definition, each) for each in body.channels], person=body.person,
            attributes=body.attributes,
        )  # fmt: skip
        return _unit(work, body.code)

    return call.change(do, status=201)


@calls.get(ONE, name="get_unit", allow=SEE_UNITS, scope=Scope.READ, answers=Unit, marked=True,
           zh="读取一个推荐单位", en="Read one unit")  # fmt: skip
def get_unit(call: Calling, unit: Code) -> Response:
    with call.read() as work:
        return call.single(_unit(work, unit))


def _unit(work: Work, code: str) -> Unit:
    found = in_full(work, code)
    plain = {name: getattr(found, name) for name in Unit.model_fields}
    return Unit.model_validate({**plain, "places": _places(found.places)})


def _places(those: Any) -> list[Place]:
    return [Place.model_validate(each) for each in those]


@calls.get(f"{ONE}/quota", name="get_quota", allow=SEE_UNITS, scope=Scope.READ, answers=Quota,
           zh="一个单位的名额", en="The places of a unit")  # fmt: skip
def get_quota(call: Calling, unit: Code) -> Response:
    with call.read() as work:
        found = places.of_unit(work, units.find(work, unit).id)
        return call.plain(Quota(unit=unit, places=_places(found)))


@calls.get(f"{CAMPAIGN}/contacts", name="list_contacts", allow=(*SEE_UNITS, Role.INSTITUTION), scope=Scope.READ,
           answers=ContactPage, paged=True, zh="列出联系人", en="List contacts")  # fmt: skip
def list_contacts(
    call: Calling, *, unit: OfUnit = None, institution: OfInstitution = None, text: Text = "", after: After = None,
    limit: Limit = 50,
) -> Response:  # fmt: skip
    with call.read() as work:
        page = contacts(work, unit=unit, institution=institution, text=text, after=after, limit=limit)
        return call.page(ContactPage.model_validate(page))


@calls.post(f"{ONE}/contacts", name="add_unit_contact", allow=NAME_CONTACTS[:2], scope=BY_ANY[:2], status=201,
            answers=ContactLine, zh="登记推荐单位的联系人", en="Add a contact of a unit")  # fmt: skip
def add_unit_contact(call: Calling, unit: Code, body: NewContact) -> Response:
    return call.change(lambda work: _added(work, body, unit_id=units.find(work, unit).id), status=201)


@calls.post(f"{CAMPAIGN}/institutions/{{institution}}/contacts", name="add_institution_contact", status=201,
            allow=(Role.SECRETARIAT, Role.INSTITUTION), scope=(Scope.OFFICE, Scope.REVIEW), answers=ContactLine,
            zh="登记初评机构的联系人", en="Add a contact of an institution")  # fmt: skip
def add_institution_contact(call: Calling, institution: Key, body: NewContact) -> Response:
    def do(work: Work) -> ContactLine:
        _institution(work, institution)
        return _added(work, body, institution=institution)

    return call.change(do, status=201)


def _added(work: Work, body: NewContact, **of: Any) -> ContactLine:
    with pointing():
        found = contact_values(name=body.name, phones=body.phones, email=body.email)
    phones = [found["phones"]] if found["phones"] else []
    return _contact(work, units.add_contact(work, name=found["name"], phones=phones, email=found["email"], **of))


@calls.patch(f"{CAMPAIGN}/contacts/{{contact}}", name="change_contact", allow=NAME_CONTACTS, scope=BY_ANY,
             answers=ContactLine, zh="修改或停用联系人", en="Change a contact, or stop writing to them")  # fmt: skip
def change_contact(call: Calling, contact: Id, body: ContactChange) -> Response:
    def do(work: Work) -> ContactLine:
        row = find(work, contact)
        said = {name: value for name, value in body.model_dump().items() if value is not None}
        if not said:
            raise Refused(NO_CHANGE)
        typed = {name: said.get(name, getattr(row, name) or "") for name in ("name", "phones", "email")}
        with pointing():
            found = {**contact_values(**typed), "active": body.active}
        units.change_contact(work, contact, **{name: found[name] for name in said})
        return _contact(work, contact)

    return call.change(do)


def _contact(work: Work, public_id: str) -> ContactLine:
    row = find(work, public_id)
    institution = work.definition.institution_by_key.get(row.institution or "")
    of = row.unit_name or (institution.name if institution else work.definition.office.name)
    return ContactLine(id=public_id, name=row.name, of=of, unit=row.unit_code, institution=row.institution,
                       phones=row.phones, email=row.email, active=row.active)  # fmt: skip


@calls.get(f"{CAMPAIGN}/institutions", name="list_institutions", allow=SEE_INSTITUTIONS, scope=Scope.READ,
           answers=InstitutionList, zh="列出初评机构", en="List institutions")  # fmt: skip
def list_institutions(call: Calling) -> Response:
    with call.read() as work:
        rows = [each for each in work.definition.institutions if _sees(work, each.key)]
        return call.plain(InstitutionList.model_validate({"rows": rows}))


@calls.get(f"{CAMPAIGN}/institutions/{{institution}}", name="get_institution", allow=SEE_INSTITUTIONS,
           scope=Scope.READ, answers=Institution, marked=True,
           zh="读取一个初评机构", en="Read one institution")  # fmt: skip
def get_institution(call: Calling, institution: Key) -> Response:
    with call.read() as work:
        return call.single(_institution(work, institution))


def _sees(work: Work, key: str) -> bool:
    return work.actor.role is not Role.INSTITUTION or work.actor.institution == key


def _institution(work: Work, key: str) -> Institution:
    found = work.definition.institution_by_key.get(key)
    if found is None or not _sees(work, key):
        raise not_found(key)
    return Institution.model_validate(found)
