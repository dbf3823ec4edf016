"""What every record that a person enters has in common."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from indicators.demonstration import Demonstrable


class Entry(Demonstrable):
    """`client_uuid` is made where the form is opened: sent twice, it is still one record (unique in the database).

    `version` rises with each edit; an edit that names an older version is refused, so nobody overwrites unseen.
    """

    client_uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(_("entered at"), auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("entered by"),
    )
    updated_at = models.DateTimeField(_("last changed at"), auto_now=True)

    class Meta:
        abstract = True
