"""Gains and agreement in words and figures, in the reader's language."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from indicators.pages.formats import MISSING, number_text, signed_text
from research.coach2pev.competency.agreement import Agreement
from research.coach2pev.competency.progress import Course, Gained

FEW = 30
"""Below so many things compared the page says that the interval is rough. A convention of this system."""


def course_text(course: Course | None) -> str:
    """`1 → 3 (+2)`, or the one level seen, or «—»."""
    if course is None:
        return MISSING
    if course.gain is None:
        return number_text(course.last)
    return f"{number_text(course.first)} → {number_text(course.last)} ({signed_text(course.gain, 0)})"


def gained_text(of: Gained) -> str:
    """`Levels gained: +3, in 2 domains`, of one person; says so where nothing was rated twice."""
    if of.levels is None:
        return _("Rated once only: nothing to compare with")
    words = {"levels": signed_text(of.levels, 0), "domains": number_text(of.domains)}
    return (
        ngettext(
            "Levels gained: %(levels)s, in %(domains)s domain",
            "Levels gained: %(levels)s, in %(domains)s domains",
            of.domains,
        )
        % words
    )


def gained_by_many_text(of: Gained) -> str:
    """The same of several people: what is compared is each person in each domain."""
    if of.levels is None:
        return _("nobody was rated twice in a domain")
    words = {"levels": signed_text(of.levels, 0), "compared": number_text(of.domains)}
    return (
        ngettext(
            "%(levels)s, over %(compared)s person and domain compared",
            "%(levels)s, over %(compared)s persons and domains compared",
            of.domains,
        )
        % words
    )


def kappa_text(of: Agreement) -> str:
    """`0.40 (0.15 to 0.65)`; says where κ is undefined, or there is nothing to compare."""
    if of.n == 0:
        return _("nothing that both judged")
    if of.kappa is None:
        return _("undefined: both used one and the same category throughout")
    if of.low is None or of.high is None:
        return _("%(kappa)s (they agree on everything: no interval)") % {"kappa": number_text(of.kappa, 2)}
    words = {
        "kappa": number_text(of.kappa, 2).replace("-", "−"),
        "low": number_text(of.low, 2).replace("-", "−"),
        "high": number_text(of.high, 2).replace("-", "−"),
    }
    return _("%(kappa)s (%(low)s to %(high)s)") % words


def observed_text(of: Agreement, *, weighted: bool = False) -> str:
    """`7 of 10`: on how many of the things that both judged they agree; of weighted agreement the share."""
    if of.observed is None:
        return MISSING
    if weighted:
        return _("%(share)s, weighted") % {"share": number_text(of.observed, 2)}
    words = {"same": number_text(round(of.observed * of.n)), "all": number_text(of.n)}
    return _("%(same)s of %(all)s") % words
