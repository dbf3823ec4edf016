from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from indicators.bilingual import Bilingual
from indicators.demonstration import Demonstrable
from indicators.geography.names import normalise


class OrgUnitQuerySet(models.QuerySet["OrgUnit"]):
    def below(self, unit: "OrgUnit") -> "OrgUnitQuerySet":
        """The unit itself and everything under it."""
        return self.filter(path__startswith=unit.path)


class OrgUnit(Demonstrable):
    """A place of the health system: country, region, district, health area (CSCom)."""

    uid = models.CharField(_("DHIS2 uid"), max_length=11, unique=True)
    code = models.CharField(_("code"), max_length=50, unique=True, null=True, blank=True)
    name = models.CharField(_("name"), max_length=230)
    level = models.PositiveSmallIntegerField(_("level"), help_text=_("1 is the country."))
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("parent")
    )
    path = models.CharField(_("path"), max_length=255, db_index=True, editable=False)
    opening_date = models.DateField(_("opening date"), null=True, blank=True)
    closed_date = models.DateField(_("closing date"), null=True, blank=True)
    source = models.ForeignKey("indicators.Source", models.PROTECT, null=True, blank=True, verbose_name=_("source"))
    objects = OrgUnitQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("organisation unit")
        verbose_name_plural = _("organisation units")
        ordering = ["path"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(level=1) & Q(parent=None)) | (Q(level__gt=1) & ~Q(parent=None)),
                name="orgunit_level_parent",
            ),
            models.CheckConstraint(
                condition=Q(closed_date=None) | Q(opening_date=None) | Q(closed_date__gte=F("opening_date")),
                name="orgunit_closed_after_opening",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def ancestor_ids(self) -> list[int]:
        """Primary keys from the root to the unit itself, read from the path."""
        return [int(part) for part in self.path.strip("/").split("/")]


class FormerParent(Demonstrable):
    """Where a unit stood before it moved: below this parent up to and including the last day.

    `OrgUnit.parent` is where it stands since. A value belongs to the parent that its unit had on its month's first day.
    """

    unit = models.ForeignKey(
        OrgUnit, models.CASCADE, related_name="former_parents", verbose_name=_("organisation unit")
    )
    parent = models.ForeignKey(OrgUnit, models.PROTECT, related_name="former_children", verbose_name=_("former parent"))
    until = models.DateField(_("last day"))
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("former parent")
        verbose_name_plural = _("former parents")
        ordering = ["unit", "until"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "until"], name="former_parent_once"),
            models.CheckConstraint(condition=~Q(unit=F("parent")), name="former_parent_not_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.unit} – {self.parent} ≤ {self.until}"


class OrgUnitAlias(Demonstrable):
    """Another name under which a source writes a unit. A name means one unit, or it is no alias."""

    unit = models.ForeignKey(OrgUnit, models.CASCADE, related_name="aliases", verbose_name=_("organisation unit"))
    name = models.CharField(_("name"), max_length=230)
    normalised = models.CharField(_("normalised name"), max_length=230, unique=True, editable=False)
    source = models.ForeignKey("indicators.Source", models.PROTECT, null=True, blank=True, verbose_name=_("source"))
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("alias")
        verbose_name_plural = _("aliases")
        ordering = ["name"]

    def __str__(self) -> str:
        return f"{self.name} → {self.unit}"

    def save(self, *args: object, **kwargs: object) -> None:
        self.normalised = normalise(self.name)
        super().save(*args, **kwargs)  # type: ignore[arg-type]


class OrgUnitGroup(Demonstrable):
    """A named set of units, such as the hub's districts."""

    key = models.SlugField(_("key"), unique=True)
    name_fr = models.CharField(_("name (French)"), max_length=200)
    name_en = models.CharField(_("name (English)"), max_length=200)
    source = models.ForeignKey("indicators.Source", models.PROTECT, null=True, blank=True, verbose_name=_("source"))
    units = models.ManyToManyField(
        OrgUnit,
        through="OrgUnitGroupMembership",
        related_name="unit_groups",
        verbose_name=_("organisation units"),
    )
    name = Bilingual("name")
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("group of units")
        verbose_name_plural = _("groups of units")
        ordering = ["key"]

    def __str__(self) -> str:
        return self.name


class OrgUnitGroupMembership(Demonstrable):
    """A unit belongs to a group from a day to a day; open ends mean always."""

    group = models.ForeignKey(OrgUnitGroup, models.CASCADE, related_name="memberships", verbose_name=_("group"))
    unit = models.ForeignKey(OrgUnit, models.CASCADE, related_name="memberships", verbose_name=_("organisation unit"))
    start = models.DateField(_("from"), null=True, blank=True)
    end = models.DateField(_("to"), null=True, blank=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(fields=["group", "unit", "start"], name="membership_once"),
            models.UniqueConstraint(fields=["group", "unit"], condition=Q(start=None), name="membership_once_open"),
            models.CheckConstraint(
                condition=Q(start=None) | Q(end=None) | Q(end__gte=F("start")),
                name="membership_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.group} – {self.unit}"


class UnitBoundary(Demonstrable):
    """Where a unit lies: its outline, simplified for drawing, or a point. `geometry` is GeoJSON in WGS84 degrees."""

    unit = models.OneToOneField(OrgUnit, models.CASCADE, related_name="boundary", verbose_name=_("organisation unit"))
    geometry = models.JSONField(_("geometry"))
    source = models.ForeignKey("indicators.Source", models.PROTECT, null=True, blank=True, verbose_name=_("source"))
    file_name = models.CharField(_("file name"), max_length=300, blank=True)
    changed_at = models.DateTimeField(_("changed at"), auto_now=True)

    class Meta:
        verbose_name = _("boundary")
        verbose_name_plural = _("boundaries")
        ordering = ["unit"]

    def __str__(self) -> str:
        return str(self.unit)


class NameSetAside(models.Model):
    """A name in a file that no unit could be found for. It waits for a person: it is neither guessed nor created."""

    class Purpose(models.TextChoices):
        BOUNDARY = "boundary", _("boundaries")
        VALUES = "values", _("reported values")

    class Reason(models.TextChoices):
        UNKNOWN = "unknown", _("no unit is called so")
        AMBIGUOUS = "ambiguous", _("several units are called so")

    class State(models.TextChoices):
        OPEN = "open", _("waits")
        ASSIGNED = "assigned", _("assigned to a unit")
        IGNORED = "ignored", _("to be left out")

    name = models.CharField(_("name"), max_length=230)
    normalised = models.CharField(_("normalised name"), max_length=230, editable=False)
    purpose = models.CharField(_("needed for"), max_length=10, choices=Purpose.choices)
    reason = models.CharField(_("reason"), max_length=10, choices=Reason.choices)
    origin = models.CharField(_("last found in"), max_length=300)
    count = models.PositiveIntegerField(_("times found"), default=1)
    first_seen = models.DateTimeField(_("first found"))
    last_seen = models.DateTimeField(_("found last"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPEN)
    unit = models.ForeignKey(
        OrgUnit,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="names_set_aside",
        verbose_name=_("organisation unit"),
        help_text=_("The unit gets this name as an alias, and the next import finds it."),
    )
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("name set aside")
        verbose_name_plural = _("names set aside")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["purpose", "normalised"], name="name_set_aside_once"),
            models.CheckConstraint(
                condition=(Q(state="assigned") & ~Q(unit=None)) | (~Q(state="assigned") & Q(unit=None)),
                name="name_assigned_to_unit",
            ),
        ]

    def __str__(self) -> str:
        return self.name
