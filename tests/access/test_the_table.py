"""One table says who may do what: no policy names a role beside it, no line of it is dead, the manual says the same."""

import re
from pathlib import Path

import pytest

from indicators.accounts.matrix import COLUMNS, EVERYBODY, MATRIX, REPAIR, Cell, letters
from indicators.accounts.permissions import anybodys, may
from indicators.accounts.roles import Role
from tests.builders import a_user

ROOMS = [Path("indicators"), Path("research")]
# Where a role is named beside the table, and why that is no right: who is asked for a second factor, to whom work may
# be given, who is met in all districts, what the navigation spares people.
NO_RIGHTS = {
    "indicators/accounts/admin.py", "indicators/accounts/groups.py", "indicators/accounts/invitations/actions.py",
    "indicators/accounts/matrix.py", "indicators/accounts/models.py", "indicators/accounts/permissions.py",
    "indicators/accounts/role_words.py", "indicators/accounts/roles.py", "indicators/accounts/sign_in/second_factor.py",
    "indicators/accounts/sign_in/sessions.py", "indicators/geography/scopes.py",
    "indicators/management/commands/create_demo_accounts.py", "indicators/pages/context.py",
    "research/coach2pev/improvement/queries.py", "research/coach2pev/people/forms.py",
    "research/coding/tasks/queries.py", "research/linkage/plans/queries.py",
}  # fmt: skip


def sources() -> list[Path]:
    return [file for room in ROOMS for file in room.rglob("*.py") if "migrations" not in file.parts]


def test_no_right_is_decided_beside_the_table() -> None:
    named = re.compile(r"\bRole\.|has_role\(|EVERY_DISTRICT|groups__name")
    beside = {str(file) for file in sources() if named.search(file.read_text(encoding="utf-8"))}
    assert beside <= NO_RIGHTS


def test_no_policy_names_a_role() -> None:
    for file in sources():
        if file.name == "policies.py":
            text = file.read_text(encoding="utf-8")
            assert not re.search(r"\bRole\b|has_role|is_superuser|accounts\.roles", text), file


def test_every_line_is_asked_by_the_product_or_stands_for_what_needs_no_asking() -> None:
    asked = re.compile(r'(?:may|anybodys)\(\s*[\w.]+, "([a-z0-9_]+\.[a-z_]+)"')
    in_use = {action for file in sources() for action in asked.findall(file.read_text(encoding="utf-8"))}
    # Of these the table says what pages do by being public, or for everyone who is signed in.
    by_being_signed_in = {
        "page.public", "account.own", "journal.own", "number.read", "agenda.read", "edition.read_published",
        "codebook.read",
    }  # fmt: skip
    assert in_use | by_being_signed_in == set(MATRIX)
    for action in by_being_signed_in:
        assert all(cell for column, cell in MATRIX[action].items() if column != EVERYBODY), action


def test_an_action_that_does_not_stand_in_the_table_is_an_error() -> None:
    with pytest.raises(KeyError):
        may(None, "observation.burn")


def test_people_without_an_account_are_let_in_nowhere_but_what_is_public() -> None:
    assert {action for action, row in MATRIX.items() if row[EVERYBODY]} == {"page.public", "edition.read_published"}


def test_who_keeps_the_machines_meets_nothing_that_the_study_collected() -> None:
    rooms = {"observation", "coding", "visit", "stock", "improvement", "approval", "export", "coach"}
    assert not [a for a, row in MATRIX.items() if a.split(".")[0] in rooms and row[Role.ADMINISTRATOR.value]]


def test_partners_write_nothing_of_the_study() -> None:
    written = ("enter", "write", "edit", "log", "plan", "send", "commit", "review", "approve", "verify", "submit")
    assert not [a for a, row in MATRIX.items() if a.split(".")[1] in written and row[Role.VIEWER.value]]


def test_what_is_reviewed_is_never_reviewed_by_its_author() -> None:
    for action in ("approval.verify", "approval.approve", "observation.review", "finding.review", "edition.review",
                   "improvement.verify"):  # fmt: skip
        assert all(Cell.SECOND in cell for cell in MATRIX[action].values() if cell), action


@pytest.mark.django_db
def test_roles_add_up_and_a_closed_account_has_none() -> None:
    both = a_user(Role.CLERK, Role.RESEARCHER)
    assert may(both, "visit.read") == Cell.ALL | Cell.DISTRICT
    assert anybodys(both, "visit.read")
    assert may(both, "visit.enter") == Cell.DISTRICT
    assert not anybodys(both, "visit.enter")
    both.is_active = False
    assert not may(both, "visit.read")
    assert not may(None, "visit.read")


@pytest.mark.django_db
@pytest.mark.parametrize("action", MATRIX)
def test_a_superuser_repairs_accounts_and_holds_no_role(action: str) -> None:
    plain, repairer = a_user(), a_user(is_superuser=True)
    assert may(repairer, action) == (may(plain, action) | Cell.ALL if action in REPAIR else may(plain, action))


def test_the_manual_shows_the_table_as_it_is() -> None:
    told = Path("docs/operations.md").read_text(encoding="utf-8")
    for action, row in MATRIX.items():
        line = f"| `{action}` | " + " | ".join(letters(row[column]) for column in COLUMNS) + " |"
        assert line in told, line
    assert told.count("| `") >= len(MATRIX)
    shown = set(re.findall(r"^\| `([a-z0-9_]+\.[a-z_]+)` \|", told, re.MULTILINE))
    assert shown == set(MATRIX)
