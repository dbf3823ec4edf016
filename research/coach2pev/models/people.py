"""Coaches and the staff whom they coach, by code and role: no names are kept."""

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from indicators.demonstration import Demonstrable


class Coach(Demonstrable):
    """Somebody who coaches. `account` is set where that person signs in here."""

    code = models.SlugField(_("code"), unique=True, help_text=_("A code, not a name."))
    role = models.CharField(_("role"), max_length=120)
    account = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="coach",
        verbose_name=_("account"),
    )
    active = models.BooleanField(_("active"), default=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("coach")
        verbose_name_plural = _("coaches")
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} – {self.role}"


class Coachee(Demonstrable):
    """A health worker who is coached, at the site of the post held from one day to another."""

    code = models.SlugField(_("code"), unique=True, help_text=_("A code, not a name."))
    site = models.ForeignKey("indicators.OrgUnit", models.PROTECT, related_name="coachees", verbose_name=_("site"))
    role = models.CharField(_("role"), max_length=120)
    in_post_from = models.DateField(_("in post from"), null=True, blank=True)
    in_post_to = models.DateField(_("in post to"), null=True, blank=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("coachee")
        verbose_name_plural = _("coachees")
        ordering = ["site", "code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(in_post_from=None) | Q(in_post_to=None) | Q(in_post_to__gte=F("in_post_from")),
                name="coachee_post_ends_after_it_begins",
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} – {self.role}"


class StaffCount(Demonstrable):
    """How many staff who could be coached were in post at a site on a day: the denominator of reach.

    A count holds until the next one.
    """

    site = models.ForeignKey("indicators.OrgUnit", models.PROTECT, related_name="staff_counts", verbose_name=_("site"))
    counted_on = models.DateField(_("counted on"))
    staff = models.PositiveSmallIntegerField(_("staff in post"), validators=[MaxValueValidator(500)])
    evidence = models.CharField(_("evidence"), max_length=300, help_text=_("Where the number was read or counted."))
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("staff in post")
        verbose_name_plural = _("staff in post")
        ordering = ["site", "-counted_on"]
        constraints = [models.UniqueConstraint(fields=["site", "counted_on"], name="staff_count_once")]

    def __str__(self) -> str:
        return f"{self.site} {self.counted_on}: {self.staff}"
