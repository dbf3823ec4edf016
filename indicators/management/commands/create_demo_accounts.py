"""`manage.py create_demo_accounts`: one account per role for the demonstration, with passwords made on this machine."""

import secrets
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.auth.models import Group
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from indicators.accounts.models import User
from indicators.accounts.roles import Role
from indicators.geography.models import OrgUnit
from indicators.geography.names import normalise

# No 0/o, 1/l/i: passwords are read from a screen and typed on a phone.
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
CLERKS_DISTRICT = "Ségou"


class Account(NamedTuple):
    """An account of the demonstration: user name, role, and what it is for in French and English."""

    name: str
    role: Role
    french: str
    english: str


ACCOUNTS = [
    Account("viewer", Role.VIEWER, "partenaire, lit", "partner, reads"),
    Account("clerk", Role.CLERK, f"agent de saisie, district de {CLERKS_DISTRICT}", "data clerk, Ségou district"),
    Account("researcher", Role.RESEARCHER, "chercheur, note les observations", "researcher, logs observations"),
    Account("lead", Role.LEAD, "responsable de l'évaluation", "evaluation lead"),
    Account("admin", Role.ADMINISTRATOR, "administrateur, données de référence", "administrator, reference data"),
]


class Command(BaseCommand):
    help = "Creates one account per role for the demonstration; the passwords are kept in VAR_DIR/demo-accounts.txt."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMONSTRATION:
            raise CommandError("Demonstration accounts are only made with DEMONSTRATION=1.")
        file = Path(settings.VAR_DIR) / "demo-accounts.txt"
        passwords = read_passwords(file)
        with transaction.atomic():
            created = [account.name for account in ACCOUNTS if ensure(account, passwords)]
            write_passwords(file, passwords)
        self.stdout.write(f"{len(created)} created, {len(ACCOUNTS) - len(created)} unchanged: see {file}")


def ensure(account: Account, passwords: dict[str, str]) -> bool:
    """Makes the account where it is missing; True when it was. A password that the file has lost is made anew."""
    user = User.objects.filter(username=account.name).first()
    if user and account.name in passwords:
        return False
    password = passwords.setdefault(account.name, new_password())
    made = user or User(username=account.name, is_staff=account.role is Role.ADMINISTRATOR)
    made.set_password(password)
    made.save()
    made.groups.add(Group.objects.get(name=account.role.value))
    if account.role is Role.CLERK:
        made.districts.add(clerks_district())
    return user is None


def clerks_district() -> OrgUnit:
    """The deepest unit of that name: the region and its district share it."""
    named = [unit for unit in OrgUnit.objects.order_by("level") if normalise(unit.name) == normalise(CLERKS_DISTRICT)]
    if not named:
        raise CommandError(f"There is no district {CLERKS_DISTRICT} yet: run load_study first.")
    return named[-1]


def new_password() -> str:
    """Twelve random signs in three groups: about 59 bits."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(3))


def read_passwords(file: Path) -> dict[str, str]:
    """User name → password, from the lines of the file; empty when there is none."""
    if not file.exists():
        return {}
    words = (line.split() for line in file.read_text().splitlines() if not line.startswith("#"))
    return {line[0]: line[1] for line in words if len(line) > 1}


def write_passwords(file: Path, passwords: dict[str, str]) -> None:
    """One line per account, readable by the owner alone."""
    lines = ["# Comptes de démonstration : nom, mot de passe, rôle  |  Demonstration accounts: name, password, role"]
    for account in ACCOUNTS:
        lines.append(f"{account.name:<11}{passwords[account.name]:<16}{account.french}  |  {account.english}")
    file.touch(mode=0o600)
    file.chmod(0o600)
    file.write_text("\n".join(lines) + "\n")
