import pytest
from django.core.cache import cache

from tests.dhis2_face.scene import Scene, a_scene


@pytest.fixture(autouse=True)
def nothing_counted_yet() -> None:
    """Limits of requests and wrong passwords are counted in this process, across tests."""
    cache.clear()


@pytest.fixture
def scene(db: None) -> Scene:
    return a_scene()


@pytest.fixture
def live_scene(transactional_db: None, live_server: object) -> Scene:
    """For clients that come over HTTP: their requests are other threads' transactions."""
    return a_scene()
