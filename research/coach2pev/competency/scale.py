"""The only writer of domains and levels of competence: the lead's own stand beside, or in place of, the examples."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import transaction
from django.utils.translation import gettext as _

from indicators.accounts.models import User
from research.coach2pev import policies
from research.coach2pev.models import CompetencyDomain, CompetencyLevel
from research.coach2pev.people.actions import locked, store

HIGHEST = next(v.limit_value for v in CompetencyLevel._meta.get_field("value").validators
               if isinstance(v, MaxValueValidator))  # fmt: skip


@transaction.atomic
def save_domain(
    *,
    by: User,
    key: str,
    name_fr: str,
    name_en: str,
    order: int = 0,
    active: bool = True,
    example: bool = False,
    domain: CompetencyDomain | None = None,
    version: int = 0,
) -> CompetencyDomain:
    """Stores a new domain, or with `domain` the changed one; once however often sent. The key of a stored one stays.

    A domain is never removed, ratings rest on it: it is made inactive. Raises ValidationError by field,
    PermissionDenied, Conflict where `version` is not the stored one.
    """
    policies.check_manage_people(by)
    content = {
        "key": key, "name_fr": name_fr.strip(), "name_en": name_en.strip(), "order": order, "active": active,
        "example": example,
    }  # fmt: skip
    stored = locked(domain, version) if domain else CompetencyDomain.objects.filter(key=key).first()
    if domain and stored:
        return store(stored, content | {"key": stored.key}, by)  # type: ignore[no-any-return]
    if stored and any(getattr(stored, name) != value for name, value in content.items()):
        raise ValidationError({"key": [_("This key is in use. Choose another one, or correct that domain.")]})
    return stored or store(CompetencyDomain(), content, by)


@transaction.atomic
def save_level(
    *,
    by: User,
    value: int,
    label_fr: str,
    label_en: str,
    example: bool = False,
    level: CompetencyLevel | None = None,
    version: int = 0,
) -> CompetencyLevel:
    """Stores a new level on top of the scale, or with `level` other words for one; its number stays.

    Levels follow each other from 0, and none is taken away: ratings rest on them. Raises as `save_domain`.
    """
    policies.check_manage_people(by)
    words = {"label_fr": label_fr.strip(), "label_en": label_en.strip(), "example": example}
    if level:
        return store(locked(level, version), words, by)  # type: ignore[no-any-return]
    stored = CompetencyLevel.objects.filter(value=value).first()
    if stored and all(getattr(stored, name) == said for name, said in words.items()):
        return stored
    following = CompetencyLevel.objects.count()
    if value != following or value > HIGHEST:
        raise ValidationError({"value": [_following(following)]})
    return store(CompetencyLevel(), words | {"value": value}, by)  # type: ignore[no-any-return]


def _following(value: int) -> str:
    if value > HIGHEST:
        return _("The scale is full: it has %(highest)s as its highest level.") % {"highest": HIGHEST}
    return _("The next level of the scale is %(value)s.") % {"value": value}
