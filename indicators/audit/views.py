from django.contrib.auth.models import AbstractBaseUser
from django.core.paginator import Paginator
from django.db.models import Max, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from indicators.accounts.models import User
from indicators.audit.filters import JournalFilter, subject_name
from indicators.audit.models import AuditEntry
from indicators.audit.policies import can_read_journal, check_read_journal

PER_PAGE = 50


def journal(request: HttpRequest) -> HttpResponse:
    """Everybody's entries, the newest first."""
    check_read_journal(request.user)
    return _page(request, AuditEntry.objects.all(), own=False)


def own_journal(request: HttpRequest) -> HttpResponse:
    """What was done in the person's own name."""
    assert isinstance(request.user, AbstractBaseUser)
    return _page(request, AuditEntry.objects.filter(who=request.user.pk), own=True)


def _page(request: HttpRequest, entries: QuerySet[AuditEntry], *, own: bool) -> HttpResponse:
    found = JournalFilter(request.GET, entries.order_by("-number"))
    if own:
        del found.form.fields["who"]
    page = Paginator(found.qs, PER_PAGE).get_page(request.GET.get("page"))
    names = dict(User.objects.filter(pk__in={entry.who for entry in page}).values_list("pk", "username"))
    shown = [
        {"entry": entry, "who": names.get(entry.who, entry.who), "subject": subject_name(entry.subject)}
        for entry in page
    ]
    sealed = AuditEntry.objects.aggregate(last=Max("number"))["last"] or 0
    context = {
        "filter": found, "page": page, "entries": shown, "own": own, "sealed": sealed,
        "may_read_all": can_read_journal(request.user),
    }  # fmt: skip
    return render(request, "audit/journal.html", context)
