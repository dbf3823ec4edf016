"""A hub with numbers that can be counted by hand, and an edition drafted from it."""

import uuid
from datetime import date
from typing import Any

from indicators.accounts.models import User
from indicators.accounts.roles import Role
from indicators.geography.models import OrgUnitGroup, OrgUnitGroupMembership
from indicators.periods import Period
from research.editions.actions import draft, move, word
from research.editions.models import Edition
from research.editions.order import SPEAKING
from research.models import EvaluationSite
from research.review_states import Move
from tests.builders import a_followed_site, a_study_district, a_study_site, a_user, the_hub, the_process_elements
from tests.evaluations.given import given_infants, given_values, quarter_of, refreshed

S1 = Period.parse("2025S1").code
S2 = Period.parse("2025S2").code


def the_numbers(*, conflict: bool = False) -> dict[str, Any]:
    """One site in one hub district: 30 first doses a month in 2025Q1, 20 in 2025Q2; 400 infants a year."""
    the_process_elements()
    district = a_study_district("Niono", conflict=conflict)
    site = a_study_site("Ndebougou", district=district)
    group = OrgUnitGroup.objects.create(key="hub-districts", name_fr="Districts du hub", name_en="Hub districts")
    OrgUnitGroupMembership.objects.create(group=group, unit=district.unit)
    given_values("DTP1", quarter_of(site.unit, "2025Q1", 30) | quarter_of(site.unit, "2025Q2", 20))
    for unit in (site.unit, district.unit, the_hub().country):
        given_infants(unit, 400, 2025)
    refreshed()
    return {"district": district.unit, "site": site.unit, "country": the_hub().country}


def followed_from(site: Any, code: str) -> EvaluationSite:
    return a_followed_site(code, site, expected_from=date(2025, 1, 1))


def an_author() -> User:
    return a_user(Role.RESEARCHER, language="en")


def a_lead() -> User:
    return a_user(Role.LEAD, language="en")


def an_edition(by: User, *, first: int = S1, last: int = S1, **values: Any) -> Edition:
    titles = {"title_fr": "Édition du premier semestre", "title_en": "First half-year edition"}
    asked = {"hub": the_hub(), "first": first, "last": last, **titles} | values
    return draft(by=by, client_uuid=uuid.uuid4(), values=asked)


def worded(edition: Edition, by: User, **words: str) -> Edition:
    """Words in every part that needs them."""
    said = {"words_fr": "Les mots du hub.", "words_en": "The hub’s words."} | words
    for section in edition.sections.filter(kind__in=SPEAKING):
        word(section, by=by, version=section.version, values=said)
    edition.refresh_from_db()
    return edition


def submitted(by: User, **values: Any) -> Edition:
    edition = worded(an_edition(by, **values), by)
    return move(edition, Move.SUBMIT, by=by, version=edition.version)


def frozen(by: User | None = None, **values: Any) -> Edition:
    edition = submitted(by or an_author(), **values)
    move(edition, Move.APPROVE, by=a_lead(), version=edition.version)
    return Edition.objects.get(pk=edition.pk)
