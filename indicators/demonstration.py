"""The mark that every made-up row carries, so that pages can show it and one command can remove it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Demonstrable(models.Model):
    demonstration = models.BooleanField(_("demonstration"), default=False, editable=False)

    class Meta:
        abstract = True


def demonstrable_models() -> list[type[models.Model]]:
    """Every concrete model whose rows may be demonstration rows."""
    from django.apps import apps

    return [model for model in apps.get_models() if issubclass(model, Demonstrable)]
