"""Forms of coaches, coachees and counts of staff. The rules themselves are in the actions."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from indicators.accounts.models import User
from indicators.accounts.roles import Role
from indicators.geography.models import OrgUnit
from research.coach2pev.models import Coach, Coachee, StaffCount
from research.coach2pev.people import actions
from research.coach2pev.visits.queries import sites_for
from research.entry_forms import DayField, EntryForm, SiteField, WholeNumberField

_CODE = _("Letters, digits and hyphens, with at least one digit. Who it is stays outside of this system.")
_ROLE = _("A role, not a name, in small letters.")


class PersonForm(EntryForm):
    """`row` is what is corrected, None for a new one. `version` is the one that the person has before their eyes.

    What makes one record of a form sent twice is the code, or the site and the day.
    """

    row: Any

    def __init__(self, data: Any = None, *, user: User, row: Any = None) -> None:
        super().__init__(data)
        del self.fields["client_uuid"]
        self.user, self.row = user, row
        if row:
            self.initial["version"] = actions.version_of(row)
            self.initial.update({name: getattr(row, name) for name in self.fields if hasattr(row, name)})

    def save(self) -> Any:
        raise NotImplementedError

    def said(self) -> dict[str, Any]:
        """What the actions take; a form that does not say what it corrects corrects nothing."""
        said = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        return said | {"by": self.user, "version": self.cleaned_data["version"] or 0}


class CoachForm(PersonForm):
    code = forms.SlugField(label=_("Code"), max_length=50, help_text=_CODE)
    role = forms.CharField(label=_("Role"), max_length=120, help_text=_ROLE)
    account = forms.ModelChoiceField(
        User.objects.none(), label=_("Account"), required=False, empty_label=_("None"),
        help_text=_("Where this person signs in here: so that a second coach answers as such."),
    )  # fmt: skip
    active = forms.BooleanField(label=_("Active"), required=False, initial=True)

    def __init__(self, data: Any = None, *, user: User, row: Coach | None = None) -> None:
        super().__init__(data, user=user, row=row)
        free = Q(coach=None) | Q(coach=row) if row else Q(coach=None)
        entering = [Role.CLERK.value, Role.LEAD.value]
        accounts: Any = self.fields["account"]
        accounts.queryset = User.objects.filter(free, is_active=True, groups__name__in=entering).distinct()

    def save(self) -> Coach:
        return actions.save_coach(coach=self.row, **self.said())


class AtSite(PersonForm):
    def offer_sites(self, site: str) -> None:
        sites: Any = self.fields["site"]
        offered = sites_for(self.user)
        if self.row:
            wanted = Q(pk__in=offered.order_by().values("pk")) | Q(pk=self.row.site_id)
            offered = OrgUnit.objects.filter(wanted).select_related("parent").order_by("path")
        asked = offered.filter(pk=site).first() if site.isascii() and site.isdecimal() else None
        start = sites.offer(offered, asked)
        self.initial.setdefault("site", start)


class CoacheeForm(AtSite):
    site = SiteField()
    code = forms.SlugField(label=_("Code"), max_length=50, help_text=_CODE)
    role = forms.CharField(label=_("Role"), max_length=120, help_text=_ROLE)
    in_post_from = DayField(label=_("In post from"), required=False)
    in_post_to = DayField(
        label=_("In post to"), required=False, help_text=_("Leave blank while the person is in post.")
    )

    def __init__(self, data: Any = None, *, user: User, row: Coachee | None = None, site: str = "") -> None:
        super().__init__(data, user=user, row=row)
        self.offer_sites(site)

    def save(self) -> Coachee:
        return actions.save_coachee(coachee=self.row, **self.said())


class StaffForm(AtSite):
    site = SiteField()
    counted_on = DayField(label=_("Counted on"))
    staff = WholeNumberField(
        label=_("Staff in post"), required=True, highest=500,
        help_text=_("All who could be coached on that day, whether they were present or not."),
    )  # fmt: skip
    evidence = forms.CharField(
        label=_("Evidence"), max_length=300, help_text=_("Where the number was read or counted, without names.")
    )

    def __init__(self, data: Any = None, *, user: User, row: StaffCount | None = None, site: str = "") -> None:
        super().__init__(data, user=user, row=row)
        self.offer_sites(site)
        self.fields["counted_on"].until(timezone.localdate())  # type: ignore[attr-defined]

    def clean_staff(self) -> int:
        # A number field of ours lets a blank through as None.
        if self.cleaned_data["staff"] is None:
            raise ValidationError(_("Write how many staff are in post; 0 where nobody is."))
        return int(self.cleaned_data["staff"])

    def save(self) -> StaffCount:
        return actions.count_staff(count=self.row, **self.said())
