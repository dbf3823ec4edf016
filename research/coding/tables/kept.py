"""Tables over all passages, kept as long as what they count is the same: with 200,000 passages they take seconds."""

from collections.abc import Callable
from hashlib import sha256
from typing import Any, TypeVar

from django.core.cache import cache
from django.db.models import Count, Max, Q

from research.agenda.models import StudyDistrict, StudySite
from research.coding.models import Code, Codebook, CodedPassage, CodingTask
from research.observations.queries import counted

KEPT_SECONDS = 3600
T = TypeVar("T")


def kept(name: str, codebook: Codebook, compute: Callable[[], T]) -> T:
    """What `compute` gives, or gave for the same `name` and codebook, since anything that it counts has changed. Six
    queries."""
    key = f"coding-{name}:{sha256(repr(_stamp(codebook)).encode()).hexdigest()}"
    found = cache.get(key)
    if found is None:
        found = compute()
        cache.set(key, found, KEPT_SECONDS)
    return found  # type: ignore[no-any-return]


def _stamp(codebook: Codebook) -> list[Any]:
    """Differs whenever a table of the codebook could: passages come, go or lose their words, observations are edited,
    submitted or withdrawn, coders are done, codes are moved, sites change their district or typology."""
    codes = Code.objects.filter(codebook=codebook).order_by("pk")
    passages = CodedPassage.objects.filter(code__in=codes.values("pk").order_by())
    return [
        codebook.pk,
        passages.aggregate(n=Count("pk"), last=Max("pk"), adrift=Count("pk", filter=Q(adrift=True))),
        counted().aggregate(n=Count("pk"), last=Max("updated_at")),
        CodingTask.objects.filter(codebook=codebook).aggregate(n=Count("pk"), done=Count("done_at")),
        list(codes.values_list("pk", "parent")),
        list(StudyDistrict.objects.order_by("pk").values_list("unit", "typology")),
        list(StudySite.objects.order_by("pk").values_list("unit", "district")),
    ]
