"""Sessions: they are the database's, last as long as they may, and end at once."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select, update

from engine.accounts import sessions
from engine.accounts.sessions import LONGEST, LONGEST_IDLE, OFFICE_IDLE, OFFICE_LONGEST
from engine.accounts.tables import Account, DeskSession
from engine.office import Work
from tests.builders import House, add_unit
from tests.engine.accounts.test_seats import an_account, give
from tests.small import DURING
from workflows.nomination import Role


def _contact(work: Work) -> int:
    """The account of a unit's contact."""
    add_unit(work, "甲学会", people=[("李四", "li@example.cn")])
    return an_account(work, "李四", "li@example.cn")


def _lives(work: Work, token: str, at: datetime) -> bool:
    return sessions.look_up(work.connection, token, at=at) is not None


def test_a_token_brings_back_who_signed_in_and_is_not_in_the_database(small: House) -> None:
    with small.write(DURING) as work:
        token = sessions.begin(work.connection, _contact(work), at=DURING, how="link")
        signed = sessions.look_up(work.connection, token, at=DURING)
        kept = work.connection.execute(select(DeskSession)).one()

    assert signed is not None
    assert (signed.account.name, signed.preferred) == ("李四", f"{small.campaign}:unit:甲学会")
    assert token not in map(str, kept)


def test_a_token_that_nobody_has_brings_nobody(small: House) -> None:
    with small.write(DURING) as work:
        sessions.begin(work.connection, _contact(work), at=DURING, how="link")

        assert not _lives(work, "x", DURING)


def test_looking_up_works_where_nothing_may_be_written(small: House) -> None:
    with small.write(DURING) as work:
        token = sessions.begin(work.connection, _contact(work), at=DURING, how="link")

    with small.office.database.read() as connection:
        assert sessions.look_up(connection, token, at=DURING) is not None


def test_a_session_ends_without_requests_and_in_any_case(small: House) -> None:
    with small.write(DURING) as work:
        token = sessions.begin(work.connection, _contact(work), at=DURING, how="link")
        idle = (_lives(work, token, DURING + LONGEST_IDLE - timedelta(seconds=1)),
                _lives(work, token, DURING + LONGEST_IDLE))  # fmt: skip
        work.connection.execute(update(DeskSession).values(seen_at=DURING + LONGEST))

        assert idle == (True, False)
        assert not _lives(work, token, DURING + LONGEST)


def test_the_office_is_signed_out_sooner(small: House) -> None:
    with small.write(DURING) as work:
        mine = an_account(work, "赵书", "zhao@example.cn")
        give(work, mine, Role.SECRETARIAT)
        token = sessions.begin(work.connection, mine, at=DURING, how="password")
        idle = (_lives(work, token, DURING + OFFICE_IDLE - timedelta(seconds=1)),
                _lives(work, token, DURING + OFFICE_IDLE))  # fmt: skip
        work.connection.execute(update(DeskSession).values(seen_at=DURING + OFFICE_LONGEST))

        assert idle == (True, False)
        assert not _lives(work, token, DURING + OFFICE_LONGEST)


def test_that_somebody_was_seen_is_due_once_a_minute_and_prolongs(small: House) -> None:
    later = DURING + LONGEST_IDLE - timedelta(hours=1)
    with small.write(DURING) as work:
        token = sessions.begin(work.connection, _contact(work), at=DURING, how="link")
        soon = sessions.look_up(work.connection, token, at=DURING + timedelta(seconds=59))
        signed = sessions.look_up(work.connection, token, at=later)
        assert soon is not None
        assert signed is not None
        sessions.touch(work.connection, signed, at=later)

        assert (soon.untouched, signed.untouched) == (False, True)
        assert _lives(work, token, later + LONGEST_IDLE - timedelta(hours=1))


def test_signing_out_ends_this_session_and_no_other(small: House) -> None:
    with small.write(DURING) as work:
        mine = _contact(work)
        first, second = (sessions.begin(work.connection, mine, at=DURING, how="link") for _ in range(2))
        sessions.end(work.connection, first, at=DURING)

        assert (_lives(work, first, DURING), _lives(work, second, DURING)) == (False, True)


def test_all_of_an_account_end_together(small: House) -> None:
    with small.write(DURING) as work:
        mine = _contact(work)
        tokens = [sessions.begin(work.connection, mine, at=DURING, how="link") for _ in range(2)]
        sessions.end_all(work.connection, mine, at=DURING)

        assert [_lives(work, token, DURING) for token in tokens] == [False, False]


def test_a_session_of_a_disabled_account_is_dead_at_once(small: House) -> None:
    with small.write(DURING) as work:
        token = sessions.begin(work.connection, _contact(work), at=DURING, how="link")
        work.connection.execute(update(Account).values(disabled_at=DURING))

        assert not _lives(work, token, DURING)


def test_the_seat_chosen_last_is_remembered_while_it_is_held(small: House) -> None:
    with small.write(DURING) as work:
        add_unit(work, "乙学会", people=[("李四", "li@example.cn")])
        token = sessions.begin(work.connection, _contact(work), at=DURING, how="link")
        chosen = f"{small.campaign}:unit:甲学会"
        sessions.prefer(work.connection, token, chosen)
        now = sessions.look_up(work.connection, token, at=DURING)
        sessions.prefer(work.connection, token, "other:secretariat")
        then = sessions.look_up(work.connection, token, at=DURING)

    assert now is not None
    assert then is not None
    assert (now.preferred, then.preferred) == (chosen, then.seats[0].key)
