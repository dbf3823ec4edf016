from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class SetUpPutAway(models.Model):
    """Somebody does not want to see on the dashboard what is still to be set up."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="set_up_put_away", verbose_name=_("account")
    )
    at = models.DateTimeField(_("at"), auto_now_add=True)

    class Meta:
        verbose_name = _("set-up put away")
        verbose_name_plural = _("set-ups put away")

    def __str__(self) -> str:
        return str(self.user)
