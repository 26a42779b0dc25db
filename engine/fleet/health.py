"""How a fleet fares, read from its tables; imports nothing of it, so that any host may ask."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import text

from engine.database import Database

LATE = 60.0  # seconds that a job may wait before somebody should look


@dataclass(frozen=True, kw_only=True, slots=True)
class UnderWay:
    """A job that is being done, for so many seconds. `left`: by a worker that gives no sign of life."""

    kind: str
    about: str
    seconds: float
    left: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Health:
    """`workers` gave a sign of life of late. `waiting` jobs are due, the oldest for `oldest` seconds; `later` are not.

    `under_way` is told from the longest on.
    """

    workers: int = 0
    waiting: int = 0
    later: int = 0
    oldest: float = 0.0
    under_way: tuple[UnderWay, ...] = field(default=())

    @property
    def left(self) -> int:
        """Jobs that a worker left, and that nobody took over yet."""
        return sum(each.left for each in self.under_way)

    @property
    def lags(self) -> bool:
        """Whether jobs wait longer than any should."""
        return self.oldest >= LATE


def look(database: Database) -> Health | None:
    """How it stands with the fleet of this house; None where there never was one."""
    if database.sqlite:
        return None
    with database.read() as connection:
        if connection.execute(text("SELECT to_regclass('procrastinate_jobs')")).scalar() is None:
            return None
        counted = connection.execute(_COUNTED, {"alive": _ALIVE}).one()
        under_way = connection.execute(_UNDER_WAY, {"alive": _ALIVE})
        return Health(**counted._asdict(), under_way=tuple(UnderWay(**each._asdict()) for each in under_way))


_ALIVE = "10 seconds"
_COUNTED = text("""
    SELECT (SELECT count(*) FROM procrastinate_workers
             WHERE last_heartbeat > now() - CAST(:alive AS interval)) AS workers,
           count(*) FILTER (WHERE due <= now()) AS waiting,
           count(*) FILTER (WHERE due > now()) AS later,
           CAST(coalesce(extract(epoch FROM now() - min(due) FILTER (WHERE due <= now())), 0) AS float8) AS oldest
      FROM (SELECT coalesce(scheduled_at, (SELECT min(at) FROM procrastinate_events WHERE job_id = job.id)) AS due
              FROM procrastinate_jobs AS job WHERE status = 'todo') AS jobs""")
_UNDER_WAY = text("""
    SELECT task_name AS kind, coalesce(args ->> 'about', '') AS about,
           CAST(coalesce(extract(epoch FROM now() - max(at)), 0) AS float8) AS seconds,
           coalesce(bool_and(last_heartbeat <= now() - CAST(:alive AS interval)), true) AS left
      FROM procrastinate_jobs AS job
      LEFT JOIN procrastinate_events AS event ON event.job_id = job.id AND event.type = 'started'
      LEFT JOIN procrastinate_workers AS worker ON worker.id = job.worker_id
     WHERE job.status = 'doing'
     GROUP BY job.id ORDER BY seconds DESC, job.id""")
