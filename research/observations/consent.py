"""What those who spoke agreed to, and what does not go together."""

from django.utils.translation import gettext as _

from research.observations.models import Observation

Consent = Observation.Consent


def problems(consent: str, terms: str, *, quoted: bool) -> dict[str, str]:
    """What is wrong, by name of the field. Terms go with a consent that was given; whoever is quoted was asked."""
    given = consent in {Consent.ORAL, Consent.WRITTEN}
    if given and not terms:
        return {"consent_terms": _("What did they allow to be done with their words?")}
    if not given and terms:
        return {"consent": _("Terms without a consent: say how it was given, or empty the terms.")}
    if consent == Consent.NOT_NEEDED and quoted:
        return {"consent": _("Somebody is quoted here: their consent is needed.")}
    return {}
