from collections.abc import Iterator
from functools import cached_property

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.crypto import salted_hmac
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
    sessions_from = models.DateTimeField(
        _("sessions since"), null=True, blank=True, editable=False, help_text=_("Older sessions are not valid.")
    )
    history = HistoricalRecords(excluded_fields=["password", "last_login"])

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")

    def get_session_auth_hash(self) -> str:
        """Changes with the password and with `sessions_from`: every session made before ends at its next request."""
        return self._session_hash(None)

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        for secret in settings.SECRET_KEY_FALLBACKS:
            yield self._session_hash(secret)

    def _session_hash(self, secret: str | bytes | None) -> str:
        since = self.sessions_from.isoformat() if self.sessions_from else ""
        name = "indicators.accounts.models.User.session"
        return salted_hmac(name, f"{self.password}{since}", secret=secret, algorithm="sha256").hexdigest()

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


class SignInAttempt(models.Model):
    """A password, code or request for a new password that was tried and did not succeed (yet).

    `account` and `address` are keyed hashes: a password typed into the wrong field is not kept in clear, nor is where
    somebody was. Rows older than the longest limit are removed by the nightly task.
    """

    class Kind(models.TextChoices):
        PASSWORD = "password", _("password")
        RESET = "reset", _("new password asked for")

    kind = models.CharField(max_length=8, choices=Kind.choices)
    account = models.CharField(max_length=64)
    address = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["kind", "account", "at"], name="attempt_account"),
            models.Index(fields=["kind", "address", "at"], name="attempt_address"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.at}"


class Invitation(models.Model):
    """An account offered to somebody by e-mail. Only the hash of its secret is kept; it opens once, for seven days.

    A lead proposes, an administrator sends: `sent_at` is empty until then.
    """

    email = models.EmailField(_("e-mail address"))
    language = models.CharField(
        _("language"), max_length=2, choices=[("fr", "Français"), ("en", "English")], default="fr"
    )
    groups = models.ManyToManyField("auth.Group", verbose_name=_("roles"))
    districts = models.ManyToManyField("indicators.OrgUnit", verbose_name=_("districts"), blank=True)
    digest = models.CharField(max_length=64, blank=True, editable=False)
    proposed_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("proposed by"), editable=False
    )
    sent_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("sent by"), editable=False
    )
    created_at = models.DateTimeField(_("made at"), auto_now_add=True)
    sent_at = models.DateTimeField(_("sent at"), null=True, editable=False)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, editable=False)
    account = models.OneToOneField(
        User, models.SET_NULL, null=True, related_name="invitation", verbose_name=_("account"), editable=False
    )
    history = HistoricalRecords(excluded_fields=["digest"])

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["digest"], condition=~models.Q(digest=""), name="invitation_secret_once")
        ]

    def __str__(self) -> str:
        return self.email
