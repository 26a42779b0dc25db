"""What the page says of each row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Words:
    """A row's title, and what is compared in it."""

    title: str
    said: str


WORDS: Mapping[str, Words] = {
    "transition": Words(
        title="One durable transition",
        said="""
Read a nomination, decide, change it if nobody else did, append an event, commit: by raw statements through the bare
driver (the floor), and by bangdan. `submit` is a unit's submission as the desk carries it out, with everything on:
the request key that makes a repetition harmless, whose nomination it is, the guards (window, quota, material,
exclusions, what is owed), the move, two counters, the event with its witness, and the receipt to the unit's contact
in the outbox, in one transaction. `recall` is the verb that does least: guards, move, counters, event. Peers read,
ask their machine, store with a version check where they know one, and append an event; none of them asks a guard,
counts or writes a letter.
""",
    ),
    "closing": Words(
        title="Closing N drafts",
        said="""
The collection ends and N drafts lapse, each with its event, and the counters follow. The floor is one transaction
of set-based statements, during which everybody else waits. bangdan closes in chunks; meanwhile one person writes
(enters a contact) and one looks at a nomination, again and again in the same process, and what counts is the
longest that either waited in any round. `with letters` is the time until the units' digests of what lapsed were in
the outbox too, which the floor does not write. Memory is the most that the process held over what it held before.
Peers close in a loop, a batch of 1,000 a transaction where their way allows it, alone on the machine, beside the
floor at the same N.
""",
    ),
    "mail": Words(
        title="Digests by mail",
        said="""
Letters that are due, rendered, built, sent over 16 connections on the loopback to postfix's `smtp-sink`, and noted
as sent in the outbox. The floor is `smtp-source`, which sends the same ready message over and over. The peer
renders the same kind of letter with Jinja2, builds it with `EmailMessage` and sends it with aiosmtplib; it has no
outbox.
""",
    ),
    "fleet": Words(
        title="Several workers",
        said="""
Jobs that do nothing are what procrastinate itself does in one process on this machine, ten at a time: the price of
a job, which is why bangdan's jobs are coarse. `closing` is that of three campaigns which end at the same instant, N
drafts together, by so many processes `bangdan worker`, one job at a time each, from the first mark to the last
draft; a single worker writes the letters of one campaign before it turns to the next, three begin with all of them.
The floor is one set-based transaction over all three. Workers share the machine with the database, so it is
the number of processors that limits them here.
""",
    ),
    "funnel": Words(
        title="The funnel of N nominations",
        said="""
How many nominations of each list are in which state. The floor reads the counters that bangdan keeps, `GROUP BY`
counts the rows; bangdan's is the query behind the overview, with its transaction and everything around the numbers.
""",
    ),
    "page": Words(
        title="A page of a filtered list of N",
        said="""
Fifty nominations in one state, at a random place of the list. The floor goes on behind the last row (keyset),
`OFFSET` counts its way there. bangdan's is the query behind the secretariat's list; `bangdan's statements` are
those it asks, asked again of the bare driver: the part that is the database's.
""",
    ),
    "history": Words(
        title="The history of one among N events",
        said="""
The lines of one random nomination, of which each has ten. The floor is the one statement; bangdan's is the query
behind the page, with the names of who acted; `bangdan's statements` is the part that is the database's.
""",
    ),
    "starting": Words(
        title="Starting a command",
        said="""
From the key press to the end of the process: the interpreter that does nothing (the floor), one that imports the
library of the command line, one that imports every library bangdan uses, and two commands; `status` reads a
campaign of N drafts.
""",
    ),
}
