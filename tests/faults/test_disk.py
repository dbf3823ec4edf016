"""A full disk loses nothing that was acknowledged, leaves nothing half written, and is well once there is room."""

import json
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.exchange.files import record
from tests.faults.disks import a_folder, full, small_disk
from tests.faults.person import Person
from tests.faults.town import ELEMENTS, FACILITIES, MONTH, Town

WELL_AGAIN = 60  # seconds
SCHEMES = {"org_unit": "any", "data_element": "any", "option": "any"}
told: list[str] = []


@pytest.fixture(scope="module")
def town() -> Iterator[Town]:
    """Everything of it lies on one disk of 700 MB, except received files, for which there are eight."""
    with a_folder() as folder, small_disk(folder, 700), small_disk(folder / "media", 8):
        place = Town(folder)
        try:
            yield place
        finally:
            place.end()
    print("", *told, sep="\n")


def asked(town: Town, query: str) -> list[tuple[object, ...]]:
    with psycopg.connect(host=str(town.folder), user="postgres", dbname="postgres") as link:
        return link.execute(query).fetchall()


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def settled(town: Town, number: int, what: str) -> None:
    seconds = town.until(lambda: set(town.seen()) == {number * len(FACILITIES)}, WELL_AGAIN)
    told.append(f"{what}: {seconds:.1f} s until readers met the last acknowledged number")


def a_file(number: int) -> bytes:
    """The number for both elements at each facility, as DHIS2 sends it, with comments that make it a large one."""
    values = [
        record(dataElement=element, period=MONTH, orgUnit=unit, value=str(number), comment="x" * 40_000)
        for element in ELEMENTS
        for unit in FACILITIES
    ]
    return json.dumps({"dataValues": values}).encode()


def test_the_disk_of_received_files_is_full(town: Town) -> None:
    media, person = town.folder / "media", Person(town.port)
    form = person.hidden("/imports/nouveau/") | SCHEMES
    with full(media):
        before = files(media)
        status, page = person.upload(form, a_file(11), "values.json")
        assert (status, "Le disque du serveur est plein" in page) == (507, True)
        assert files(media) == before, "nothing half written stays"
        assert asked(town, "SELECT count(*) FROM indicators_importrun") == [(0,)]
        assert town.send(12) == 200, "what needs no room there goes on"
    settled(town, 12, "room for received files again")
    assert person.upload(form, a_file(11), "values.json")[0] == 200, "the same form again"
    state = "SELECT state FROM indicators_importrun WHERE content <> ''"
    town.until(lambda: asked(town, state) == [("previewed",)], WELL_AGAIN)


def test_the_only_disk_is_full(town: Town) -> None:
    statuses, acknowledged = [], [12]
    with full(town.folder):
        for number in range(100, 120):
            statuses.append(town.send(number))
            acknowledged += [number] if statuses[-1] == 200 else []
        assert town.status("/vivant") == 200, "a full disk of logs silences nobody"
    assert set(statuses) <= {200, 503, 507}, "no file is said to be at fault"
    assert 507 in statuses
    town.until(lambda: town.status("/sante") == 200, WELL_AGAIN)
    settled(town, acknowledged[-1], "room on the only disk again")
    assert town.send(200) == 200
    settled(town, 200, "the next report")
    town.until(lambda: files(town.folder / "var/spool") == [], WELL_AGAIN)
