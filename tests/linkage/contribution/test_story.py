"""The story as people read it: strength from what is tied, what is missing, what each may read, few queries."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from indicators.accounts.roles import Role
from research.linkage.contribution.actions import withdraw
from research.linkage.contribution.evidence_actions import tie
from research.linkage.contribution.missing import Lack, Missing
from research.linkage.contribution.queries import Story, story_of, told_link
from research.linkage.contribution.strength import Because, Level, Standing
from research.linkage.contribution.words import LEVELS, REASONS, STANDINGS, lacking
from tests.builders import a_finding, a_user, an_observation
from tests.linkage.contribution.theories import (
    a_link,
    a_linked_pair,
    a_rival,
    a_step,
    an_assumption,
    somebody,
    tied,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


def lacks(story: Story, number: int = 0) -> set[Lack]:
    return {one.lack for one in story.links[number].missing}


def test_a_link_grows_with_what_is_found_and_falls_with_what_is_taken_back() -> None:
    lead = somebody()
    link = a_linked_pair(lead)
    assert told_link(link, lead).strength.level is Level.NONE
    row = an_observation()
    tie(link, by=lead, side="for", note="Vu.", kind="observation", key=str(row.pk))
    assert told_link(link, lead).strength.level is Level.WEAK
    first = tied(link, lead, "high").finding
    assert told_link(link, lead).strength.level is Level.MODERATE
    tied(link, lead, "moderate")
    a_rival(link, lead, verdict="unlikely", reason="Pas de campagne.")
    assert told_link(link, lead).strength.level is Level.STRONG
    assert first
    first.stale_since = timezone.now()
    first.save()
    assert told_link(link, lead).strength.level is Level.MODERATE
    first.state, first.state_reason = "withdrawn", "Faux."
    first.save()
    told = told_link(link, lead)
    assert Lack.GONE in {one.lack for one in told.missing}
    tied(link, lead, "low", side="against")
    assert told_link(link, lead).strength.level is Level.MIXED


def test_what_nobody_approved_and_what_is_gone_counts_for_nothing() -> None:
    lead = somebody()
    link = a_linked_pair(lead)
    tie(link, by=lead, side="for", note="Vu.", finding=a_finding(state="submitted"))
    row = an_observation()
    tie(link, by=lead, side="for", note="Vu.", kind="observation", key=str(row.pk))
    row.delete()
    told = told_link(link, lead)
    assert told.strength.level is Level.NONE
    assert {Lack.UNAPPROVED, Lack.GONE, Lack.NOTHING} <= {one.lack for one in told.missing}


def test_what_is_tied_to_a_rival_or_an_assumption_says_nothing_of_the_link_itself() -> None:
    lead = somebody()
    link = a_linked_pair(lead)
    assumption, rival = an_assumption(link, lead), a_rival(link, lead)
    tied(link, lead, "high", rival=rival)
    tied(link, lead, "high", side="against", assumption=assumption)
    told = told_link(link, lead)
    assert told.strength.level is Level.NONE
    assert [part.standing for part in told.assumptions] == [Standing.BROKEN]
    assert len(told.rivals[0].sides.speaks_for) == 1


def test_the_level_is_the_same_for_whoever_may_not_read_all_of_it() -> None:
    lead, viewer = somebody(), a_user(Role.VIEWER)
    link = a_linked_pair(lead)
    row = an_observation()
    tie(link, by=lead, side="for", note="Vu.", kind="observation", key=str(row.pk))
    mine, theirs = told_link(link, lead), told_link(link, viewer)
    assert mine.strength == theirs.strength
    assert (mine.sides.hidden, len(mine.sides.speaks_for)) == (0, 1)
    assert (theirs.sides.hidden, len(theirs.sides.speaks_for)) == (1, 0)


def test_a_story_tells_its_links_from_left_to_right_and_what_the_whole_lacks() -> None:
    lead, researcher = somebody(), somebody(Role.RESEARCHER)
    first = a_linked_pair(lead)
    outcome = a_step(first.theory, researcher, "outcome", "Children")
    story = story_of(first.theory, lead)
    assert {one.lack for one in story.missing} == {Lack.LOOSE, Lack.NO_WAY, Lack.PROPOSED}
    second = a_link(first.end, outcome, lead)
    story = story_of(first.theory, lead)
    assert [told.link for told in story.links] == [first, second]
    assert {one.lack for one in story.missing} == {Lack.PROPOSED}
    assert lacks(story) == {Lack.NOTHING, Lack.NO_RIVAL, Lack.NO_ASSUMPTION}


def test_a_withdrawn_step_takes_its_links_out_and_stays_readable() -> None:
    lead = somebody()
    link = a_linked_pair(lead)
    withdraw(link.end, by=lead, version=1, reason="Pas au Mali.")
    story = story_of(link.theory, lead)
    assert (story.links, story.withdrawn) == ([], [link.end])
    assert [one.label for one in story.loose] == [link.start.label]


def test_queries_do_not_grow_with_the_theory() -> None:
    lead = somebody()
    link = a_linked_pair(lead)

    def more(number: int) -> None:
        end = a_step(link.theory, lead, "outcome", f"Outcome {number}")
        other = a_link(link.start, end, lead)
        an_assumption(other, lead)
        tied(other, lead, rival=a_rival(other, lead))
        tied(other, lead)
        row = an_observation()
        tie(other, by=lead, side="for", note="Vu.", kind="observation", key=str(row.pk))

    more(1)
    with CaptureQueriesContext(connection) as few:
        story_of(link.theory, lead)
    for number in range(2, 6):
        more(number)
    with CaptureQueriesContext(connection) as many:
        assert len(story_of(link.theory, lead).links) == 6
    assert len(many) == len(few) <= 14


def test_every_code_has_its_words() -> None:
    assert set(LEVELS) == set(Level)
    assert set(REASONS) == set(Because)
    assert set(STANDINGS) == set(Standing)
    assert len({lacking(Missing(lack, 2)) for lack in Lack}) == len(Lack)
