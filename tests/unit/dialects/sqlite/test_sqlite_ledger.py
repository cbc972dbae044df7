import time

import pytest

from parity.dialects.sqlite.ledger import LEDGER, read_stamp
from parity.schema.types import ObjectName


def test_the_ledger_s_stamp_is_now_in_milliseconds(session):
    ((stamp, kind),) = session.query(f"SELECT {LEDGER.now}, typeof({LEDGER.now})")
    assert kind == "integer"
    assert abs(stamp / 1000 - time.time()) < 2


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        (1577934245678, "2020-01-02T03:04:05.678+00:00"),
        ("1577934245678", "2020-01-02T03:04:05.678+00:00"),
        ("2020-01-02T03:04:05.678+00:00", "2020-01-02T03:04:05.678+00:00"),
        ("2020-01-02 03:04:05", "2020-01-02T03:04:05.000+00:00"),
        ("2020-01-02T05:04:05+02:00", "2020-01-02T03:04:05.000+00:00"),
        ("soon", "soon"),
        (10**30, str(10**30)),
    ],
)
def test_stamps_are_read_in_every_form_that_is_around(value, expected):
    assert read_stamp(value) == expected


def test_the_ledger_is_found_once_it_is_made(session):
    sql, parameters = LEDGER.exists(ObjectName("_prisma_migrations"))
    assert session.query(sql, parameters) == [(0,)]
    session.execute(LEDGER.create)
    assert session.query(sql, parameters) == [(1,)]
