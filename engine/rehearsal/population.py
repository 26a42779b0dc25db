"""A made-up roster the size of a real one: units, contacts, earlier laureates, and what each unit will nominate.

Everything follows from the definition, the words and the seed, so the same three give the same rehearsal.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from engine.rehearsal.coded import coded
from engine.rehearsal.declared import Declarer, for_channels, may_hold
from engine.rehearsal.jointly import Taken, asked, persons
from workflows.definition import Definition
from workflows.matching import Subject
from workflows.places import binding
from workflows.vocabulary import Nominee

EARLIER_LAUREATES = 90
LAUREATES_AGAIN = 0.01  # share of nominations that an earlier edition listed already
SHARING = 0.1  # chance that a unit begins with whom another one nominates, where that is not allowed
OVER_QUOTA = 0.04  # chance that a unit with all places planned plans one more when its turn comes


@dataclass(frozen=True, kw_only=True, slots=True)
class Someone:
    """A contact; without `email` they are on the call sheet."""

    name: str
    phone: str
    email: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """One nomination that a unit will make; `partners` are the codes of those whom it asks to nominate jointly."""

    track: str
    title: str
    applicant: str
    contact: Someone
    attributes: Mapping[str, str] = field(default_factory=dict)
    partners: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class UnitPlan:
    """A unit, its people, and its nominations in the order they come to mind."""

    code: str
    name: str
    channels: tuple[str, ...]
    person: bool
    contacts: tuple[Someone, ...]
    plans: tuple[Plan, ...]
    attributes: Mapping[str, str] = field(default_factory=dict)

    @property
    def subject(self) -> Subject:
        """What quotas ask about it."""
        return Subject(unit=self.code, channels=self.channels, attributes=self.attributes)


@dataclass(frozen=True, kw_only=True, slots=True)
class Earlier:
    """A laureate of an earlier edition."""

    edition: int
    list_name: str
    name: str
    organisation: str
    person: bool
    award: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Population:
    """Everybody who takes part."""

    units: tuple[UnitPlan, ...]
    laureates: tuple[Earlier, ...]

    @property
    def nominations(self) -> int:
        return sum(len(unit.plans) for unit in self.units)


@dataclass(kw_only=True)
class Maker:
    """Makes names out of words, each only once. `words` is config/rehearsal.toml, parsed."""

    random: Random
    words: Mapping[str, Any]
    taken: Counter[str] = field(default_factory=Counter)

    def word(self, kind: str) -> str:
        return str(self.random.choice(self.words[kind]))

    def chance(self, what: str) -> bool:
        return self.random.random() < float(self.words["behaviour"][what])

    def person(self) -> str:
        given = "".join(self.random.choices(self.words["given"], k=self.random.choice((1, 2, 2, 2))))
        return self.word("surnames") + given

    def once(self, name: str, mark: str = "") -> str:
        """The name with its mark in brackets, told apart by a number from an equal one before it."""
        self.taken[name] += 1
        label = mark + (str(self.taken[name]) if self.taken[name] > 1 else "")
        return f"{name}（{label}）" if label else name

    def company(self) -> str:
        return f"{self.word('places')}{self.word('companies')}{self.word('sciences')}科技有限公司"

    def title(self, track: str, nominee: Nominee) -> str:
        """What a nomination on the track is called."""
        if nominee is Nominee.PERSON:
            return self.once(self.person())
        if nominee is Nominee.PROJECT:
            objects: Sequence[str] = self.words["objects"].get(track, self.words["sciences"])
            return self.once(f"{self.word('qualities')}{self.random.choice(objects)}{self.word('results')}")
        if "organi" in track:
            return self.once(f"{self.word('places')}{self.word('sciences')}创新联合体")
        return self.once(self.company())

    def someone(self, domain: str, *, always: bool = False) -> Someone:
        """A contact in the reserved example domain, with a number that nobody has."""
        number = f"1{self.random.choice('35789')}{self.random.randrange(10**9):09d}"
        email = f"contact{self.random.randrange(10**6):06d}@{domain}.example.org"
        return Someone(name=self.person(), phone=number, email=email if always or not self.chance("no_email") else None)


def make(
    definition: Definition, words: Mapping[str, Any], *, seed: int, units: int | Sequence[UnitPlan], nominations: int
) -> Population:
    """A population of about `nominations` nominations, by so many made-up units, or by the units given."""
    maker = Maker(random=Random(seed), words=words)  # noqa: S311 - a rehearsal must be repeatable
    declarer = Declarer(definition=definition, random=Random(seed + 2))  # noqa: S311 - the same
    everybody = _made_up(definition, maker, units) if isinstance(units, int) else list(units)
    everybody = [_declared(declarer, unit) for unit in everybody]
    earlier = _laureates(definition, maker, [unit for unit in everybody if unit.person])
    found = _with_plans(definition, maker, everybody, nominations, declarer)
    again = (*_again(definition, maker, found), *_elsewhere(definition, declarer, found))
    return Population(units=tuple(_shared(definition, declarer, found)), laureates=(*earlier, *again))


def _declared(declarer: Declarer, unit: UnitPlan) -> UnitPlan:
    """A unit of a roster says what it says; what it leaves open is made up, as all is of a made-up one."""
    return replace(unit, attributes={**declarer.of_unit(unit.code, unit.channels), **unit.attributes})


def _shared(definition: Definition, declarer: Declarer, units: list[UnitPlan]) -> list[UnitPlan]:
    """A few units nominate whom another one nominates on the same list, where a rule lets only one of them."""
    lists = {key for rule in definition.rules if rule.once for key in rule.lists}
    first: dict[str, Plan] = {}
    found = []
    for unit in units:
        plans = list(unit.plans)
        # The first plan only, and not of the unit itself: one unit has no title twice.
        key = definition.tracks[plans[0].track].list.key if plans else ""
        if key in first and declarer.random.random() < SHARING:
            plans[0] = replace(plans[0], title=first[key].title, applicant=first[key].applicant)
        elif key in lists:
            first[key] = plans[0]
        found.append(replace(unit, plans=tuple(plans)))
    return found


def _elsewhere(definition: Definition, declarer: Declarer, units: Sequence[UnitPlan]) -> list[Earlier]:
    """For each other award that excludes, one of those who will be nominated has won it."""
    found = []
    for each in definition.exclusions:
        plans = [plan for unit in units for plan in unit.plans if definition.tracks[plan.track].list.key in each.lists]
        if each.award and plans:
            plan = declarer.random.choice(plans)
            edition = each.until or max(each.since or 0, definition.edition - 1)
            person = definition.tracks[plan.track].list.nominee is Nominee.PERSON
            found.append(Earlier(award=each.award, edition=edition, list_name=each.award, name=plan.title,
                                 organisation=plan.applicant, person=person))  # fmt: skip
    return found


def _made_up(definition: Definition, maker: Maker, units: int) -> list[UnitPlan]:
    others = sum(1 for channel in definition.channels if not channel.person)
    people = _persons(definition, maker, units, least=0 if others else units // len(definition.channels))
    rest = range(1, units - len(people) + 1) if others else ()
    return coded(definition, [*(_unit(definition, maker, number) for number in rest), *people])


def _unit(definition: Definition, maker: Maker, number: int) -> UnitPlan:
    channels = [channel.key for channel in definition.channels if not channel.person]
    # The first units are one of each channel, so that every channel is in the roster.
    first = channels[number - 1] if number <= len(channels) else maker.random.choice(channels)
    held = [first]
    if len(channels) > 1 and maker.chance("two_channels"):
        second = maker.random.choice([key for key in channels if key != first])
        held += [second] if may_hold(definition, (first, second)) else []
    patterns = maker.words["units"].get(first) or maker.words["units"]["others"]
    name = maker.random.choice(patterns).format(place=maker.word("places"), science=maker.word("sciences"))
    contacts = [maker.someone(f"unit{number:03d}") for _ in range(2 if maker.chance("second_contact") else 1)]
    name = maker.once(name, maker.words["mark"])
    return UnitPlan(code=f"U{number:04d}", name=name, channels=tuple(held), person=False, contacts=tuple(contacts),
                    plans=(), attributes=for_channels(definition, held, maker.random))  # fmt: skip


def _persons(definition: Definition, maker: Maker, units: int, *, least: int) -> list[UnitPlan]:
    """Those who may recommend in person: at least so many, a few of them beside other channels."""
    found: list[UnitPlan] = []
    for channel in definition.channels:
        enough = max(least, persons(channel, units))
        for number in range(1, 1 + enough if channel.person else 0):
            someone = maker.someone("laureate", always=number % 3 > 0)
            found.append(
                UnitPlan(code=f"P{len(found) + 1:04d}", name=maker.once(someone.name), channels=(channel.key,),
                         person=True, contacts=(someone,), plans=(),
                         attributes=for_channels(definition, (channel.key,), maker.random))
            )  # fmt: skip
    return found


def _with_plans(
    definition: Definition, maker: Maker, units: list[UnitPlan], wanted: int, declarer: Declarer
) -> list[UnitPlan]:  # fmt: skip
    """Hand the nominations out: busy units get many, none more than its places, but for a few that try one too many."""
    tracks = list(definition.tracks)
    weights = [float(maker.words["weights"].get(track, 1)) for track in tracks]
    sizes = [0.15 if unit.person else maker.random.lognormvariate(0, 0.7) for unit in units]
    plans: list[list[Plan]] = [[] for _ in units]
    used, subjects = Taken(definition=definition), [unit.subject for unit in units]
    planned = 0
    for _ in range(wanted * 20):
        if planned >= wanted:
            break
        index = maker.random.choices(range(len(units)), sizes)[0]
        track = maker.random.choices(tracks, weights)[0]
        unit = units[index]
        scopes = binding(definition, unit.subject, track)
        if not scopes or any(scope.limit == 0 for scope in scopes):
            continue
        if not used.free(unit.subject, track) and maker.random.random() > OVER_QUOTA:
            continue
        if not declarer.dares(unit.code, unit.channels, unit.attributes, track):
            continue
        together = asked(declarer, subjects, unit.subject, track, used)
        if together is None:
            continue
        used.take(unit.subject, *together, track=track)
        planned += 1
        said = declarer.of_nominee(unit.code, unit.channels, unit.attributes, track)
        mine = _plan(definition, maker, track)
        plans[index].append(replace(mine, attributes=said, partners=tuple(each.unit or "" for each in together)))
    return [replace(unit, plans=tuple(mine)) for unit, mine in zip(units, plans, strict=True)]


def _plan(definition: Definition, maker: Maker, track: str) -> Plan:
    nominee = definition.tracks[track].list.nominee
    title = maker.title(track, nominee)
    applicant = title if nominee is Nominee.ORGANISATION else maker.company()
    someone = maker.someone("applicant")
    email = someone.email if maker.chance("applicant_email") else None
    return Plan(track=track, title=title, applicant=applicant,
                contact=Someone(name=someone.name, phone=someone.phone, email=email))  # fmt: skip


def _laureates(definition: Definition, maker: Maker, people: list[UnitPlan]) -> list[Earlier]:
    channels = definition.channel_by_key
    found = [
        Earlier(edition=channel.laureates_edition, list_name=_name_of(definition, channel.laureates_list),
                name=unit.name, organisation=maker.company(), person=True)
        for unit in people
        for channel in (channels[unit.channels[0]],)
        if channel.laureates_edition is not None
    ]  # fmt: skip
    while len(found) < EARLIER_LAUREATES:
        track = maker.random.choice(list(definition.tracks.values()))
        edition = definition.edition - maker.random.randint(1, 3)
        found.append(
            Earlier(edition=edition, list_name=track.list.name, name=maker.title(track.key, track.list.nominee),
                    organisation=maker.company(), person=track.list.nominee is Nominee.PERSON)
        )  # fmt: skip
    return found


def _again(definition: Definition, maker: Maker, units: Sequence[UnitPlan]) -> list[Earlier]:
    """Some of what will be nominated was on a list before."""
    plans = [plan for unit in units for plan in unit.plans]
    again = maker.random.sample(plans, k=min(len(plans), max(1, round(len(plans) * LAUREATES_AGAIN))))
    return [
        Earlier(edition=definition.edition - 1, list_name=definition.tracks[plan.track].list.name, name=plan.title,
                organisation=plan.applicant, person=definition.tracks[plan.track].list.nominee is Nominee.PERSON)
        for plan in again
    ]  # fmt: skip


def _name_of(definition: Definition, list_key: str | None) -> str:
    return definition.list_by_key[list_key].name if list_key in definition.list_by_key else str(list_key)
