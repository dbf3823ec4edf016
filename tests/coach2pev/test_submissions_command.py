"""Long files of submissions by the command line: the same checks, nothing half-loaded."""

from io import StringIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command

from research.coach2pev.models import SupervisionVisit
from tests.builders import a_checklist, a_clerk_of, a_followed_site, the_process_elements

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


@pytest.fixture
def ready(settings: Any, tmp_path: Path) -> tuple[Path, list[str]]:
    settings.MEDIA_ROOT = tmp_path
    the_process_elements()
    site, checklist = a_followed_site().unit, a_checklist(1, 2)
    path = tmp_path / "envois.csv"
    rows = [f"{site.name},2025-09-{day:02},yes,no,{uuid4()}" for day in range(1, 6)]
    path.write_text("\n".join(["site,date,i0,i1,_uuid", *rows]))
    return path, ["--checklist", checklist.key, "--by", a_clerk_of(site).username]


def run(path: Path, *words: str) -> str:
    out = StringIO()
    call_command("load_submissions", str(path), *words, stdout=out, stderr=StringIO())
    return out.getvalue()


def test_loaded_once_and_the_same_again_changes_nothing(ready: Any) -> None:
    path, words = ready
    assert run(path, *words, "--dry-run").startswith("5 created")
    assert not SupervisionVisit.objects.exists()
    assert run(path, *words).startswith("5 created, 0 unchanged")
    assert run(path, *words).startswith("0 created, 5 unchanged")
    assert SupervisionVisit.objects.count() == 5


@pytest.mark.parametrize("change", ["nobody", "no list", "no file", "bad row"])
def test_what_is_wrong_is_a_sentence_and_stores_nothing(ready: Any, change: str) -> None:
    path, words = ready
    if change == "nobody":
        words[3] = "nobody"
    elif change == "no list":
        words += ["--number", "9"]
    elif change == "no file":
        path = path.with_name("none.csv")
    else:
        path.write_text(path.read_text() + f"\nNowhere,2025-09-09,yes,no,{uuid4()}")
    with pytest.raises(CommandError):
        run(path, *words)
    assert not SupervisionVisit.objects.exists()
    if change == "bad row":
        assert run(path, *words, "--valid-only").startswith("5 created")
