"""The words for what `strength.py`, `missing.py` and `shape.py` say in codes."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from research.linkage.contribution.missing import Lack, Missing
from research.linkage.contribution.strength import Because, Level, Standing

LEVELS = {
    Level.NONE: pgettext_lazy("strength of a link", "none"),
    Level.WEAK: pgettext_lazy("strength of a link", "weak"),
    Level.MIXED: pgettext_lazy("strength of a link", "mixed"),
    Level.MODERATE: pgettext_lazy("strength of a link", "moderate"),
    Level.STRONG: pgettext_lazy("strength of a link", "strong"),
}
REASONS = {
    Because.NOTHING: _("Nothing that counts is tied to it."),
    Because.AGAINST_ONLY: _("What was assessed speaks against it, and no approved finding for it."),
    Because.UNASSESSED_ONLY: _("There is evidence for it, but no approved finding."),
    Because.LOW_ONLY: _("Approved findings speak for it, none of more than low confidence."),
    Because.BOTH_SIDES: _("Approved findings speak for it and against it."),
    Because.ONE_MODERATE: _("An approved finding of moderate or high confidence speaks for it."),
    Because.SEVERAL: _("Several approved findings speak for it, one of them of high confidence."),
    Because.CAP_AGAINST: _("Not strong, because something speaks against it."),
    Because.CAP_RIVALS: _("Not strong, because rival explanations are not all examined, or none is named."),
    Because.CAP_LIKELY: _("No more than weak, because a rival explanation is more likely."),
    Because.CAP_BROKEN: _("No more than weak, because an assumption does not hold."),
    Because.STALE: _("A finding has to be looked at again; until then it counts as of low confidence at most."),
}
STANDINGS = {
    Standing.UNKNOWN: _("nobody knows yet"),
    Standing.HOLDS: _("holds"),
    Standing.DISPUTED: _("findings disagree"),
    Standing.BROKEN: _("does not hold"),
}
RULE = (
    _("None: nothing speaks for the link; or approved findings speak against it and none for it."),
    _("Weak: evidence speaks for it, but no approved finding of moderate or high confidence does."),
    _("Mixed: approved findings speak for it and against it (those of very low confidence left aside)."),
    _("Moderate: at least one approved finding of moderate or high confidence speaks for it, and none against it."),
    _(
        "Strong: two or more such findings, one of them of high confidence; nothing at all speaks against it; every"
        " rival explanation is examined, and at least one is named."
    ),
    _("Where a rival explanation is more likely, or an assumption does not hold, a link is never more than weak."),
    _(
        "A finding that has to be looked at again counts as of low confidence at most. What is not approved, was"
        " withdrawn or is gone does not count."
    ),
)


def lacking(one: Missing) -> str:
    """One thing that is missing, as a sentence."""
    count = one.number
    plain = {
        Lack.NOTHING: _("No evidence is tied to it."),
        Lack.AGAINST_ONLY: _("What there is speaks against it only."),
        Lack.UNASSESSED: _("There is evidence, but no approved finding draws a conclusion from it."),
        Lack.NO_RIVAL: _("No rival explanation is named."),
        Lack.NO_ASSUMPTION: _("No assumption is named."),
        Lack.NO_WAY: _("No activity leads, link by link, to an outcome or an impact."),
    }
    if one.lack in plain:
        return str(plain[one.lack])
    counted = {
        Lack.STALE: ngettext(
            "%(count)s finding has to be looked at again.", "%(count)s findings have to be looked at again.", count
        ),
        Lack.UNAPPROVED: ngettext(
            "%(count)s finding is not approved and does not count yet.",
            "%(count)s findings are not approved and do not count yet.",
            count,
        ),
        Lack.GONE: ngettext(
            "%(count)s thing tied to it was withdrawn or is gone.",
            "%(count)s things tied to it were withdrawn or are gone.",
            count,
        ),
        Lack.RIVAL_OPEN: ngettext(
            "%(count)s rival explanation is not examined yet.",
            "%(count)s rival explanations are not examined yet.",
            count,
        ),
        Lack.ASSUMPTION_UNKNOWN: ngettext(
            "Of %(count)s assumption it is not known whether it holds.",
            "Of %(count)s assumptions it is not known whether they hold.",
            count,
        ),
        Lack.ASSUMPTION_DISPUTED: ngettext(
            "On %(count)s assumption findings disagree.", "On %(count)s assumptions findings disagree.", count
        ),
        Lack.LOOSE: ngettext("%(count)s step is joined to no other.", "%(count)s steps are joined to no other.", count),
        Lack.PROPOSED: ngettext(
            "%(count)s part is proposed and not adopted by an evaluation lead.",
            "%(count)s parts are proposed and not adopted by an evaluation lead.",
            count,
        ),
    }
    return counted[one.lack] % {"count": count}
