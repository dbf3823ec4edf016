"""Records among which a piece of evidence is chosen: the latest that the person may read, by place and words."""

from collections.abc import Callable, Collection
from typing import Any

from django.db.models import Q

from indicators.geography.models import OrgUnit
from indicators.geography.scopes import limit_to_scope
from research.agenda.models import LearningResource
from research.coach2pev.models import ImprovementAction
from research.coach2pev.policies import can_read as can_read_visits
from research.coach2pev.visits.queries import visits_for
from research.evidence.kinds import Item, find
from research.evidence.models import EvidenceLink
from research.medexis.episodes.queries import episodes_for
from research.medexis.reports.queries import reports_for
from research.observations.queries import AS_EVIDENCE, containing, quotes_readable_by, readable_by

Kind = EvidenceLink.Kind
MOST = 20
Offer = Callable[[Any, OrgUnit | None, str], Collection[int]]
"""Takes a person, a place and words; gives the primary keys of rows, the latest first."""
_REGISTERED: dict[str, Offer] = {}


def register(kind: str, offer: Offer) -> None:
    """For rooms that lean on this one: what offers the things of a kind that are theirs (`AppConfig.ready`)."""
    _REGISTERED[kind] = offer


def candidates(kind: str, user: Any, *, place: OrgUnit | None, words: str) -> list[Item]:
    """At most MOST of them, the latest first; `place` is the site or anything above it."""
    if kind == Kind.STOCK_OUT:
        rows = _at(episodes_for(user), place)[:MOST]
        keys = [f"{row.site_id}/{row.product.key}/{row.start.isoformat()}" for row in rows]
    else:
        keys = [str(pk) for pk in _keys(kind, user, place, words)]
    found = find(kind, keys, user)
    return [found[key] for key in keys if key in found and found[key].readable and not found[key].withdrawn]


def _keys(kind: str, user: Any, place: OrgUnit | None, words: str) -> list[int]:
    if kind in _REGISTERED:
        return list(_REGISTERED[kind](user, place, words))[:MOST]
    rows: Any
    if kind == Kind.OBSERVATION:
        rows = containing(_at(readable_by(user).filter(state__in=AS_EVIDENCE), place), words)
    elif kind == Kind.QUOTE:
        rows = _at(quotes_readable_by(user), place, "observation__site")
        rows = rows.filter(observation__state__in=AS_EVIDENCE).order_by("-observation__observed_on", "-pk")
        for word in words.split():
            rows = rows.filter(Q(text__icontains=word) | Q(translation_fr__icontains=word))
    elif kind == Kind.VISIT:
        rows = _at(visits_for(user).filter(state="done"), place)
    elif kind == Kind.ACTION:
        readable = ImprovementAction.objects.all() if can_read_visits(user) else ImprovementAction.objects.none()
        rows = _at(limit_to_scope(readable, user, unit="site"), place).order_by("-pk")
        for word in words.split():
            rows = rows.filter(text__icontains=word)
    elif kind == Kind.STOCK_REPORT:
        rows = _at(reports_for(user), place)
    else:
        rows = LearningResource.objects.filter(withdrawn_on=None).order_by("-pk")
        for word in words.split():
            rows = rows.filter(Q(title_fr__icontains=word) | Q(title_en__icontains=word) | Q(reference__icontains=word))
    return list(rows.values_list("pk", flat=True)[:MOST])


def _at(rows: Any, place: OrgUnit | None, unit: str = "site") -> Any:
    return rows.filter(**{f"{unit}__path__startswith": place.path}) if place else rows
