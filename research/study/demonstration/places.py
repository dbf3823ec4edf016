"""The demonstration's places: the eight CSCom of the study, the rest of their districts, and made-up districts."""

from random import Random

from django.db.models import Q
from simple_history.utils import bulk_create_with_history

from indicators.geography.actions import save_unit
from indicators.models import Denominator, OrgUnit, OrgUnitGroup, OrgUnitGroupMembership, Source
from research.agenda.models import StudyDistrict
from research.study.check import unit_uid
from research.study.demonstration.doses import SEED, Place, surviving_infants

SUPPORTED, OTHER = 40, 12

_SITE = {"swing": 0.14, "noise": 0.09, "missing": 0.03, "zero": 0.008}
SITES = (
    Place("pelengana-nord", 1240, level=0.88, gain=0.04, **_SITE),  # type: ignore[arg-type]
    Place("cinzana-gare", 760, level=0.71, **_SITE),  # type: ignore[arg-type]
    Place("boura", 690, level=0.80, anchors={"2022Q4": 1.07, "2023Q2": 0.62}, silent=frozenset({"2024Q3"}), **_SITE),  # type: ignore[arg-type]
    Place("karangana", 610, level=0.66, silent=frozenset({"2023Q4", "2025Q3"}), **_SITE),  # type: ignore[arg-type]
    Place("bougouni-est", 1180, level=0.97, gain=0.05, **_SITE),  # type: ignore[arg-type]
    Place("kologo", 540, level=0.58, anchors={"2022Q4": 0.47}, **_SITE),  # type: ignore[arg-type]
    Place("niono-central", 1410, level=0.63, gain=0.05, anchors={"2022Q4": 0.44}, **_SITE),  # type: ignore[arg-type]
    Place("ndebougou", 820, level=0.60, anchors={"2022Q4": 0.42}, **_SITE),  # type: ignore[arg-type]
)
_REST = {"segou": 24500, "niono": 15800, "yorosso": 10400, "bougouni": 20100}


def demonstration_places() -> list[Place]:
    """Every place that reports: CSCom, the rest of the study districts, and the made-up districts."""
    rest = [Place(f"demonstration-rest-{key}", infants, level=0.81, gain=0.04) for key, infants in _REST.items()]
    return [*SITES, *rest, *_districts()]


def _districts() -> list[Place]:
    random = Random(f"{SEED}:districts")
    return [
        Place(
            f"demonstration-district-{number:02d}",
            random.randrange(6_000, 24_000),
            level=round(random.uniform(0.70, 0.90), 3),
            gain=round(random.uniform(0.02, 0.045), 3),
        )
        for number in range(1, SUPPORTED + OTHER + 1)
    ]


def ensure_units() -> tuple[dict[str, OrgUnit], int]:
    """The org unit of each reporting place by key, and how many were made now."""
    source = Source.objects.get(key="demonstration")
    made = 0

    def ensure(key: str, name: str, parent: OrgUnit) -> OrgUnit:
        nonlocal made
        unit = OrgUnit.objects.filter(uid=unit_uid(key)).first()
        if unit is None:
            unit = save_unit(OrgUnit(uid=unit_uid(key), name=name, parent=parent, source=source, demonstration=True))
            made += 1
        return unit

    uids = {unit_uid(place.key): place.key for place in SITES}
    units = {uids[unit.uid]: unit for unit in OrgUnit.objects.filter(uid__in=uids)}
    for study_district in StudyDistrict.objects.select_related("unit"):
        for key in _REST:
            if study_district.unit.uid == unit_uid(key):
                name = "Autres aires de santé (démonstration)"
                units[f"demonstration-rest-{key}"] = ensure(f"demonstration-rest-{key}", name, study_district.unit)
    region = ensure("demonstration-region", "Région de démonstration", OrgUnit.objects.get(uid=unit_uid("mali")))
    for number, place in enumerate(_districts(), 1):
        units[place.key] = ensure(place.key, f"District de démonstration {number:02d}", region)
    return units, made


def ensure_memberships(units: dict[str, OrgUnit]) -> int:
    """Fills the group of 44 with the study's four districts and forty made-up ones: no source lists its members."""
    group = OrgUnitGroup.objects.get(key="gavi-44")
    members = [units[place.key] for place in _districts()[:SUPPORTED]]
    members += [district.unit for district in StudyDistrict.objects.select_related("unit")]
    there = set(group.memberships.values_list("unit", flat=True))
    missing = [
        OrgUnitGroupMembership(group=group, unit=unit, demonstration=True) for unit in members if unit.pk not in there
    ]
    if len(there) + len(missing) > len(members):
        return 0  # somebody has entered members: theirs count
    bulk_create_with_history(missing, OrgUnitGroupMembership)
    return len(missing)


def ensure_denominators(units: dict[str, OrgUnit]) -> int:
    """Surviving infants of each reporting place and year; never preferred over a number that somebody entered."""
    source = Source.objects.get(key="demonstration")
    kind = Denominator.Kind.SURVIVING_INFANTS
    stored = Denominator.objects.filter(kind=kind).filter(Q(source=source) | Q(preferred=True))
    ours = set(stored.filter(source=source).values_list("unit", "year"))
    preferred = set(stored.filter(preferred=True).values_list("unit", "year"))
    missing = [
        Denominator(
            unit=units[place.key], year=year, kind=kind, value=value, source=source, demonstration=True,
            preferred=(units[place.key].pk, year) not in preferred,
        )
        for place in demonstration_places()
        for year, value in surviving_infants(place).items()
        if (units[place.key].pk, year) not in ours
    ]  # fmt: skip
    bulk_create_with_history(missing, Denominator)
    return len(missing)
