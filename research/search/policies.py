"""Who finds what: never more than the record's own page would show.

What a person may not read is not searched for them at all, and not counted either: the number of hidden records in
which a word stands would tell what they say.
"""

from typing import Any

from django.db.models import Q

from indicators.accounts.permissions import may
from research.search.models import SearchEntry

Level = SearchEntry.Level


def can_search(user: Any) -> bool:
    """Whether the person may open the search: everyone with an active account."""
    return bool(may(user, "search.use"))


def what_is_findable(user: Any) -> Q:
    """The condition on entries. Records: a clerk's own districts. Texts of observations: researchers and leads."""
    if not can_search(user):
        return Q(pk__in=[])
    own_districts = Q(pk__in=[])
    for district in user.districts.all():
        own_districts |= Q(site__path__startswith=district.path)
    findable = Q(level=Level.OPEN)
    if may(user, "search.study"):
        findable |= Q(level=Level.STUDY)
    if may(user, "observation.read"):
        findable |= Q(level__in=[Level.RECORDS, Level.TEAM]) | Q(owner=user)
        findable |= Q(level=Level.RESTRICTED) & own_districts
        if may(user, "observation.review"):
            findable |= Q(level=Level.LEADS)
    elif may(user, "visit.read"):
        findable |= Q(level=Level.RECORDS) & own_districts
    return findable
