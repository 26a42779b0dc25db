"""Several hosts on one PostgreSQL: jobs that say what to look at now, and workers that do. Nothing of it on SQLite.

The only importer of procrastinate, which `pip install 'bangdan[fleet]'` brings. A job carries no truth: what there is
to do is read from the rows, and what is done is claimed there, as by `engine.live`. So a job that is lost is only a
delay, and one that runs twice changes nothing.
"""
