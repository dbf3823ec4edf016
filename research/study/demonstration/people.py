"""Made-up coaches, coachees and counts of staff in post: codes and roles, as everywhere; nobody has a name."""

from datetime import date
from random import Random

from simple_history.utils import bulk_create_with_history

from indicators.models import OrgUnit, User
from research.coach2pev.models import Coach, Coachee, StaffCount
from research.study.demonstration.doses import SEED
from research.study.demonstration.past import remove_past

COACHED = ("pelengana-nord", "cinzana-gare", "bougouni-est", "kologo", "niono-central", "ndebougou")
"""Sites of the first deployment, whose staff is coached."""
ACCOUNT = "demonstration"
"""Name of an account that nobody can sign in with: somebody must have verified the actions that are closed."""
_COACHES = (
    ("demo-coach-1", "Superviseur du district (équipe cadre)"),
    ("demo-coach-2", "Chargé du PEV du district"),
    ("demo-coach-3", "Coach régional"),
)
_ROLES = ("Directeur technique du centre", "Infirmier vaccinateur", "Sage-femme", "Matrone", "Aide-soignant")
_NEVER_COUNTED = "ndebougou"
_COUNTED_AGAIN = ("kologo", "niono-central")


def ensure_account() -> User:
    """The account that the made-up verifications are signed with; inactive, and without a password."""
    user, _new = User.objects.get_or_create(username=ACCOUNT, defaults={"is_active": False, "password": "!"})
    return user


def take_back_account() -> None:
    """Removes that account, and its history. It is inactive, so no real record can be its work."""
    for user in User.objects.filter(username=ACCOUNT, is_active=False):
        pk = user.pk
        user.delete()
        remove_past(User.history.filter(id=pk))


def ensure_coaches() -> int:
    """How many coaches were made now."""
    there = set(Coach.objects.values_list("code", flat=True))
    missing = [Coach(code=code, role=role, demonstration=True) for code, role in _COACHES if code not in there]
    bulk_create_with_history(missing, Coach)
    return len(missing)


def ensure_coachees(units: dict[str, OrgUnit]) -> int:
    """How many people were made now: four to six at each site; one of them left, one came later."""
    there = set(Coachee.objects.values_list("code", flat=True))
    missing = []
    for key in COACHED:
        random = Random(f"{SEED}:people:{key}")
        for number in range(1, random.randint(4, 6) + 1):
            code = f"demo-{key}-{number}"
            post: dict[str, date] = {"in_post_from": date(2024, random.randint(1, 12), 1)}
            if key == "kologo" and number == 2:
                post["in_post_to"] = date(2025, 9, 30)
            if key == "niono-central" and number == 4:
                post["in_post_from"] = date(2025, 10, 1)
            if code not in there:
                role = _ROLES[(number - 1) % len(_ROLES)]
                missing.append(Coachee(code=code, site=units[key], role=role, demonstration=True, **post))
    bulk_create_with_history(missing, Coachee)
    return len(missing)


def ensure_staff(units: dict[str, OrgUnit]) -> int:
    """How many counts were made now. One site was never counted, two were counted again in October."""
    there = set(StaffCount.objects.values_list("site", "counted_on"))
    missing = []
    for key in COACHED:
        random = Random(f"{SEED}:staff:{key}")
        staff = random.randint(6, 9)
        for day, number in ((date(2025, 7, 21), staff), (date(2025, 10, 20), staff + random.choice((-1, 1)))):
            if key == _NEVER_COUNTED or (day.month == 10 and key not in _COUNTED_AGAIN):
                continue
            if (units[key].pk, day) not in there:
                missing.append(
                    StaffCount(
                        site=units[key], counted_on=day, staff=number, evidence="Registre du personnel (démonstration)",
                        demonstration=True,
                    )
                )  # fmt: skip
    bulk_create_with_history(missing, StaffCount)
    return len(missing)
