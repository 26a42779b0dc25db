"""Recommending units and the people to write to: adding, changing, finding. The roster import calls these verbs too."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Row, bindparam, delete, insert, select, update
from sqlmodel import col

from engine import attributes as declared
from engine import owing, witness
from engine.access import may_change, may_office, not_found, visible
from engine.attributes import NOTHING
from engine.database import inserted_id
from engine.history import record
from engine.office import Work
from engine.searching import keeping
from engine.seen import seen
from engine.sheets.cleaning import match_key
from engine.tables import Contact, Laureate, Unit, UnitAttribute, UnitChannel, public_id
from engine.unit_rights import against_channels
from notifications.errors import AddressRefused
from notifications.letter import check_address
from workflows.nomination import Role
from workflows.reasons import Reason, Refused, refuse
from workflows.vocabulary import Bearer


def add(
    work: Work, *, code: str, name: str, channels: Sequence[str], person: bool = False,
    attributes: Mapping[str, str] = NOTHING,
) -> int:  # fmt: skip
    """Add a unit, or bring an existing one with that code up to date; returns its row id. Raises Refused (UNT, ATT).

    What `attributes` does not name stays as it was declared; an empty value takes one back.
    """
    may_office(work.actor)
    said = declared.checked(work.definition, Bearer.UNIT, attributes)
    _check_channels(work, name, channels, person)
    existing = work.connection.execute(
        select(Unit).where(col(Unit.campaign_id) == work.campaign_id, col(Unit.code) == code)
    ).first()
    before = {} if existing is None else attributes_of(work, int(existing.id or 0))
    refuse(against_channels(work.definition, channels, declared.together(before, said)))
    unit_id = _insert(work, code, name, person) if existing is None else _renew(work, existing, name, person)
    _hold(work, unit_id, channels)
    _declare(work, unit_id, said)
    owing.owe_of_unit(work, unit_id)
    return unit_id


def change(work: Work, unit_id: int, *, attributes: Mapping[str, str]) -> None:
    """Declare something else of a unit; an empty value takes it back. Raises Refused (ATT-…)."""
    may_office(work.actor)
    said = declared.checked(work.definition, Bearer.UNIT, attributes)
    now = declared.together(attributes_of(work, unit_id), said)
    refuse(against_channels(work.definition, channels_of(work, unit_id), now))
    _declare(work, unit_id, said)
    owing.owe_of_unit(work, unit_id)


def _insert(work: Work, code: str, name: str, person: bool) -> int:
    values = {"campaign_id": work.campaign_id, "public_id": public_id(), "code": code, "name": name,
              "name_key": match_key(name), "person": person, "added_at": work.at}  # fmt: skip
    unit_id = inserted_id(work.connection.execute(insert(Unit), values))
    witness.note(work, Unit, None, {**values, "id": unit_id})
    keeping.add_unit(work, unit_id, name=name)
    record(work, "unit", unit_id, "add", code=code, name=name)
    return unit_id


def _renew(work: Work, unit: Row[Any], name: str, person: bool) -> int:
    if (unit.name, unit.person) != (name, person):
        values = {"name": name, "name_key": match_key(name), "person": person}
        work.connection.execute(update(Unit).where(col(Unit.id) == unit.id).values(values))
        witness.note(work, Unit, unit, values)
        keeping.rename_unit(work, unit.id, name=name)
        record(work, "unit", unit.id, "change", name=name, was=unit.name)
    return int(unit.id)


def _hold(work: Work, unit_id: int, channels: Sequence[str]) -> None:
    held = channels_of(work, unit_id)
    wanted = tuple(dict.fromkeys(channels))
    if set(held) == set(wanted):
        return
    work.connection.execute(delete(UnitChannel).where(col(UnitChannel.unit_id) == unit_id))
    work.connection.execute(insert(UnitChannel), [{"unit_id": unit_id, "channel": key} for key in wanted])
    for key in sorted({*held} ^ {*wanted}):
        channel = {"unit_id": unit_id, "channel": key}
        witness.note(work, UnitChannel, *((channel, None) if key in held else (None, channel)))
    record(work, "unit", unit_id, "channels", now="、".join(wanted), was="、".join(held))


def _declare(work: Work, unit_id: int, said: Mapping[str, str]) -> None:
    before = attributes_of(work, unit_id) if said else {}
    changed = {key: value for key, value in said.items() if value != before.get(key, "")}
    if not changed:
        return
    gone = delete(UnitAttribute).where(col(UnitAttribute.unit_id) == unit_id, col(UnitAttribute.attribute).in_(changed))
    work.connection.execute(gone)
    rows = [{"unit_id": unit_id, "attribute": key, "value": value} for key, value in changed.items() if value]
    if rows:
        work.connection.execute(insert(UnitAttribute), rows)
    was = {key: value for key, value in before.items() if key in changed}
    for key, value in changed.items():
        old, new = ({"unit_id": unit_id, "attribute": key, "value": each} if each else None
                    for each in (was.get(key), value))  # fmt: skip
        witness.note(work, UnitAttribute, old, new)
    record(work, "unit", unit_id, "declare", now=_told(work, changed), was=_told(work, was))


def _told(work: Work, values: Mapping[str, str]) -> str:
    return "、".join(f"{each.name}：{value}" for each, value in declared.in_words(work.definition, values))


def _check_channels(work: Work, name: str, channels: Sequence[str], person: bool) -> None:
    known = work.definition.channel_by_key
    unknown = [key for key in channels if key not in known]
    if unknown or not channels:
        raise Refused(
            Reason(
                code="UNT-01",
                zh=f"推荐渠道不存在：{'、'.join(unknown) or '（空）'}；可用：{'、'.join(known)}",
                en=f"unknown channel: {', '.join(unknown) or '(none)'}; defined: {', '.join(known)}",
            )
        )
    if any(known[key].person != person for key in channels):
        raise Refused(
            Reason(
                code="UNT-02",
                zh="个人渠道只能由个人担任，单位渠道只能由单位担任",
                en="a channel for persons is held by a person, every other one by an organisation",
            )
        )
    for key in channels:
        edition = known[key].laureates_edition
        if edition is not None and not _on_list(work, edition, name):
            raise Refused(_not_laureate(name, edition, known[key].name))


def _on_list(work: Work, edition: int, name: str) -> bool:
    """Whether the person was on that edition's list. Nothing is known before the laureates were imported."""
    where = (col(Laureate.campaign_id) == work.campaign_id, col(Laureate.award) == "",
             col(Laureate.edition) == edition, col(Laureate.person))  # fmt: skip
    imported = work.connection.execute(select(col(Laureate.id)).where(*where).limit(1)).first()
    if imported is None:
        return True
    match = select(col(Laureate.id)).where(*where, col(Laureate.name_key) == match_key(name)).limit(1)
    return work.connection.execute(match).first() is not None


