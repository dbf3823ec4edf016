"""What can be found, kept beside the records that it leads to; and lists that somebody wants to come back to."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from indicators.demonstration import Demonstrable


class SearchEntry(Demonstrable):
    """One record as the search knows it; made from the record, never typed. `key` names it among those of its kind.

    Who meets it is said by `level`, `owner` and `site` (`policies.what_is_findable`), never looser than the record's
    own page. `title_stems` and `stems` are what the database's engine reads (`tokens.py`).
    """

    class Kind(models.TextChoices):
        QUESTION = "question", _("learning question")
        FINDING = "finding", _("finding")
        OBSERVATION = "observation", _("observation")
        VISIT = "visit", _("supervision visit")
        ACTION = "action", _("improvement action")
        STOCK = "stock", _("stock")
        PLAN = "plan", _("plan of the agenda")
        USE = "use", _("use of a finding")
        CODE = "code", _("code")
        MEMO = "memo", _("memo")
        ANALYSIS = "analysis", _("analysis")
        THEORY = "theory", _("theory of change")
        EVENT = "event", _("dated event")
        EVALUATION = "evaluation", _("evaluation")
        INDICATOR = "indicator", _("indicator")
        SITE = "site", _("site")

    class Level(models.TextChoices):
        OPEN = "open", _("everyone with an account")
        STUDY = "study", _("all who read every district")
        RECORDS = "records", _("clerks of the district, researchers and leads")
        TEAM = "team", _("researchers and leads")
        RESTRICTED = "restricted", _("its author, researchers and leads of the district")
        LEADS = "leads", _("its author and leads")
        OWN = "own", _("its author")

    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    key = models.CharField(_("which"), max_length=120)
    address = models.CharField(_("address"), max_length=300)
    title_fr = models.CharField(_("title (French)"), max_length=400)
    title_en = models.CharField(_("title (English)"), max_length=400)
    body = models.TextField(_("text"), blank=True)
    level = models.CharField(_("met by"), max_length=10, choices=Level.choices)
    site = models.ForeignKey(
        "indicators.OrgUnit", models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("site")
    )
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="+")
    question = models.ForeignKey(
        "research.LearningQuestion", models.CASCADE, null=True, blank=True, related_name="+",
        verbose_name=_("learning question"),
    )  # fmt: skip
    day = models.DateField(_("date"), null=True, blank=True)
    title_stems = models.TextField(editable=False)
    stems = models.TextField(editable=False)
    fingerprint = models.CharField(max_length=32, editable=False)

    class Meta:
        verbose_name = _("search entry")
        verbose_name_plural = _("search entries")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="search_entry_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class SavedView(models.Model):
    """A filtered list that somebody comes back to: an address of this site with its filters.

    `shared` shows it to everybody with an account; what they meet there is still what their role lets them read.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_views", verbose_name=_("account")
    )
    name = models.CharField(_("name"), max_length=80)
    address = models.CharField(_("address"), max_length=1000)
    shared = models.BooleanField(_("shared"), default=False)
    created_at = models.DateTimeField(_("made at"), auto_now_add=True)

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(fields=["user", "name"], name="saved_view_name_once")]

    def __str__(self) -> str:
        return self.name
