"""The pages of coding, as people meet them."""

import pytest
from django.test import Client
from django.urls import reverse

from indicators.accounts.models import User
from indicators.accounts.roles import Role
from research.coding.models import CodedPassage, CodingTask, Memo
from research.models import Code, Codebook
from tests.builders import a_code, a_codebook, a_passage, a_quote, a_user, an_observation

pytestmark = pytest.mark.django_db
TEXT = "Le frigo marche.\nLes agents attendent."


def signed_in(client: Client, *roles: Role) -> User:
    user = a_user(*roles, language="en")
    client.force_login(user)
    return user


def test_a_sentence_is_coded_without_a_script(client: Client) -> None:
    user, observation, codebook = signed_in(client, Role.RESEARCHER), an_observation(seen=TEXT), a_codebook("frigo")
    address = reverse("observation-coding", args=[observation.pk])
    page = client.get(address).content.decode()
    assert 'value="note:17:38"' in page
    sent = {"version": 1, "sentence": "note:17:38", "code": codebook.codes.get().pk}
    answer = client.post(address, sent)
    passage = CodedPassage.objects.get()
    assert (passage.excerpt, passage.coder) == ("Les agents attendent.", user)
    assert answer.headers["Location"].endswith(f"?guide={codebook.pk}#passage-{passage.pk}")
    page = client.get(address).content.decode()
    assert f'<span id="at-{passage.pk}"></span><mark class="coded" title="Frigo">Les agents attendent.</mark>' in page
    client.post(reverse("passage-remove", args=[passage.pk]))
    assert not CodedPassage.objects.exists()


def test_what_was_selected_counts_before_the_list_and_may_stand_in_a_quote(client: Client) -> None:
    signed_in(client, Role.LEAD)
    observation, code = an_observation(seen=TEXT), a_codebook().codes.get()
    quote = a_quote(observation, text="🙂 On attend.")
    sent = {"version": 1, "stretch": f"quote-{quote.pk}:2:11", "sentence": "note:0:16", "code": code.pk}
    client.post(reverse("observation-coding", args=[observation.pk]), sent)
    passage = CodedPassage.objects.get()
    assert (passage.quote, passage.excerpt) == (quote, "On attend")


@pytest.mark.parametrize(
    "sent",
    [
        {"version": 1, "code": "{code}"},
        {"version": 1, "sentence": "note:0:16"},
        {"version": 1, "sentence": "note:0:16", "code": 999},
        {"version": 1, "sentence": "ailleurs:0:16", "code": "{code}"},
        {"version": 1, "stretch": "quote-999:0:3", "code": "{code}"},
        {"version": "x", "sentence": "note:0:16", "code": "{code}"},
        {"version": 1, "stretch": "note:9:1", "code": "{code}"},
    ],
)
def test_bad_input_is_told_and_nothing_is_coded(client: Client, sent: dict[str, object]) -> None:
    signed_in(client, Role.LEAD)
    observation, code = an_observation(seen=TEXT), a_codebook().codes.get()
    sent = {name: code.pk if value == "{code}" else value for name, value in sent.items()}
    answer = client.post(reverse("observation-coding", args=[observation.pk]), sent)
    assert answer.status_code == 200
    assert "Nothing was coded." in answer.content.decode()
    assert not CodedPassage.objects.exists()


def test_an_edit_meanwhile_is_told(client: Client) -> None:
    signed_in(client, Role.LEAD)
    observation, code = an_observation(seen=TEXT, version=2), a_codebook().codes.get()
    sent = {"version": 1, "sentence": "note:0:16", "code": code.pk}
    answer = client.post(reverse("observation-coding", args=[observation.pk]), sent)
    assert answer.status_code == 409
    assert not CodedPassage.objects.exists()


def test_a_restricted_observation_is_not_there_for_who_may_not_read_it(client: Client) -> None:
    observation = an_observation(seen=TEXT, sensitivity="restricted")
    a_passage("frigo", a_codebook("froid").codes.get(), observation)
    signed_in(client, Role.RESEARCHER)
    assert client.get(reverse("observation-coding", args=[observation.pk])).status_code == 404
    page = client.get(reverse("passage-list")).content.decode()
    assert "frigo" not in page
    page = client.get(reverse("passage-list") + f"?guide={Codebook.objects.get().pk}").content.decode()
    assert "1 more that you may not read" in page
    page = client.get(reverse("passage-list") + f"?guide={Codebook.objects.get().pk}&q=frigo").content.decode()
    assert "1 more that you may not read" not in page


def test_passages_are_found_by_the_code_above(client: Client) -> None:
    signed_in(client, Role.RESEARCHER)
    codebook = a_codebook("domaine", "autre")
    domain = codebook.codes.get(key="domaine")
    below = a_code("dessous", codebook, parent=domain)
    observation = an_observation(seen=TEXT)
    a_passage("frigo", below, observation)
    a_passage("agents", codebook.codes.get(key="autre"), observation)
    page = client.get(reverse("passage-list") + f"?guide={codebook.pk}&code={domain.pk}").content.decode()
    assert "« frigo »" in page
    assert "« agents »" not in page


