"""Domains and levels: a lead's own beside the examples; what ratings rest on is never taken away."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from indicators.accounts.roles import Role
from research.coach2pev.competency.scale import HIGHEST, save_domain, save_level
from research.coach2pev.models import CompetencyDomain, CompetencyLevel
from research.study.load import load_study
from tests.builders import a_clerk_of, a_domain, a_followed_site, a_user, the_scale

pytestmark = pytest.mark.django_db
WORDS: dict[str, Any] = {"name_fr": "Conduite d’équipe", "name_en": "Leading a team"}


def test_what_ships_is_marked_as_an_example_and_loads_twice_without_a_change() -> None:
    load_study()
    assert CompetencyDomain.objects.count() == 5
    assert [level.value for level in CompetencyLevel.objects.all()] == [0, 1, 2, 3, 4]
    assert not CompetencyDomain.objects.filter(example=False).exists()
    assert not CompetencyLevel.objects.filter(example=False).exists()
    again = load_study()
    assert (again[CompetencyDomain].changed, again[CompetencyLevel].changed) == (0, 0)


def test_a_domain_sent_twice_is_one_and_its_key_stays() -> None:
    lead = a_user(Role.LEAD)
    domain = save_domain(by=lead, key="equipe", **WORDS)
    assert save_domain(by=lead, key="equipe", **WORDS) == domain
    with pytest.raises(ValidationError) as refused:
        save_domain(by=lead, key="equipe", name_fr="Autre", name_en="Other")
    assert refused.value.message_dict.keys() == {"key"}
    version = domain.history.get().history_id
    changed = save_domain(by=lead, key="x", domain=domain, version=version, active=False, **WORDS)
    assert (changed.key, changed.active) == ("equipe", False)


def test_levels_follow_each_other() -> None:
    lead = a_user(Role.LEAD)
    words: dict[str, Any] = {"label_fr": "forme les autres", "label_en": "trains others"}
    the_scale(4)
    assert save_level(by=lead, value=5, **words).value == 5
    assert save_level(by=lead, value=5, **words).value == 5
    for value in (3, 7, -1):
        with pytest.raises(ValidationError):
            save_level(by=lead, value=value, **words)
    the_scale(HIGHEST)
    with pytest.raises(ValidationError):
        save_level(by=lead, value=HIGHEST + 1, **words)
    assert CompetencyLevel.objects.count() == HIGHEST + 1


def test_only_leads_change_them_and_who_reads_visits_reads_them() -> None:
    clerk = a_clerk_of(a_followed_site().unit, language="en")
    with pytest.raises(PermissionDenied):
        save_domain(by=clerk, key="equipe", **WORDS)
    with pytest.raises(PermissionDenied):
        save_level(by=clerk, value=0, label_fr="a", label_en="a")
    assert _client(clerk).get(reverse("competency-scale")).status_code == 200
    for name in ("competency-domain-create", "competency-level-create"):
        assert _client(clerk).get(reverse(name)).status_code == 403
    assert _client(a_user(Role.VIEWER)).get(reverse("competency-scale")).status_code == 403


def test_a_lead_works_on_the_pages() -> None:
    lead = _client(a_user(Role.LEAD, language="en"))
    sent: dict[str, Any] = {"key": "equipe", "order": "1", "active": "on", **WORDS}
    assert lead.post(reverse("competency-domain-create"), sent | {"order": "un"}).context["form"].errors.keys() == {
        "order"
    }
    assert lead.post(reverse("competency-domain-create"), sent).status_code == 302
    domain = CompetencyDomain.objects.get()
    url = reverse("competency-domain-edit", args=[domain.pk])
    version = lead.get(url).context["form"]["version"].value()
    changed = {**sent, "name_en": "Team work", "version": version, "key": "tampered"}
    assert lead.post(url, changed).status_code == 302
    assert lead.post(url, changed | {"name_en": "Late"}).status_code == 409
    domain.refresh_from_db()
    assert (domain.key, domain.name_en) == ("equipe", "Team work")
    level = {"value": "0", "label_fr": "rien", "label_en": "nothing"}
    assert lead.post(reverse("competency-level-create"), level).status_code == 302
    stored = CompetencyLevel.objects.get()
    url = reverse("competency-level-edit", args=[stored.pk])
    version = lead.get(url).context["form"]["version"].value()
    assert lead.post(url, level | {"label_en": "none", "value": "4", "version": version}).status_code == 302
    stored.refresh_from_db()
    assert (stored.value, stored.label_en) == (0, "none")


def test_a_domain_without_one_language_is_refused() -> None:
    lead = _client(a_user(Role.LEAD, language="en"))
    sent = {"key": "equipe", "order": "1", "name_fr": "Équipe", "name_en": " "}
    assert lead.post(reverse("competency-domain-create"), sent).context["form"].errors.keys() == {"name_en"}
    a_domain()
    assert CompetencyDomain.objects.count() == 1


def _client(user: Any) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client
