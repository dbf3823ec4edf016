from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from indicators.bilingual import Bilingual
from indicators.demonstration import Demonstrable
from research.observations.models.notes import Language, Observation


class Quote(Demonstrable):
    """Words as somebody said them, in the language in which they were said, with their translation.

    `order` is the place among the quotes of the observation, from 1. A quote in French needs no French translation.
    It follows its observation's sensitivity, consent and state.
    """

    observation = models.ForeignKey(Observation, models.CASCADE, related_name="quotes", verbose_name=_("observation"))
    order = models.PositiveSmallIntegerField(_("order"), default=1)
    text = models.TextField(_("quote"), max_length=5_000)
    language = models.CharField(_("language of the quote"), max_length=10, choices=Language.choices)
    translation_fr = models.TextField(_("translation (French)"), blank=True, max_length=5_000)
    translation_en = models.TextField(_("translation (English)"), blank=True, max_length=5_000)
    informant_role = models.CharField(
        _("role of the person quoted"), max_length=120, blank=True, help_text=_("A role, never a name.")
    )
    translation = Bilingual("translation")
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("quote")
        verbose_name_plural = _("quotes")
        ordering = ["observation", "order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["observation", "order"], name="quote_order_once"),
            models.CheckConstraint(condition=~Q(text=""), name="quote_has_words"),
        ]

    def __str__(self) -> str:
        return self.text[:80]