def test_everybody_reads_counts_and_codebooks_but_no_texts(client: Client) -> None:
    codebook, observation = a_codebook("froid"), an_observation(seen=TEXT)
    a_passage("frigo", codebook.codes.get(), observation)
    signed_in(client, Role.VIEWER)
    for name in ("code-matrix", "code-pairs", "codebook-list"):
        answer = client.get(reverse(name))
        assert answer.status_code == 200, name
        assert reverse("passage-list") not in answer.content.decode(), name
    assert "Froid" in client.get(reverse("codebook-detail", args=[codebook.pk])).content.decode()
    closed = [reverse(name) for name in ("passage-list", "memo-list", "coding-task-list", "coding-agreement")]
    for address in [*closed, reverse("observation-coding", args=[observation.pk])]:
        assert client.get(address).status_code in {403, 404}, address


def test_a_codebook_of_ones_own_from_the_first_form_to_use(client: Client) -> None:
    signed_in(client, Role.LEAD)
    form = client.get(reverse("codebook-create")).context["form"]
    sent = {"client_uuid": form.initial["client_uuid"], "key": "mien", "name_fr": "Le mien"}
    client.post(reverse("codebook-create"), sent)
    codebook = Codebook.objects.get()
    add = reverse("code-create", args=[codebook.pk])
    assert "Write a name" in client.post(add, {"key": "x"}).content.decode()
    client.post(add, {"key": "x", "name_fr": "X", "definition_fr": "Ce que X veut dire."})
    code = Code.objects.get()
    client.post(add + f"?sous={code.pk}", {"key": "y", "name_fr": "Y", "parent": code.pk})
    assert "There is a code of this key" in client.post(add, {"key": "y", "name_fr": "Y"}).content.decode()
    assert Code.objects.count() == 2
    page = client.get(reverse("codebook-detail", args=[codebook.pk])).content.decode()
    assert "Ce que X veut dire." in page
    client.post(reverse("codebook-edit", args=[codebook.pk]), {**sent, "version": 1, "name_fr": "Autre"})
    client.post(reverse("code-step", args=[code.pk]), {"do": "down"})
    client.post(reverse("codebook-step", args=[codebook.pk]), {"do": "publish"})
    codebook.refresh_from_db()
    assert (codebook.state, codebook.name_fr, codebook.codes.count()) == ("published", "Autre", 2)
    assert client.get(reverse("code-edit", args=[code.pk])).status_code == 302
    client.post(reverse("codebook-step", args=[codebook.pk]), {"do": "edition"})
    assert Codebook.objects.get(edition=2).codes.count() == 2


def test_an_observation_is_given_out_and_finished(client: Client) -> None:
    coder = a_user(Role.RESEARCHER)
    signed_in(client, Role.LEAD)
    observation, codebook = an_observation(seen=TEXT), a_codebook()
    address = reverse("coding-task-create", args=[observation.pk])
    same = {"codebook": codebook.pk, "first": coder.pk, "second": coder.pk}
    assert "Choose two different people." in client.post(address, same).content.decode()
    client.post(address, {"codebook": codebook.pk, "first": coder.pk})
    task = CodingTask.objects.get()
    assert coder.username in client.get(reverse("coding-task-list")).content.decode()
    client.force_login(coder)
    client.post(reverse("coding-task-step", args=[task.pk]), {"do": "done"})
    task.refresh_from_db()
    assert task.done_at
    assert client.get(reverse("observation-coding", args=[observation.pk])).status_code == 200
    assert client.get(reverse("coding-agreement")).status_code == 200


def test_a_memo_from_its_form_to_its_list(client: Client) -> None:
    user, code = signed_in(client, Role.RESEARCHER), a_codebook("froid").codes.get()
    address = reverse("memo-create") + f"?code={code.pk}"
    form = client.get(address).context["form"]
    sent = {"client_uuid": form.initial["client_uuid"], "kind": "theory", "text": "Le froid manque.", "shared": "on"}
    client.post(address, sent)
    memo = Memo.objects.get()
    assert (memo.code, memo.created_by, memo.shared) == (code, user, True)
    assert "Le froid manque." in client.get(reverse("memo-list") + f"?memo={memo.pk}").content.decode()
    edit = reverse("memo-edit", args=[memo.pk])
    client.post(edit, {**sent, "version": 1, "text": "Le froid revient."})
    assert client.post(edit, {**sent, "version": 1, "text": "Trop tard."}).status_code == 409
    client.force_login(a_user(Role.LEAD))
    assert client.get(edit).status_code == 404
    client.force_login(user)
    client.post(reverse("memo-remove", args=[memo.pk]))
    assert not Memo.objects.exists()
    assert client.get(reverse("memo-create")).status_code == 404
