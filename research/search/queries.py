"""Reads of the search and of saved views."""

from typing import Any, NamedTuple

from django.db.models import Q, QuerySet
from django.utils.translation import get_language

from research.search.excerpts import Piece, excerpt
from research.search.models import SavedView, SearchEntry
from research.search.policies import what_is_findable
from research.search.questions import Question


class Answer(NamedTuple):
    """An entry as it is shown: its title and the piece of its text, with what was met marked."""

    entry: SearchEntry
    title: list[Piece]
    pieces: list[Piece]


def findable(user: Any) -> QuerySet[SearchEntry]:
    """The entries that the person may meet."""
    return SearchEntry.objects.filter(what_is_findable(user)).select_related("site__parent")


def answers(entries: list[SearchEntry], question: Question) -> list[Answer]:
    english = (get_language() or "fr").startswith("en")
    return [
        Answer(
            entry,
            excerpt(entry.title_en if english else entry.title_fr, question.stems),
            excerpt(entry.body, question.stems),
        )
        for entry in entries
    ]


def views_of(user: Any) -> QuerySet[SavedView]:
    """The person's own saved views and those that others share, by name."""
    return SavedView.objects.filter(Q(user=user) | Q(shared=True)).select_related("user")
