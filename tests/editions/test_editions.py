"""An edition from draft to frozen: who may do what, what cannot change any more."""

import json
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from indicators.accounts.roles import Role
from research.editions.actions import draft, missing_of, move, moves, publish, redraw, word
from research.editions.content import canonical, fingerprint
from research.editions.freezing import assembled
from research.editions.models import Edition, EditionFile
from research.editions.queries import is_intact
from research.review_states import Move
from research.revisions import Conflict
from tests.builders import a_user, the_hub
from tests.editions.given import S1, S2, a_lead, an_author, an_edition, frozen, submitted, the_numbers, worded

pytestmark = pytest.mark.django_db


def test_the_same_content_has_the_same_text_and_another_has_another() -> None:
    one = {"b": 1.0, "a": [0.1 + 0.2, None, True], "é": "«»"}
    assert canonical(one) == '{"a":[0.3,null,true],"b":1,"é":"«»"}'
    assert canonical(dict(reversed(one.items()))) == canonical(one)
    assert fingerprint(canonical(one)) != fingerprint(canonical({**one, "b": 2}))
    with pytest.raises(ValueError, match="JSON"):
        canonical({"a": float("inf")})


def test_a_draft_sent_twice_is_one(in_english: None) -> None:
    the_numbers()
    by = an_author()
    first = an_edition(by)
    values = {"hub": the_hub(), "first": S1, "last": S1, "title_fr": first.title_fr, "title_en": first.title_en}
    assert draft(by=by, client_uuid=first.client_uuid, values=values).pk == first.pk
    with pytest.raises(Conflict):
        draft(by=by, client_uuid=first.client_uuid, values={**values, "title_en": "Other"})
    with pytest.raises(ValidationError):
        an_edition(by, first=S2, last=S1)
    with pytest.raises(PermissionDenied):
        an_edition(a_user(Role.VIEWER))


def test_it_is_submitted_with_words_in_both_languages_only() -> None:
    the_numbers()
    by = an_author()
    edition = an_edition(by)
    assert len(missing_of(edition)) == 9
    with pytest.raises(ValidationError):
        move(edition, Move.SUBMIT, by=by, version=edition.version)
    worded(edition, by)
    assert move(edition, Move.SUBMIT, by=by, version=edition.version).state == "submitted"


def test_nobody_freezes_what_they_drafted_or_worded() -> None:
    the_numbers()
    lead, other, author = a_lead(), a_lead(), an_author()
    own = submitted(lead)
    assert Move.APPROVE not in moves(own, lead)
    helped = worded(an_edition(author), lead)
    move(helped, Move.SUBMIT, by=author, version=helped.version)
    helped.refresh_from_db()
    assert Move.APPROVE not in moves(helped, lead)
    with pytest.raises(PermissionDenied):
        move(helped, Move.APPROVE, by=lead, version=helped.version)
    assert Move.APPROVE in moves(helped, other)
    assert move(helped, Move.APPROVE, by=other, version=helped.version).state == "approved"


def test_what_is_frozen_is_what_was_read_with_its_fingerprint() -> None:
    places = the_numbers()
    edition = submitted(an_author())
    before = assembled(edition)
    with pytest.raises(Conflict):
        move(edition, Move.APPROVE, by=a_lead(), version=edition.version - 1)
    move(edition, Move.APPROVE, by=a_lead(), version=edition.version)
    kept = Edition.objects.get(pk=edition.pk)
    assert kept.content == canonical(before)
    assert kept.sha256 == fingerprint(kept.content)
    assert is_intact(kept)
    content = json.loads(kept.content)
    assert content["values"][f"dtp1_doses/{places['country'].pk}/2025Q1"]["value"] == 90
    assert content["definitions"]["dtp1_doses"]["source"]["en"]
    assert EditionFile.objects.filter(edition=kept, state="queued").count() == 4
    Edition.objects.filter(pk=kept.pk).update(content=kept.content.replace(":90,", ":91,"))
    assert not is_intact(Edition.objects.get(pk=kept.pk))


def test_what_is_frozen_changes_for_nobody() -> None:
    the_numbers()
    author = an_author()
    edition = frozen(author)
    lead = a_lead()
    section = edition.sections.get(kind="trends")
    for refused in (
        lambda: word(section, by=author, version=section.version, values={"words_fr": "x", "words_en": "y"}),
        lambda: redraw(edition, by=lead, version=edition.version),
        lambda: move(edition, Move.RETURN, by=lead, version=edition.version, reason="No."),
    ):
        with pytest.raises(PermissionDenied):
            refused()
    assert moves(edition, lead) == [Move.WITHDRAW]
    assert moves(edition, author) == []
    withdrawn = move(edition, Move.WITHDRAW, by=lead, version=edition.version, reason="A wrong total.")
    assert withdrawn.frozen
    assert moves(withdrawn, author) == []
    with pytest.raises(IntegrityError), transaction.atomic():
        Edition.objects.filter(pk=an_edition(author).pk).update(
            state="approved", approved_version=1, reviewed_at=edition.reviewed_at
        )


def test_words_are_stored_over_nothing_unseen() -> None:
    the_numbers()
    author = an_author()
    edition = an_edition(author)
    section = edition.sections.get(kind="trends")
    word(section, by=author, version=1, values={"words_fr": "Un.", "words_en": "One."})
    with pytest.raises(Conflict):
        word(section, by=a_lead(), version=1, values={"words_fr": "Deux.", "words_en": "Two."})
    section.refresh_from_db()
    edition.refresh_from_db()
    assert (section.words_en, section.version, edition.version) == ("One.", 2, 2)


def test_drawn_anew_it_holds_the_numbers_of_today_and_keeps_the_words() -> None:
    from tests.evaluations.given import given_values, refreshed

    places = the_numbers()
    author = an_author()
    edition = worded(an_edition(author), author)
    given_values("DTP1", {(places["site"], "202501"): 40})
    refreshed()
    redraw(edition, by=author, version=edition.version)
    section = edition.sections.get(kind="trends")
    assert section.drawn["values"][f"dtp1_doses/{places['country'].pk}/2025Q1"]["value"] == 100
    assert section.words_en


def test_only_leads_publish_and_only_what_is_frozen() -> None:
    the_numbers()
    edition = frozen()
    with pytest.raises(PermissionDenied):
        publish(edition, by=an_author(), published=True)
    assert publish(edition, by=a_lead(), published=True).published_at
    with pytest.raises(PermissionDenied):
        publish(submitted(an_author(), first=S2, last=S2), by=a_lead(), published=True)


def test_values_of_a_made_up_batch_are_marked(in_english: None) -> None:
    from research.editions.reading import read
    from tests.evaluations.given import given_values, refreshed

    places: dict[str, Any] = the_numbers()
    given_values("DTP1", {(places["site"], "202506"): 5}, demonstration=True)
    refreshed()
    assert read(assembled(an_edition(an_author())), "en").demonstration
