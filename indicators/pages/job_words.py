"""A refresh in words: what it was asked to do, and why it failed."""

from django.utils.translation import gettext as _

from indicators.pages.formats import month_text
from indicators.rollup.models import RefreshJob

_TIMEOUTS = ("QueryCanceled", "OperationalError", "LockNotAvailable", "TimeLimitExceeded")


def job_scope(job: RefreshJob) -> str:
    """`Ségou and all below, Jan 2024 – Mar 2024`; what changed, and everything, are named as such."""
    if job.scope != RefreshJob.Scope.PART:
        return str(job.get_scope_display())
    months = ""
    if job.first and job.last:
        words = {"first": month_text(job.first), "last": month_text(job.last)}
        months = words["first"] if job.first == job.last else _("%(first)s to %(last)s") % words
    elif job.first:
        months = _("from %(first)s on") % {"first": month_text(job.first)}
    elif job.last:
        months = _("up to %(last)s") % {"last": month_text(job.last)}
    if not job.unit:
        return months or str(job.get_scope_display())
    place = _("%(place)s and all below") % {"place": job.unit.name}
    return f"{place}, {months}" if months else place


def failure(job: RefreshJob) -> str:
    """One sentence; empty where nothing went wrong. The message as the programme gave it stands in the administration.

    What was stored before stays as it was: a refresh is stored whole or not at all.
    """
    if not job.error:
        return ""
    if job.error == "abandoned":
        return _("The worker stopped several times without finishing. The numbers shown are the last complete ones.")
    kind = job.error.split(":", 1)[0]
    if kind.endswith(_TIMEOUTS):
        return _("The database did not answer in time. The numbers shown are the last complete ones.")
    return _("The calculation broke off. The numbers shown are the last complete ones. Tell an administrator.")
