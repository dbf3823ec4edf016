"""The page of permissions says what the table says, of every action and role, in both languages."""

import re
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from indicators.accounts.matrix import COLUMNS, MATRIX, Cell
from indicators.accounts.rights_words import GROUPS, SHORT, reach
from indicators.accounts.roles import Role
from tests.builders import a_unit, a_user

pytestmark = pytest.mark.django_db


def rows(page: str) -> list[list[str]]:
    """The cells of each line of the tables, as they are read."""
    lines = re.findall(r"<tr>(<th scope=\"row\">.*?)</tr>", page, re.DOTALL)
    return [[unescape(re.sub("<[^>]+>", "", one)).strip() for one in re.split("</t[hd]>", line)[:-1]] for line in lines]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_it_shows_each_action_once_and_what_each_role_may(client: Client, language: str) -> None:
    user = a_user(Role.CLERK, Role.VIEWER, districts=[a_unit("Ségou")], language=language)
    client.force_login(user)
    shown = rows(client.get("/droits/").content.decode())
    with translation.override(language):
        of = {str(words): one for _title, actions in GROUPS.values() for one, words in actions.items()}
        assert {line[0] for line in shown} == of.keys()
        for words, mine, *cells in shown:
            row = MATRIX[of[words]]
            assert cells == [reach(row[column]) for column in COLUMNS]
            both = row["everybody"] | row["account"] | row["clerk"] | row["viewer"]
            assert mine == reach(both)


def test_every_action_and_every_column_has_its_words() -> None:
    told = [one for _title, actions in GROUPS.values() for one in actions]
    assert sorted(told) == sorted(MATRIX), "each action stands in one group"
    assert SHORT.keys() == set(COLUMNS)


def test_the_words_are_french_where_the_reader_is() -> None:
    def words() -> list[str]:
        return [str(one) for title, actions in GROUPS.values() for one in (title, *actions.values())]

    with translation.override("en"):
        english = words()
    with translation.override("fr"):
        same = {one for one, other in zip(english, words(), strict=True) if one == other}
    assert same == {"Coach2PEV", "Medexis", "Journal", "Imports", "Installation"}


def test_each_kind_of_reach_is_said_and_told_apart() -> None:
    kinds = {cell for row in MATRIX.values() for cell in row.values()} | {
        Cell.DISTRICT | Cell.OWN,
        Cell.OWN | Cell.REASON,
    }
    for language in ("fr", "en"):
        with translation.override(language):
            assert len({reach(one) for one in kinds}) == len(kinds)
            assert reach(Cell.NONE) == "–"


def test_a_stranger_signs_in_first_and_the_page_asks_little(client: Client) -> None:
    assert client.get("/droits/").status_code == 302
    client.force_login(a_user(Role.LEAD))
    with CaptureQueriesContext(connection) as queries:
        assert client.get("/droits/").status_code == 200
    assert len(queries) <= 8
