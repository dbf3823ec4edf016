"""Two imports at once: one does it, the other says so."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from indicators.exchange import locks
from tests.builders import a_unit, an_element, the_default_combo
from tests.conftest import database_url
from tests.exchange.files import ELEMENT, UNIT, assert_nothing_was_written, codes, record, take

pytestmark = pytest.mark.django_db


HOLD = """
import django; django.setup()
from indicators.exchange.locks import one_import
with one_import():
    print("held", flush=True)
    input()
"""


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_two_imports_at_once_one_does_the_other_says_so(tmp_path: Path) -> None:
    a_unit(uid=UNIT)
    an_element("DTP1", uid=ELEMENT)
    the_default_combo()
    environment = {**os.environ, "DATABASE_URL": database_url(), "DJANGO_SETTINGS_MODULE": "capev_site.settings"}
    other = subprocess.Popen(
        [sys.executable, "-c", HOLD], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
    )
    assert other.stdin
    assert other.stdout
    try:
        assert other.stdout.readline() == b"held\n"
        assert codes(take(tmp_path, record())) == [("another_import_running", None, None)]
        assert_nothing_was_written()
    finally:
        other.communicate(b"\n", timeout=20)
    assert take(tmp_path, record()).created == 1


def test_the_lock_is_given_back_after_an_error() -> None:
    with pytest.raises(ZeroDivisionError), locks.one_import():
        raise ZeroDivisionError
    with locks.one_import():
        assert connection.vendor in {"sqlite", "postgresql"}
