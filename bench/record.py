"""What was measured, as it is kept: one sample for each contender at one place of one row, with every run's answer.

A run that is interrupted has lost nothing: each answer is written down before the next question.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from bench.figures import Spread, ratio, spread

FLOOR = "floor"
Answer = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where samples may be compared: one row, on one database, at one size, in one variant."""

    row: str
    database: str = ""
    size: int = 0
    variant: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Sample:
    """What one contender answered at a place, round by round; `note` says why where it answered nothing."""

    place: Place
    contender: str
    runs: list[dict[str, Any]] = field(default_factory=list)
    note: str = ""

    def values(self, name: str) -> list[float]:
        """That figure of each run."""
        return [float(run[name]) for run in self.runs if run.get(name) is not None]

    def of(self, name: str) -> Spread | None:
        """That figure's median and quartiles."""
        values = self.values(name)
        return spread(values) if values else None


@dataclass(kw_only=True)
class Record:
    """Everything of one run of the benchmark, and the file that holds it."""

    path: Path | None
    about: dict[str, Any]
    samples: dict[tuple[Place, str], Sample] = field(default_factory=dict)

    def add(self, place: Place, contender: str, answer: Answer) -> None:
        """One more answer."""
        self._sample(place, contender).runs.append({name: _rounded(value) for name, value in answer.items()})
        self.save()

    def excuse(self, place: Place, contender: str, note: str) -> None:
        """Why there is nothing, or not more."""
        old = self._sample(place, contender)
        self.samples[place, contender] = Sample(place=place, contender=contender, runs=old.runs, note=note)
        self.save()

    def _sample(self, place: Place, contender: str) -> Sample:
        return self.samples.setdefault((place, contender), Sample(place=place, contender=contender))

    def find(self, place: Place, contender: str) -> Sample | None:
        """What it answered there."""
        return self.samples.get((place, contender))

    def of_row(self, row: str) -> Iterator[Sample]:
        """The samples of a row, in the order in which they were begun."""
        return (sample for sample in self.samples.values() if sample.place.row == row)

    def times_floor(self, sample: Sample, name: str = "seconds", floor: str = FLOOR) -> Spread | None:
        """How many times the floor's figure, by rounds."""
        against = self.find(sample.place, floor)
        mine, its = sample.values(name), against.values(name) if against else []
        return ratio(mine, its) if mine and its else None

    def save(self) -> None:
        """Write the file; whoever reads it meanwhile sees the old one."""
        if self.path is None:
            return
        said = {"about": self.about, "samples": [asdict(each) for each in self.samples.values()]}
        new = self.path.with_suffix(".new")
        new.write_text(json.dumps(said, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        new.replace(self.path)


def _rounded(value: Any) -> Any:
    return float(f"{value:.6g}") if isinstance(value, float) else value


def load(path: Path) -> Record:
    """A file that `save` wrote."""
    said = json.loads(path.read_text(encoding="utf-8"))
    samples = [Sample(**{**each, "place": Place(**each["place"])}) for each in said["samples"]]
    return Record(path=path, about=said["about"], samples=_keyed(samples))


def _keyed(samples: Iterable[Sample]) -> dict[tuple[Place, str], Sample]:
    return {(each.place, each.contender): each for each in samples}