def _not_laureate(name: str, edition: int, channel: str) -> Reason:
    return Reason(
        code="UNT-03",
        zh=f"“{name}”不在{edition}年入选名单中，不能使用渠道“{channel}”",
        en=f'"{name}" is not on the {edition} list and may not use the channel "{channel}"',
    )


def find(work: Work, code: str) -> Row[Any]:
    """The unit with that code, as far as the actor may see it. Raises NotFound."""
    query = select(Unit).where(col(Unit.campaign_id) == work.campaign_id, col(Unit.code) == code)
    row = work.connection.execute(visible(query, Unit, work.actor, work.definition)).first()
    if row is None:
        raise not_found(code)
    return row


def channels_of(work: Work, unit_id: int) -> tuple[str, ...]:
    """The keys of the unit's channels, in the order of the file."""
    query = select(col(UnitChannel.channel)).where(col(UnitChannel.unit_id) == unit_id)
    held = set(work.connection.execute(query).scalars())
    return tuple(key for key in work.definition.channel_by_key if key in held)


_DECLARED = select(col(UnitAttribute.attribute), col(UnitAttribute.value)).where(
    col(UnitAttribute.unit_id) == bindparam("unit")
)


def attributes_of(work: Work, unit_id: int) -> dict[str, str]:
    """What is declared of the unit, by attribute key, in the order of the file."""
    if not work.definition.attributes:
        return {}
    values = {row.attribute: row.value for row in work.connection.execute(_DECLARED, {"unit": unit_id})}
    return {key: values[key] for key in work.definition.attribute_by_key if key in values}


def add_contact(
    work: Work, *, name: str, phones: Iterable[str] = (), email: str | None = None,
    unit_id: int | None = None, institution: str | None = None,
) -> str:  # fmt: skip
    """Add a contact of a unit, of an institution, or of the secretariat; the same name again is brought up to date.

    By the secretariat, or by whose contact it is. Returns its public id. The address is checked where it is read
    (`notifications.letter.check_address`).
    """
    _may_name_contacts(work, unit_id, institution)
    of_unit = col(Contact.unit_id).is_(None) if unit_id is None else col(Contact.unit_id) == unit_id
    of_institution = (
        col(Contact.institution).is_(None) if institution is None else col(Contact.institution) == institution
    )
    same = select(Contact).where(
        col(Contact.campaign_id) == work.campaign_id, of_unit, of_institution, col(Contact.name) == name
    )
    existing = work.connection.execute(same).first()
    values = {"phones": "、".join(phones), "email": email}
    if existing is not None:
        changed = {key: value for key, value in values.items() if value and value != getattr(existing, key)}
        if changed:
            work.connection.execute(update(Contact).where(col(Contact.id) == existing.id).values(_keyed(changed)))
            record(work, "contact", existing.id, "change", **changed)
        return str(existing.public_id)
    key = public_id()
    row = {**_keyed(values), "campaign_id": work.campaign_id, "public_id": key, "unit_id": unit_id,
           "institution": institution, "name": name, "active": True, "added_at": work.at}  # fmt: skip
    contact_id = inserted_id(work.connection.execute(insert(Contact), row))
    record(work, "contact", contact_id, "add", name=name)
    return key


def change_contact(work: Work, contact: str, **values: Any) -> None:
    """Change `name`, `phones`, `email` or `active` of a contact, by public id: the secretariat, or whose it is.

    Raises NotFound.
    """
    may_change(work.actor)
    row = seen(work, Contact, contact)
    work.connection.execute(update(Contact).where(col(Contact.id) == row.id).values(_keyed(values)))
    record(work, "contact", row.id, "change", **values)


def _may_name_contacts(work: Work, unit_id: int | None, institution: str | None) -> None:
    """Units and institutions say themselves whom of their own to write to. Raises Refused (role)."""
    may_change(work.actor)
    mine = {Role.UNIT: (work.actor.unit_id, None), Role.INSTITUTION: (None, work.actor.institution)}
    if (unit_id, institution) == (None, None) or mine.get(work.actor.role) != (unit_id, institution):
        may_office(work.actor)


def _keyed(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values with the key of the address, where they have an address."""
    if "email" not in values:
        return dict(values)
    return {**values, "email_key": _key(values["email"] or "")}


def _key(email: str) -> str | None:
    """What an address is known by; one that can't be read strictly opens nothing to anybody."""
    try:
        return check_address(email).key
    except AddressRefused:
        return None
