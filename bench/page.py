"""The page: the table of goals, and for each row what was measured. Made from the record and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from string import Template

from bangdan import ROOT
from bench.drawing import NAMES, Bar, Curve, bars_of, growth, ratios
from bench.goals import GOALS, Goal, against
from bench.profiling import PROFILED
from bench.record import FLOOR, Place, Record, Sample
from bench.units import around, megabytes, rate, seconds, times
from bench.words import WORDS

TEMPLATE = ROOT / "bench" / "page.md"
RATES = ("transition", "mail", "fleet")  # rows of which one asks how many a second
FIGURES = {"p99": "99 of 100 within", "with_letters": "with letters", "write_wait": "longest wait to write",
           "read_wait": "longest wait to look", "memory": "memory over idle"}  # fmt: skip


def page(record: Record) -> str:
    """The whole of it, in Markdown."""
    rows = [_section(record, row) for row in WORDS if any(record.of_row(row))]
    return Template(TEMPLATE.read_text(encoding="utf-8")).substitute(
        machine=_machine(record), fsync=f"{record.about['fsync_ms']:.2f} ms", goals=goals(record),
        rows="\n\n".join(rows),
    )  # fmt: skip


def pictures(record: Record) -> dict[str, str]:
    """The plots by file name."""
    return {"benchmarks.svg": ratios(list(_panels(record))), "benchmarks-growth.svg": growth(list(_curves(record)))}


def _machine(record: Record) -> str:
    about = record.about
    peers = ", ".join(f"{name} {version}" for name, version in about.get("peers", {}).items())
    facts = [
        ("measured", f"{about['date']}{', quickly' if about['quick'] else ''}"),
        ("processor", f"{about['cpu']}, {about['cores']} cores, {about['memory_gib']} GiB"),
        ("load before it began", f"{about['load']} processes, where a quiet machine has none"),
        ("system", f"{about['kernel']}, Python {about['python']}"),
        ("databases", f"SQLite {about['sqlite']}, PostgreSQL {about.get('postgresql', 'not asked')}"),
        ("peers", peers or "not measured"),
    ]
    return _table(("", ""), facts)


def goals(record: Record) -> str:
    """What was promised, what was found, and whether that is enough."""
    return _table(
        ("work", "goal", "measured", "N", "floor", "met"),
        [
            (goal.work, goal.wanted, goal.told(record), goal.size(record), against(record, goal), _met(record, goal))
            for goal in GOALS
        ],
    )


def _met(record: Record, goal: Goal) -> str:
    said = goal.met(record)
    if said is None:
        return ""
    where = f" (`--profile {goal.row}`)" if goal.row in PROFILED else ""
    return "yes" if said else f"**no**{where}"


def _section(record: Record, row: str) -> str:
    words, samples = WORDS[row], list(record.of_row(row))
    figures = [name for name in FIGURES if any(sample.values(name) for sample in samples)]
    heads = ("database", "N", "", "who", "a second" if row in RATES else "time", "× the floor",
             *(FIGURES[name] for name in figures))  # fmt: skip
    lines = [
        (NAMES[place.database], f"{place.size:,}" if place.size else "", place.variant.partition(",")[0]
         if "beside" in place.variant else place.variant, *_line(record, sample, row, figures))
        for place, those in groupby(sorted(samples, key=_order), key=lambda sample: sample.place)
        for sample in those
    ]  # fmt: skip
    dates = record.about["dates"]
    when = f"Measured {dates[row]}.\n\n" if dates.get(row, record.about["date"]) != record.about["date"] else ""
    notes = [f"- {sample.contender}{_where(sample.place)}: {sample.note}" for sample in samples if sample.note]
    after = "\n\n" + "\n".join(notes) if notes else ""
    return f"## {words.title}\n\n{words.said.strip()}\n\n{when}{_table(heads, lines)}{after}"


def _order(sample: Sample) -> tuple[object, ...]:
    place = sample.place
    return list(NAMES).index(place.database), "beside" in place.variant, place.size, place.variant


def _where(place: Place) -> str:
    return f" on {NAMES[place.database]}" if place.database else ""


def _line(record: Record, sample: Sample, row: str, figures: Sequence[str]) -> Iterator[str]:
    yield sample.contender
    yield _own(sample, row)
    ratio = record.times_floor(sample)
    yield "" if ratio is None or sample.contender == FLOOR else around(ratio, times)
    for name in figures:
        values = sample.values(name)
        show = megabytes if name == "memory" else seconds
        yield show(max(values) if name.endswith("wait") else sorted(values)[len(values) // 2]) if values else ""


def _own(sample: Sample, row: str) -> str:
    if row not in RATES:
        found = sample.of("seconds")
        return around(found, seconds) if found else ""
    rates = [run["done"] / run["seconds"] for run in sample.runs if run.get("seconds")]
    return rate(sorted(rates)[len(rates) // 2]) if rates else ""


def _table(heads: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    rows = [heads, ["---"] * len(heads), *lines]
    return "\n".join(f"| {' | '.join(cell.replace('|', '∣') for cell in row)} |" for row in rows)


def _panels(record: Record) -> Iterator[tuple[str, list[Bar]]]:
    """Of each row and database what is beside a floor: bangdan at its largest size, peers at theirs."""
    for row, words in WORDS.items():
        for database, name in NAMES.items():
            samples = [each for each in record.of_row(row)
                       if each.place.database == database and each.contender != FLOOR and each.runs]  # fmt: skip
            largest: dict[tuple[str, str], Sample] = {}
            for sample in sorted(samples, key=lambda each: each.place.size):
                clients = sample.place.variant if "clients" in sample.place.variant or row == "transition" else ""
                largest[sample.contender, clients] = sample
            yield f"{words.title}{f', {name}' if name else ''}", bars_of(record, list(largest.values()))


def _curves(record: Record) -> Iterator[tuple[str, list[Curve]]]:
    for row, words in WORDS.items():
        for database, name in NAMES.items():
            found: dict[str, list[tuple[int, float]]] = {}
            for sample in record.of_row(row):
                place, own = sample.place, sample.of("seconds")
                if place.database == database and own and place.variant in ("", "submit", "people at work"):
                    done = float(sample.runs[0].get("done") or 1) if row == "transition" else 1.0
                    found.setdefault(sample.contender, []).append((place.size, own.middle / done))
            curves = [Curve(name=who, ours=who.startswith("bangdan"), points=points) for who, points in found.items()
                      if len(points) > 1]  # fmt: skip
            yield f"{words.title}{f', {name}' if name else ''}", curves
