"""Who takes part in a rehearsal where the file names units by code, or knows persons only."""

from __future__ import annotations

import tomllib

from bangdan import ROOT
from engine.rehearsal.population import Population, make
from tests.small import FILE
from workflows.loading import load

WORDS = tomllib.loads((ROOT / "config" / "rehearsal.toml").read_text(encoding="utf-8"))
TEXT = FILE.read_text(encoding="utf-8")


def made(text: str, *, units: int = 20) -> Population:
    return make(load(text, name="a.toml").definition, WORDS, seed=7, units=units, nominations=60)


NUMBERS = TEXT.replace(
    'channels = ["societies"]\nper = "list"\nlimit = 1\n',
    'channels = ["societies"]\nper = "list"\nunits = { "11" = 3, "CAS" = 2 }\n',
)
PERSONS = (
    TEXT.replace('lists = "all"\n[channels.cities]', 'lists = "all"\npersons = true\n[channels.cities]')
    .replace('lists = ["inventions"]\n\n[quotas', 'lists = ["inventions"]\npersons = true\n\n[quotas')
    .replace('channels = "units"', 'channels = "persons"')
)


def test_units_with_a_number_of_their_own_are_there_and_nobody_else_has_a_place() -> None:
    units = {unit.code: unit for unit in made(NUMBERS).units}

    assert ["societies" in units[code].channels for code in ("11", "CAS")] == [True, True]
    assert {code for code, unit in units.items() for plan in unit.plans if plan.track == "people"} == {"11", "CAS"}


def test_units_for_whom_a_date_holds_are_there() -> None:
    dated = '\n[milestones.early]\nname = "提前"\ncloses = "2025-03-08"\nfor = { units = ["3201"] }\n'

    assert [unit.code for unit in made(TEXT + dated).units].count("3201") == 1


def test_no_more_units_get_a_code_than_there_are() -> None:
    many = NUMBERS.replace('"CAS" = 2', ", ".join(f'"{code}" = 1' for code in range(100, 150)))

    assert len({unit.code for unit in made(many).units}) == 20


def test_where_only_persons_nominate_they_are_as_many_as_units_are_asked_for() -> None:
    population = made(PERSONS, units=40)

    assert {unit.person for unit in population.units} == {True}
    assert [sum(channel in unit.channels for unit in population.units) for channel in ("societies", "cities")] == [
        20,
        20,
    ]
    assert population.nominations > 40
