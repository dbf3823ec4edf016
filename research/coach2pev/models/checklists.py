"""Checklists are data: versions, sections, items of several kinds, lists of choices, conditions."""

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from indicators.bilingual import Bilingual
from indicators.demonstration import Demonstrable

CODE = RegexValidator(
    r"^[A-Za-z_][A-Za-z0-9_.\-]*\Z",
    _("A code begins with a letter and holds letters, digits, dots, hyphens and underscores only."),
)
"""What XLSForm allows as a name, so that codes survive the way out and back."""

_SHARE = [MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(1))]


class Checklist(Demonstrable):
    """One version of a checklist; versions of one checklist share the `key`.

    Only a draft may be changed. A published version stays as it is, so that a visit keeps the questions that it
    answered; a new version is a new row. Of one key one version at most is published at a time.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("in use")
        RETIRED = "retired", _("no longer in use")

    key = models.SlugField(_("key"))
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    name_fr = models.CharField(_("name (French)"), max_length=200)
    name_en = models.CharField(_("name (English)"), max_length=200)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT)
    example = models.BooleanField(_("example"), default=False)
    fails_below = models.DecimalField(
        _("an item fails below this share of its points"),
        max_digits=3,
        decimal_places=2,
        default=Decimal("0.5"),
        validators=_SHARE,
    )
    published_on = models.DateField(_("in use since"), null=True, blank=True)
    note = models.TextField(_("what changed in this version"), blank=True, max_length=2000)
    name = Bilingual("name")
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("checklist")
        verbose_name_plural = _("checklists")
        ordering = ["key", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["key", "version"], name="checklist_version_once"),
            models.UniqueConstraint(fields=["key"], condition=Q(state="published"), name="checklist_one_in_use"),
        ]

    def __str__(self) -> str:
        return self.name


class ChoiceList(models.Model):
    """The answers that items of one checklist offer, under one code."""

    checklist = models.ForeignKey(Checklist, models.CASCADE, related_name="choice_lists", verbose_name=_("checklist"))
    code = models.CharField(_("code"), max_length=100, validators=[CODE])
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("list of choices")
        verbose_name_plural = _("lists of choices")
        ordering = ["checklist", "code"]
        constraints = [models.UniqueConstraint(fields=["checklist", "code"], name="choice_list_code_once")]

    def __str__(self) -> str:
        return self.code


class Choice(models.Model):
    """One answer of a list.

    `share` is the share of the item's points that it earns; empty means that the choice is not scored. `attributes`
    are further columns by name (`{"region": "kayes"}`), which an item's filter may ask for.
    """

    choice_list = models.ForeignKey(ChoiceList, models.CASCADE, related_name="choices", verbose_name=_("list"))
    code = models.CharField(_("code"), max_length=100)
    label_fr = models.CharField(_("label (French)"), max_length=300)
    label_en = models.CharField(_("label (English)"), max_length=300)
    share = models.DecimalField(
        _("share of the points"), max_digits=4, decimal_places=3, null=True, blank=True, validators=_SHARE
    )
    attributes = models.JSONField(_("attributes"), default=dict, blank=True)
    order = models.PositiveIntegerField(_("order"), default=0)
    label = Bilingual("label")
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("choice")
        verbose_name_plural = _("choices")
        ordering = ["choice_list", "order", "pk"]
        constraints = [models.UniqueConstraint(fields=["choice_list", "code"], name="choice_code_once")]

    def __str__(self) -> str:
        return self.label


class ChecklistSection(models.Model):
    """A part of a checklist that is filled in and scored by itself. `relevant` is a condition on earlier answers."""

    checklist = models.ForeignKey(Checklist, models.CASCADE, related_name="sections", verbose_name=_("checklist"))
    code = models.CharField(_("code"), max_length=100, validators=[CODE])
    name_fr = models.CharField(_("name (French)"), max_length=300)
    name_en = models.CharField(_("name (English)"), max_length=300)
    relevant = models.TextField(_("shown only if"), blank=True, max_length=2000)
    order = models.PositiveIntegerField(_("order"), default=0)
    name = Bilingual("name")
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")
        ordering = ["checklist", "order", "pk"]
        constraints = [models.UniqueConstraint(fields=["checklist", "code"], name="checklist_section_code_once")]

    def __str__(self) -> str:
        return self.name


class ChecklistItem(models.Model):
    """One thing to look at; `weight` is the points it can earn, 0 where it is asked but not scored.

    How a share of the points is earned follows the kind (`scores.py`): yes, partly, no; a choice by its own share; a
    number against `target`. Texts, days, places, notes and computed values are never scored. Conditions (`relevant`,
    `constraint`, `choice_filter`, `calculation`) are expressions as in XLSForm (`expressions.py`).
    """

    class Kind(models.TextChoices):
        YES_NO = "yes_no", _("yes, partly, no")
        NUMBER = "number", _("number")
        CHOICE = "choice", _("one choice")
        CHOICES = "choices", _("several choices")
        TEXT = "text", _("text")
        DAY = "day", _("day")
        PLACE = "place", _("place (coordinates)")
        NOTE = "note", _("note to the coach")
        CALCULATED = "calculated", _("computed")

    checklist = models.ForeignKey(Checklist, models.CASCADE, related_name="items", verbose_name=_("checklist"))
    section = models.ForeignKey(ChecklistSection, models.CASCADE, related_name="items", verbose_name=_("section"))
    code = models.CharField(_("code"), max_length=100, validators=[CODE])
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.YES_NO)
    text_fr = models.CharField(_("item (French)"), max_length=1000)
    text_en = models.CharField(_("item (English)"), max_length=1000)
    hint_fr = models.CharField(_("help (French)"), max_length=1000, blank=True)
    hint_en = models.CharField(_("help (English)"), max_length=1000, blank=True)
    weight = models.PositiveSmallIntegerField(_("points"), default=1, validators=[MaxValueValidator(100)])
    order = models.PositiveIntegerField(_("order"), default=0)
    required = models.BooleanField(_("must be answered"), default=False)
    partial = models.BooleanField(_("“partly” is offered"), default=True)
    not_applicable = models.BooleanField(_("“not applicable” is offered"), default=True)
    choice_list = models.ForeignKey(
        ChoiceList, models.PROTECT, null=True, blank=True, related_name="items", verbose_name=_("list of choices")
    )
    decimals = models.BooleanField(_("decimals are allowed"), default=False)
    target = models.DecimalField(
        _("number that earns all points"), max_digits=12, decimal_places=3, null=True, blank=True
    )
    relevant = models.TextField(_("asked only if"), blank=True, max_length=2000)
    constraint = models.TextField(_("must hold"), blank=True, max_length=2000)
    constraint_message_fr = models.CharField(_("what to say if not (French)"), max_length=500, blank=True)
    constraint_message_en = models.CharField(_("what to say if not (English)"), max_length=500, blank=True)
    choice_filter = models.TextField(_("offers only choices for which"), blank=True, max_length=2000)
    calculation = models.TextField(_("calculation"), blank=True, max_length=2000)
    action_fr = models.CharField(_("action proposed if it fails (French)"), max_length=500, blank=True)
    action_en = models.CharField(_("action proposed if it fails (English)"), max_length=500, blank=True)
    text = Bilingual("text")
    hint = Bilingual("hint")
    constraint_message = Bilingual("constraint_message")
    action = Bilingual("action")
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("checklist item")
        verbose_name_plural = _("checklist items")
        ordering = ["checklist", "section__order", "order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["checklist", "code"], name="checklist_item_code_once"),
            models.CheckConstraint(
                condition=~Q(kind__in=["choice", "choices"]) | Q(choice_list__isnull=False),
                name="checklist_item_choice_has_list",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["yes_no", "number", "choice", "choices"]) | Q(weight=0),
                name="checklist_item_unscored_weighs_nothing",
            ),
            models.CheckConstraint(
                condition=Q(target__isnull=True) | Q(target__gt=0), name="checklist_item_target_positive"
            ),
        ]

    def __str__(self) -> str:
        return self.text
