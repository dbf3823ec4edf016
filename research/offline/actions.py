"""Taking in what a device had put aside: each envelope once, through the form of the page on which it was written."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.http import Http404, QueryDict
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

from indicators.accounts.models import User
from research.offline.models import OfflineReceipt
from research.offline.pages import PAGES
from research.revisions import Conflict


@dataclass(frozen=True, slots=True)
class Envelope:
    """What a device sends. `account` is whose form it was; `fields` are name and value, in the order of the form."""

    envelope: UUID
    account: int
    url: str
    fields: Sequence[tuple[str, str]]
    prepared_at: datetime | None = None

    @property
    def digest(self) -> str:
        told = json.dumps([self.account, self.url, [list(pair) for pair in self.fields]], ensure_ascii=False)
        return hashlib.sha256(told.encode()).hexdigest()


class Refused(Exception):
    """Nothing was written; `sentences` say what the form says. `status` as HTTP counts it."""

    def __init__(self, status: int, sentences: list[str]) -> None:
        super().__init__(" ".join(sentences))
        self.status, self.sentences = status, sentences


def take_in(sent: Envelope, *, by: User) -> tuple[OfflineReceipt, bool]:
    """Writes the record through its page's form; returns the receipt, and whether it is new.

    The receipt and the record are one transaction: the row comes first, so that a second delivery at the same moment
    waits for this one and then meets it. Raises Refused.
    """
    if sent.account != by.pk:
        raise Refused(403, [_("This record was written by another account. It is sent when that person signs in.")])
    if known := _known(sent):
        return known, False
    try:
        return _write(sent, by), True
    except IntegrityError:
        if known := _known(sent):
            return known, False
        raise
    except Conflict as conflict:
        sentence = _("What is stored is different: it was entered or changed meanwhile. Open the form to see both.")
        raise Refused(409, [sentence]) from conflict
    except ValidationError as error:
        raise Refused(422, error.messages) from error
    except PermissionDenied as error:
        said = str(error) or _("Your account may not write this here any more.")
        raise Refused(403, [said]) from error
    except Http404 as error:
        raise Refused(404, [_("This place does not exist, or is not among your districts any more.")]) from error


def _known(sent: Envelope) -> OfflineReceipt | None:
    """The receipt of this envelope; Refused where it names another content."""
    receipt = OfflineReceipt.objects.filter(envelope=sent.envelope).first()
    if receipt and receipt.digest != sent.digest:
        raise Refused(409, [_("Another content was received under this number. Open the form and send it anew.")])
    return receipt


@transaction.atomic
def _write(sent: Envelope, by: User) -> OfflineReceipt:
    address = urlsplit(sent.url)
    try:
        page = resolve(address.path)
    except Resolver404 as error:
        raise Http404 from error
    read = PAGES.get(str(page.url_name))
    if read is None or address.netloc or address.scheme:
        raise Http404
    receipt = OfflineReceipt.objects.create(
        envelope=sent.envelope,
        digest=sent.digest,
        account=by,
        page=str(page.url_name),
        prepared_at=sent.prepared_at,
    )
    typed = QueryDict(mutable=True)
    for name, value in sent.fields:
        typed.appendlist(name, value)
    form, save = read(by, QueryDict(address.query), typed, **page.kwargs)
    if not form.is_valid():
        raise Refused(422, sentences(form))
    try:
        receipt.url = save()
    except Conflict as conflict:
        if not _same_again(form, conflict.stored, by):
            raise
        receipt.url = ""
    except ValidationError as error:
        form.refuse(error)
        raise Refused(422, sentences(form)) from error
    receipt.save()
    return receipt


def _same_again(form: object, stored: object, by: User) -> bool:
    """Whether this person's form did arrive before, and only its answer was lost: then nothing differs."""
    differences = getattr(form, "differences", None)
    last = stored.history.select_related("history_user").first()  # type: ignore[attr-defined]
    return bool(differences and last and last.history_user == by and not differences(stored))


def sentences(form: object) -> list[str]:
    """What is wrong in the form, each with the name of its field."""
    found: list[str] = []
    for name, errors in form.errors.items():  # type: ignore[attr-defined]
        label = "" if name == "__all__" else str(form.fields[name].label or "")  # type: ignore[attr-defined]
        found += [f"{label} – {error}" if label else str(error) for error in errors]
    return found
