from functools import cached_property

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from indicators.accounts.roles import Role


class User(AbstractUser):
    """An account. Roles are groups of the same name; districts limit what a clerk meets."""

    language = models.CharField(
        _("language"), max_length=2, choices=[("fr", "Français"), ("en", "English")], default="fr"
    )
    districts = models.ManyToManyField(
        "indicators.OrgUnit",
        verbose_name=_("districts"),
        blank=True,
        help_text=_(
            "A clerk reads and enters only what belongs to these. Researchers and leads read the restricted "
            "observations of these, and everything else everywhere."
        ),
    )
    history = HistoricalRecords(excluded_fields=["password", "last_login"])

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")

    @cached_property
    def roles(self) -> frozenset[Role]:
        """The roles held now; groups of other names are ignored. Cached for the life of the instance."""
        if not self.pk:
            return frozenset()
        known = {role.value for role in Role}
        return frozenset(Role(name) for name in self.groups.values_list("name", flat=True) if name in known)

    def has_role(self, *roles: Role) -> bool:
        """Whether the account is active and holds at least one of the roles. Superusers hold none by that alone."""
        return self.is_active and not self.roles.isdisjoint(roles)


class ApiToken(models.Model):
    """A secret by which a program reads (or writes) in a person's name. Only its hash is kept; it is shown once.

    A token can do no more than the person: roles and districts count as on the pages.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="api_tokens", verbose_name=_("account"))
    name = models.CharField(_("name"), max_length=120, help_text=_("What uses it, for example “Power BI, office”."))
    start = models.CharField(_("begins with"), max_length=12, help_text=_("To tell tokens apart; not the secret."))
    digest = models.CharField(max_length=64, unique=True, editable=False)
    may_write = models.BooleanField(_("may write"), default=False)
    created_at = models.DateTimeField(_("made at"), auto_now_add=True)
    expires_at = models.DateTimeField(_("expires at"))
    last_used_at = models.DateTimeField(_("last used at"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)

    class Meta:
        verbose_name = _("access token")
        verbose_name_plural = _("access tokens")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.name} ({self.start}…)"
