"""Codes by typology and codes together: observations are counted, each once, and totals are not summed twice."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from indicators.accounts.roles import Role
from research.coding.tables.matrix import matrix
from research.coding.tables.pairs import SAME_OBSERVATION, SAME_PASSAGE, pairs
from research.models import Codebook, Observation
from tests.builders import a_code, a_codebook, a_passage, a_study_site, a_unit, a_user, an_observation

pytestmark = pytest.mark.django_db

TEXT = "Un deux trois quatre."


def a_tree() -> Codebook:
    """A domain with two codes, and a code beside it."""
    codebook = a_codebook("domaine")
    domain = codebook.codes.get()
    domain.groups_only = True
    domain.save()
    for key in ("x", "y"):
        a_code(key, codebook, parent=domain)
    a_code("z", codebook)
    return codebook


def code(codebook: Codebook, observation: Observation, **words: str) -> None:
    for key, text in words.items():
        a_passage(text, codebook.codes.get(key=key), observation)


def counts(codebook: Codebook) -> dict[str, tuple[list[int], int]]:
    return {row.code.key: (row.counts, row.total) for row in matrix(codebook).rows}


def test_an_observation_counts_once_for_a_code_and_once_for_what_groups_it() -> None:
    codebook, site = a_tree(), a_study_site().unit
    both, one = (an_observation(seen=TEXT, site=site) for _number in range(2))
    code(codebook, both, x="Un", y="deux", z="trois")
    a_passage("quatre", codebook.codes.get(key="x"), both)
    code(codebook, one, y="Un")
    found = matrix(codebook)
    totals = {key: total for key, (_cells, total) in counts(codebook).items()}
    assert totals == {"domaine": 2, "x": 1, "y": 2, "z": 1}
    assert found.coded[-1] == (2, 2)


def test_typologies_are_columns_and_places_outside_have_their_own() -> None:
    codebook = a_tree()
    code(codebook, an_observation(seen=TEXT, site=a_study_site(conflict=True).unit), z="Un")
    code(codebook, an_observation(seen=TEXT, site=a_study_site().unit), z="Un")
    code(codebook, an_observation(seen=TEXT, site=a_unit()), z="Un")
    found = matrix(codebook)
    assert found.columns[-1] is None
    (row,) = [row for row in found.rows if row.code.key == "z"]
    assert sum(row.counts) == row.total == 3
    assert row.counts[-1] == 1


@pytest.mark.parametrize("state", ["draft", "returned", "withdrawn"])
def test_only_what_counts_as_evidence_counts(state: str) -> None:
    codebook = a_tree()
    fields: dict[str, Any] = {"state": state} | ({} if state == "draft" else {"state_reason": "Non."})
    code(codebook, an_observation(seen=TEXT, **fields), z="Un")
    a_passage("deux", codebook.codes.get(key="z"), an_observation(seen=TEXT), adrift=True)
    assert counts(codebook)["z"][1] == 0


def test_codes_together_in_an_observation_and_on_words_that_overlap() -> None:
    codebook = a_tree()
    apart, over, twice = (an_observation(seen=TEXT) for _number in range(3))
    code(codebook, apart, x="Un", y="deux")
    code(codebook, over, x="Un deux", y="deux trois")
    code(codebook, twice, z="Un", x="quatre")
    a_passage("deux", codebook.codes.get(key="z"), twice)
    within = pairs(codebook, SAME_OBSERVATION)
    assert {(p.one.key, p.other.key): p.together for p in within.pairs} == {("x", "y"): 2, ("x", "z"): 1}
    (first, *_rest) = within.pairs
    assert (first.one_total, first.other_total, first.share) == (3, 2, 2 / 3)
    assert {(p.one.key, p.other.key): p.together for p in pairs(codebook, SAME_PASSAGE).pairs} == {("x", "y"): 1}
    z = codebook.codes.get(key="z").pk
    assert len(pairs(codebook, SAME_OBSERVATION, z).pairs) == 1


def test_words_of_a_quote_do_not_overlap_with_words_of_the_note() -> None:
    codebook, observation = a_tree(), an_observation(seen=TEXT, quote=TEXT)
    code(codebook, observation, x="Un")
    a_passage("Un", codebook.codes.get(key="y"), observation, quote=observation.quotes.get())
    assert not pairs(codebook, SAME_PASSAGE).pairs
    assert len(pairs(codebook, SAME_OBSERVATION).pairs) == 1


@pytest.mark.parametrize("address", ["/passages/", "/codage/typologies/", "/codage/ensemble/", "/codage/taches/"])
def test_the_number_of_queries_does_not_grow(client: Client, address: str) -> None:
    codebook = a_tree()
    client.force_login(a_user(Role.LEAD))

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            assert client.get(f"{address}?guide={codebook.pk}").status_code == 200
        return len(found)

    code(codebook, an_observation(seen=TEXT), x="Un", y="deux")
    queries()
    code(codebook, an_observation(seen=TEXT), z="Un")  # what is kept is counted anew
    few = queries()
    for _number in range(5):
        code(codebook, an_observation(seen=TEXT), x="Un", y="deux", z="trois")
    assert queries() == few


def test_what_is_kept_is_counted_anew_when_something_changed() -> None:
    codebook, observation = a_tree(), an_observation(seen=TEXT)
    code(codebook, observation, x="Un", y="deux")
    assert counts(codebook)["x"][1] == len(pairs(codebook).pairs) == 1
    observation.state, observation.state_reason = "withdrawn", "Non."
    observation.save()
    assert counts(codebook)["x"][1] == len(pairs(codebook).pairs) == 0
    observation.state, observation.state_reason = "submitted", ""
    observation.save()
    assert counts(codebook)["x"][1] == 1
    observation.passages.get(code__key="x").delete()
    assert counts(codebook)["x"][1] == 0
